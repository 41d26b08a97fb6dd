"""Work that grows with what it is given: in a thread, unless it is over before a thread would have begun."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

SHORT_BYTES = 128 * 1024
"""Some incidents, as a quiet refresh brings them: a millisecond, in which no key is kept waiting."""

OBJECT_BYTES = 100
"""To make an object takes as long as to read so many bytes; an answer may hold little else."""


def size_of_json(text: bytes) -> int:
    """How much work it is to read this, in bytes of usual JSON."""
    return len(text) + OBJECT_BYTES * text.count(b"{")


async def worked_out(
    size_bytes: int, work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs
) -> Result:
    """What `work` answers, for which `size_bytes` have to be looked through."""
    if size_bytes <= SHORT_BYTES:
        return work(*given, **named)
    return await asyncio.to_thread(work, *given, **named)
