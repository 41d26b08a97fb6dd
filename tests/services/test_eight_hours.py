"""A working day in a minute: what is held in memory, in tasks, threads, files and connections does not grow with time.

Everything is real but the wire and the clock: sign-in by MSAL, session, client, feed, narrowing, store on the disk. With
`MTP_WHOLE_DAY=1` a longer queue is refreshed every 30 s as in the program; otherwise a short one every quarter of an hour, with as
many changes.
"""

import asyncio
import gc
import os
import random
import shutil
import sqlite3
import threading
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from mtp_tui.defender.narrowing.narrowing import parse
from mtp_tui.errors import MtpError
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.secret import Secret
from mtp_tui.services.incidents import FeedEvent, IncidentFeed
from mtp_tui.services.wiring import Services, on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim import faults
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import NOON, StoppedClock

HOURS = 8
CHANGES = 10_000
IS_WHOLE = bool(os.environ.get("MTP_WHOLE_DAY"))
REFRESH_EVERY_S = 30 if IS_WHOLE else 900
REFRESHES_AN_HOUR = 3600 // REFRESH_EVERY_S
QUEUE = 1000 if IS_WHOLE else 300
MOVING = QUEUE // 3
"""How many of them change."""
MOST_IN_POOL = 2
"""Threads by which the loop's pool may still grow after an hour; it stops at a few more than there are processors."""

GROWS_TO = 1.2
"""Of what is held after the first hour, at most so much is held after the last."""

WORDS = "severity:high status:active device:ws-07 -noise phrase"


def incident(number: int) -> dict[str, object]:
    created = f"{NOON - timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}"
    entities = [
        {
            "entityType": "User",
            "accountName": f"user{number % 50}",
            "userPrincipalName": f"user{number % 50}@example.com",
        },
        {"entityType": "Ip", "ipAddress": f"192.0.2.{number % 250}"},
    ]
    alert = {
        "alertId": f"da{number}",
        "title": f"Made up {number}",
        "severity": "High",
        "serviceSource": "MicrosoftDefenderForEndpoint",
        "devices": [{"mdatpDeviceId": f"{number:040x}", "deviceDnsName": f"ws-{number % 20:02}"}],
        "entities": entities,
    }
    return {
        "incidentId": number,
        "incidentName": f"Made up {number}",
        "severity": "High",
        "status": "Active",
        "createdTime": created,
        "lastUpdateTime": created,
        "comments": [],
        "alerts": [alert],
    }


class OneTenant:
    """A tenant that is changed by others, fails now and then, and remembers no more of its callers than it must."""

    def __init__(self, clock: StoppedClock) -> None:
        self.clock = clock
        self.sim = SimulatedTenant(clock=clock, incidents=[incident(number) for number in range(1, QUEUE + 1)])
        self.dice = random.Random(2020)  # noqa: S311 - the same each time
        self.tokens = 0
        self.changed = 0

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.tokens += request.url.path.endswith("/token")
        answer = await self.sim.handle(request)
        self.sim.requests.clear()  # else it is the test that grows
        return answer

    def live_on(self, upto: int) -> None:
        """Change incidents until so many have changed."""
        while self.changed < upto:
            self.changed += 1
            number, word = self.dice.randint(1, MOVING), self.dice.choice(("Active", "InProgress", "Resolved"))
            remark = {"comment": f"remark {self.changed}", "createdBy": "somebody@example.com"}
            self.sim.incidents.change(number, status=word, comments=[remark], tags=[f"tag{self.changed % 9}"])

    def fail_sometimes(self, refresh: int) -> None:
        """In one refresh out of five something goes wrong, each time something else."""
        ways = (
            faults.server_error(500), faults.throttled(), faults.truncated_json(), faults.html_page(502),
            faults.unauthorized(), faults.broken_off(), httpx.ReadTimeout("timed out"),
        )  # fmt: skip
        if refresh % 5 == 3:
            self.sim.faults.add("/api/incidents", ways[refresh // 5 % len(ways)])
        if refresh % 40 == 31:  # longer than anybody's patience
            self.sim.faults.add("/api/incidents", faults.server_error(503), times=5)


@dataclass(frozen=True, slots=True)
class Held:
    """What there is at one moment."""

    bytes: int
    """Of Python's own objects."""
    tasks: int
    threads: int
    files: int
    pages: int
    """Of the store's file."""


def held(folder: Path) -> Held:
    gc.collect()
    descriptors = Path("/proc/self/fd")
    return Held(
        tracemalloc.get_traced_memory()[0],
        len(asyncio.all_tasks()),
        threading.active_count(),
        len(list(descriptors.iterdir())) if descriptors.exists() else 0,
        _pages(folder),
    )


def _pages(folder: Path) -> int:
    """Of a copy: SQLite would keep another descriptor of a file that this process has open."""
    with TemporaryDirectory() as copies:
        for path in folder.iterdir():
            shutil.copy(path, copies)
        (file,) = Path(copies).glob("*.sqlite")
        with closing(sqlite3.connect(file)) as connection:
            return int(connection.execute("PRAGMA page_count").fetchone()[0])


@dataclass
class Day:
    """Somebody who keeps the window open."""

    services: Services
    feed: IncidentFeed
    tenant: OneTenant
    refreshes: int = 0
    problems: int = 0
    answers: list[int] = field(default_factory=list)

    async def hours(self) -> AsyncIterator[None]:
        await self._read(self.feed.load_all())
        for _ in range(HOURS):
            await self._hour()
            yield

    async def _hour(self) -> None:
        for _ in range(REFRESHES_AN_HOUR):
            self.refreshes += 1
            self.tenant.clock.advance(REFRESH_EVERY_S)
            self.tenant.live_on(CHANGES * self.refreshes // (HOURS * REFRESHES_AN_HOUR))
            self.tenant.fail_sometimes(self.refreshes)
            await self._renew()
            await self._read(self.feed.refresh())
        await self._look()
        await self._open_some()

    async def _renew(self) -> None:
        """As the screen does each second."""
        if self.services.session.is_renewal_due:
            await self.services.session.bearer()

    async def _read(self, events: AsyncIterator[FeedEvent]) -> None:
        try:
            async with aclosing(events):  # type: ignore[type-var]
                async for _ in events:
                    pass
        except MtpError:
            self.problems += 1

    async def _look(self) -> None:
        narrowing = parse(WORDS, me="", now=self.tenant.clock())
        assert len(self.feed.rows()) == QUEUE
        async for _ in self.feed.find(narrowing):
            pass

    async def _open_some(self) -> None:
        for row in self.feed.rows()[:5]:
            await self.feed.detail(row.id)
            await self.feed.memory.others_with("Ip", "192.0.2.1", row.id)
        self.feed.memory.mark_seen([row.id for row in self.feed.rows()[:50]])
        await self.feed.memory.look_at("1")  # what was begun before it is done by then


@asynccontextmanager
async def a_day(folder: Path, clock: StoppedClock) -> AsyncIterator[Day]:
    tenant = OneTenant(clock)
    wire = Wire(lambda: httpx.MockTransport(tenant.handle))
    settings = Settings(has_store=True, data_folder=folder)
    services = on_wire(settings, wire, clock, sleep=clock.sleep)
    sim = tenant.sim
    signed_in = await services.session.sign_in(ClientSecret(sim.tenant_id, sim.client_id, Secret(sim.client_secret)))
    await services.session.verify()
    yield Day(services, services.new_feed(signed_in), tenant)
    await services.close()


@contextmanager
def counting() -> Iterator[None]:
    """Counts what Python allocates from here on: not the libraries, whose loading would take ten times as long."""
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


async def test_eight_hours_with_ten_thousand_changes_leave_no_more_than_the_first_one(
    tmp_path: Path, clock: StoppedClock
) -> None:
    async with a_day(tmp_path, clock) as day:
        with counting():
            hours = [held(tmp_path) async for _ in day.hours()]
        first, last = hours[0], hours[-1]
        # rows are so small that caches of a fixed size show beside them: what is compared is at least this much
        assert last.bytes - first.bytes <= (GROWS_TO - 1) * max(first.bytes, 5_000_000)
        assert last.tasks <= first.tasks
        assert last.threads <= first.threads + MOST_IN_POOL
        assert last.files <= first.files
        assert last.pages <= GROWS_TO * first.pages
        # and all of that was really going on
        assert day.tenant.changed == CHANGES
        assert day.tenant.tokens >= 1 + 7
        assert day.problems > 0
        assert {row.id: row.status for row in day.feed.rows()} == {
            str(each["incidentId"]): each["status"] for each in day.tenant.sim.incidents.all()
        }
