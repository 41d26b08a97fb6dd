"""A list of records, and the page of the one under the cursor: below the list, or alone after Enter."""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.reactive import reactive

from mtp_tui.latest import keep_latest
from mtp_tui.ui.lines import Line, Role, text_line
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.record_columns import Column
from mtp_tui.ui.widgets.record_grid import RecordGrid

R = TypeVar("R")

_MOST_PLACES = 100
"""Owners of which the place is kept, the latest ones."""


class ListWithPage(Vertical, Generic[R]):
    """Shows records of one owner, such as the alerts of an incident; another owner's begin at the top."""

    BINDING_GROUP_TITLE = "Records"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close_page", "Back to list", id="page.close", tooltip="Close the page, back to the list"),
        Binding("tab", "app.focus_next", "Page", show=False, id="page.focus", tooltip="Go to the page, to scroll it"),
    ]

    is_open: reactive[bool] = reactive(False, toggle_class="-page", bindings=True)
    """Whether the page has all the room."""

    def __init__(self, columns: Sequence[Column[R]], *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._columns = columns
        self._owner = ""
        self._why_empty = ""
        self._places: dict[str, str] = {}
        """By owner the key of the record that had the cursor last."""

    def compose(self) -> ComposeResult:
        yield RecordGrid(self._columns, self.key_of, id=f"{self.id}-list")
        yield LineView(id=f"{self.id}-page")

    # what a kind of record says of itself

    def key_of(self, record: R) -> str:
        """Unique among the records that are shown."""
        raise NotImplementedError

    def page_of(self, record: R) -> list[Line]:
        """The page of one record."""
        raise NotImplementedError

    def choose(self, record: R) -> None:  # noqa: ARG002 - for those who do something else with it
        """Enter or a double click on a record."""
        self.is_open = True
        self.focus_view()

    # what is shown

    @property
    def grid(self) -> RecordGrid[R]:
        """The list."""
        return self.query_one(f"#{self.id}-list", RecordGrid)

    @property
    def page(self) -> LineView:
        """The page of the record under the cursor."""
        return self.query_one(f"#{self.id}-page", LineView)

    @property
    def record(self) -> R | None:
        """The one under the cursor; None if there is none at all."""
        rows: Sequence[R] = self.grid.rows
        return rows[self.grid.cursor] if rows else None

    def show(self, records: Sequence[R], *, owner: str, why_empty: str, first: int = 0) -> None:
        """Show these records; the cursor, the page and the place in it stay as long as the owner is the same.

        With another owner the cursor is where it was when that one was shown last, or else on the `first` of them.
        """
        is_same, before, had_rows = owner == self._owner, self.grid.cursor_key, bool(self.grid.rows)
        if not is_same and before is not None:
            keep_latest(self._places, self._owner, before, _MOST_PLACES)
        self._owner, self._why_empty = owner, why_empty
        if not is_same:
            self.is_open = False
            self.grid.show(())
        self.grid.show(records)
        if not is_same and not self.grid.move_to(self._places.get(owner, "")):
            self.grid.cursor = first
        self.set_class(not records, "-empty")
        if self.grid.cursor_key != before:
            self.is_open = False
        self._draw(keep_place=is_same)
        if had_rows != bool(records) and self.has_focus_within:
            self.focus_view()  # at once: a list without rows is about to be hidden, and would lose the keys

    def focus_view(self) -> None:
        """Give the keys to the list, or to the page where it has all the room."""
        (self.page if self.is_open or not self.grid.rows else self.grid).focus()

    def action_close_page(self) -> None:
        self.is_open = False
        self.grid.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        return self.is_open if action == "close_page" else True

    @on(RecordGrid.Highlighted)
    def show_page(self) -> None:
        self._draw(keep_place=False)

    @on(RecordGrid.Chosen)
    def open_chosen(self) -> None:
        if self.record is not None:
            self.choose(self.record)

    def _draw(self, *, keep_place: bool) -> None:
        record = self.record
        lines = [text_line(self._why_empty, Role.DIM)] if record is None else self.page_of(record)
        self.page.show(lines, keep_place=keep_place)
