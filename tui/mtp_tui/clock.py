"""Time is given, never taken: tests and the demo decide what now is, and what waiting means."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the present moment, as an aware UTC datetime."""

Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds; `asyncio.sleep` outside tests."""


def system_clock() -> datetime:
    """The machine's own clock."""
    return datetime.now(UTC)
