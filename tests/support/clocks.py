"""Time that only passes when a test says so."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class StoppedClock:
    """A Clock; its `sleep` is a Sleep that returns at once, with the clock set forward."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now
        self.slept_s: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.slept_s.append(seconds)
        self.advance(seconds)
