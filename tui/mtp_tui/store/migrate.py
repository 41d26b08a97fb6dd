"""Brings a database to the newest form, one numbered file after the other, each wholly or not at all."""

import sqlite3
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from mtp_tui.store.failures import Damaged

APPLICATION_ID = 0x6D747074
"""`mtpt`: how the file says whose it is. Source: https://www.sqlite.org/fileformat2.html, 1.3.15"""

TABLES = frozenset(
    {"incidents", "packed_bodies", "changes", "occurring", "choices", "journal"}
)  # fmt: skip
"""What every file of ours holds."""

FULL_TEXT = 2
"""The migration that needs FTS5."""


@cache
def migrations() -> tuple[str, ...]:
    """Their texts; the first one is number 1. A file that was ever released is never edited."""
    folder = files("mtp_tui.store") / "migrations"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(file.read_text(encoding="utf-8") for file in found)


def version_of(connection: sqlite3.Connection) -> int:
    """How many migrations this file has been through; 0 if it is new."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def has_fts5(connection: sqlite3.Connection) -> bool:
    """Whether this Python's SQLite can search full text."""
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.try_fts5 USING fts5 (words)")
        connection.execute("DROP TABLE temp.try_fts5")
    except sqlite3.OperationalError:
        return False
    return True


def is_newer(connection: sqlite3.Connection) -> bool:
    """Whether a later version of this program wrote the file. Raises Damaged if it is neither new nor ours, or not whole."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    version = version_of(connection)
    if not tables and not version and application_id in (0, APPLICATION_ID):
        return False
    if application_id != APPLICATION_ID:
        raise Damaged("it is a database of another program")
    if version > len(migrations()):
        return True
    if missing := TABLES - tables:
        raise Damaged(f"tables are missing: {', '.join(sorted(missing))}")
    return False


def migrate(connection: sqlite3.Connection, *, full_text: bool) -> None:
    """Apply what is missing; safe against another process that does the same."""
    for number, script in enumerate(migrations(), 1):
        if version_of(connection) >= number or (number == FULL_TEXT and not full_text):
            continue
        connection.execute("BEGIN IMMEDIATE")
        if version_of(connection) < number:  # nobody was faster
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """One by one, since `executescript` would end our transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
