"""From one piece of evidence to the other incidents that name it."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mtp_tui.defender.narrowing.folding import fold
from mtp_tui.defender.narrowing.meanings import Is
from mtp_tui.defender.narrowing.narrowing import Term, Value
from mtp_tui.defender.narrowing.spoken import needles
from mtp_tui.store import finding, words
from mtp_tui.store.times import maybe_moment

_PARTS = {
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
"""Where a kind of evidence is looked for (mtp_tui.defender.narrowing.facts); others are in `rest`."""

Row = tuple[str, int | None, int | None]


@dataclass(frozen=True, slots=True)
class OtherIncidents:
    """The remembered incidents that name one piece of evidence."""

    kind: str
    """As in `mtp_tui.defender.evidence.Pivot`, and so is the value."""
    value: str
    ids: tuple[str, ...] = ()
    """The one updated last first."""
    active_from: datetime | None = None
    """The first activity in any of them; of one whose alerts tell none, when it was created."""
    active_until: datetime | None = None
    """The last activity in any of them; of one whose alerts tell none, when it was updated."""

    @property
    def count(self) -> int:
        """How many incidents."""
        return len(self.ids)


def pivot(connection: sqlite3.Connection, kind: str, value: str, besides: str, *, full_text: bool) -> OtherIncidents:
    """The incidents with this evidence, without the one whose ID is `besides`."""
    part, whole = _PARTS.get(kind, "rest"), Is(fold(value))
    if full_text:
        rows = _rows(
            connection, "SELECT rowid FROM words WHERE words MATCH ?", words.question(part, needles(whole)), besides
        )
    else:
        known = [incident_id for (incident_id,) in connection.execute("SELECT id FROM incidents")]
        ids = finding.passing(connection, [Term(part, (Value(value, whole),))], known)
        rows = _rows(
            connection,
            "SELECT number FROM incidents WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(sorted(ids)),
            besides,
        )
    return OtherIncidents(
        kind,
        value,
        tuple(incident_id for incident_id, _, _ in rows),
        maybe_moment(min((first for _, first, _ in rows if first is not None), default=None)),
        maybe_moment(max((last for _, _, last in rows if last is not None), default=None)),
    )


def _rows(connection: sqlite3.Connection, numbers: str, parameter: str, besides: str) -> Sequence[Row]:
    return connection.execute(
        f"""
        SELECT id, active_from, active_until FROM incidents WHERE number IN ({numbers}) AND id <> ?
        ORDER BY updated_at DESC, length(id), id
        """,  # noqa: S608 - of our own making
        (parameter, finding.storable(besides)),
    ).fetchall()
