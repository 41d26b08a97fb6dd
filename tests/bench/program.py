"""All that the rows ask of the program: its own objects, on prepared bytes. Nothing else here knows what they are called."""

import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from textual import events

from mtp_tui.clock import system_clock
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.models import Incident, incident_from
from mtp_tui.defender.narrowing.narrowing import Term, parse, sought_in_text
from mtp_tui.defender.quota import Quota
from mtp_tui.identity.clouds import GLOBAL
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.token_doctor import matrix
from mtp_tui.secret import Secret
from mtp_tui.services.export import About, Format, write_export
from mtp_tui.services.incidents import Finished, IncidentFeed, PageLoaded
from mtp_tui.services.memory import Memory
from mtp_tui.services.wiring import Services, on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.store.store import Store, open_store
from mtp_tui.ui.app import MtpApp
from mtp_tui.ui.panes.incidents import IncidentsPane
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.record_grid import Arrangement
from mtp_tui.wire import Wire
from tests.bench.corpus import NEWEST, Corpus
from tests.bench.driven import Driven, driven
from tests.bench.wires import MadeUpToken, RunningClock, ToPlainServer
from tests.identity.minting import NOW, judged

API = "https://api.security.microsoft.com"
PACKAGE = Path(__file__).parents[2] / "tui" / "mtp_tui"
_KEYS: dict[str, Callable[[Incident], object]] = {
    "severity": lambda incident: incident.severity,
    "status": lambda incident: incident.status,
    "id": lambda incident: int(incident.id),
    "name": lambda incident: incident.name,
    "alerts": lambda incident: incident.alert_count,
    "owner": lambda incident: incident.assigned_to,
    "tags": lambda incident: incident.tags,
    "created": lambda incident: incident.created_at,
    "updated": lambda incident: incident.updated_at,
}
NEWEST_200 = "SELECT * FROM incidents ORDER BY updated_at DESC LIMIT 200"
"""What the store keeps of the rows on top."""
PIVOT = """
    SELECT id, first_seen, last_seen FROM evidence JOIN sightings USING (evidence) JOIN incidents USING (number)
    WHERE kind = ? AND value = ? ORDER BY updated_at DESC, length(id), id
"""
"""The incidents with a piece of evidence."""
NAMED_BY = """
    SELECT kind, value FROM evidence JOIN (SELECT evidence, count(*) AS n FROM sightings GROUP BY evidence) USING (evidence)
    ORDER BY abs(n - ?) LIMIT 1
"""
"""The evidence that about so many incidents name."""
STORED_AT_ONCE = 100
"""A page, as the program stores them."""


# the queue as it comes from the service


class _Forgetful(Memory):
    """Keeps nothing, so that what fetching and decoding cost can be seen without what storing costs."""

    def take(self, news: Sequence[Incident], as_of: datetime) -> None:
        pass


@asynccontextmanager
async def feed_from(port: int, store_folder: Path | None = None) -> AsyncIterator[IncidentFeed]:
    """A feed of whatever a plain server sends; its store in that folder, if one is given, is done when this ends."""
    clock = RunningClock()
    wire = Wire(lambda: ToPlainServer(port))
    client = DefenderClient(wire, API, MadeUpToken(), Quota(clock, clock.sleep, 10**9, 10**9), clock)
    keeps = Memory if store_folder else _Forgetful
    memory = keeps(store_folder, SimulatedTenant.tenant_id, clock, 180)
    try:
        yield IncidentFeed(client, clock, clock.sleep, memory)
    finally:
        await memory.close()
        await wire.aclose()


@asynccontextmanager
async def feed_of(page: bytes) -> AsyncIterator[IncidentFeed]:
    """A feed of one answer, whatever is asked, in this process."""
    clock = RunningClock()
    wire = Wire(lambda: httpx.MockTransport(lambda _: httpx.Response(200, content=page)))
    client = DefenderClient(wire, API, MadeUpToken(), Quota(clock, clock.sleep), clock)
    yield IncidentFeed(client, clock, clock.sleep, Memory(None, SimulatedTenant.tenant_id, clock, 180))
    await wire.aclose()


async def load_all(feed: IncidentFeed, count: int) -> tuple[float, float]:
    """Read the whole queue; answers after how many ms the first page was there, and all. Fails if one is missing."""
    begun, first = time.perf_counter(), 0.0
    async for event in feed.load_all():
        if isinstance(event, PageLoaded) and not first:
            first = time.perf_counter() - begun
        if isinstance(event, Finished):
            assert event.total == count, event
    return first * 1e3, (time.perf_counter() - begun) * 1e3


async def refresh(feed: IncidentFeed) -> int:
    """Ask for what has changed; answers how many incidents were news."""
    return sum([len(event.incidents) async for event in feed.refresh() if isinstance(event, PageLoaded)])


def rows_from(bodies: Sequence[bytes]) -> list[Incident]:
    """Incidents, one by one."""
    return [incident_from(body) for body in bodies]


# the queue as it is remembered


async def filled_store(folder: Path, queue: Corpus) -> Path:
    """A data folder in which the program has stored this queue; made anew when the code that stores has changed."""
    path = known_store(folder, queue.count)
    if (path / "whole").exists():
        return path
    clock = RunningClock()
    store, _ = await open_store(path, SimulatedTenant.tenant_id, clock)
    await store.clear()
    for start in range(0, queue.count, STORED_AT_ONCE):
        incidents = rows_from(list(queue.bodies(start, start + STORED_AT_ONCE)))
        await store.put(incidents, NEWEST + timedelta(minutes=1))
    await store.mark_seen(None, NEWEST + timedelta(minutes=2))
    await store.close()
    (path / "whole").touch()
    return path


def known_store(folder: Path, count: int) -> Path:
    """Where `filled_store` puts a queue of so many."""
    return folder / f"store-{count}-{_fingerprint()}"


def store_file(folder: Path) -> Path:
    """The database in a data folder."""
    return max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)


def stored_bytes(folder: Path) -> int:
    """All that is in a data folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _fingerprint() -> str:
    sources = sorted(
        path
        for name in ("store", "defender")
        for path in (PACKAGE / name).rglob("*.*")
        if path.suffix in (".py", ".sql")
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


@asynccontextmanager
async def store_in(data_folder: Path) -> AsyncIterator[Store]:
    """The store of a data folder."""
    store, _ = await open_store(data_folder, SimulatedTenant.tenant_id, RunningClock())
    try:
        yield store
    finally:
        await store.close()


async def export(feed: IncidentFeed, ids: Sequence[str], path: Path) -> None:
    """Write these incidents as NDJSON, over what stands there."""
    about = About(NEWEST, known=len(ids))
    await write_export(path, feed.wholes(ids), Format.NDJSON, about, replace=True)


def terms(line: str) -> tuple[Term, ...]:
    """What a line looks for in the text of incidents."""
    return sought_in_text(parse(line, now=NOW))


def token_report(token: Secret) -> object:
    """All that the token pane shows of a token, with the tenant's keys known."""
    report = judged(token)
    return report.headline(NOW), report.conclusions(NOW), matrix(report, NOW)


# the program on a screen


def services_on(tenant: SimulatedTenant, clock: RunningClock, data_folder: Path | None) -> Services:
    """The program's own objects on the simulated tenant, which sign in by themselves."""
    credentials = ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
    settings = Settings(has_store=True, data_folder=data_folder, refresh_every_s=86_400)
    return on_wire(settings, Wire(tenant.transport), clock, sleep=clock.sleep, demo=credentials)


class Program(Driven):
    """The program, driven."""

    @property
    def grid(self) -> IncidentGrid:
        """The queue."""
        return self.app.screen.query_one(IncidentGrid)

    @property
    def pane(self) -> IncidentsPane:
        """All around it."""
        return self.app.screen.query_one(IncidentsPane)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is being asked for."""
        return not self.pane.queue.busy

    def keys_of(self, column: str) -> list[object]:
        """What the rows are compared by, in their order."""
        return [_KEYS[column](incident) for incident in self.grid.rows]

    async def unsort(self) -> None:
        """Put the rows back into the order of the feed."""
        await self.cost(lambda: self.grid.set_columns(Arrangement()))

    def shows(self, rows: int) -> bool:
        """Whether so many rows are there, and some of them are painted."""
        known = self.grid.rows
        return len(known) >= rows and known[0].name[:12] in self.driver.text

    def follow(self, feed: IncidentFeed | None) -> None:
        """Show the rows of a feed, as after a sign-in; or none, as after signing out."""
        if feed is None:
            self.pane.forget()
        else:
            self.pane.follow(feed, SimulatedTenant.tenant_id, GLOBAL)

    def begin(self, key: str) -> None:
        """Press a key, and wait for nothing."""
        self.app.post_message(events.Key(key, None))

    def sign_in(self) -> None:
        """Press Enter in the form, as filled in from the environment."""
        self.app.screen.query_one("#sign-in-button").press()  # type: ignore[attr-defined]

    async def sign_out(self) -> None:
        """Go back to the form, and forget who was signed in."""
        await self.settle(lambda: self.is_quiet)
        await self.press("1")
        await self.press("o", until=lambda: not self.grid.rows)


@asynccontextmanager
async def at_queue(rows: int, data_folder: Path | None = None) -> AsyncIterator[Program]:
    """The program with so many remembered rows in front of it; the service has nothing to add."""
    clock = RunningClock()
    tenant = SimulatedTenant(clock=clock, incidents=[])
    tenant.prepare()
    app = MtpApp(services_on(tenant, clock, data_folder))
    async with driven(app) as at:
        program = Program(at.app)
        await program.settle(lambda: len(program.grid.rows) >= rows and program.is_quiet)
        program.grid.focus()
        await program.settle()
        yield program


@asynccontextmanager
async def before_sign_in(environ: dict[str, str]) -> AsyncIterator[Program]:
    """The program at the sign-in form, on the network to which the environment leads."""
    os.environ.update(environ)
    settings = Settings(environ=environ, profile_file=Path(os.devnull) / "profiles.toml", refresh_every_s=86_400)
    clock = RunningClock(system_clock())  # whose pauses take no time: a quota is not what is measured
    async with driven(MtpApp(on_wire(settings, Wire(), clock, sleep=clock.sleep))) as at:
        program = Program(at.app)
        await program.settle()
        yield program


@asynccontextmanager
async def fresh_feed(data_folder: Path) -> AsyncIterator[IncidentFeed]:
    """The feed of somebody who has just signed in, with what is remembered in that folder; the service has nothing to add."""
    clock = RunningClock()
    tenant = SimulatedTenant(clock=clock, incidents=[])
    services = services_on(tenant, clock, data_folder)
    assert services.demo is not None
    try:
        yield services.new_feed(await services.session.sign_in(services.demo))
    finally:
        await services.close()
