"""All that the rows ask of the program: its own objects, on prepared bytes.

Nothing else here knows what they are called, but for `screen`, which knows its widgets.
"""

import hashlib
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.models import Incident, incident_from
from mtp_tui.defender.narrowing.narrowing import Term, parse, sought_in_text
from mtp_tui.defender.quota import Quota
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.token_doctor import matrix
from mtp_tui.secret import Secret
from mtp_tui.services.export import About, Format, write_export
from mtp_tui.services.incidents import Finished, IncidentFeed, PageLoaded
from mtp_tui.services.memory import Memory
from mtp_tui.services.wiring import Services, on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.store import bodies, pivots
from mtp_tui.store.store import Store, open_store
from mtp_tui.wire import Wire
from tests.bench.corpus import NEWEST, Corpus
from tests.bench.wires import MadeUpToken, RunningClock, ToPlainServer

API = "https://api.security.microsoft.com"
PACKAGE = Path(__file__).parents[2] / "tui" / "mtp_tui"
NEWEST_200 = "SELECT * FROM incidents ORDER BY updated_at DESC LIMIT 200"
"""What the store keeps of the rows on top."""
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


def pivot_query(connection: sqlite3.Connection, kind: str, value: str) -> str:
    """The SQL with which the store looks for a piece of evidence, with its values in it."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    pivots.pivot(connection, kind, value, "", full_text=True)
    connection.set_trace_callback(None)
    return next(statement for statement in statements if "FROM incidents" in statement)


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


def pack(body: bytes) -> bytes:
    """A body as the store keeps it."""
    return bodies.pack(body)


def unpack(packed: bytes) -> bytes:
    """The body again."""
    return bodies.unpack(packed)


def terms(line: str) -> tuple[Term, ...]:
    """What a line looks for in the text of incidents."""
    from tests.identity.minting import NOW

    return sought_in_text(parse(line, now=NOW))


def token_report(token: Secret) -> object:
    """All that the token pane shows of a token, with the tenant's keys known."""
    from tests.identity.minting import (
        NOW,
        judged,
    )  # here, for it loads hypothesis: ten megabytes that nobody is to measure

    report = judged(token)
    return report.headline(NOW), report.conclusions(NOW), matrix(report, NOW)


def services_on(tenant: SimulatedTenant, clock: RunningClock, data_folder: Path | None) -> Services:
    """The program's own objects on the simulated tenant, which sign in by themselves."""
    credentials = ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
    settings = Settings(has_store=True, data_folder=data_folder, refresh_every_s=86_400)
    return on_wire(settings, Wire(tenant.transport), clock, sleep=clock.sleep, demo=credentials)


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
