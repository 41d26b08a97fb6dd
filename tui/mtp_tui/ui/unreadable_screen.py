"""What the service sent in the place of incidents, and could not be read as one: why, and the very bytes."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mtp_tui.defender.json_reading import indented
from mtp_tui.defender.models import Unreadable
from mtp_tui.services.unreadable import UnreadableItems
from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.lines import BLANK, Line, Role, Span, text_line
from mtp_tui.ui.widgets.frame import Frame
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.list_with_page import ListWithPage
from mtp_tui.ui.widgets.record_columns import Column

_MOST_SHOWN = 50_000
"""Bytes of one item."""

_Row = tuple[int, Unreadable]


class _Items(ListWithPage[_Row]):
    """Each with its bytes below, laid out where they are JSON."""

    def key_of(self, record: _Row) -> str:
        return str(record[0])

    def page_of(self, record: _Row) -> list[Line]:
        _, item = record
        text = indented(item.raw[:_MOST_SHOWN])
        lines = [text_line(item.problem, Role.BAD), BLANK, *(text_line(line) for line in text.split("\n"))]
        more = len(item.raw) - _MOST_SHOWN
        return [*lines, text_line(f"… and {more:,} bytes more", Role.WARN)] if more > 0 else lines


class UnreadableScreen(Dialog[None]):
    """Lists them."""

    BINDING_GROUP_TITLE = "Could not be read"
    HELP = """\
# Could not be read

What came from the service among the incidents, and is none that could be shown. The others of the same answer are in the
list. Tab goes to the text, Enter gives it all the room.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close", id="unreadable.close", tooltip="Go back to the list"),
    ]

    def __init__(self, items: UnreadableItems) -> None:
        super().__init__()
        self._rows = list(enumerate(items.kept))
        self._count = items.count

    def compose(self) -> ComposeResult:
        columns: tuple[Column[_Row], ...] = (
            Column("Why", 24, lambda row: Span(row[1].problem), grows=True),
            Column("Size", 15, lambda row: Span(f"{len(row[1].raw):,} bytes", Role.DIM), right=True),
        )
        with Frame(id="unreadable-box"):
            yield _Items(columns, id="unreadable")
        yield KeyLine()

    def on_mount(self) -> None:
        box = self.query_one("#unreadable-box", Frame)
        kept = f", {len(self._rows)} are kept" if len(self._rows) < self._count else ""
        box.border_title = f"Could not be read: {self._count}{kept}"
        box.hint("Esc closes", "Tab to the text")
        items = self.query_one(_Items)
        items.show(self._rows, owner="the service", why_empty="")
        items.focus_view()
