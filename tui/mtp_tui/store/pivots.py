"""From one piece of evidence to the other incidents that name it."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mtp_tui.defender.models import Entity, Incident, detail_from
from mtp_tui.defender.narrowing.folding import fold
from mtp_tui.store.rows import by_number
from mtp_tui.store.texts import storable
from mtp_tui.store.times import maybe_moment

_COLUMNS = {
    "user": "user",
    "mailbox": "mail",
    "sender": "mail",
    "mail": "mail",
    "address": "ip",
    "url": "url",
    "hash": "hash",
    "file": "file",
    "command": "process",
    "device": "device",
}
"""Where the text of a kind is kept (mtp_tui.store.texts); that of the others is in `rest`."""

_MOST_READ = 50
"""Incidents of which the bodies are read for when the evidence was seen; the others have their own times for it."""

_MOST_TOKENS = 20

_TOKEN = re.compile(r"[0-9a-z]+")

Span = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class OtherIncidents:
    """The remembered incidents that name one piece of evidence."""

    kind: str
    """As in `mtp_tui.defender.evidence.Pivot`, and so is the value."""
    value: str
    ids: tuple[str, ...] = ()
    """The one updated last first."""
    first_seen: datetime | None = None
    """Of any of them: when the evidence was seen, else when its alert was active, else when the incident began."""
    last_seen: datetime | None = None

    @property
    def count(self) -> int:
        """How many incidents."""
        return len(self.ids)


def pivot(connection: sqlite3.Connection, kind: str, value: str, besides: str, *, full_text: bool) -> OtherIncidents:
    """The incidents with this evidence, without the one whose ID is `besides`."""
    wanted = fold(value)
    condition, needles = f"instr({_COLUMNS.get(kind, 'rest')}, ?) > 0", [storable(f"\n{wanted}\n")]
    tokens = _TOKEN.findall(wanted)[:_MOST_TOKENS]
    if full_text and tokens and wanted.isascii():  # the index knows sooner where it can be at all
        condition += " AND number IN (SELECT rowid FROM word_index WHERE word_index MATCH ?)"
        needles.append(" AND ".join(f'"{token}"' for token in tokens))
    rows = connection.execute(
        f"""
        SELECT number, incidents.id, created_at, updated_at FROM texts JOIN incidents USING (number)
        WHERE {condition} AND incidents.id <> ? ORDER BY updated_at DESC, length(incidents.id), incidents.id
        """,  # noqa: S608 - one of our own columns
        (*needles, storable(besides)),
    ).fetchall()
    read = by_number(connection, [number for number, *_ in rows[:_MOST_READ]])
    spans = [span for incident in read for span in _spans(incident, wanted)]
    spans += [(maybe_moment(created), maybe_moment(updated)) for _, _, created, updated in rows[_MOST_READ:]]
    return OtherIncidents(
        kind,
        value,
        tuple(incident_id for _, incident_id, *_ in rows),
        min((first for first, _ in spans if first), default=None),
        max((last for _, last in spans if last), default=None),
    )


def _spans(incident: Incident, wanted: str) -> Iterator[Span]:
    """When the evidence was seen in an incident, each time that it is named."""
    for alert in detail_from(incident.raw).alerts:
        span = alert.first_activity or incident.created_at, alert.last_activity or incident.updated_at
        for entity in alert.entities:
            if _names(entity, wanted):
                yield (entity.seen_at, entity.seen_at) if entity.seen_at else span
        for device in alert.devices:
            if wanted in map(fold, (*device.names, device.id, device.entra_id)):
                yield span


def _names(entity: Entity, wanted: str) -> bool:
    return any(fold(text) == wanted for text in (entity.title, *(value for _, value in entity.facts)))
