"""What goes into memory of a file that cannot be written any more, but as a rule can still be read."""

import contextlib
import sqlite3

MOST_BYTES = 32 * 1024 * 1024
"""Of a file that is taken along whole; some thousands of incidents."""

_MOST_ENTRIES = 10_000
"""Of the journal, the latest; two for each write."""


def take_along(before: sqlite3.Connection, memory: sqlite3.Connection) -> str:
    """Copy as much as memory has room for into a new database; says in a sentence what stays behind, if anything does."""
    with contextlib.suppress(sqlite3.Error):
        size_bytes = _number(before, "page_count") * _number(before, "page_size")
        if size_bytes <= MOST_BYTES:
            before.backup(memory)
            return ""
        _copy_choices_and_journal(before, memory)
        return (
            f"It holds too much to be taken along ({size_bytes // 1_000_000} MB): until then / finds no words in what it "
            "holds, and an incident is asked for anew when it is opened."
        )
    return "What it holds could not be read either."


def _copy_choices_and_journal(before: sqlite3.Connection, memory: sqlite3.Connection) -> None:
    memory.execute("BEGIN")
    try:
        memory.executemany("INSERT INTO choices (key, value) VALUES (?, ?)", before.execute("SELECT * FROM choices"))
        memory.executemany(
            "INSERT INTO journal (number, at, entry) VALUES (?, ?, ?)",
            before.execute("SELECT number, at, entry FROM journal ORDER BY number DESC LIMIT ?", (_MOST_ENTRIES,)),
        )
    except BaseException:
        memory.execute("ROLLBACK")
        raise
    memory.execute("COMMIT")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    (number,) = connection.execute(f"PRAGMA {pragma}").fetchone()
    return int(number)
