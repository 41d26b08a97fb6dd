"""Exporting: what of the queue, in which format, to which file; then the writing, with a way to stop it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Label
from textual.worker import Worker

from mtp_tui.defender.models import Incident
from mtp_tui.errors import MtpError
from mtp_tui.services.export import About, Format, format_of, path_for_export, usual_name, write_export
from mtp_tui.services.new_file import is_taken, usual_folder
from mtp_tui.ui.ask_screen import ConfirmScreen
from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.leaving import ended
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.choice import Choice
from mtp_tui.ui.widgets.credential_field import PlainInput
from mtp_tui.ui.widgets.frame import Frame
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.said import Said

_LABELS = {
    Format.CSV: "CSV",
    Format.JSON: "JSON",
    Format.NDJSON: "NDJSON",
    Format.MARKDOWN: "Markdown report",
}

Wholes = Callable[[Iterable[str]], AsyncIterator[Incident]]
"""Gives incidents by ID, with their bytes, some at a time."""


@dataclass(frozen=True, slots=True)
class Exportable:
    """What could be exported."""

    label: str
    ids: tuple[str, ...]
    forms: tuple[Format, ...]
    about: About
    incident_id: str = ""
    """Which one it is, where it is a single one; for the name of the file."""


class ExportChoice(Choice):
    """A choice of this screen; Enter writes the file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Write", id="export.write", tooltip="Write the file"),
    ]


class ExportScreen(Dialog[None]):
    """Asks for all that an export needs, writes it, and says where it is and what it holds."""

    BINDING_GROUP_TITLE = "Export"
    HELP = """\
# Export

CSV is for spreadsheets: one row for each incident, and nothing in it acts as a formula. JSON and NDJSON hold each
incident as the service sent it, with all alerts and entities; NDJSON has one on each line. A Markdown report is for
people, of one incident with its alerts, its evidence and what happened when.

The file is readable only by you (mode 0600), and is there whole or not at all. JSON and the report also say which filter
was in force, how many incidents there are in it, and as of when; for the others it is said here when they are written.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up", "app.focus_previous", "Row before", show=False, id="export.row-before", tooltip="Go to the row before"
        ),
        Binding("down", "app.focus_next", "Next row", show=False, id="export.next-row", tooltip="Go to the next row"),
        Binding("escape", "stop", "Close", id="export.close", tooltip="Stop writing, with no file left; go back"),
    ]

    busy: reactive[bool] = reactive(False, toggle_class="-busy")

    what = getters.query_one("#export-what", ExportChoice)
    form = getters.query_one("#export-form", ExportChoice)
    path = getters.query_one("#export-path", PlainInput)

    class Taken(Message):
        """Something stands where the file is to be."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    class Advanced(Message):
        """So many incidents are written."""

        def __init__(self, written: int) -> None:
            super().__init__()
            self.written = written

    class Written(Message):
        """The file is there."""

        def __init__(self, path: Path, sentence: str) -> None:
            super().__init__()
            self.path = path
            self.sentence = sentence

    class Failed(Message):
        """There is no file, and why."""

        def __init__(self, error: MtpError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, wholes: Wholes, exportables: Sequence[Exportable]) -> None:
        """The first one is chosen; there is at least one."""
        super().__init__()
        self._wholes = wholes
        self._exportables = tuple(exportables)
        self._suggested = ""
        self._is_to_stop = False
        self._writing: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        with Frame(id="export-box"):
            for label, entry in (
                (
                    "What",
                    ExportChoice(
                        [(str(at), each.label) for at, each in enumerate(self._exportables)], id="export-what"
                    ),
                ),
                ("Format", ExportChoice(self._forms(self._exportables[0]), id="export-form")),
                ("File", PlainInput(id="export-path")),
            ):
                with Horizontal(classes="export-row"):
                    yield Label(label)
                    yield entry
            yield Said(id="export-about")
            yield Problem()
        yield KeyLine()

    def on_mount(self) -> None:
        box = self.query_one("#export-box", Frame)
        box.border_title = "Export"
        box.hint("Enter writes", "Esc closes", "← → choose", "↑ ↓ rows")
        self._suggest()
        self._tell_about()
        self.form.focus()

    @property
    def chosen(self) -> Exportable:
        """What is to be exported."""
        return self._exportables[int(self.what.chosen)]

    def _forms(self, exportable: Exportable) -> list[tuple[str, str]]:
        return [(form, _LABELS[form]) for form in exportable.forms]

    def _tell_about(self, progress: str = "") -> None:
        chosen = self.chosen
        self.query_one("#export-about", Said).say(progress or chosen.about.sentence(len(chosen.ids)))

    def _suggest(self) -> None:
        """Another name for the file, unless somebody has typed one: of that only the end follows the format."""
        form, typed = Format(self.form.chosen), self.path.value
        usual = str(usual_folder() / usual_name(form, self.chosen.about, self.chosen.incident_id))
        if typed == self._suggested:
            self.path.value = self._suggested = usual
        elif format_of(typed) not in (None, form):
            self.path.value = str(Path(typed).with_suffix(f".{form}"))

    # what the user does

    @on(Choice.Changed, "#export-what")
    def choose_what(self) -> None:
        forms = self._forms(self.chosen)
        kept = self.form.chosen if self.form.chosen in self.chosen.forms else forms[0][0]
        self.form.set_options(forms, kept)
        self._tell_about()
        self._suggest()

    @on(Choice.Changed, "#export-form")
    def choose_form(self) -> None:
        self._suggest()

    @on(Input.Changed)
    def forgive(self) -> None:
        """What was wrong with the path is no longer known once it changes."""
        self.query_one(Problem).show(None)

    @on(Choice.Submitted)
    @on(Input.Submitted)
    def write(self) -> None:
        """Write the file, or ask first where one is there already."""
        self._begin(replace=False)

    def action_stop(self) -> None:
        if self.busy:
            self._is_to_stop = True
        else:
            self.dismiss()

    async def may_leave(self) -> bool:
        """The program is to end: a file that is being written is there whole or not at all, and this is asked about."""
        if not self.busy:
            return True
        words = "A file is being written. Leave without it?"
        if not await self.app.push_screen_wait(ConfirmScreen("Export", words, yes="Leave", no="Stay")):
            return False
        self._is_to_stop = True
        if self._writing is not None:
            await ended(self._writing)
        return True

    @on(Taken)
    def ask_whether_to_replace(self, event: Taken) -> None:
        self.busy = False
        question = f"{event.path} is there already. Put the export in its place?"
        self.app.push_screen(ConfirmScreen("Export", question, yes="Replace"), self._replace_if)

    def _replace_if(self, yes: bool | None) -> None:
        if yes:
            self._begin(replace=True)

    # the writing

    def _begin(self, *, replace: bool) -> None:
        if self.busy:
            return
        self.busy, self._is_to_stop = True, False
        self.query_one(Problem).show(None)
        self._writing = self._write(self.path.value, self.chosen, Format(self.form.chosen), replace=replace)

    @work(exclusive=True, group="export", description="export incidents")
    async def _write(self, typed: str, chosen: Exportable, form: Format, *, replace: bool) -> None:
        try:
            path = await asyncio.to_thread(path_for_export, typed, form)
            if not replace and await asyncio.to_thread(is_taken, path):
                self.post_message(self.Taken(path))
                return
            sentence = await write_export(
                path,
                self._until_stopped(self._wholes(chosen.ids)),
                form,
                chosen.about,
                replace=replace,
                on_written=lambda written: self.post_message(self.Advanced(written)),
            )
        except MtpError as error:
            self.post_message(self.Failed(error))
        else:
            self.post_message(self.Written(path, sentence))

    async def _until_stopped(self, incidents: AsyncIterator[Incident]) -> AsyncIterator[Incident]:
        async for incident in incidents:
            if self._is_to_stop:
                raise MtpError("Stopped. No file was written.", "Enter writes it, Esc closes.")
            yield incident

    @on(Advanced)
    def show_progress(self, event: Advanced) -> None:
        if self.busy:
            self._tell_about(f"Writing: {event.written:,} of {len(self.chosen.ids):,} … Esc stops.")

    @on(Failed)
    def show_failure(self, event: Failed) -> None:
        """Everything that was chosen stays, to be put right."""
        self.busy = False
        self._tell_about()
        self.query_one(Problem).show(event.error)

    @on(Written)
    def say_where(self, event: Written) -> None:
        self.busy = False
        self.app.notify(visible(f"Written to {event.path}: {event.sentence}"), markup=False, timeout=10)
        self.dismiss()
