"""One row of the queue with all of its columns, each as long as it is."""

from collections.abc import Sequence
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.lines import Line
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.line_view import LineView


class RowScreen(Dialog[None]):
    """Shows what the cells of a row have no room for."""

    BINDING_GROUP_TITLE = "Row"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,q,f,enter", "dismiss", "Close", key_display="esc", id="row.close", tooltip="Go back to the list"
        ),
    ]

    text = getters.query_one("#row-text", LineView)

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__()
        self._headline = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Vertical(id="row-box"):
            yield LineView(id="row-text")
        yield KeyLine()

    def on_mount(self) -> None:
        box = self.query_one("#row-box")
        box.border_title, box.border_subtitle = visible(self._headline), "Esc closes"
        self.text.show(self._lines)
        self.text.focus()
