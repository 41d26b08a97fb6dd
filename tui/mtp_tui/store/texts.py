"""Everything that an incident says, as text to be looked through: what is kept of it, and how it is found.

A row of `texts` holds the parts of an incident's facts (mtp_tui.defender.narrowing.facts), folded, so that a needle is
found here exactly where it would be found in the incident itself. The index beside it knows where words begin, and
answers at once for the usual question; looking through takes about a quarter of a second for 100,000 incidents.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.facts import PARTS, WORD_PARTS, IncidentFacts, between_lines
from mtp_tui.defender.narrowing.folding import fold
from mtp_tui.defender.narrowing.match import matcher
from mtp_tui.defender.narrowing.meanings import Begins, Contains, Exactly, Is, Meaning, OneOf, Within
from mtp_tui.defender.narrowing.narrowing import Narrowing, Term
from mtp_tui.store.rows import by_number

_FOLDED = ("name", *WORD_PARTS, "mitre")
_SQUEEZED = ("category", "verdict")
COLUMNS = (*_FOLDED, *_SQUEEZED)
"""The columns of the table, in its order."""

_AT_ONCE = 100
"""Terms, and values of one term, in one question; SQLite refuses expressions that are a thousand deep."""

_MOST_COUNTED = 3_000
"""Incidents, the latest ones, of which the text is taken apart for completion."""

_COUNTED = ("user", "device", "mitre", "category", "verdict")

Condition = tuple[str, list[str]]
"""An SQL expression over the columns, and its parameters."""


def texts_of(facts: IncidentFacts) -> tuple[str, ...]:
    """What the columns hold. Half characters, which SQLite does not take, become question marks."""
    texts = (
        *(facts.folded(part) for part in _FOLDED),
        *(between_lines(sorted(facts.squeezed(part))) for part in _SQUEEZED),
    )
    return tuple(text.encode("utf-8", errors="replace").decode() for text in texts)


def beginning(connection: sqlite3.Connection, words: Sequence[str]) -> frozenset[str]:
    """The IDs of incidents in which a word begins with each of these; none if one has more in it than letters and digits.

    What stands in the middle of a word is missing: `holding` finds it. Needs FTS5.
    """
    if not words or len(words) > _AT_ONCE or not all(word.isalnum() for word in words):
        return frozenset()
    query = " AND ".join(f'"{word}" *' for word in words)
    rows = connection.execute(
        "SELECT incidents.id FROM word_index JOIN incidents ON number = word_index.rowid WHERE word_index MATCH ?",
        (query,),
    )
    return frozenset(incident_id for (incident_id,) in rows)


def holding(connection: sqlite3.Connection, terms: Sequence[Term]) -> frozenset[str]:
    """The IDs of the incidents for which all of these hold; each is of the kind that `sought_in_text` answers."""
    by_letter = [term for term in terms if any(isinstance(value.meaning, Exactly) for value in term.values)]
    by_text = [term for term in terms if term not in by_letter]
    found = [
        _holding_at_once(connection, by_text[start : start + _AT_ONCE]) for start in range(0, len(by_text), _AT_ONCE)
    ]
    found += [_holding_by_letter(connection, term) for term in by_letter]
    return frozenset.intersection(*found) if found else _ids(connection, "1", [])


def occurring(connection: sqlite3.Connection) -> Mapping[str, Mapping[str, int]]:
    """By field: what occurs in the latest incidents, folded, and in how many, as far as only their bodies tell."""
    rows = connection.execute(
        f"SELECT {', '.join(_COUNTED)} FROM texts JOIN incidents USING (number) ORDER BY updated_at DESC LIMIT ?",  # noqa: S608 - names of ours
        (_MOST_COUNTED,),
    )
    found: dict[str, Counter[str]] = {column: Counter() for column in _COUNTED}
    for row in rows:
        for column, texts in zip(_COUNTED, row, strict=True):
            found[column].update(filter(None, (texts.upper() if column == "mitre" else texts).split("\n")))
    return found


def _holding_at_once(connection: sqlite3.Connection, terms: Iterable[Term]) -> frozenset[str]:
    conditions = [_condition(term) for term in terms]
    sql = " AND ".join(sql for sql, _ in conditions) or "1"
    return _ids(connection, sql, [needle for _, needles in conditions for needle in needles])


def _holding_by_letter(connection: sqlite3.Connection, term: Term) -> frozenset[str]:
    """Where letters have to be as they were sent, the text only tells which incidents are worth to be read."""
    wanted = Term(term.name, term.values)
    sql, needles = _condition(wanted)
    numbers = connection.execute(f"SELECT number FROM texts WHERE {sql}", needles).fetchall()  # noqa: S608 - of our own making
    test: Callable[[Incident], bool] = matcher(Narrowing((wanted,)))
    found = frozenset(each.id for each in by_number(connection, [number for (number,) in numbers]) if test(each))
    return _ids(connection, "1", []) - found if term.is_negated else found


def _ids(connection: sqlite3.Connection, sql: str, needles: Sequence[str]) -> frozenset[str]:
    rows = connection.execute(
        f"SELECT incidents.id FROM texts JOIN incidents USING (number) WHERE {sql}",  # noqa: S608 - parameters are bound
        needles,
    )
    return frozenset(incident_id for (incident_id,) in rows)


def _condition(term: Term) -> Condition:
    haystack = " || ".join(f"texts.{part}" for part in PARTS.get(term.name, (term.name,)))
    needles = [needle for value in term.values for needle in _needles(value.meaning)]
    places = [f"instr({haystack}, ?) > 0"] * len(needles)
    batches = [" OR ".join(places[start : start + _AT_ONCE]) for start in range(0, len(places), _AT_ONCE)]
    sql = " OR ".join(f"({batch})" for batch in batches) or "0"
    return f"NOT ({sql})" if term.is_negated else f"({sql})", needles


def _needles(meaning: Meaning) -> Iterator[str]:
    match meaning:
        case Contains(needle) | Within(needle):
            yield storable(needle)
        case Begins(needle):
            yield f"\n{storable(needle)}"
        case Is(text):
            yield f"\n{storable(text)}\n"
        case Exactly(text):
            yield f"\n{storable(fold(text))}\n"
        case OneOf(words):
            yield from (f"\n{storable(word)}\n" for word in sorted(words))


def storable(text: str) -> str:
    """As it is stored; a NUL would end the text for some of SQLite's functions."""
    return text.encode("utf-8", errors="replace").decode().replace("\0", " ")
