"""The columns of a list: which are shown, in which order, how wide, and by which one the rows are sorted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.lines import Role, Span
from mtp_tui.ui.widgets.frame import Frame
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.record_columns import Arrangement, Column
from mtp_tui.ui.widgets.record_grid import RecordGrid

NARROWEST, WIDEST = 4, 80
"""Cells of a column."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """One column as it would be shown."""

    key: str
    title: str
    width: int
    usual_width: int
    is_shown: bool
    can_sort: bool


class ColumnsScreen(Dialog[Arrangement | None]):
    """Arranges the columns of a grid; gives the arrangement, or None if all is to stay as it was."""

    BINDING_GROUP_TITLE = "Columns"
    HELP = """\
# Columns

Space shows or hides a column, J and K move it, + and - make it wider or narrower. s sorts by it, and turns the order
round if the list is sorted by it already. u goes back to the usual columns. Enter keeps what you made, Escape does not.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "show_or_hide", "Show/hide", priority=True, id="columns.toggle", tooltip="Show or hide the column"
        ),
        Binding(
            "s", "sort", "Sort", id="columns.sort", tooltip="Sort by it; again: the other way round, then not at all"
        ),
        Binding("J", "shift(1)", "Move", key_display="J K", id="columns.down", tooltip="Move the column to the right"),
        Binding("K", "shift(-1)", "Up", show=False, id="columns.up", tooltip="Move the column to the left"),
        Binding(
            "plus,equals_sign", "widen(2)", "Width", key_display="+ -", id="columns.wider", tooltip="Make it wider"
        ),
        Binding("minus", "widen(-2)", "Narrower", show=False, id="columns.narrower", tooltip="Make it narrower"),
        Binding("u", "usual", "Usual", id="columns.usual", tooltip="Go back to the usual columns and order"),
        Binding("enter", "keep", "Keep", priority=True, id="columns.keep", tooltip="Keep what you made"),
        Binding("escape,q", "dismiss", "Leave", id="columns.leave", tooltip="Leave all as it was"),
    ]

    grid = getters.query_one("#columns", RecordGrid)

    def __init__(self, columns: Sequence[Column[Any]], arrangement: Arrangement) -> None:
        super().__init__()
        self._every = [column for column in columns if column.key]
        self._sorted_by, self._falling = arrangement.sorted_by, arrangement.falling
        self._choices = self._choices_of(arrangement)

    def _choices_of(self, arrangement: Arrangement) -> list[_Choice]:
        """Those that are shown in their order, the others after them."""
        widths = dict(arrangement.columns)
        shown = list(widths) or [column.key for column in self._every if not column.hidden]
        by_key = {column.key: column for column in self._every}
        keys = [*(key for key in shown if key in by_key), *(key for key in by_key if key not in shown)]
        return [
            _Choice(
                key,
                by_key[key].title,
                widths.get(key) or by_key[key].width,
                by_key[key].width,
                key in shown,
                by_key[key].sorts,
            )
            for key in keys
        ]

    def compose(self) -> ComposeResult:
        columns: tuple[Column[_Choice], ...] = (
            Column(
                "Shown",
                6,
                lambda choice: Span("✓" if choice.is_shown else "–", Role.GOOD if choice.is_shown else Role.DIM),
            ),
            Column(
                "Column", 14, lambda choice: Span(choice.title, Role.TEXT if choice.is_shown else Role.DIM), grows=True
            ),
            Column("Width", 6, lambda choice: Span(str(choice.width)), right=True),
            Column("Sorted", 9, self._sorting),
        )
        with Frame(id="columns-box"):
            yield RecordGrid(columns, lambda choice: choice.key, id="columns")
        yield KeyLine()

    def _sorting(self, choice: _Choice) -> Span:
        if choice.key != self._sorted_by:
            return Span("" if choice.can_sort else "cannot be", Role.DIM)
        return Span("▾ falling" if self._falling else "▴ rising", Role.STRONG)

    def on_mount(self) -> None:
        box = self.query_one("#columns-box", Frame)
        box.border_title = "Columns"
        box.hint("Enter keeps", "Esc leaves", "Space shows", "s sorts", "J K move", "+ - width", "u usual")
        self.grid.show(list(self._choices))
        self.grid.focus()

    @property
    def _arrangement(self) -> Arrangement:
        columns = tuple(
            (choice.key, 0 if choice.width == choice.usual_width else choice.width)
            for choice in self._choices
            if choice.is_shown
        )
        usual = tuple((column.key, 0) for column in self._every if not column.hidden)
        return Arrangement(() if columns == usual else columns, self._sorted_by, self._falling)

    def _change(self, **values: object) -> None:
        at = self.grid.cursor
        self._choices[at] = replace(self._choices[at], **values)  # type: ignore[arg-type]
        self.grid.show(list(self._choices))

    def action_show_or_hide(self) -> None:
        choice = self._choices[self.grid.cursor]
        if choice.is_shown and sum(each.is_shown for each in self._choices) == 1:
            self.notify("One column has to stay.", markup=False, timeout=3)
            return
        self._change(is_shown=not choice.is_shown)

    def action_shift(self, by: int) -> None:
        at, to = self.grid.cursor, self.grid.cursor + by
        if 0 <= to < len(self._choices):
            self._choices[at], self._choices[to] = self._choices[to], self._choices[at]
            self.grid.show(list(self._choices))

    def action_widen(self, by: int) -> None:
        width = self._choices[self.grid.cursor].width + by
        self._change(width=max(NARROWEST, min(WIDEST, width)))

    def action_sort(self) -> None:
        choice = self._choices[self.grid.cursor]
        column = next(column for column in self._every if column.key == choice.key)
        if not column.sorts:
            return
        wanted = Arrangement((), self._sorted_by, self._falling).sorted_next(column)
        self._sorted_by, self._falling = wanted.sorted_by, wanted.falling
        self.grid.show(list(self._choices))

    def action_usual(self) -> None:
        self._sorted_by, self._falling = "", False
        self._choices = self._choices_of(Arrangement())
        self.grid.show(list(self._choices))

    @on(RecordGrid.Chosen)
    def action_keep(self) -> None:
        self.dismiss(self._arrangement)
