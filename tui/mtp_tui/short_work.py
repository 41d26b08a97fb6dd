"""Work that grows with what it is given: in a thread, unless it is over before a thread would have begun."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

SHORT_BYTES = 128 * 1024
"""Some incidents, as a quiet refresh brings them: a millisecond, in which no key is kept waiting."""


async def worked_out(
    size_bytes: int, work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs
) -> Result:
    """What `work` answers, for which `size_bytes` have to be looked through."""
    if size_bytes <= SHORT_BYTES:
        return work(*given, **named)
    return await asyncio.to_thread(work, *given, **named)
