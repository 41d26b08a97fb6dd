"""The handlers that stand before the driver's own; the rest of them is seen in tests/program/test_endurance.py."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("signals of POSIX", allow_module_level=True)

from mtp_tui.ui.suspending import Suspending


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Put back in the end what was there before."""
    numbers = (signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


async def test_a_size_that_comes_while_another_is_told_is_told_after_it() -> None:
    sizes, told, both = iter((20, 80)), list[int](), asyncio.Event()

    def tell(*_: object) -> None:
        size = next(sizes)
        if size == 20:
            os.kill(os.getpid(), signal.SIGWINCH)
        told.append(size)
        if len(told) == 2:
            both.set()

    signal.signal(signal.SIGWINCH, tell)
    Suspending(lambda: None)
    os.kill(os.getpid(), signal.SIGWINCH)
    await asyncio.wait_for(both.wait(), 10)
    assert told == [20, 80]
