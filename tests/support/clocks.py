"""Time that only passes when a test says so."""

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class StoppedClock:
    """A Clock; its `sleep` is a Sleep that returns at once, with the clock set forward."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now
        self.slept_s: list[float] = []
        self.holds = False
        """Whether a sleep lasts until `wake`."""
        self._asleep = asyncio.Event()
        self._awake = asyncio.Event()

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.slept_s.append(seconds)
        until = self.now + timedelta(seconds=seconds)
        if self.holds:
            self._asleep.set()
            await self._awake.wait()
        self.now = max(self.now, until)

    async def sleeping(self) -> None:
        """Wait until something sleeps."""
        await self._asleep.wait()

    def wake(self) -> None:
        """Let every sleeper go on, and hold none any more."""
        self.holds = False
        self._awake.set()
