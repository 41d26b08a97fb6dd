"""How often the service may be called, who goes first, and how much of that is used up."""

import asyncio
from datetime import datetime, timedelta
from enum import Enum

from mtp_tui.clock import Clock, Sleep

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

KEPT_FREE = 5
"""One in so many calls is not for reading in the background, so that whoever opens an incident need not wait."""


class Priority(Enum):
    """Who is waiting for the answer."""

    INTERACTIVE = "interactive"
    """Somebody looks at the screen: opening an incident, changing it. Goes first."""
    BACKGROUND = "background"
    """Nobody in particular: reading the queue page by page."""


class Call:
    """One call that was let through, and when the service may have counted it."""

    __slots__ = ("at",)

    def __init__(self, at: datetime) -> None:
        self.at = at


class Quota:
    """Lets calls through as fast as the quota allows, and counts them.

    Interactive calls go in the order in which they ask, and before any call of the background that is still waiting;
    the background leaves a fifth of the quota to them. The service counts for each app in each tenant, so one Quota
    belongs to one sign-in. What other programs use up with the same app registration shows itself only by a 429, which
    `penalise` makes known to everybody who waits here.
    Source: "50 calls per minute and 1500 calls per hour", https://learn.microsoft.com/defender-xdr/api-list-incidents
    """

    def __init__(self, clock: Clock, sleep: Sleep, per_minute: int = 50, per_hour: int = 1500) -> None:
        self.per_minute = per_minute
        self.per_hour = per_hour
        self._clock = clock
        self._sleep = sleep
        self._calls: list[Call] = []
        self._refused_at = self._refused_until = clock()
        self._turns = {priority: asyncio.Lock() for priority in Priority}
        self._ahead = 0
        """How many interactive calls wait."""
        self._nobody_ahead = asyncio.Event()
        self._nobody_ahead.set()

    async def slot(self, priority: Priority = Priority.INTERACTIVE) -> Call:
        """Wait until a call may be made, and count it; `answered` is to be told when it is over."""
        if priority is Priority.BACKGROUND:
            return await self._in_turn(priority)
        self._ahead += 1
        self._nobody_ahead.clear()
        try:
            return await self._in_turn(priority)
        finally:
            self._ahead -= 1
            if not self._ahead:
                self._nobody_ahead.set()

    def answered(self, call: Call) -> None:
        """The call is over, however it ended.

        The service counts it when it arrives, which is some time between the slot and the answer; only by the later one
        is it certain that the service has forgotten it as soon as we have.
        """
        call.at = max(call.at, self._now())

    def count_again(self, sends: int) -> None:
        """A call was sent so often in all, once more because nothing was heard of it: it may be counted each time."""
        self._calls += [Call(self._now()) for _ in range(sends - 1)]

    def penalise(self, retry_after_s: float) -> None:
        """The service said 429: nobody calls for so many seconds."""
        now = self._now()
        self._refused_at, self._refused_until = now, max(now + timedelta(seconds=retry_after_s), self._refused_until)

    def wait_s(self, priority: Priority = Priority.BACKGROUND) -> float:
        """How many seconds the next call would have to wait if nobody else asks; 0 if it may go at once."""
        free_at = self._free_at(priority)
        return 0.0 if free_at is None else (free_at - self._now()) / timedelta(seconds=1)

    @property
    def used_this_minute(self) -> int:
        """Calls within the last 60 seconds."""
        now = self._now()
        return sum(1 for call in self._calls if now - call.at < MINUTE)

    async def _in_turn(self, priority: Priority) -> Call:
        async with self._turns[priority]:
            waited_for: datetime | None = None
            while True:
                if priority is Priority.BACKGROUND:
                    # looked at again after each sleep: what it was slept for is left to those who came meanwhile
                    await self._nobody_ahead.wait()
                free_at = self._free_at(priority)
                # whoever has slept until a moment does not sleep for it again, even if the clock stands or was set back
                if free_at is None or free_at == waited_for:
                    break
                waited_for = free_at
                await self._sleep((free_at - self._now()) / timedelta(seconds=1))
            now = self._now()
            call = Call(now)
            # by their number, and not by their age: a clock that is ahead for a while must not make them forgotten
            self._calls = [*self._calls[-self.per_hour :], call]
            return call

    def _now(self) -> datetime:
        """The clock's time. What lies ahead of it was before a clock was set back, and counts as now."""
        now = self._clock()
        for call in self._calls:
            call.at = min(call.at, now)
        if now < self._refused_at:
            self._refused_at, self._refused_until = now, now + (self._refused_until - self._refused_at)
        return now

    def _free_at(self, priority: Priority) -> datetime | None:
        """The moment from which a call may be made; None if that is now."""
        now = self._now()
        kept = KEPT_FREE if priority is Priority.BACKGROUND else 0
        moments = [
            self._refused_until,
            self._frees(_without(kept, self.per_minute), MINUTE),
            self._frees(_without(kept, self.per_hour), HOUR),
        ]
        return max((moment for moment in moments if moment is not None and moment > now), default=None)

    def _frees(self, calls: int, window: timedelta) -> datetime | None:
        moments = sorted(call.at for call in self._calls)  # answers may overtake one another
        return moments[-calls] + window if len(moments) >= calls else None


def _without(one_in: int, calls: int) -> int:
    return calls - calls // one_in if one_in else calls
