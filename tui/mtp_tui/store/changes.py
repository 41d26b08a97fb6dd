"""What changed in an incident since somebody last looked at it.

The clock may have been ahead when something was kept: a kept moment that lies after now counts as now.
"""

import dataclasses
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mtp_tui.defender.fields import Fields, text_of
from mtp_tui.defender.json_reading import read_json
from mtp_tui.defender.models import Incident
from mtp_tui.moments import utc_text
from mtp_tui.store.times import EVER, maybe_moment, to_us

_COLUMNS = {
    "name": "incidentname",
    "severity": "severity",
    "status": "status",
    "classification": "classification",
    "determination": "determination",
    "assigned_to": "assignedto",
    "tags": "tags",
    "redirect_id": "redirectincidentid",
    "uri": "incidenturi",
    "alert_count": "",
    "device_count": "",
    "user_count": "",
    "sources": "",
}
"""Fields of an Incident that are compared, and the key of the JSON that each is made from; empty for the alerts."""

_NOT_COMPARED = {"incidentid", "createdtime", "lastupdatetime", *_COLUMNS.values()}
"""Keys that say nothing which the columns do not say, folded."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that is not what it was."""

    field: str
    """The name of an Incident's field; for what has none the key of the JSON, such as `comments`."""
    before: str = ""
    """As text; how many, for comments; empty for what has no short form."""
    after: str = ""
    as_of: datetime | None = dataclasses.field(default=None, compare=False)
    """When the service last said so; None where only the difference of two states was asked for."""


ALERT_IDS = "alert_ids"
"""Name of the change that says which alerts there were, and which there are: their IDs, one a line."""


@dataclass(frozen=True, slots=True)
class LastLook:
    """What an incident was when somebody last looked at it, as far as it is not that any more."""

    at: datetime | None = None
    """When that was; None if nobody ever did."""
    changes: tuple[FieldChange, ...] = ()
    """By the names of the fields; none for an incident that nobody has looked at before."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Incidents that nobody has looked at since the service said something new about them. IDs."""

    new: frozenset[str] = frozenset()
    """Never looked at."""
    changed: frozenset[str] = frozenset()
    """Looked at before they changed."""


def difference(before: Incident, after: Incident) -> tuple[FieldChange, ...]:
    """The fields in which two states of an incident differ; its update time only if nothing else does."""
    columns = [_change(field, getattr(before, field), getattr(after, field)) for field in _COLUMNS]
    found = [change for change in columns if change is not None]
    others = list(_other_keys(before.raw, after.raw))
    tells_of_alerts = any(not _COLUMNS[change.field] for change in found) or any(
        change.field == ALERT_IDS for change in others
    )
    found += [change for change in others if not (change.field == "alerts" and tells_of_alerts)]
    if not found and (change := _change("updated_at", before.updated_at, after.updated_at)):
        found.append(change)
    return tuple(found)


def note(connection: sqlite3.Connection, number: int, changes: Iterable[FieldChange], as_of: int) -> None:
    """Add to what changed since the incident was last looked at; what is as it was then is no change any more."""
    connection.executemany(
        """
        INSERT INTO changes (number, field, before, after, as_of) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (number, field) DO UPDATE SET after = excluded.after, as_of = excluded.as_of
        """,
        [(number, change.field, change.before, change.after, as_of) for change in changes],
    )
    connection.execute("DELETE FROM changes WHERE number = ? AND before = after AND before <> ''", (number,))


def changes_of(connection: sqlite3.Connection, incident_id: str, now: datetime) -> tuple[FieldChange, ...]:
    """Since it was last looked at; none for one that never was."""
    rows = connection.execute(
        """
        SELECT field, before, after, min(changes.as_of, ?) FROM changes JOIN incidents USING (number)
        WHERE id = ? ORDER BY field
        """,
        (to_us(now), incident_id),
    )
    return tuple(FieldChange(name, before, after, maybe_moment(as_of)) for name, before, after, as_of in rows)


def version_of_data(connection: sqlite3.Connection) -> int:
    """Another one whenever somebody else has written; what this connection writes leaves it as it is."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def last_new(connection: sqlite3.Connection) -> int | None:
    """When the service last said anything new; None if nothing is remembered. Looks at all incidents."""
    (at,) = connection.execute("SELECT max(changed_as_of) FROM incidents").fetchone()
    return at if isinstance(at, int) else None


def look_at(connection: sqlite3.Connection, incident_id: str, as_of: datetime, now: datetime) -> LastLook:
    """What has changed since the look before this one; what was known at `as_of` counts as looked at from now on."""
    connection.execute("BEGIN IMMEDIATE")
    row = connection.execute(
        "SELECT min(seen_as_of, ?) FROM incidents WHERE id = ?", (to_us(now), incident_id)
    ).fetchone()
    look = LastLook(maybe_moment(row[0]) if row else None, changes_of(connection, incident_id, now))
    _mark_each(connection, [incident_id], to_us(as_of), to_us(now))
    connection.execute("COMMIT")
    return look


def joined(earlier: LastLook, later: LastLook) -> LastLook:
    """Two looks, of which the second followed while the first was not over, as the one that they are to a person."""
    changes = {change.field: change for change in earlier.changes}
    for change in later.changes:
        first = changes.get(change.field)
        changes[change.field] = replace(change, before=first.before) if first else change
    kept = [change for change in changes.values() if not change.before or change.before != change.after]
    return LastLook(earlier.at or later.at, tuple(kept)) if earlier.changes else later


def unseen(connection: sqlite3.Connection, not_before: int = EVER) -> Unseen:
    """All of them but those of which nothing was heard since `not_before`, in microseconds."""
    rows = connection.execute(
        """
        SELECT id, seen_as_of IS NULL FROM incidents
        WHERE (seen_as_of IS NULL OR seen_as_of < changed_as_of) AND coalesce(updated_at, created_at, as_of) >= ?
        """,
        (not_before,),
    ).fetchall()
    return Unseen(
        frozenset(incident_id for incident_id, is_new in rows if is_new),
        frozenset(incident_id for incident_id, is_new in rows if not is_new),
    )


def mark_seen(connection: sqlite3.Connection, ids: Iterable[str] | None, as_of: datetime, now: datetime) -> None:
    """What was known of these at `as_of` was looked at, of all of them if `ids` is None; what came later was not."""
    moments = {"seen": to_us(as_of), "now": to_us(now)}
    connection.execute("BEGIN IMMEDIATE")
    if ids is None:
        connection.execute(_MARK, moments)
        connection.execute(_FORGET, moments)
    else:
        _mark_each(connection, ids, to_us(as_of), to_us(now))
    connection.execute("COMMIT")


_MARK = """
    UPDATE incidents SET seen_as_of = :seen, changed_as_of = min(changed_as_of, :seen)
    WHERE (changed_as_of <= :seen OR changed_as_of > :now) AND (seen_as_of IS NULL OR seen_as_of NOT BETWEEN :seen AND :now)
"""
_FORGET = "DELETE FROM changes WHERE (as_of <= :seen OR as_of > :now)"
_ITS_NUMBER = "(SELECT number FROM incidents WHERE id = :id)"


def _mark_each(connection: sqlite3.Connection, ids: Iterable[str], seen: int, now: int) -> None:
    known = [{"seen": seen, "now": now, "id": incident_id} for incident_id in ids]
    connection.executemany(f"{_MARK} AND id = :id", known)
    connection.executemany(f"{_FORGET} AND number = {_ITS_NUMBER}", known)


def _change(field: str, before: object, after: object) -> FieldChange | None:
    return None if before == after else FieldChange(field, _text(before), _text(after))


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    return ", ".join(value) if isinstance(value, tuple) else text_of(value)


def _other_keys(before: bytes, after: bytes) -> Iterator[FieldChange]:
    one, other = _keys(before), _keys(after)
    if change := _change(ALERT_IDS, _alert_ids(one), _alert_ids(other)):
        yield change
    for key in dict.fromkeys((*one, *other)):
        if _differ(one.get(key), other.get(key)):
            texts = _short(one.get(key)), _short(other.get(key))
            yield FieldChange(key) if texts[0] == texts[1] else FieldChange(key, *texts)


def _differ(one: object, other: object) -> bool:
    try:
        return one != other
    except RecursionError:
        return True


def _keys(raw: bytes) -> Mapping[str, object]:
    try:
        value = read_json(raw)
    except ValueError:
        return {}
    if not isinstance(value, dict):
        return {}
    return {
        key: inner
        for key, inner in value.items()
        if key.casefold() not in _NOT_COMPARED and "odata." not in key.casefold() and inner not in (None, [], {}, "")
    }


def _alert_ids(keys: Mapping[str, object]) -> str:
    """In an order of their own, because the service's may change while the alerts do not."""
    return "\n".join(
        sorted({identity for alert in Fields(keys).objects("alerts") if (identity := alert.text("alertId"))})
    )


def _short(value: object) -> str:
    if isinstance(value, list):
        return str(len(value))
    return "" if isinstance(value, dict) else text_of(value)
