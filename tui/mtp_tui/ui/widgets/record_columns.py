"""Columns of a grid of records: what they show, how somebody arranged them, and how many cells each of them gets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from rich.cells import cell_len, set_cell_size

from mtp_tui.ui.lines import Span

R = TypeVar("R")

ROOMY = 100
"""From this width on, columns stand two cells apart instead of one."""


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """How one field of a record is shown."""

    title: str
    width: int
    """Cells; the least width for a column that grows."""
    show: Callable[[R], Span]
    grows: bool = False
    """Takes the room that is left; one column does."""
    right: bool = False
    """Numbers stand on the right."""
    drop: int = 0
    """Columns with a higher number make room first when the grid is narrow; 0 stays."""
    key: str = ""
    """Name of a column that may be sorted by, hidden and moved; empty for one that stays as it is."""
    sorts: bool = False
    """Whether the records can be sorted by it."""
    falls: bool = False
    """Whether the greatest stands on top when the column is sorted by first."""
    hidden: bool = False
    """Whether it is shown only to those who ask for it."""
    brief: Callable[[str], str] = str
    """Says what matters in fewer cells, for a text that does not fit."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What somebody made of the columns; a value to be remembered."""

    columns: tuple[tuple[str, int], ...] = ()
    """Keys in their order, with widths in cells (0 for the usual one); empty for the usual ones."""
    sorted_by: str = ""
    """Key of a column; empty leaves the records in the order they are given in."""
    falling: bool = False

    def sorted_next(self, column: Column[R]) -> "Arrangement":
        """Sorted by a column; by the same one again the other way round, and a third time not at all."""
        if self.sorted_by != column.key:
            return replace(self, sorted_by=column.key, falling=column.falls)
        if self.falling == column.falls:
            return replace(self, falling=not self.falling)
        return replace(self, sorted_by="", falling=False)


@dataclass(frozen=True, slots=True)
class Laid(Generic[R]):
    """Columns at one width of the grid."""

    columns: tuple[tuple[Column[R], int], ...] = ()
    """What is shown, with cells."""
    gap: int = 2
    """Cells between two of them."""
    is_less: bool = False
    """Whether a wider grid would have more columns."""

    @property
    def width(self) -> int:
        """Cells of a row: a mark in front, and a gap behind each column."""
        return 1 + sum(size + self.gap for _, size in self.columns)


def laid_out(columns: Sequence[Column[R]], width: int) -> Laid[R]:
    """As many of the columns as there is room for in so many cells."""
    shown = list(columns)
    gap = 2 if width >= ROOMY else 1
    while shown and _needed(shown, gap) > width and any(column.drop for column in shown):
        shown.remove(max(shown, key=lambda column: column.drop))
    spare = max(0, width - _needed(shown, gap))
    sizes = tuple((column, column.width + (spare if column.grows else 0)) for column in shown)
    return Laid(sizes, gap, len(shown) < len(columns))


def arranged(columns: Sequence[Column[R]], arrangement: Arrangement) -> tuple[Column[R], ...]:
    """The columns to show; those without a key stand first, as they always do."""
    if not arrangement.columns:
        return tuple(column for column in columns if not column.hidden)
    by_key = {column.key: column for column in columns if column.key}
    chosen = [(by_key[key], width) for key, width in arrangement.columns if key in by_key]
    return (
        *(column for column in columns if not column.key),
        *(replace(column, width=width) if width else column for column, width in chosen),
    )


def _needed(columns: Sequence[Column[R]], gap: int) -> int:
    return 1 + sum(column.width + gap for column in columns)


def cells_for(texts: Sequence[str], laid: Laid[R]) -> list[int]:
    """Cells for each text: one that does not fit takes those of the empty ones behind it, which have none then."""
    sizes = [size for _, size in laid.columns]
    for place, text in enumerate(texts):
        if cells_of(text) <= sizes[place]:
            continue
        for behind in range(place + 1, len(texts)):
            if texts[behind] or cells_of(text) <= sizes[place]:
                break
            sizes[place] += laid.gap + sizes[behind]
            sizes[behind] = 0
    return sizes


def cells_of(text: str) -> int:
    """How wide a text is that `visible()` has seen: its ASCII characters have a cell each."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, size: int, *, right: bool = False, brief: Callable[[str], str] = str) -> str:
    """Exactly `size` cells of text; what does not fit is said briefly, and ends in an ellipsis if that is too long too."""
    length = cells_of(text)
    if length > size:
        text = brief(text)
        length = cells_of(text)
    if length > size:
        return set_cell_size(text, size - 1) + "…" if size > 0 else ""
    return " " * (size - length) + text if right else text + " " * (size - length)


def differing_cells(before: str, now: str) -> tuple[int, int]:
    """From which cell on, and up to which, two lines of the same width read otherwise; twice the same if they do not."""
    if before == now:
        return 0, 0
    same = _same(before, now)
    same_behind = _same(before[same:][::-1], now[same:][::-1])
    return cell_len(now[:same]), cell_len(now[: len(now) - same_behind])


def _same(before: str, now: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(before, now, strict=False))
    return next((place for place, (old, new) in pairs if old != new), min(len(before), len(now)))
