"""A table of any number of records, of which only the visible lines are ever drawn."""

from collections.abc import Callable, Sequence
from operator import indexOf
from textwrap import wrap
from typing import ClassVar, Generic, Self, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from mtp_tui.ui.lines import Role
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.record_columns import Arrangement, Column, arranged, laid_out
from mtp_tui.ui.widgets.record_strips import RecordStrips
from mtp_tui.ui.widgets.role_styles import role_style
from mtp_tui.ui.widgets.steady_bar import SteadyBar

R = TypeVar("R")


class RecordGrid(SteadyBar, Generic[R], can_focus=True):
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
    _MOVES: ClassVar[dict[str, str]] = {
        key: each.action
        for each in BINDINGS
        if isinstance(each, Binding) and each.action != "choose"
        for key in each.key.split(",")
        if key != "space"  # which marks a row in some grids
    }

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
        self._columns = arranged(self.every_column, self.arrangement)
        self._given: Sequence[R] = ()
        self._shown_as: Arrangement | None = None
        self._key = key
        self._rows: Sequence[R] = ()
        self._why_empty = ""
        self._looks: dict[tuple[Role, bool, bool], Style] = {}
        self.strips = RecordStrips[R](self.look)
        """The lines as they are drawn."""
        self._is_move_told = True

    def announce(self, message: Message) -> None:
        """Post what the grid has to say to all that it stands in, whoever made it say so.

        What is made in the handler of a widget counts as sent by that one, and comes no further up than to it.
        """
        self.post_message(message.set_sender(self))

    # what is shown

    def show(self, rows: Sequence[R]) -> None:
        """Show these records; the cursor stays on the record it was on, at the same height where that is possible."""
        self._tell_move()
        if self._is_shown(rows):
            self.freshen()
            return
        held, old_cursor, old_scroll = self.cursor_key, self.cursor, round(self.scroll_y)
        self._given, self._shown_as = rows, self.arrangement
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

    def say_when_empty(self, why: str) -> None:
        """What stands below the titles as long as there are no records."""
        if why == self._why_empty:
            return
        before, self._why_empty = self._why_empty, why
        width, height = self.size
        if not self._rows and height:  # no more than where the words stand
            lines = [y for y in range(1, height) for each in (before, why) if self._said_at(each, y, width)]
            self.refresh(*(Region(0, y, width, 1) for y in lines))

    def _is_shown(self, rows: Sequence[R]) -> bool:
        """Whether these are the records that are shown already, in the arrangement of now."""
        if self._shown_as != self.arrangement:
            return False
        # tuples of the same objects are compared in no time; other sequences may be made while they are read
        return rows is self._given or (isinstance(rows, tuple) and rows == self._given)

    def set_columns(self, arrangement: Arrangement) -> None:
        """Show other columns, or the same ones in another way; the cursor stays on its record."""
        if arrangement == self._shown_as:
            return
        self.arrangement = arrangement
        self._columns = arranged(self.every_column, arrangement)
        self.strips.forget_width()
        self.show(self._given)

    def sort_by(self, key: str) -> None:
        """Sort by a column; by the same one again the other way round, and a third time not at all."""
        column = next((column for column in self.every_column if column.key == key), None)
        if column is None or not column.sorts:
            return
        wanted = self.titled_order.sorted_next(column)
        self.set_columns(wanted)
        self.announce(self.Arranged(wanted))

    def sorted_rows(self, rows: Sequence[R]) -> Sequence[R]:
        """The records in the order of `arrangement`; whoever has columns that sort knows how."""
        return rows

    @property
    def titled_order(self) -> Arrangement:
        """What the titles show of the order, and a click on one of them changes."""
        return self.arrangement

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
        return self.find_row(key)

    def find_row(self, key: str) -> int | None:
        """Where the record with this key stands; None if there is none. Looks at one after the other."""
        try:
            return indexOf(map(self._key, self._rows), key)
        except ValueError:
            return None

    # moving

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        if before == now:
            return
        self._keep_in_view()
        for row in (before, now):  # the others look as they did; the header stands above them
            self.refresh_line(row + 1)
        if self._is_move_told:
            self._is_move_told = False
            self.call_after_refresh(self._tell_move)  # what follows from it can wait until it is seen

    def _tell_move(self) -> None:
        """Say where the cursor was moved to, unless that was said before something else had to be."""
        if not self._is_move_told:
            self._is_move_told = True
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

    async def on_key(self, event: events.Key) -> None:
        """A key that moves the cursor goes no further: all that this stands in would look at it, and then find this."""
        action, before = self._MOVES.get(event.key), self.cursor
        if action is None:
            return
        await self.run_action(action)
        if self.cursor != before:
            event.stop()
            event.prevent_default()

    def action_move(self, step: int) -> None:
        self.cursor += step

    def action_page(self, direction: int) -> None:
        self.cursor += direction * max(1, self.size.height - 2)

    def action_jump(self, index: int) -> None:
        self.cursor = index if index >= 0 else len(self._rows) - 1

    def action_choose(self) -> None:
        self._tell_move()
        if self.cursor_key is not None:
            self.announce(self.Chosen(self.cursor_key))

    def on_click(self, event: events.Click) -> None:
        index = round(self.scroll_y) + event.y - 1
        if event.y < 1:
            self.sort_by(self.strips.column_at(event.x))
        if event.y < 1 or index >= len(self._rows):
            return
        self.cursor = index
        if event.chain == 2:
            self.action_choose()

    def on_resize(self) -> None:
        self._keep_in_view()

    def on_hide(self) -> None:
        self.announce(self.Covered())

    # drawing

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As Textual does; without regions nothing that was drawn before is drawn again."""
        if not regions:
            self.strips.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def refresh_record(self, key: str) -> None:
        """Draw one record anew: it is shown in another way than before."""
        index = self._find(key, near=self.cursor)
        if index is None:
            return
        self.strips.forget(index)
        self.refresh_line(index + 1)

    def freshen(self) -> None:
        """Draw what reads otherwise than it did although nothing happened, and no more of it: times that go by."""
        top = round(self.scroll_y)
        shown = range(top, top + self.size.height - 1)
        for index, start, end in self.strips.changed(self._rows, shown, cursor=self.cursor, has_focus=self.has_focus):
            self.refresh(Region(start, index - top + 1, end - start, 1))

    def render_line(self, y: int) -> Strip:
        strips, width = self.strips, self._line_width
        if width != strips.width:
            strips.lay_out(self._columns, width)
        if y == 0:
            return strips.header(self.titled_order, self.get_component_rich_style("grid--header"))
        index = round(self.scroll_y) + y - 1
        if index < len(self._rows):
            return strips.line(self._rows, index, is_cursor=index == self.cursor, has_focus=self.has_focus)
        words = "" if self._rows else self._said_at(self._why_empty, y, width)
        blank = self.look(Role.TEXT, False)
        return Strip([Segment(words, self.look(Role.DIM, False))] if words else []).adjust_cell_length(width, blank)

    @property
    def _line_width(self) -> int:
        return self.scrollable_content_region.width or self.size.width

    @property
    def shown_columns(self) -> tuple[Column[R], ...]:
        """Those that there is room for."""
        return tuple(column for column, _ in laid_out(self._columns, self._line_width).columns)

    def _said_at(self, words: str, y: int, width: int) -> str:
        """What stands in this line in the place of rows: the words in the middle, as wide as the grid."""
        lines = wrap(visible(words), max(1, width - 4))
        at = y - 1 - max(0, self.size.height - 1 - len(lines)) // 2
        return lines[at].center(width) if 0 <= at < len(lines) else ""

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()
        self.strips.clear()

    def look(self, role: Role, is_cursor: bool) -> Style:
        """How a role looks now, with the cursor on its line or not."""
        key = role, is_cursor, self.has_focus
        found = self._looks.get(key)
        if found is None:
            found = self.rich_style
            if is_cursor:
                found += self.get_component_rich_style("grid--cursor" if self.has_focus else "grid--cursor-blurred")
            found += role_style(self.app, role)
            self._looks[key] = found
        return found
