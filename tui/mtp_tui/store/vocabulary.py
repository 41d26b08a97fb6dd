"""The words of the index in one text, which is looked through in far less time than a table of them."""

import sqlite3
from collections.abc import Iterator
from itertools import islice


class Vocabulary:
    """The words in the middle of which something may be found; not the numbers as machines write them."""

    def __init__(self, words: str) -> None:
        """`words` stand in the order of their bytes, with a line feed between."""
        self._text = f"\n{words}\n"

    def beginning(self, start: str, most: int) -> list[str] | None:
        """The words that begin with these letters, one at least; None if there are more."""
        found = list(islice(self._beginning(start), most + 1))
        return found if len(found) <= most else None

    def _beginning(self, start: str) -> Iterator[str]:
        sought = f"\n{start}"
        at = self._text.find(sought)
        while at >= 0 and self._text.startswith(sought, at):
            end = self._text.index("\n", at + 1)
            yield self._text[at + 1 : end]
            at = end

    def inside(self, piece: str, *, ends: bool) -> Iterator[str]:
        """The words that hold this behind their first letter, or, if it is to end where they do, at their end."""
        sought = f"{piece}\n" if ends else piece
        at = self._text.find(sought)
        while at >= 0:
            start = self._text.rfind("\n", 0, at) + 1
            if start == at:  # the word begins so, and may hold it once more
                at = self._text.find(sought, at + 1)
                continue
            end = self._text.index("\n", at)
            yield self._text[start:end]
            at = self._text.find(sought, end)


def read_vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    """The words that are in the index now."""
    (words,) = connection.execute(
        "SELECT group_concat(word, char(10)) FROM (SELECT word FROM vocabulary ORDER BY word)"
    ).fetchone()
    return Vocabulary(words or "")
