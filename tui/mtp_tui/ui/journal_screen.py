"""The journal: every change that was sent from here to this tenant, and how it ended."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from mtp_tui.moments import utc_text
from mtp_tui.services.triage_desk import TriageDesk
from mtp_tui.services.triage_history import Written
from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.lines import Line, Role, Span
from mtp_tui.ui.widgets.frame import Frame
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.list_with_page import ListWithPage
from mtp_tui.ui.widgets.record_columns import Column
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.triage_lines import changes_in_short, end_span, written_lines

_Row = tuple[int, Written]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants with a write of the journal: to see its incident, or to take it back."""

    write: Written
    is_undo: bool


class _Writes(ListWithPage[_Row]):
    """Each with what it changed, and how it ended, below."""

    class Chosen(Message):
        """Somebody wants to see the incident of a write."""

        def __init__(self, write: Written) -> None:
            super().__init__()
            self.write = write

    def key_of(self, record: _Row) -> str:
        return str(record[0])

    def page_of(self, record: _Row) -> list[Line]:
        return written_lines(record[1])

    def choose(self, record: _Row) -> None:
        self.post_message(self.Chosen(record[1]))


class JournalScreen(Dialog[Wish | None]):
    """Lists what was written; gives what somebody wants with one of them, or None."""

    BINDING_GROUP_TITLE = "Journal"
    HELP = """\
# Journal

What was sent from this machine to change incidents of this tenant, the latest first, by whom, and how it ended. “unknown”
means that no answer came: open the incident and look. Enter goes to the incident; u shows what would take this very change
back, before anything is sent. The journal is kept with what is remembered of the tenant; mtp-tui store clear forgets both.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close", id="journal.close", tooltip="Go back to the list"),
        Binding(
            "u", "undo", "Undo", id="journal.undo", tooltip="Take this change back; what would be sent is shown first"
        ),
    ]

    class Read(Message):
        """The journal was read."""

        def __init__(self, writes: tuple[Written, ...]) -> None:
            super().__init__()
            self.writes = writes

    def __init__(self, desk: TriageDesk) -> None:
        super().__init__()
        self._desk = desk
        self._is_read = False

    def compose(self) -> ComposeResult:
        columns: tuple[Column[_Row], ...] = (
            Column("When", 23, lambda row: Span(utc_text(row[1].at) if row[1].at else "–", Role.DIM)),
            Column("Incident", 9, lambda row: Span(row[1].incident_id, Role.NAME), right=True),
            Column("Changed", 12, lambda row: Span(changes_in_short(row[1])), grows=True),
            Column("End", 10, lambda row: end_span(row[1].end)),
        )
        with Frame(id="journal-box"):
            yield _Writes(columns, id="journal")
        yield KeyLine()

    @property
    def _writes(self) -> _Writes:
        return self.query_one(_Writes)

    def on_mount(self) -> None:
        box = self.query_one("#journal-box", Frame)
        box.border_title = "Journal"
        box.hint("Esc closes", "u takes back", "Enter goes to the incident")
        self._writes.focus_view()
        self._read()

    @work(exclusive=True, group="journal", description="read the journal")
    async def _read(self) -> None:
        self.post_message(self.Read(await self._desk.written()))

    @on(Read)
    def show_writes(self, event: Read) -> None:
        self._is_read = True
        rows = list(enumerate(event.writes))
        self._writes.show(rows, owner="the tenant", why_empty="Nothing was changed from here yet.")
        self._writes.focus_view()
        self.refresh_bindings()

    @on(RecordGrid.Highlighted)
    def look_again(self) -> None:
        """Another write may be one that can be taken back, or none."""
        self.refresh_bindings()

    @property
    def _write(self) -> Written | None:
        """The one under the cursor."""
        record = self._writes.record if self._is_read else None
        return record[1] if record else None

    @on(_Writes.Chosen)
    def go(self, event: _Writes.Chosen) -> None:
        self.dismiss(Wish(event.write, is_undo=False))

    def action_undo(self) -> None:
        if self._write is not None:
            self.dismiss(Wish(self._write, is_undo=True))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action != "undo":
            return True
        return True if self._write is not None and self._write.may_be_undone and not self._desk.why_not else None

    def why_not(self, action: str) -> str:  # noqa: ARG002 - only one key is ever greyed
        """Why this write cannot be taken back."""
        if self._write is None:
            return "Nothing was changed from here yet."
        return self._desk.why_not or "Nothing was changed by this, so there is nothing to undo."
