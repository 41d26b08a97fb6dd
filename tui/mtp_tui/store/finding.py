"""Which incidents hold what a line looks for: by the index, and where that cannot tell, by their bodies.

What is found here is what `mtp_tui.defender.narrowing.match` finds in the incidents themselves.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence

from mtp_tui.defender.narrowing.match import matcher
from mtp_tui.defender.narrowing.meanings import Exactly
from mtp_tui.defender.narrowing.narrowing import Narrowing, Term, Value
from mtp_tui.defender.narrowing.spoken import Needle, digits, needles
from mtp_tui.store import words
from mtp_tui.store.numbers import ids_of
from mtp_tui.store.rows import by_number
from mtp_tui.store.words import Ids

IsUnwanted = Callable[[], bool]


def _never() -> bool:
    return False


def beginning(connection: sqlite3.Connection, terms: Sequence[Term]) -> frozenset[str]:
    """The IDs of incidents in which words begin as these terms want it, much sooner than `holding`, and not all it finds.

    There is a term, and none is negated. None where letters count as they were sent. Needs FTS5.
    """
    found: Ids | None = None
    for term in dict.fromkeys(terms):
        values = (value for value in term.values if not isinstance(value.meaning, Exactly))
        ids = words.beginning(connection, term.name, [needle for needle in _needles(values) if needle.words])
        found = ids if found is None else found & ids
    return ids_of(connection, found or ())


def holding(
    connection: sqlite3.Connection,
    terms: Sequence[Term],
    begun: frozenset[str] | None = None,
    *,
    full_text: bool,
    is_unwanted: IsUnwanted = _never,
) -> frozenset[str]:
    """The IDs of the incidents for which all of these hold; each is of the kind that `sought_in_text` answers.

    `begun` is what `beginning` has answered, if it was asked. Raises sqlite3.OperationalError once it is unwanted.
    """
    if not full_text:
        return read_through(connection, terms, is_unwanted)
    if begun is not None and not any(_may_hold_elsewhere(connection, term) for term in terms):
        return begun
    found: Ids | None = None
    for term in dict.fromkeys(terms):
        ids = _holding(connection, term, is_unwanted)
        if found is None:
            found = _everything(connection) if term.is_negated else ids
        found = found - ids if term.is_negated else found & ids
    return ids_of(connection, _everything(connection) if found is None else found)


def read_through(
    connection: sqlite3.Connection, terms: Sequence[Term], is_unwanted: IsUnwanted = _never
) -> frozenset[str]:
    """The same without an index: every body is read, some hundreds a second."""
    return ids_of(connection, _passing(connection, terms, _everything(connection), is_unwanted))


def _holding(connection: sqlite3.Connection, term: Term, is_unwanted: IsUnwanted) -> Ids:
    """The numbers of the incidents for which a term holds, whether or not it is negated."""
    by_letter = tuple(value for value in term.values if isinstance(value.meaning, Exactly))
    wanted = _needles(value for value in term.values if value not in by_letter)
    if any(not needle.words for needle in wanted):
        return _everything(connection)
    found = words.anywhere(connection, term.name, wanted)
    if not term.name:
        found |= _with_id(connection, filter(None, (digits(value.meaning) for value in term.values)))
    if by_letter:  # the index only tells which incidents are worth to be read
        worth = words.anywhere(connection, term.name, _needles(by_letter)) - found
        found |= _passing(connection, (Term(term.name, by_letter),), worth, is_unwanted)
    return found


def _may_hold_elsewhere(connection: sqlite3.Connection, term: Term) -> bool:
    """Whether a term may hold where no word begins as it wants it."""
    meanings = [value.meaning for value in term.values]
    if any(isinstance(meaning, Exactly) or (not term.name and digits(meaning)) for meaning in meanings):
        return True
    return any(
        not needle.words or words.is_in_a_middle(connection, needle)
        for meaning in meanings
        for needle in needles(meaning)
    )


def _with_id(connection: sqlite3.Connection, parts: Iterable[str]) -> Ids:
    """The numbers of the incidents with these digits somewhere in their IDs."""
    return {
        str(number)
        for part in parts
        for (number,) in connection.execute("SELECT number FROM incidents WHERE instr(id, ?) > 0", (part,))
    }


def _needles(values: Iterable[Value]) -> list[Needle]:
    return [needle for value in values for needle in needles(value.meaning)]


def _everything(connection: sqlite3.Connection) -> Ids:
    (numbers,) = connection.execute("SELECT group_concat(number) FROM incidents").fetchone()
    return set(numbers.split(",")) if numbers else set()


def _passing(
    connection: sqlite3.Connection, terms: Sequence[Term], numbers: Iterable[str], is_unwanted: IsUnwanted
) -> Ids:
    """Those of the numbers behind which the incidents themselves say that all of these hold."""
    test = matcher(Narrowing(tuple(terms)))
    found: Ids = set()
    for number in numbers:
        if is_unwanted():
            raise sqlite3.OperationalError("interrupted")
        found.update(number for incident in by_number(connection, [int(number)]) if test(incident))
    return found


def storable(text: str) -> str:
    """As SQLite takes it: half characters become question marks."""
    return text.encode("utf-8", errors="replace").decode()
