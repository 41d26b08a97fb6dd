"""Incidents put into the store, and taken out of it."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mtp_tui.defender.alert import alert_of
from mtp_tui.defender.incident import incident_fields
from mtp_tui.defender.models import Incident, same_content
from mtp_tui.defender.narrowing.facts import facts_of
from mtp_tui.store.bodies import digest, pack
from mtp_tui.store.changes import FieldChange, difference, note
from mtp_tui.store.rows import by_number, row_of
from mtp_tui.store.texts import COLUMNS, texts_of
from mtp_tui.store.times import maybe_us, to_us

RETENTION_DAYS = 180
"""How long an incident is remembered after its last update, if nobody says otherwise."""


_INSERT_TEXTS = f"INSERT INTO texts (number, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})"  # noqa: S608 - names of ours
_UPDATE_TEXTS = f"UPDATE texts SET {' = ?, '.join(COLUMNS)} = ? WHERE number = ?"  # noqa: S608 - names of ours


@dataclass(frozen=True, slots=True)
class Stored:
    """What of some incidents was news to the store."""

    new: frozenset[str] = frozenset()
    """IDs that it did not know."""
    changed: Mapping[str, tuple[FieldChange, ...]] = field(default_factory=dict)
    """By ID, what is not as it was before; without those of which an older state came."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What has to be known of a remembered incident to see whether another state of it is news."""

    number: int
    digest: bytes
    updated_at: int | None
    as_of: int
    was_seen: bool


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Everything of an incident that is written, worked out before the file is locked."""

    incident: Incident
    digest: bytes
    packed: bytes = b""
    texts: tuple[str, ...] = ()


def put(connection: sqlite3.Connection, incidents: Sequence[Incident], as_of: datetime) -> Stored:
    """Remember what the service said at `as_of`, all of it or, if this fails, nothing.

    Of two states of an incident the one updated later counts, and of two updated at the same moment the one that the
    service told later. Incidents whose bytes are as they were cost little.
    """
    told = to_us(as_of)
    prepared = [_prepared(incident, _known(connection, incident.id), told) for incident in _each_once(incidents)]
    if not prepared:
        return Stored()
    new: set[str] = set()
    changed: dict[str, tuple[FieldChange, ...]] = {}
    connection.execute("BEGIN IMMEDIATE")
    for one in prepared:
        incident = one.incident
        known = _known(connection, incident.id)  # again: another window may have been faster
        if known is None:
            _insert(connection, _whole(one), told)
            new.add(incident.id)
        elif _is_news(one, known, told):
            remembered = by_number(connection, [known.number])
            if remembered and same_content(remembered[0], incident):
                _confirm(connection, known, told)
                continue
            changes = difference(remembered[0], incident) if remembered else ()
            _replace(connection, known.number, _whole(one), told)
            if known.was_seen:
                note(connection, known.number, changes, told)
            changed[incident.id] = changes
        else:
            _confirm(connection, known, told if one.digest == known.digest else known.as_of)
    connection.execute("COMMIT")
    return Stored(frozenset(new), changed)


def forget_older_than(connection: sqlite3.Connection, days: float, now: datetime) -> int:
    """Forget incidents that were last updated longer ago than this; answers how many."""
    before = to_us(now - timedelta(days=days))
    connection.execute("BEGIN IMMEDIATE")
    count = connection.execute(
        "DELETE FROM incidents WHERE coalesce(updated_at, created_at, as_of) < ?", (before,)
    ).rowcount
    connection.execute("COMMIT")
    connection.execute("PRAGMA incremental_vacuum").fetchall()
    return count


def clear(connection: sqlite3.Connection, *, full_text: bool) -> None:
    """Forget everything, choices and the journal of writes as well, and leave none of it in the file."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in (
        "DELETE FROM incidents",
        "DELETE FROM choices",
        "DELETE FROM journal",
    ):
        connection.execute(statement)
    if full_text:
        connection.execute("INSERT INTO word_index (word_index) VALUES ('rebuild')")  # drops what merges have left
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _each_once(incidents: Iterable[Incident]) -> Iterable[Incident]:
    newest: dict[str, Incident] = {}
    for incident in incidents:
        other = newest.get(incident.id)
        if other is None or not _is_older(maybe_us(incident.updated_at), maybe_us(other.updated_at)):
            newest[incident.id] = incident
    return newest.values()


def _is_older(updated_at: int | None, known: int | None) -> bool:
    return updated_at is not None and known is not None and updated_at < known


def _is_news(one: _Prepared, known: _Known, told: int) -> bool:
    updated_at = maybe_us(one.incident.updated_at)
    if one.digest == known.digest or _is_older(updated_at, known.updated_at):
        return False
    is_later = updated_at is not None and known.updated_at is not None and updated_at > known.updated_at
    return is_later or told >= known.as_of


def _known(connection: sqlite3.Connection, incident_id: str) -> _Known | None:
    row = connection.execute(
        "SELECT number, digest, updated_at, as_of, seen_as_of IS NOT NULL FROM incidents WHERE id = ?", (incident_id,)
    ).fetchone()
    return None if row is None else _Known(row[0], row[1], row[2], row[3], bool(row[4]))


def _prepared(incident: Incident, known: _Known | None, told: int) -> _Prepared:
    one = _Prepared(incident, digest(incident.raw))
    return one if known is not None and not _is_news(one, known, told) else _whole(one)


def _whole(one: _Prepared) -> _Prepared:
    """With everything that is written; the same if it has that already."""
    if one.packed:
        return one
    incident = one.incident
    sent = incident_fields(incident.raw)
    alerts = [alert_of(alert, position) for position, alert in enumerate(sent.objects("alerts"))]
    return _Prepared(
        incident,
        one.digest,
        pack(incident.raw),
        texts_of(facts_of(incident, sent, alerts)),
    )


def _insert(connection: sqlite3.Connection, one: _Prepared, told: int) -> None:
    cursor = connection.execute(
        """
        INSERT INTO incidents (
            id, name, severity, status, classification, determination, assigned_to, created_at, updated_at, tags,
            redirect_id, uri, alert_count, device_count, user_count, sources, digest, as_of, changed_as_of
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (*row_of(one.incident), one.digest, told, told),
    )
    number = int(cursor.lastrowid or 0)
    connection.execute("INSERT INTO bodies (number, packed) VALUES (?, ?)", (number, one.packed))
    connection.execute(_INSERT_TEXTS, (number, *one.texts))


def _replace(connection: sqlite3.Connection, number: int, one: _Prepared, told: int) -> None:
    connection.execute(
        """
        UPDATE incidents SET
            id = ?, name = ?, severity = ?, status = ?, classification = ?, determination = ?, assigned_to = ?,
            created_at = ?, updated_at = ?, tags = ?, redirect_id = ?, uri = ?, alert_count = ?, device_count = ?,
            user_count = ?, sources = ?, digest = ?, as_of = ?, changed_as_of = ?
        WHERE number = ?
        """,
        (*row_of(one.incident), one.digest, told, told, number),
    )
    connection.execute("UPDATE bodies SET packed = ? WHERE number = ?", (one.packed, number))
    connection.execute(_UPDATE_TEXTS, (*one.texts, number))


def _confirm(connection: sqlite3.Connection, known: _Known, told: int) -> None:
    """The service said the same again."""
    if told > known.as_of:
        connection.execute("UPDATE incidents SET as_of = ? WHERE number = ?", (told, known.number))
