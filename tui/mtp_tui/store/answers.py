"""What the index of words answers about the incidents of one list, remembered as long as neither of them changes."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from mtp_tui.latest import keep_latest
from mtp_tui.store.numbers import named
from mtp_tui.store.vocabulary import Vocabulary, read_vocabulary

Bits = int
"""A set of incidents of a list: a bit for each of them, the highest for the first one."""

_DIGITS, _FLAGS = bytes.maketrans(b"\0\1", b"01"), bytes.maketrans(b"01", b"\0\1")

_MOST_ANSWERS = 256
"""Those that were asked for last; one about 100,000 incidents has 12 KB."""

_LONGEST_TEXT = 20_000
"""Characters of numbers, some thousands of them; more are kept as bits, which takes a look at each incident of the list."""


class IndexAnswers:
    """Asks the index, and tells which of the incidents it names."""

    def __init__(self, connection: sqlite3.Connection, version: int, ids: Sequence[str]) -> None:
        """`version` is that of the data as other connections leave them; `ids` are those of the list, each once."""
        self._connection = connection
        self._version = version
        self._ids = ids
        self.everything: Bits = (1 << len(ids)) - 1
        """All incidents of the list."""
        self._answers: dict[str, Bits | str] = {}
        self._unions: dict[tuple[str, ...], Bits] = {}

    def is_about(self, connection: sqlite3.Connection, version: int, ids: Sequence[str]) -> bool:
        """Whether all of this is as it was."""
        return self._connection is connection and self._version == version and self._ids is ids

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the index, read when they are needed first."""
        return read_vocabulary(self._connection)

    @cached_property
    def _named(self) -> dict[str, str]:
        return named(self._connection)

    def knows(self, questions: Sequence[str]) -> bool:
        """Whether `any_of` would not have to ask."""
        return tuple(questions) in self._unions

    def any_of(self, questions: Sequence[str]) -> Bits:
        """The incidents for which any of these holds; each is for `words MATCH ?`."""
        found = self._unions.get(tuple(questions))
        if found is None:
            found, few = 0, set[str]()
            for question in questions:
                told = self._asked(question)
                if isinstance(told, int):
                    found |= told
                elif told:
                    few.update(told.split(","))
            found |= self.of_numbers(few)
        self.remember(questions, found)
        return found

    def remember(self, questions: Sequence[str], found: Bits) -> None:
        """What `any_of` is to answer from now on, if somebody has found it in another way."""
        keep_latest(self._unions, tuple(questions), found, _MOST_ANSWERS)

    def of_numbers(self, numbers: Collection[str]) -> Bits:
        """The incidents that have these numbers, which are given as text."""
        if self._named and numbers:
            numbers = {self._named.get(number, number) for number in numbers}
        return self.of_ids(numbers)

    def of_ids(self, ids: Collection[str]) -> Bits:
        """The incidents that have these IDs; best asked with a set."""
        return bits_with(self._ids, ids)

    def with_digits(self, digits: str) -> Bits:
        """The incidents with these digits somewhere in their IDs."""
        return self.of_ids({each for each in self._ids if digits in each})

    def ids_in(self, bits: Bits) -> list[str]:
        """The IDs of these incidents, in the order of the list."""
        return [each for each, flag in zip(self._ids, flags(bits, len(self._ids)), strict=True) if flag]

    def _asked(self, question: str) -> Bits | str:
        """The numbers as one text, which is had much sooner than as many rows; or bits, if they are many."""
        told = self._answers.get(question)
        if told is None:
            (numbers,) = self._connection.execute(
                "SELECT group_concat(rowid) FROM words WHERE words MATCH ?", (question,)
            ).fetchone()
            told = numbers or ""
            if len(told) > _LONGEST_TEXT:
                told = self.of_numbers(set(told.split(",")))
        keep_latest(self._answers, question, told, _MOST_ANSWERS)
        return told


def bits_with(listed: Sequence[str], ids: Collection[str]) -> Bits:
    """The set of those incidents of a list that have these IDs, which are best given as a set."""
    return bits_of(map(ids.__contains__, listed)) if ids else 0


def bits_of(found: Iterable[bool]) -> Bits:
    """The set of those incidents of a list that are told to be in it, one after the other."""
    # from flags to bits in the few steps that take no time: those that are done in C
    return int(b"0" + bytes(found).translate(_DIGITS), 2)


def flags(bits: Bits, count: int) -> bytes:
    """A byte for each of so many incidents, 1 for those that are among them."""
    return f"{bits:0{count}b}".encode().translate(_FLAGS) if count else b""
