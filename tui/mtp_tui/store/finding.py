"""Which incidents hold what a line looks for: by the index, and where that cannot tell, by their bodies.

What is found here is what `mtp_tui.defender.narrowing.match` finds in the incidents themselves.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from mtp_tui.defender.narrowing.match import matcher
from mtp_tui.defender.narrowing.meanings import Exactly
from mtp_tui.defender.narrowing.narrowing import Narrowing, Term, Value
from mtp_tui.defender.narrowing.spoken import LONGEST_NUMBER, SPEECHLESS, Needle, digits, needles
from mtp_tui.store.answers import Bits, IndexAnswers
from mtp_tui.store.changes import version_of_data
from mtp_tui.store.likely import LikelyWords
from mtp_tui.store.rows import by_ids
from mtp_tui.store.words import question

IsUnwanted = Callable[[], bool]

_MOST_WORDS = 8
"""So many that begin alike are asked for one by one, since the next letter leaves some of them. To put together more is
quicker done by the index, and so is what one or two letters begin."""

_MOST_ALONE = 48
"""Words with something in their middle that are asked for one by one; few of them are in many incidents."""

_AT_ONCE = 200
"""Words in one question; SQLite has a limit for the length of one."""

_WIDE = 2
"""Letters with which so many words may begin that to put together all of them takes long."""

_MOST_LIKELY = 5
"""Words that are asked for before the index has to put together all."""

_FEW = 16
"""Incidents that are read sooner than a question about all is answered."""

_NUMBER_BEGUN = re.compile(rf"[0-9a-f]{{1,{LONGEST_NUMBER}}}")


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Found:
    """Incidents of a list that hold something."""

    bits: Bits
    is_whole: bool = True
    """Whether these are all; else some of them, found in a hurry."""


class Finder:
    """Answers one line after the other on the thread of a store, and remembers what the next one may ask for again.

    The list is given by the IDs of its incidents, each once. Two questions about the same list give the same object.
    """

    def __init__(self) -> None:
        self._index: IndexAnswers | None = None
        self._likely: LikelyWords | None = None

    def forget(self) -> None:
        """The index is going to change."""
        self._index = None

    def get_ready(self, connection: sqlite3.Connection, ids: Sequence[str]) -> None:
        """Look up what the first question about this list is going to need. Needs FTS5."""
        _ = self._answers(connection, ids).vocabulary, self._likely_words(connection, ids)

    def holding(
        self,
        connection: sqlite3.Connection,
        terms: Sequence[Term],
        ids: Sequence[str],
        *,
        full_text: bool,
        in_a_hurry: bool = False,
        is_unwanted: IsUnwanted = _never,
    ) -> Found:
        """Those incidents of a list for which all terms hold, which are of the kind that `sought_in_text` answers.

        Raises sqlite3.OperationalError once it is unwanted. `in_a_hurry` leaves out what takes long.
        """
        index = self._answers(connection, ids)
        if not full_text:
            if in_a_hurry:
                return Found(0, is_whole=False)
            return Found(index.of_ids(passing(connection, terms, ids, is_unwanted)))
        asked = _Asked(connection, index, partial(self._likely_words, connection, ids), is_unwanted)
        bits, is_whole = index.everything, True
        for term in dict.fromkeys(terms):
            found = asked.about(term, in_a_hurry=in_a_hurry and not term.is_negated)
            bits &= index.everything ^ found.bits if term.is_negated else found.bits
            is_whole &= found.is_whole
        return Found(bits, is_whole)

    def _answers(self, connection: sqlite3.Connection, ids: Sequence[str]) -> IndexAnswers:
        """What is remembered, unless another window has written since."""
        version = version_of_data(connection)
        if self._index is None or not self._index.is_about(connection, version, ids):
            self._index = IndexAnswers(connection, version, ids)
        return self._index

    def _likely_words(self, connection: sqlite3.Connection, ids: Sequence[str]) -> LikelyWords:
        if self._likely is None or not self._likely.is_full:
            self._likely = LikelyWords(connection, ids)
        return self._likely


@dataclass(frozen=True, slots=True)
class _Asked:
    """One line, and whom to ask for it."""

    connection: sqlite3.Connection
    index: IndexAnswers
    likely_words: Callable[[], LikelyWords]
    is_unwanted: IsUnwanted

    def about(self, term: Term, *, in_a_hurry: bool) -> Found:
        """The incidents for which a term holds, whether or not it is negated."""
        by_letter = tuple(value for value in term.values if isinstance(value.meaning, Exactly))
        wanted = _needles(value for value in term.values if value not in by_letter)
        if any(not needle.words for needle in wanted):
            return Found(self.index.everything)
        bits, is_whole = 0, True
        for needle in dict.fromkeys(wanted):
            found = self._with(term, needle, in_a_hurry=in_a_hurry)
            bits, is_whole = bits | found.bits, is_whole and found.is_whole
        if not term.name:
            for part in filter(None, (digits(value.meaning) for value in term.values)):
                bits |= self.index.with_digits(part)
        if by_letter and not in_a_hurry:  # the index only tells which incidents are worth to be read
            worth = self.index.any_of([question(term.name, [needle]) for needle in dict.fromkeys(_needles(by_letter))])
            bits |= self._read(Term(term.name, by_letter), worth & ~bits)
        return Found(bits, is_whole and not (by_letter and in_a_hurry))

    def _with(self, term: Term, needle: Needle, *, in_a_hurry: bool) -> Found:
        """The incidents in which a field says this."""
        self._go_on()
        begun = self._words_begun(needle)
        inside = () if needle.starts or needle.opens else self.index.vocabulary.inside(needle.words, ends=needle.ends)
        named = [*(begun or ()), *(Needle(word, starts=True, ends=True) for word in inside)]
        questions = [*([question(term.name, [needle])] if begun is None else ()), *_questions(term.name, named)]
        if begun is None and len(needle.words) <= _WIDE and not self.index.knows(questions):
            found = self._covered(term, needle, in_a_hurry=in_a_hurry)
            if found.is_whole:
                self.index.remember(questions, found.bits)
            if found.is_whole or in_a_hurry:
                return found
        if not self.index.knows(questions):
            for each in questions:
                self._go_on()
                self.index.any_of([each])
        return Found(self.index.any_of(questions))

    def _words_begun(self, needle: Needle) -> list[Needle] | None:
        """The words that begin so, by their names; None if only the index knows them, or if they are very many."""
        word = needle.words
        if needle.ends or needle.closes or " " in word or word.startswith(SPEECHLESS):
            return [needle]
        if len(word) <= _WIDE or _NUMBER_BEGUN.fullmatch(word):
            return None
        found = self.index.vocabulary.beginning(word, _MOST_WORDS)
        if found is None:
            return None
        return [Needle(each, starts=True, ends=True, opens=needle.opens) for each in found]

    def _covered(self, term: Term, needle: Needle, *, in_a_hurry: bool) -> Found:
        """The incidents with one of the words that are likely to be in many; if only a few are left, they are read, and
        then these are all that say it.

        One of these words takes a fifth as long as to put together all that begin with a letter; with one that numbers
        may begin with, a tenth.
        """
        most = 1 if in_a_hurry or not _NUMBER_BEGUN.fullmatch(needle.words) else _MOST_LIKELY
        everything, covered = self.index.everything, 0
        for word in self.likely_words().beginning(needle.words)[:most]:
            self._go_on()
            begun = Needle(word, starts=True, ends=True, opens=needle.opens)
            covered |= self.index.any_of([question(term.name, [begun])])
            if (everything ^ covered).bit_count() <= _FEW:
                break
        left = everything ^ covered
        # a number may also stand in an ID, which is no matter of words
        is_of_words = len(term.values) == 1 and not (digits(term.values[0].meaning) and not term.name)
        if left and (in_a_hurry or left.bit_count() > _FEW or not is_of_words):
            return Found(covered, is_whole=False)
        return Found(covered | self._read(Term(term.name, term.values), left))

    def _read(self, term: Term, bits: Bits) -> Bits:
        return self.index.of_ids(passing(self.connection, (term,), self.index.ids_in(bits), self.is_unwanted))

    def _go_on(self) -> None:
        if self.is_unwanted():
            raise sqlite3.OperationalError("interrupted")


def _questions(field: str, named: Sequence[Needle]) -> list[str]:
    """What the index is asked for these words."""
    if len(named) <= _MOST_ALONE:
        return [question(field, [needle]) for needle in named]
    return [question(field, named[start : start + _AT_ONCE]) for start in range(0, len(named), _AT_ONCE)]


def _needles(values: Iterable[Value]) -> list[Needle]:
    return [needle for value in values for needle in needles(value.meaning)]


def passing(
    connection: sqlite3.Connection, terms: Sequence[Term], ids: Iterable[str], is_unwanted: IsUnwanted = _never
) -> set[str]:
    """Those of the IDs behind which the incidents themselves say that all of these hold.

    Every body is read, some hundreds a second. Raises sqlite3.OperationalError once it is unwanted.
    """
    test = matcher(Narrowing(tuple(terms)))
    found: set[str] = set()
    for incident_id in ids:
        if is_unwanted():
            raise sqlite3.OperationalError("interrupted")
        found.update(incident.id for incident in by_ids(connection, [incident_id]) if test(incident))
    return found


def storable(text: str) -> str:
    """As SQLite takes it: half characters become question marks."""
    return text.encode("utf-8", errors="replace").decode()
