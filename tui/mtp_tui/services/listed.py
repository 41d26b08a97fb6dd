"""The rows of one moment, and which of them a narrowing lets through as far as the rows themselves can tell."""

from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import compress

from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.match import Marks, looks_at_marks, passing_rows
from mtp_tui.defender.narrowing.narrowing import Term
from mtp_tui.latest import keep_latest
from mtp_tui.store.answers import Bits, bits_of, bits_with, flags

_MOST_TERMS = 32
"""Of which it is remembered what they let through: 12 KB each for 100,000 rows."""


class Listed:
    """Rows that do not change any more. Sets of them are bits, the highest for the first row."""

    def __init__(self, rows: tuple[Incident, ...]) -> None:
        self.rows = rows
        self.everything: Bits = (1 << len(rows)) - 1
        self._passing: dict[Term, Bits] = {}
        self._last: tuple[Bits, tuple[Incident, ...]] = self.everything, rows

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Of all rows, in their order."""
        return tuple([row.id for row in self.rows])

    def passing(self, terms: Sequence[Term], marks: Marks) -> Bits:
        """The rows for which all of these hold, which look at the row alone."""
        found = self.everything
        for term in terms:
            passing = self._passing.get(term)
            if passing is None:
                passing = bits_of(passing_rows(term, self.rows, marks))
                if not looks_at_marks(term):
                    keep_latest(self._passing, term, passing, _MOST_TERMS)
            found &= passing
        return found

    def with_ids(self, ids: Collection[str]) -> Bits:
        """The rows with these IDs; best asked with a set."""
        return bits_with(self.ids, ids)

    def those(self, bits: Bits) -> tuple[Incident, ...]:
        """The rows of a set, in their order; asked for the same set again, the same object."""
        if bits != self._last[0]:
            self._last = bits, tuple(compress(self.rows, flags(bits, len(self.rows))))
        return self._last[1]
