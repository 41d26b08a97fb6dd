"""What a person chose in this tenant, and what was written to the service from here. No secret and no token is either."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mtp_tui.store.failures import Damaged
from mtp_tui.store.times import from_us, to_us

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""Anything that JSON can say."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One record of something written to the service."""

    number: int
    """Counts up from 1; no number is ever given twice."""
    at: datetime
    """When it was recorded (aware UTC)."""
    entry: dict[str, Json]


def remember(connection: sqlite3.Connection, key: str, value: Json) -> None:
    """Under this key; None forgets it."""
    if value is None:
        connection.execute("DELETE FROM choices WHERE key = ?", (key,))
        return
    connection.execute(
        "INSERT INTO choices (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, json.dumps(value)),
    )


def recall(connection: sqlite3.Connection, key: str) -> Json:
    """None if nothing is remembered under this key."""
    row = connection.execute("SELECT value FROM choices WHERE key = ?", (key,)).fetchone()
    return None if row is None else _json(row[0])


def add_to_journal(connection: sqlite3.Connection, entry: Mapping[str, Json], at: datetime) -> int:
    """Append a record, and have it on the disk before this returns; answers its number."""
    connection.execute("PRAGMA synchronous = FULL")  # elsewhere a power cut may take the last moments with it
    try:
        cursor = connection.execute("INSERT INTO journal (at, entry) VALUES (?, ?)", (to_us(at), json.dumps(entry)))
    finally:
        connection.execute("PRAGMA synchronous = NORMAL")
    return int(cursor.lastrowid or 0)


def journal_entries(connection: sqlite3.Connection) -> tuple[JournalEntry, ...]:
    """All of them, the oldest first."""
    rows = connection.execute("SELECT number, at, entry FROM journal ORDER BY number")
    entries = ((number, at, _json(entry)) for number, at, entry in rows)
    return tuple(JournalEntry(number, from_us(at), entry) for number, at, entry in entries if isinstance(entry, dict))


def _json(text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except (ValueError, TypeError) as error:
        raise Damaged("a remembered value is broken") from error
    return value
