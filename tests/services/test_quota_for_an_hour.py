"""An hour of work at the limit: whatever goes on at once, the server never counts more calls than it allows.

Time is simulated: nobody waits, but everybody who sleeps wakes in the right order, requests take their time to arrive
and to be answered, and it is the server that counts.
"""

import asyncio
import heapq
import random
from bisect import bisect_right
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.quota import Quota
from mtp_tui.defender.update import Change
from mtp_tui.identity.clouds import GLOBAL
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.signing_keys import SigningKeys
from mtp_tui.secret import Secret
from mtp_tui.services.incidents import IncidentFeed, PageLoaded
from mtp_tui.services.memory import NOBODY, Memory
from mtp_tui.services.session import Session
from mtp_tui.services.triage import Outcome, Triage
from mtp_tui.services.triage_journal import MemoryJournal
from mtp_tui.sim.quota import CallCounter
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import NOON

HOUR_S = 3600.0
WINDOW_S = 3900.0
"""A little longer, so that an hour that does not begin with the first call is looked at as well."""

TURNS = 25
"""How often the loop goes round before time passes: more than any answer takes to be dealt with."""


class SimulatedTime:
    """A Clock and a Sleep for many tasks at once; `run` lets time pass whenever all of them wait."""

    def __init__(self) -> None:
        self.now = NOON
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []
        self._count = 0

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        awake = asyncio.Event()
        self._count += 1
        heapq.heappush(self._sleepers, (self.now + timedelta(seconds=seconds), self._count, awake))
        await awake.wait()

    async def run(self, seconds: float) -> None:
        """Let so much time pass."""
        until = self.now + timedelta(seconds=seconds)
        while self.now < until:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            moment, _, awake = heapq.heappop(self._sleepers)
            self.now = max(self.now, moment)
            awake.set()


class CountingServer(CallCounter):
    """The server's own count, with the moments at which it counted."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[datetime] = []
        self.refused = 0

    def count(self, client_id: str, now: datetime) -> tuple[float, str]:
        wait_s, reason = super().count(client_id, now)
        self.moments.append(now)
        self.refused += wait_s > 0
        return wait_s, reason

    def most_within(self, window_s: float) -> int:
        """The most calls that fell into any window of this length."""
        window = timedelta(seconds=window_s)
        return max(
            position + 1 - bisect_right(self.moments, moment - window) for position, moment in enumerate(self.moments)
        )


class AtOnce(ThreadPoolExecutor):
    """Does in the loop what belongs into a thread, so that simulated time does not run away from it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - handed on, as a thread would
            future.set_exception(error)
        return future


@dataclass
class Office:
    """Everything that calls the API at the same time."""

    time: SimulatedTime
    feed: IncidentFeed
    triage: Triage
    waited_s: list[float] = field(default_factory=list)
    """How long each incident took to open."""
    written: list[Outcome] = field(default_factory=list)
    pages: int = 0

    async def read_all_the_time(self) -> None:
        while True:
            async with aclosing(self.feed.load_all()) as events:
                async for event in events:
                    self.pages += isinstance(event, PageLoaded)

    async def refresh(self) -> None:
        while True:
            await self.time.sleep(60)
            async with aclosing(self.feed.refresh()) as events:
                async for _ in events:
                    pass

    async def open(self) -> None:
        while True:
            await self.time.sleep(45)
            before = self.time.now
            await self.feed.detail("7")
            self.waited_s.append((self.time.now - before).total_seconds())

    async def open_all_the_time(self) -> None:
        while True:
            await self.feed.detail("7")

    async def write(self) -> None:
        for number in range(10**6):
            await self.time.sleep(200)
            status = "Resolved" if number % 2 else "InProgress"
            plans = await self.triage.prepare(map(str, range(1, 4)), Change(status=status))
            async for result in self.triage.apply(plans):
                self.written.append(result.outcome)


def small(number: int) -> dict[str, object]:
    return {"incidentId": number, "status": "Active", "lastUpdateTime": "2026-11-20T09:30:31Z", "alerts": []}


async def at_work(time: SimulatedTime, tenant: SimulatedTenant, latency_s: Callable[[], float]) -> tuple[Office, Wire]:
    async def handle(request: httpx.Request) -> httpx.Response:
        await time.sleep(latency_s())
        answer = await tenant.handle(request)
        await time.sleep(latency_s())
        return answer

    wire = Wire(lambda: httpx.MockTransport(handle), may_write=True)
    session = Session(EntraSignIn(Wire(tenant.transport), time), SigningKeys(wire, time), time)
    await session.sign_in(ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret)))
    client = DefenderClient(wire, GLOBAL.api_base, session, Quota(time, time.sleep), time)
    feed = IncidentFeed(client, time, time.sleep, Memory(None, NOBODY, time, new_thread=AtOnce))
    return Office(time, feed, Triage(client, session, MemoryJournal(), time)), wire


def working_day(office: Office) -> list[Callable[[], Awaitable[None]]]:
    return [office.read_all_the_time, office.refresh, office.open, office.write]


def crowd(office: Office) -> list[Callable[[], Awaitable[None]]]:
    return [office.open_all_the_time] * 12


async def an_hour(
    work: Callable[[Office], list[Callable[[], Awaitable[None]]]], latency_s: Callable[[], float]
) -> tuple[Office, CountingServer]:
    time = SimulatedTime()
    tenant = SimulatedTenant(clock=time, incidents=[small(number) for number in range(101)])
    app = tenant.apps[tenant.client_id]
    app.roles, app.token_lifetime_s = ("Incident.ReadWrite.All",), 3 * 3600
    tenant.defender.calls = server = CountingServer()
    office, wire = await at_work(time, tenant, latency_s)
    asyncio.get_running_loop().set_default_executor(AtOnce())
    tasks = [asyncio.ensure_future(each()) for each in work(office)]
    await time.run(WINDOW_S)
    assert not any(task.done() for task in tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await wire.aclose()
    return office, server


async def test_an_hour_at_the_limit_stays_within_it_and_opening_never_waits_for_paging() -> None:
    office, server = await an_hour(working_day, lambda: 0.05)
    assert server.refused == 0
    assert server.most_within(60) <= 50
    assert server.most_within(HOUR_S) <= 1500
    assert max(office.waited_s) == 0.1
    # and all of that was really going on
    assert server.most_within(HOUR_S) > 1300
    assert office.pages > 700
    assert len(office.waited_s) > 70
    assert len(office.written) > 40
    assert set(office.written) == {Outcome.DONE}


async def test_calls_that_are_long_on_their_way_are_within_the_limit_when_they_arrive() -> None:
    dice = random.Random(7)  # noqa: S311 - a seeded one is what a test needs
    _, server = await an_hour(crowd, lambda: dice.choice((0.1, 0.1, 5.0)))
    assert server.refused == 0
    assert 48 <= server.most_within(60) <= 50
    assert 1490 <= server.most_within(HOUR_S) <= 1500
