"""The journal: every change that was sent from here to this tenant, and how it ended."""

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen

from mtp_tui.moments import utc_text
from mtp_tui.services.triage_desk import TriageDesk
from mtp_tui.services.triage_history import Written
from mtp_tui.ui.lines import Role, Span, text_line
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.record_columns import Column
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.triage_lines import changes_in_short, end_span, written_lines


class JournalScreen(ModalScreen[str | None]):
    """Lists what was written; gives the ID of the incident that somebody wants to see, or None."""

    BINDING_GROUP_TITLE = "Journal"
    HELP = """\
# Journal

What was sent from this machine to change incidents of this tenant, the latest first, by whom, and how it ended. “unknown”
means that no answer came: open the incident and look. Enter goes to the incident. The journal is kept with what is remembered
of the tenant; mtp-tui store clear forgets both.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close", id="journal.close", tooltip="Go back to the list"),
    ]

    grid = getters.query_one("#journal", RecordGrid)
    text = getters.query_one("#journal-text", LineView)

    class Read(Message):
        """The journal was read."""

        def __init__(self, writes: tuple[Written, ...]) -> None:
            super().__init__()
            self.writes = writes

    def __init__(self, desk: TriageDesk) -> None:
        super().__init__()
        self._desk = desk
        self._writes: tuple[Written, ...] = ()

    def compose(self) -> ComposeResult:
        columns: tuple[Column[tuple[int, Written]], ...] = (
            Column("When", 23, lambda row: Span(utc_text(row[1].at) if row[1].at else "–", Role.DIM)),
            Column("Incident", 9, lambda row: Span(row[1].incident_id, Role.NAME), right=True),
            Column("Changed", 12, lambda row: Span(changes_in_short(row[1])), grows=True),
            Column("End", 10, lambda row: end_span(row[1].end)),
        )
        with Vertical(id="journal-box"):
            yield RecordGrid(columns, lambda row: str(row[0]), id="journal")
            yield LineView(id="journal-text")
        yield KeyLine()

    def on_mount(self) -> None:
        box = self.query_one("#journal-box")
        box.border_title, box.border_subtitle = "Journal", "Enter goes to the incident · Esc closes"
        self.grid.focus()
        self._read()

    @work(exclusive=True, group="journal", description="read the journal")
    async def _read(self) -> None:
        self.post_message(self.Read(await self._desk.written()))

    @on(Read)
    def show_writes(self, event: Read) -> None:
        self._writes = event.writes
        self.grid.show(list(enumerate(event.writes)))
        if not event.writes:
            self.text.show([text_line("Nothing was changed from here yet.", Role.DIM)])

    @on(RecordGrid.Highlighted)
    def show_write(self, event: RecordGrid.Highlighted) -> None:
        self.text.show(written_lines(self._writes[int(event.key)]))

    @on(RecordGrid.Chosen)
    def take(self, event: RecordGrid.Chosen) -> None:
        self.dismiss(self._writes[int(event.key)].incident_id)
