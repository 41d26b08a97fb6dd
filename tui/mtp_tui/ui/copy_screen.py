"""The copy menu: what can be copied of what is in front, each with a letter, and how large it is."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.lines import Role, Span
from mtp_tui.ui.messages import CopyWanted
from mtp_tui.ui.widgets.copyable import Copyable
from mtp_tui.ui.widgets.frame import Frame
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.record_columns import Column
from mtp_tui.ui.widgets.record_grid import RecordGrid


class CopyGrid(RecordGrid[Copyable]):
    """One row for each text; Enter copies it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Copy", id="copy.choose", tooltip="Copy what is under the cursor"),
    ]


class CopyScreen(Dialog[Copyable | None]):
    """Copies one text and closes; gives what was copied, or None."""

    BINDING_GROUP_TITLE = "Copy"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Close", id="copy.close", tooltip="Go back and copy nothing"),
    ]

    grid = getters.query_one(CopyGrid)

    def __init__(self, copies: Sequence[Copyable]) -> None:
        super().__init__()
        self._copies = tuple(copies)

    def compose(self) -> ComposeResult:
        columns: tuple[Column[Copyable], ...] = (
            Column("Key", 3, lambda each: Span(f" {each.key}", Role.STRONG)),
            Column("Copies", 14, lambda each: Span(each.label), grows=True),
            Column("Begins with", 14, lambda each: Span(each.text.lstrip()[:100], Role.DIM), drop=1),
            Column("Size", 15, _size, right=True),
        )
        with Frame(id="copy-box"):
            yield CopyGrid(columns, lambda each: each.key, id="copies")
        yield KeyLine()

    def on_mount(self) -> None:
        box = self.query_one("#copy-box", Frame)
        box.border_title = "Copy"
        box.hint("Esc closes", "the letter or Enter copies")
        box.styles.height = len(self._copies) + 3
        self.grid.show(self._copies)
        self.grid.focus()

    def on_key(self, event: events.Key) -> None:
        """A letter of the list; keys that move the cursor or close the menu do not come here."""
        chosen = next((each for each in self._copies if each.key == event.character), None)
        if chosen is not None:
            event.stop()
            self._copy(chosen)

    @on(RecordGrid.Chosen)
    def copy_chosen(self, event: RecordGrid.Chosen) -> None:
        self._copy(next(each for each in self._copies if each.key == event.key))

    def _copy(self, chosen: Copyable) -> None:
        self.app.post_message(CopyWanted(chosen.label, chosen.text, if_large="x exports it to a file instead."))
        self.dismiss(chosen)


def _size(copied: Copyable) -> Span:
    if copied.is_large:
        return Span(f"! {copied.size_bytes:,} bytes", Role.WARN)
    return Span(f"{copied.size_bytes:,} bytes", Role.DIM)
