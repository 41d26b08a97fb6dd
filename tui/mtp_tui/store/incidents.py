"""Incidents put into the store, and taken out of it."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mtp_tui.defender.models import Incident, same_content
from mtp_tui.store import occurring, words
from mtp_tui.store.bodies import digest, pack
from mtp_tui.store.changes import FieldChange, difference, note
from mtp_tui.store.choices import recall, remember
from mtp_tui.store.depth import Depth, depth_of
from mtp_tui.store.numbers import new_numbers
from mtp_tui.store.rows import by_number, row_of
from mtp_tui.store.times import maybe_us, to_us

_CONFIRMED = "confirmed"
"""Among the choices: one moment for all incidents, since to write it to each of 100,000 would take seconds."""

_FORGOTTEN_AT_ONCE = 20
"""Incidents; each has to be read once more, and others wait for as long."""


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
class _Told:
    """When the service said what is being put."""

    at: int
    now: int

    def is_before(self, kept: int) -> bool:
        """Whether something was told later; a moment that has not come yet is one of a clock that was ahead."""
        return self.at < kept <= self.now


@dataclass(frozen=True, slots=True)
class _Whole:
    """Everything of an incident that is written."""

    incident: Incident
    digest: bytes
    packed: bytes
    depth: Depth


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What is worked out before the file is locked."""

    incident: Incident
    digest: bytes
    whole: _Whole | None = None
    """None if the incident does not look like news."""


def put(
    connection: sqlite3.Connection, incidents: Sequence[Incident], as_of: datetime, now: datetime, *, full_text: bool
) -> Stored:
    """Remember what the service said at `as_of`, all of it or, if this fails, nothing.

    Of two states of an incident the one updated later counts, and of two updated at the same moment the one that the
    service told later, unless that was told after `now`: then the clock was wrong. Incidents whose bytes are as they were
    cost little.
    """
    told = _Told(to_us(as_of), to_us(now))
    prepared = [_prepared(incident, _known(connection, incident.id), told) for incident in _each_once(incidents)]
    if not prepared:
        return Stored()
    new: list[_Whole] = []
    changed: dict[str, tuple[FieldChange, ...]] = {}
    connection.execute("BEGIN IMMEDIATE")
    for one in prepared:
        incident = one.incident
        known = _known(connection, incident.id)  # again: another window may have been faster
        if known is None:
            new.append(_whole(one))
        elif _is_news(one, known, told):
            remembered = by_number(connection, [known.number])
            if remembered and same_content(remembered[0], incident):
                _confirm(connection, known, told)
                continue
            changes = difference(remembered[0], incident) if remembered else ()
            _replace(connection, known.number, remembered, _whole(one), told, full_text=full_text)
            if known.was_seen:
                note(connection, known.number, changes, told.at)
            changed[incident.id] = changes
        elif one.digest == known.digest:
            _confirm(connection, known, told)
    _insert(connection, new, told.at, full_text=full_text)
    connection.execute("COMMIT")
    return Stored(frozenset(one.incident.id for one in new), changed)


def confirm(connection: sqlite3.Connection, as_of: datetime) -> None:
    """The service said at `as_of` that nothing else has changed."""
    remember(connection, _CONFIRMED, to_us(as_of))


def told_at(connection: sqlite3.Connection, now: datetime) -> int | None:
    """When it said so last, or, if it never did, when it said any of what is remembered; None if nothing is."""
    at = recall(connection, _CONFIRMED)
    if not (isinstance(at, int) and connection.execute("SELECT 1 FROM incidents LIMIT 1").fetchone()):
        (at,) = connection.execute("SELECT max(as_of) FROM incidents").fetchone()
    return min(at, to_us(now)) if isinstance(at, int) else None


def forget_some_older_than(connection: sqlite3.Connection, days: float, now: datetime, *, full_text: bool) -> int:
    """Forget some of the incidents that were last updated longer ago than this, since each takes a while; answers how many,
    which is 0 once all are forgotten.
    """
    connection.execute("BEGIN IMMEDIATE")
    numbers = [
        number
        for (number,) in connection.execute(
            "SELECT number FROM incidents WHERE coalesce(updated_at, created_at, as_of) < ? ORDER BY number LIMIT ?",
            (to_us(now - timedelta(days=days)), _FORGOTTEN_AT_ONCE),
        )
    ]
    if full_text:
        words.take_out(connection, _said(connection, numbers))
    connection.executemany("DELETE FROM incidents WHERE number = ?", ((number,) for number in numbers))
    if not numbers:
        occurring.keep_latest(connection)
    connection.execute("COMMIT")
    if not numbers:
        connection.execute("PRAGMA incremental_vacuum").fetchall()
    return len(numbers)


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
        words.forget_all(connection)
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _said(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[tuple[int, words.Said]]:
    """What incidents said when they were put in, which is what their bodies say."""
    return [(number, depth_of(incident).said) for number in numbers for incident in by_number(connection, [number])]


def _each_once(incidents: Iterable[Incident]) -> Iterable[Incident]:
    newest: dict[str, Incident] = {}
    for incident in incidents:
        other = newest.get(incident.id)
        if other is None or not _is_older(maybe_us(incident.updated_at), maybe_us(other.updated_at)):
            newest[incident.id] = incident
    return newest.values()


def _is_older(updated_at: int | None, known: int | None) -> bool:
    return updated_at is not None and known is not None and updated_at < known


def _is_news(one: _Prepared, known: _Known, told: _Told) -> bool:
    updated_at = maybe_us(one.incident.updated_at)
    if one.digest == known.digest or _is_older(updated_at, known.updated_at):
        return False
    is_later = updated_at is not None and known.updated_at is not None and updated_at > known.updated_at
    return is_later or not told.is_before(known.as_of)


def _known(connection: sqlite3.Connection, incident_id: str) -> _Known | None:
    row = connection.execute(
        "SELECT number, digest, updated_at, as_of, seen_as_of IS NOT NULL FROM incidents WHERE id = ?", (incident_id,)
    ).fetchone()
    return None if row is None else _Known(row[0], row[1], row[2], row[3], bool(row[4]))


def _prepared(incident: Incident, known: _Known | None, told: _Told) -> _Prepared:
    one = _Prepared(incident, digest(incident.raw))
    if known is not None and not _is_news(one, known, told):
        return one
    return _Prepared(incident, one.digest, _whole(one))


def _whole(one: _Prepared) -> _Whole:
    return one.whole or _Whole(one.incident, one.digest, pack(one.incident.raw), depth_of(one.incident))


def _insert(connection: sqlite3.Connection, new: Sequence[_Whole], told: int, *, full_text: bool) -> None:
    (last,) = connection.execute("SELECT coalesce(max(place), 0) FROM incidents").fetchone()
    numbered = list(zip(new_numbers(connection, [one.incident.id for one in new]), new, strict=True))
    connection.executemany(
        """
        INSERT INTO incidents (
            id, name, severity, status, classification, determination, assigned_to, created_at, updated_at, tags,
            redirect_id, uri, alert_count, device_count, user_count, sources, digest, as_of, changed_as_of,
            active_from, active_until, number, place
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        ((*_columns(one, told), number, place) for place, (number, one) in enumerate(numbered, last + 1)),
    )
    connection.executemany(
        "INSERT INTO packed_bodies (place, packed) VALUES (?, ?)",
        ((place, one.packed) for place, one in enumerate(new, last + 1)),
    )
    _note_occurring(connection, numbered)
    if full_text:
        words.add(connection, sorted((number, one.depth.said) for number, one in numbered))


def _replace(
    connection: sqlite3.Connection,
    number: int,
    before: Sequence[Incident],
    one: _Whole,
    told: _Told,
    *,
    full_text: bool,
) -> None:
    connection.execute(
        """
        UPDATE incidents SET
            id = ?, name = ?, severity = ?, status = ?, classification = ?, determination = ?, assigned_to = ?,
            created_at = ?, updated_at = ?, tags = ?, redirect_id = ?, uri = ?, alert_count = ?, device_count = ?,
            user_count = ?, sources = ?, digest = ?, as_of = ?, changed_as_of = ?, active_from = ?, active_until = ?,
            seen_as_of = CASE WHEN seen_as_of > ? THEN min(seen_as_of, ? - 1) ELSE seen_as_of END
        WHERE number = ?
        """,
        (*_columns(one, told.at), told.now, told.at, number),
    )
    connection.execute(
        "UPDATE packed_bodies SET packed = ? WHERE place = (SELECT place FROM incidents WHERE number = ?)",
        (one.packed, number),
    )
    _note_occurring(connection, [(number, one)])
    if full_text:
        for incident in before:
            words.replace(connection, number, depth_of(incident).said, one.depth.said)


def _columns(one: _Whole, told: int) -> tuple[object, ...]:
    return (*row_of(one.incident), one.digest, told, told, one.depth.active_from, one.depth.active_until)


def _note_occurring(connection: sqlite3.Connection, incidents: Iterable[tuple[int, _Whole]]) -> None:
    occurring.note(
        connection, [(number, maybe_us(one.incident.updated_at), one.depth.texts) for number, one in incidents]
    )


def _confirm(connection: sqlite3.Connection, known: _Known, told: _Told) -> None:
    """The service said the same again."""
    if told.at != known.as_of and not told.is_before(known.as_of):
        connection.execute("UPDATE incidents SET as_of = ? WHERE number = ?", (told.at, known.number))
