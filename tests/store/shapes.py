"""Incidents for the store, and stores for a test."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from itertools import compress
from pathlib import Path

from mtp_tui.clock import Clock
from mtp_tui.defender.models import Incident, incident_from
from mtp_tui.defender.narrowing.narrowing import Term, sought_in_text
from mtp_tui.settings import RETENTION_DAYS
from mtp_tui.store.answers import flags
from mtp_tui.store.store import Store, open_store
from tests.defender.narrowings import read
from tests.defender.shapes import incident_json, raw
from tests.support.clocks import NOON

TENANT = "00000000-0000-0000-0000-0000000000aa"


def incident(incident_id: object = 1, **fields: object) -> Incident:
    """A documented incident with some fields changed."""
    return incident_from(raw(incident_json(incidentId=incident_id, **fields)))


def naming(incident_id: object, *entities: dict[str, object], **fields: object) -> Incident:
    """An incident with one alert that names these entities."""
    alert = {"alertId": f"da{incident_id}", "title": "An alert", "entities": list(entities)}
    return incident(incident_id, alerts=[alert], **fields)


async def everything(store: Store) -> tuple[Incident, ...]:
    """All incidents, whole, the one updated last on top."""
    return await store.wholes([row.id for row in await store.listed(1_000_000)])


async def forget_older_than(store: Store, days: float = RETENTION_DAYS) -> int:
    """As the program does, a few at a time; answers how many they were."""
    count = 0
    while some := await store.forget_some_older_than(days):
        count += some
    return count


def terms(line: str) -> tuple[Term, ...]:
    """What a line looks for in the text of incidents."""
    return sought_in_text(read(line))


async def found(store: Store, line: str, *, in_a_hurry: bool = False) -> frozenset[str]:
    """IDs of what the store finds, of all that it remembers."""
    ids = [row.id for row in await store.listed(1_000_000)]
    return await found_among(store, line, ids, in_a_hurry=in_a_hurry)


async def found_among(store: Store, line: str, ids: Sequence[str], *, in_a_hurry: bool = False) -> frozenset[str]:
    """IDs of what the store finds among these."""
    answer = await store.holding(terms(line), ids, in_a_hurry=in_a_hurry)
    return frozenset(compress(ids, flags(answer.bits, len(ids))))


def is_there(path: Path) -> bool:
    """Whether anything stands there, be it a link that leads nowhere."""
    return path.is_symlink() or path.exists()


@contextlib.asynccontextmanager
async def opened(folder: Path | None, clock: Clock, *, full_text: bool | None = None) -> AsyncIterator[Store]:
    """A store of the tenant for as long as the block lasts."""
    store, _ = await open_store(folder, TENANT, clock, full_text=full_text)
    try:
        yield store
    finally:
        await store.close()


async def filled(folder: Path, clock: Clock, count: int = 3) -> None:
    """A file with so many incidents in it, with nobody at it."""
    async with opened(folder, clock) as store:
        await store.put([incident(number) for number in range(1, count + 1)], NOON)
