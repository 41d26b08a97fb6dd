"""How often the service may be called, and how much of that is used up."""

import asyncio
from collections import deque
from datetime import datetime, timedelta

from mtp_tui.clock import Clock, Sleep

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Quota:
    """Lets calls through as fast as the quota allows, in the order in which they ask, and counts them.

    The service counts for each app in each tenant, so one Quota belongs to one sign-in. What other programs use up with
    the same app registration shows itself only by a 429, which `penalise` makes known to everybody who waits here.
    Source: "50 calls per minute and 1500 calls per hour", https://learn.microsoft.com/defender-xdr/api-list-incidents
    """

    def __init__(self, clock: Clock, sleep: Sleep, per_minute: int = 50, per_hour: int = 1500) -> None:
        self.per_minute = per_minute
        self.per_hour = per_hour
        self._clock = clock
        self._sleep = sleep
        self._calls: deque[datetime] = deque(maxlen=per_hour)
        self._refused_until: datetime | None = None
        self._turn = asyncio.Lock()

    async def slot(self) -> None:
        """Wait until a call may be made, and count it."""
        async with self._turn:
            waited_for: datetime | None = None
            # whoever has slept until a moment does not sleep for it again, even if the clock stands or was set back
            while (free_at := self._free_at()) is not None and free_at != waited_for:
                waited_for = free_at
                await self._sleep((free_at - self._clock()) / timedelta(seconds=1))
            self._calls.append(self._clock())

    def penalise(self, retry_after_s: float) -> None:
        """The service said 429: nobody calls for so many seconds."""
        until = self._clock() + timedelta(seconds=retry_after_s)
        self._refused_until = max(until, self._refused_until or until)

    def wait_s(self) -> float:
        """How many seconds the next call would have to wait; 0 if it may go at once."""
        free_at = self._free_at()
        return 0.0 if free_at is None else (free_at - self._clock()) / timedelta(seconds=1)

    @property
    def used_this_minute(self) -> int:
        """Calls within the last 60 seconds."""
        return self._used(MINUTE)

    @property
    def used_this_hour(self) -> int:
        """Calls within the last hour."""
        return self._used(HOUR)

    def _used(self, window: timedelta) -> int:
        now = self._clock()
        return sum(1 for call in self._calls if now - window < call <= now)

    def _free_at(self) -> datetime | None:
        """The moment from which a call may be made; None if that is now."""
        now = self._clock()
        if self._refused_until is not None and self._refused_until - now > HOUR:
            self._refused_until = None  # no refusal lasts as long: the clock was set back
        moments = [self._refused_until, self._frees(self.per_minute, MINUTE), self._frees(self.per_hour, HOUR)]
        return max((moment for moment in moments if moment is not None and moment > now), default=None)

    def _frees(self, calls: int, window: timedelta) -> datetime | None:
        if len(self._calls) < calls:
            return None
        oldest = self._calls[-calls]
        # a call in the future means that the clock was set back; it tells nothing
        return None if oldest > self._clock() else oldest + window
