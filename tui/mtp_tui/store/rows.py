"""An incident as a row of columns and a body, and back: the same incident, to the byte."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from mtp_tui.defender.models import Incident
from mtp_tui.store.bodies import unpack
from mtp_tui.store.failures import Damaged
from mtp_tui.store.times import EVER, maybe_moment, maybe_us

Row = tuple[str, str, str, str, str, str, str, int | None, int | None, str, str, str, int, int, int, str]
"""The columns of an incident that are read back, in the order of the table."""

_LISTED = """
    SELECT id, name, severity, status, classification, determination, assigned_to, created_at, updated_at, tags,
           redirect_id, uri, alert_count, device_count, user_count, sources, NULL
    FROM incidents WHERE {beyond} AND changed_as_of >= :since AND coalesce(updated_at, created_at, as_of) >= :not_before
    ORDER BY updated_at DESC, length(id), id LIMIT :count
"""
_BEHIND_ID = "(length(id), id) > (length(:id), :id)"
_ANYWHERE, _TIMELESS = "TRUE", "updated_at IS NULL"
_BEHIND_TIMED = f"updated_at <= :updated_at AND (updated_at < :updated_at OR {_BEHIND_ID})"
"""And all of the timeless ones, which stand behind all others."""
_BEHIND_TIMELESS = f"{_TIMELESS} AND {_BEHIND_ID}"
_WHOLES = """
    SELECT id, name, severity, status, classification, determination, assigned_to, created_at, updated_at, tags,
           redirect_id, uri, alert_count, device_count, user_count, sources, packed
    FROM incidents JOIN packed_bodies USING (place)
"""
_DIGESTS = "SELECT id, digest FROM incidents"
_AT_ONCE = 500
"""IDs in one question; older SQLite takes 999 parameters."""


def row_of(incident: Incident) -> Row:
    """What the columns hold."""
    return (
        incident.id,
        incident.name,
        incident.severity,
        incident.status,
        incident.classification,
        incident.determination,
        incident.assigned_to,
        maybe_us(incident.created_at),
        maybe_us(incident.updated_at),
        json.dumps(incident.tags),
        incident.redirect_id,
        incident.uri,
        incident.alert_count,
        incident.device_count,
        incident.user_count,
        json.dumps(incident.sources),
    )


def listed(
    connection: sqlite3.Connection,
    count: int,
    after: Incident | None = None,
    *,
    not_before: int = EVER,
    since: int = EVER,
) -> list[Incident]:
    """So many without their bytes, the one updated last on top, those without a time at the end; only those behind
    `after`, which need not be there any more.

    Those of which nothing was heard since `not_before`, or nothing new since `since`, are left out.
    """
    asked: dict[str, object] = {"not_before": not_before, "since": since, "count": count}
    if after is None:
        beyond = _ANYWHERE
    else:
        asked |= {"id": after.id, "updated_at": maybe_us(after.updated_at)}
        beyond = _BEHIND_TIMELESS if after.updated_at is None else _BEHIND_TIMED
    found = _asked(connection, beyond, asked)
    if beyond is _BEHIND_TIMED and len(found) < count:
        found += _asked(connection, _TIMELESS, asked | {"count": count - len(found)})
    return found


def _asked(connection: sqlite3.Connection, beyond: str, asked: Mapping[str, object]) -> list[Incident]:
    return [_incident_of(row) for row in connection.execute(_LISTED.format(beyond=beyond), asked)]


def by_number(connection: sqlite3.Connection, numbers: Sequence[int]) -> tuple[Incident, ...]:
    """These incidents, whole, in this order; one that is not there any more is left out."""
    found = (connection.execute(f"{_WHOLES} WHERE number = ?", (number,)).fetchone() for number in numbers)
    return tuple(_incident_of(row) for row in found if row is not None)


def by_ids(connection: sqlite3.Connection, ids: Sequence[str]) -> tuple[Incident, ...]:
    """The same by their IDs."""
    found = {row[0]: _incident_of(row) for row in _with_ids(connection, _WHOLES, ids)}
    return tuple(found[each] for each in ids if each in found)


def digests(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, bytes]:
    """Of the bytes of these incidents, by ID; what is not remembered is left out."""
    return dict(_with_ids(connection, _DIGESTS, ids))


def _with_ids(connection: sqlite3.Connection, query: str, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of these incidents, as many at a time as one question may ask for.

    All are read before the first is looked at: a row that is broken ends the reading, and a cursor left open in the
    middle would outlive the connection.
    """
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows += connection.execute(f"{query} WHERE id IN (?{', ?' * (len(some) - 1)})", some)
    return rows


def _incident_of(row: tuple[Any, ...]) -> Incident:
    """Raises Damaged if the columns do not hold what `row_of` put there."""
    try:
        return Incident(
            id=row[0],
            name=row[1],
            severity=row[2],
            status=row[3],
            classification=row[4],
            determination=row[5],
            assigned_to=row[6],
            created_at=maybe_moment(row[7]),
            updated_at=maybe_moment(row[8]),
            tags=_words(row[9]),
            redirect_id=row[10],
            uri=row[11],
            alert_count=row[12],
            device_count=row[13],
            user_count=row[14],
            sources=_words(row[15]),
            sent=b"" if row[16] is None else unpack(row[16]),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise Damaged("the columns of an incident are broken") from error


@lru_cache(maxsize=1024)
def _words(kept: str) -> tuple[str, ...]:
    """Tags and sources, of which thousands of incidents have the same: read once, and one object for all of them."""
    return tuple(json.loads(kept))
