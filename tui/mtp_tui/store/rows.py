"""An incident as a row of columns and a body, and back: the same incident, to the byte."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from mtp_tui.defender.models import Incident
from mtp_tui.store.bodies import unpack
from mtp_tui.store.failures import Damaged
from mtp_tui.store.times import maybe_moment, maybe_us

Row = tuple[str, str, str, str, str, str, str, int | None, int | None, str, str, str, int, int, int, str]
"""The columns of an incident that are read back, in the order of the table."""

_NEWEST_FIRST = """
    SELECT id, name, severity, status, classification, determination, assigned_to, created_at, updated_at, tags,
           redirect_id, uri, alert_count, device_count, user_count, sources, NULL
    FROM incidents ORDER BY updated_at DESC, length(id), id LIMIT ?
"""
_NEWEST_FIRST_WHOLE = """
    SELECT id, name, severity, status, classification, determination, assigned_to, created_at, updated_at, tags,
           redirect_id, uri, alert_count, device_count, user_count, sources, packed
    FROM incidents JOIN bodies USING (number) ORDER BY updated_at DESC, length(id), id LIMIT ?
"""
_ONE_WHOLE = """
    SELECT id, name, severity, status, classification, determination, assigned_to, created_at, updated_at, tags,
           redirect_id, uri, alert_count, device_count, user_count, sources, packed
    FROM incidents JOIN bodies USING (number) WHERE number = ?
"""


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


def newest_first(connection: sqlite3.Connection, limit: int | None, *, bodies: bool) -> tuple[Incident, ...]:
    """The one updated last on top, those without a time at the end; with `raw` empty if bodies are not wanted."""
    query = _NEWEST_FIRST_WHOLE if bodies else _NEWEST_FIRST
    return tuple(map(_incident_of, connection.execute(query, (-1 if limit is None else max(0, limit),))))


def numbers_newest_first(connection: sqlite3.Connection) -> Sequence[int]:
    """The file's own numbers of all incidents, in the same order."""
    rows = connection.execute("SELECT number FROM incidents ORDER BY updated_at DESC, length(id), id")
    return [number for (number,) in rows]


def by_number(connection: sqlite3.Connection, numbers: Sequence[int]) -> tuple[Incident, ...]:
    """These incidents, whole, in this order; one that is not there any more is left out."""
    found = (connection.execute(_ONE_WHOLE, (number,)).fetchone() for number in numbers)
    return tuple(_incident_of(row) for row in found if row is not None)


def by_id(connection: sqlite3.Connection, incident_id: str) -> Incident | None:
    """One incident, whole; None if it is not known."""
    numbers = connection.execute("SELECT number FROM incidents WHERE id = ?", (incident_id,)).fetchall()
    return next(iter(by_number(connection, [number for (number,) in numbers])), None)


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
            tags=tuple(json.loads(row[9])),
            redirect_id=row[10],
            uri=row[11],
            alert_count=row[12],
            device_count=row[13],
            user_count=row[14],
            sources=tuple(json.loads(row[15])),
            raw=b"" if row[16] is None else unpack(row[16]),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise Damaged("the columns of an incident are broken") from error
