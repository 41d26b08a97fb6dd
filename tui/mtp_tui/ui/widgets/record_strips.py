"""Lines of records as they are drawn: columns side by side, each line kept until it would look otherwise."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from mtp_tui.ui.lines import Role
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.record_columns import Arrangement, Column, Laid, cells_for, differing_cells, fit, laid_out

R = TypeVar("R")

_MOST_KEPT = 1_000
"""Lines; some screens of them."""

_SHORT = 40
"""Characters of a text that many records are likely to have in common: a status, an owner, a time."""

_shown = lru_cache(maxsize=2_000)(visible)


class RecordStrips(Generic[R]):
    """Draws records at one width, and no line twice as long as it looks the same."""

    def __init__(self, look: Callable[[Role, bool], Style]) -> None:
        """`look` is how a role looks now, with the cursor on its line or not."""
        self.look = look
        self.width = -1
        """Cells of a line; -1 before anything was laid out."""
        self.laid: Laid[R] = Laid()
        """The columns at this width."""
        self._kept: dict[tuple[int, bool, bool], Strip] = {}
        """By the row, whether the cursor was on it, and whether the grid had the keys."""

    def lay_out(self, columns: Sequence[Column[R]], width: int) -> None:
        """Draw these columns at this width from now on."""
        self.width, self.laid = width, laid_out(columns, width)
        self._kept.clear()

    def forget_width(self) -> None:
        """The columns are about to be other ones."""
        self.width = -1

    def clear(self) -> None:
        """Keep no line."""
        self._kept.clear()

    def forget(self, index: int) -> None:
        """Keep no line of this row."""
        for is_cursor in (False, True):
            for has_focus in (False, True):
                self._kept.pop((index, is_cursor, has_focus), None)

    def line(self, rows: Sequence[R], index: int, *, is_cursor: bool, has_focus: bool) -> Strip:
        """The line of a row, which is read and drawn if it is not kept."""
        key = index, is_cursor, has_focus
        strip = self._kept.get(key)
        if strip is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            strip = self._kept[key] = self.drawn(rows[index], is_cursor=is_cursor)
        return strip

    def changed(
        self, rows: Sequence[R], shown: range, *, cursor: int, has_focus: bool
    ) -> Iterator[tuple[int, int, int]]:
        """Draw the kept lines of the `shown` rows anew: the row, and from which cell to which it reads otherwise.

        Of the others none is kept: nobody knows how they would read by now.
        """
        for (index, was_cursor, had_focus), before in list(self._kept.items()):
            if index not in shown or was_cursor is not (index == cursor) or had_focus is not has_focus:
                del self._kept[index, was_cursor, had_focus]
                continue
            now = self.drawn(rows[index], is_cursor=was_cursor)
            start, end = differing_cells(before.text, now.text)
            if start < end:
                self._kept[index, was_cursor, had_focus] = now
                yield index, start, end

    def header(self, arrangement: Arrangement, style: Style) -> Strip:
        """The titles, with the order beside the one that the rows are sorted by."""
        text = (" " * self.laid.gap).join(
            fit(_title(column, arrangement), size, right=column.right) for column, size in self.laid.columns
        )
        # the sign says that a wider grid would have more columns
        more = "›" if self.laid.is_less else " "
        return Strip([Segment(set_cell_size(f" {text}", self.width - 1) + more, style)], self.width)

    def column_at(self, x: int) -> str:
        """Key of the column whose title stands there; empty if none does."""
        left = 1
        for column, size in self.laid.columns:
            left += size + self.laid.gap
            if x < left:
                return column.key
        return ""

    def drawn(self, row: R, *, is_cursor: bool) -> Strip:
        """A line of its own for a row."""
        laid, gap = self.laid, " " * self.laid.gap
        spans = [column.show(row) for column, _ in laid.columns]
        texts = [_shown(span.text) if len(span.text) < _SHORT else visible(span.text[:1000]) for span in spans]
        # a piece for each look, not for each cell: all that paints has less to do
        pieces, looks = ["▌" if is_cursor else " "], [Role.TEXT]
        for (column, _), span, text, size in zip(laid.columns, spans, texts, cells_for(texts, laid), strict=True):
            if not size:
                continue
            cell = fit(text, size, right=column.right, brief=column.brief) + gap
            if span.role is looks[-1]:
                pieces[-1] += cell
            else:
                pieces.append(cell)
                looks.append(span.role)
        segments = [Segment(piece, self.look(role, is_cursor)) for piece, role in zip(pieces, looks, strict=True)]
        return Strip(segments, laid.width).adjust_cell_length(self.width, self.look(Role.TEXT, is_cursor))


def _title(column: Column[R], arrangement: Arrangement) -> str:
    if not column.key or column.key != arrangement.sorted_by:
        return column.title
    return f"{'▾' if arrangement.falling else '▴'}{column.title}"
