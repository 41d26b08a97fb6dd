"""A table of any number of records, of which only the visible lines are ever drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mtp_tui.ui.lines import Role, Span
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.role_styles import role_style

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


class RecordGrid(ScrollView, Generic[R], can_focus=True):
    """Rows of records with one cursor, which stays on its record whatever comes and goes around it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--header", "grid--cursor", "grid--cursor-blurred"}
    BINDING_GROUP_TITLE = "List"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="grid.up", tooltip="Go up"),
        Binding("down,j", "move(1)", "Down", show=False, id="grid.down", tooltip="Go down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="grid.page-up", tooltip="Go up a page"),
        Binding(
            "pagedown,ctrl+f,space", "page(1)", "Page down", show=False, id="grid.page-down", tooltip="Go down a page"
        ),
        Binding("home,g", "jump(0)", "First", show=False, id="grid.first", tooltip="Go to the first one"),
        Binding("end,G", "jump(-1)", "Last", show=False, id="grid.last", tooltip="Go to the last one"),
        Binding("enter", "choose", "Open", id="record.open", tooltip="Open the record under the cursor"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    class Highlighted(Message):
        """The cursor is on another record."""

        def __init__(self, key: str, *, by_user: bool) -> None:
            super().__init__()
            self.key = key
            self.by_user = by_user
            """Whether the cursor was moved, and not the records below it."""

    class Covered(Message):
        """The grid is not shown any more; the keys that it had go nowhere."""

    class Chosen(Message):
        """Enter or a double click on a record."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Arranged(Message):
        """Somebody arranged the columns in another way, or sorted by another one."""

        def __init__(self, arrangement: Arrangement) -> None:
            super().__init__()
            self.arrangement = arrangement

    def __init__(self, columns: Sequence[Column[R]], key: Callable[[R], str], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.every_column = tuple(columns)
        """Shown or not, in their usual order."""
        self.arrangement = Arrangement()
        self._columns = _arranged(self.every_column, self.arrangement)
        self._given: Sequence[R] = ()
        self._key = key
        self._rows: Sequence[R] = ()
        self._layout_width = -1
        self._shown_columns: tuple[tuple[Column[R], int], ...] = ()
        self._dropped = False
        self._gap = 2
        self._looks: dict[tuple[Role, bool], Style] = {}

    def announce(self, message: Message) -> None:
        """Post what the grid has to say to all that it stands in, whoever made it say so.

        What is made in the handler of a widget counts as sent by that one, and comes no further up than to it.
        """
        self.post_message(message.set_sender(self))

    # what is shown

    def show(self, rows: Sequence[R]) -> None:
        """Show these records; the cursor stays on the record it was on, at the same height where that is possible."""
        held, old_cursor, old_scroll = self.cursor_key, self.cursor, round(self.scroll_y)
        self._given = rows
        self._rows = rows = self.sorted_rows(rows)
        self.virtual_size = Size(0, len(rows) + 1)
        found = self._find(held, near=old_cursor)
        index = found if found is not None else max(0, min(old_cursor, len(rows) - 1))
        scroll = old_scroll if old_scroll == 0 else max(0, index - (old_cursor - old_scroll))
        self.set_reactive(RecordGrid.cursor, index)
        self.scroll_to(y=scroll, animate=False, immediate=True)
        self._keep_in_view()
        self.refresh()
        if self.cursor_key is not None and self.cursor_key != held:
            self.announce(self.Highlighted(self.cursor_key, by_user=False))

    def set_columns(self, arrangement: Arrangement) -> None:
        """Show other columns, or the same ones in another way; the cursor stays on its record."""
        self.arrangement = arrangement
        self._columns = _arranged(self.every_column, arrangement)
        self._layout_width = -1
        self.show(self._given)

    def sort_by(self, key: str) -> None:
        """Sort by a column; by the same one again the other way round, and a third time not at all."""
        column = next((column for column in self.every_column if column.key == key), None)
        if column is None or not column.sorts:
            return
        wanted = self.arrangement.sorted_next(column)
        self.set_columns(wanted)
        self.announce(self.Arranged(wanted))

    def sorted_rows(self, rows: Sequence[R]) -> Sequence[R]:
        """The records in the order of `arrangement`; whoever has columns that sort knows how."""
        return rows

    @property
    def cursor_key(self) -> str | None:
        """Key of the record under the cursor; None when there is none."""
        return self._key(self._rows[self.cursor]) if 0 <= self.cursor < len(self._rows) else None

    @property
    def rows(self) -> Sequence[R]:
        """The records that can be reached, in their order."""
        return self._rows

    def move_to(self, key: str, *, scroll: int | None = None) -> bool:
        """Put the cursor on a record, and the first row on `scroll` if it is given; False when there is no such row."""
        index = self._find(key, near=self.cursor)
        if index is None:
            return False
        if scroll is not None:
            self.scroll_to(y=scroll, animate=False, immediate=True)
        self.cursor = index
        return True

    def _find(self, key: str | None, near: int) -> int | None:
        if key is None:
            return None
        if near < len(self._rows) and self._key(self._rows[near]) == key:
            return near
        return next((index for index, found in enumerate(map(self._key, self._rows)) if found == key), None)

    # moving

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        if before == now:
            return
        top = self.scroll_y
        self._keep_in_view()
        if self.scroll_y == top:
            for row in (before, now):  # the others look as they did; the header stands above them
                self.refresh_line(row + 1)
        else:
            self.refresh()
        if self.cursor_key is not None:
            self.announce(self.Highlighted(self.cursor_key, by_user=True))

    def _keep_in_view(self) -> None:
        page = self.size.height - 1
        if page < 1:
            return  # nobody looks, and where the rows stand is to be found again
        top = round(self.scroll_y)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False, immediate=True)

    def action_move(self, step: int) -> None:
        self.cursor += step

    def action_page(self, direction: int) -> None:
        self.cursor += direction * max(1, self.size.height - 2)

    def action_jump(self, index: int) -> None:
        self.cursor = index if index >= 0 else len(self._rows) - 1

    def action_choose(self) -> None:
        if self.cursor_key is not None:
            self.announce(self.Chosen(self.cursor_key))

    def on_click(self, event: events.Click) -> None:
        index = round(self.scroll_y) + event.y - 1
        if event.y < 1:
            self.sort_by(self._column_at(event.x))
        if event.y < 1 or index >= len(self._rows):
            return
        self.cursor = index
        if event.chain == 2:
            self.action_choose()

    def _column_at(self, x: int) -> str:
        left = 1
        for column, size in self._shown_columns:
            left += size + self._gap
            if x < left:
                return column.key
        return ""

    def on_resize(self) -> None:
        self._keep_in_view()

    def on_hide(self) -> None:
        self.announce(self.Covered())

    # drawing

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width or self.size.width
        self._lay_out(width)
        if y == 0:
            return self._header(width)
        index = round(self.scroll_y) + y - 1
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        return self._record(self._rows[index], width, is_cursor=index == self.cursor)

    def _header(self, width: int) -> Strip:
        style = self.get_component_rich_style("grid--header")
        text = (" " * self._gap).join(
            _fit(self._title(column), size, right=column.right) for column, size in self._shown_columns
        )
        # the sign says that a wider grid would have more columns
        return Strip([Segment(set_cell_size(f" {text}", width - 1) + ("›" if self._dropped else " "), style)], width)

    def _title(self, column: Column[R]) -> str:
        if not column.key or column.key != self.arrangement.sorted_by:
            return column.title
        return f"{'▾' if self.arrangement.falling else '▴'}{column.title}"

    def _record(self, row: R, width: int, *, is_cursor: bool) -> Strip:
        base = self._look(Role.TEXT, is_cursor=is_cursor)
        segments = [Segment("▌" if is_cursor else " ", base)]
        spans = [column.show(row) for column, _ in self._shown_columns]
        texts = [visible(span.text[:1000]) for span in spans]
        sizes = _room(texts, [size for _, size in self._shown_columns], self._gap)
        for (column, _), span, text, size in zip(self._shown_columns, spans, texts, sizes, strict=True):
            if size:
                style = self._look(span.role, is_cursor=is_cursor)
                segments.append(Segment(_fit(text, size, right=column.right), style))
                segments.append(Segment(" " * self._gap, base))
        return Strip(segments).adjust_cell_length(width, base)

    def render_lines(self, crop: Region) -> list[Strip]:
        self._looks.clear()  # theme and focus are the same for all lines of one paint
        return super().render_lines(crop)

    def _look(self, role: Role, *, is_cursor: bool) -> Style:
        found = self._looks.get((role, is_cursor))
        if found is None:
            found = self.rich_style
            if is_cursor:
                found += self.get_component_rich_style("grid--cursor" if self.has_focus else "grid--cursor-blurred")
            found += role_style(self.app, role)
            self._looks[role, is_cursor] = found
        return found

    def _lay_out(self, width: int) -> None:
        if width == self._layout_width:
            return
        self._layout_width = width
        columns = list(self._columns)
        self._gap = 2 if width >= ROOMY else 1
        while columns and _needed(columns, self._gap) > width and any(column.drop for column in columns):
            columns.remove(max(columns, key=lambda column: column.drop))
        spare = max(0, width - _needed(columns, self._gap))
        self._shown_columns = tuple((column, column.width + (spare if column.grows else 0)) for column in columns)
        self._dropped = len(columns) < len(self._columns)


def _arranged(columns: Sequence[Column[R]], arrangement: Arrangement) -> tuple[Column[R], ...]:
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


def _room(texts: Sequence[str], sizes: list[int], gap: int) -> list[int]:
    """Cells for each text: one that does not fit takes those of the empty ones behind it, which have none then."""
    for place, text in enumerate(texts):
        for behind in range(place + 1, len(texts)):
            if texts[behind] or cell_len(text) <= sizes[place]:
                break
            sizes[place] += gap + sizes[behind]
            sizes[behind] = 0
    return sizes


def _fit(text: str, size: int, *, right: bool = False) -> str:
    """Exactly `size` cells of text; what does not fit ends in an ellipsis."""
    length = cell_len(text)
    if length > size:
        return set_cell_size(text, size - 1) + "…" if size > 0 else ""
    return " " * (size - length) + text if right else text + " " * (size - length)
