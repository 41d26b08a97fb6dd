"""What incidents say, as an index of words: how it is kept, and how it is asked.

The index holds no text, only which words stand where in which incident, part by part (mtp_tui.defender.narrowing.facts),
as `mtp_tui.defender.narrowing.spoken` hears them. To take an incident out again takes the same words that it was put in
with. Beside it is a list of the words that may be found by their middle.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from mtp_tui.defender.narrowing.facts import PARTS, SPOKEN_PARTS, IncidentFacts
from mtp_tui.defender.narrowing.spoken import MARK, SPEECHLESS, Needle, is_number

Said = tuple[str, ...]
"""What the parts of one incident say, in the order of the columns."""

_COLUMNS = ", ".join(SPOKEN_PARTS)
_PLACES = ", ?" * len(SPOKEN_PARTS)
_INSERT = f"INSERT INTO words (rowid, {_COLUMNS}) VALUES (?{_PLACES})"  # noqa: S608 - names of ours
_DELETE = f"INSERT INTO words (words, rowid, {_COLUMNS}) VALUES ('delete', ?{_PLACES})"  # noqa: S608 - names of ours


def said_in(facts: IncidentFacts) -> Said:
    """What is put into the index of one incident."""
    return tuple(facts.spoken(part) for part in SPOKEN_PARTS)


def add(connection: sqlite3.Connection, incidents: Sequence[tuple[int, Said]]) -> None:
    """Put incidents in, by their numbers; quickest in the order of these."""
    connection.executemany(_INSERT, ((number, *said) for number, said in incidents))
    connection.executemany(
        "INSERT OR IGNORE INTO vocabulary (word) VALUES (?)", ((word,) for word in sorted(_with_a_middle(incidents)))
    )


def replace(connection: sqlite3.Connection, number: int, before: Said, after: Said) -> None:
    """Put in what an incident says now, in the place of what it said when it was put in."""
    connection.execute(_DELETE, (number, *before))
    add(connection, [(number, after)])
    _forget_words(connection, _with_a_middle([(number, before)]) - _with_a_middle([(number, after)]))


def take_out(connection: sqlite3.Connection, incidents: Sequence[tuple[int, Said]]) -> None:
    """Take incidents out again, each with what it said when it was put in."""
    connection.executemany(_DELETE, ((number, *said) for number, said in incidents))
    _forget_words(connection, _with_a_middle(incidents))


def _forget_words(connection: sqlite3.Connection, words: Iterable[str]) -> None:
    """Those of them that nobody says any more."""
    connection.executemany(
        "DELETE FROM vocabulary WHERE word = ?1 AND NOT EXISTS (SELECT 1 FROM words WHERE words MATCH '\"' || ?1 || '\"')",
        ((word,) for word in words),
    )


def forget_all(connection: sqlite3.Connection) -> None:
    """Leave nothing."""
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    connection.execute("DELETE FROM vocabulary")


def question(field: str, needles: Iterable[Needle]) -> str:
    """For `words MATCH ?`: in which incidents a field says one of these, beginning where a word does.

    There is at least one needle, and none is empty.
    """
    return _in_field(field, map(_phrase, needles))


def _with_a_middle(incidents: Iterable[tuple[int, Said]]) -> set[str]:
    """The words in the middle of which a needle may begin."""
    words = set[str]()
    for _, said in incidents:
        words.update(" ".join(said).split())
    return {word for word in words if len(word) > 1 and word[0] != SPEECHLESS and not is_number(word)}


def _phrase(needle: Needle) -> str:
    begin = f"{MARK} " if needle.opens else ""
    if needle.closes:
        return f'"{begin}{needle.words} {MARK}"'
    return f'"{begin}{needle.words}"{"" if needle.ends else " *"}'


def _in_field(field: str, phrases: Iterable[str]) -> str:
    return f"{{{' '.join(PARTS.get(field, (field,)))}}} : ({' OR '.join(phrases)})"
