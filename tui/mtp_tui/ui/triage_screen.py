"""Changing incidents, in three steps: what is wanted, what would be sent, and what became of it."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from enum import StrEnum
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.worker import Worker

from mtp_tui.defender.models import Incident
from mtp_tui.defender.update import Change
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.services.triage import Plan, Result
from mtp_tui.services.triage_desk import TriageDesk, WayBack
from mtp_tui.services.triage_history import Written
from mtp_tui.ui.ask_screen import ConfirmScreen
from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.leaving import ended
from mtp_tui.ui.lines import Role, text_line
from mtp_tui.ui.text import plain
from mtp_tui.ui.widgets.frame import Frame
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.triage_form import TriageForm
from mtp_tui.ui.widgets.triage_lines import plan_lines, result_lines, undo_lines

Take = Callable[[Sequence[Incident]], Awaitable[None]]


class Page(StrEnum):
    """How far it has come."""

    WISH = "what is wanted"
    PREVIEW = "what would be sent"
    RESULTS = "what became of it"


class TriageScreen(Dialog[tuple[Result, ...]]):
    """Changes incidents once what would be sent was shown; gives what became of each, or nothing if none was tried."""

    BINDING_GROUP_TITLE = "Triage"
    HELP = """\
# Triage

Choose what is to be changed, the same for all incidents that the title names; the rest stays unchanged. ← and → choose,
↑ and ↓ go from row to row. A classification and its determination are always sent together.

Enter shows the difference for each incident and the very request. Nothing is sent before you press y.

Each incident is read again right before it is changed; one that somebody else has updated meanwhile is left alone.
Escape stops before the next one. Leaving stops at once, and waits only for the answer to what has left. Everything that
is sent stands in the journal (J in the list), and u takes it back as far as that can be, in the list the last of it that
still holds, in the journal any: a comment stays, and u in the list goes on to what was changed before it.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,Y", "send", "Yes, send", key_display="y", id="triage.send", tooltip="Send exactly what is shown"),
        Binding("enter", "close", "Close", id="triage.close", tooltip="Go back to the list"),
        Binding("escape", "back", "Back", id="triage.back", tooltip="Go back a step; stop before the next incident"),
    ]

    busy: reactive[bool] = reactive(False, toggle_class="-busy", bindings=True)
    page: reactive[Page] = reactive(Page.WISH, bindings=True)

    form = getters.query_one(TriageForm)
    text = getters.query_one("#triage-text", LineView)

    class Prepared(Message):
        """What would be sent is known."""

        def __init__(self, run: int, back: WayBack) -> None:
            super().__init__()
            self.run = run
            self.back = back

    class Told(Message):
        """What became of one incident."""

        def __init__(self, run: int, result: Result) -> None:
            super().__init__()
            self.run = run
            self.result = result

    class Ended(Message):
        """Nothing is under way any more, for the reason given if there is one."""

        def __init__(self, run: int, error: MtpError | None = None) -> None:
            super().__init__()
            self.run = run
            self.error = error

    def __init__(
        self,
        desk: TriageDesk,
        take: Take,
        incidents: Sequence[Incident] = (),
        whose: str = "",
        *,
        write: Written | None = None,
    ) -> None:
        """`take` is told each new state at once, before a refresh brings it as news. `whose` says in words which incidents
        these are. Without incidents: takes back this write, or what was changed last."""
        super().__init__()
        self._desk = desk
        self._take = take
        self._incidents = tuple(incidents)
        self._whose = whose
        self._write = write
        self._plans: tuple[Plan, ...] = ()
        self._results: tuple[Result, ...] = ()
        self._run = 0
        self._is_to_stop = False
        self._left: Widget | None = None
        self._sending: Worker[None] | None = None

    @property
    def _is_undo(self) -> bool:
        return not self._incidents

    def compose(self) -> ComposeResult:
        with Frame(id="triage-box"):
            if not self._is_undo:
                yield TriageForm(self._incidents, *self._me())
            yield Problem()
            yield LineView(id="triage-text")
        yield KeyLine()

    def _me(self) -> tuple[str, str]:
        try:
            return self._desk.me(), ""
        except BadInput as error:
            return "", f"{error.summary} {error.hint}"

    def on_mount(self) -> None:
        if self._is_undo:
            self._prepare(None)
        else:
            self._show_page(Page.WISH)
            self.form.take_focus()

    # what the user does

    @on(TriageForm.Submitted)
    def review(self) -> None:
        """Show what would be sent, unless the wish itself is not in order."""
        try:
            change = self.form.read()
        except BadInput as fault:
            self.query_one(Problem).show(fault)
            return
        faults = [change.faults(incident) for incident in self._incidents]
        if all(faults):
            self.query_one(Problem).show(faults[0][0])
            return
        self._left = self.focused
        self._prepare(change)

    @on(TriageForm.Edited)
    def forgive(self) -> None:
        """What was wrong with the wish is no longer known once it is another one."""
        self.query_one(Problem).show(None)

    def action_send(self) -> None:
        self._show_page(Page.RESULTS)
        self._begin()
        self._show_results()
        self._sending = self._send(self._run, self._plans)

    def action_close(self) -> None:
        self.dismiss(self._results)

    def action_back(self) -> None:
        """One step back; while incidents are changed, stop before the next one."""
        if self.page is Page.RESULTS and self.busy:
            self._is_to_stop = True
            self._show_title()
        elif self.page is Page.PREVIEW and not self._is_undo:
            self._give_up()
            self._show_page(Page.WISH)
            (self._left or self.form).focus()
        elif self.page is Page.WISH and self.form.is_filled:
            self._ask_to_leave()
        else:
            self.dismiss(self._results)

    @work(exclusive=True, group="leave", description="ask whether to forget the form")
    async def _ask_to_leave(self) -> None:
        if await self._may_forget():
            self.dismiss(())

    async def _may_forget(self) -> bool:
        words = "Forget what is chosen and typed here? Nothing was sent."
        return await self.app.push_screen_wait(ConfirmScreen("Leave", words, yes="Forget", no="Stay"))

    async def may_leave(self) -> bool:
        """The program is to end: what has left is waited for, nothing more leaves, and what is filled in is asked about."""
        if self.page is Page.RESULTS and self.busy and self._sending is not None:
            await self._stop(self._sending)
            return True
        return self._is_undo or self.page is Page.RESULTS or not self.form.is_filled or await self._may_forget()

    async def _stop(self, sending: Worker[None]) -> None:
        """Once the journal says of all that was to be sent what is true."""
        if self._desk.has_left:
            self._desk.stop()
            self._is_to_stop = True
            self._show_title()
            self.notify("A change has been sent. The program ends once its answer is here.", markup=False)
        else:
            sending.cancel()
            self.post_message(self.Ended(self._run))
        await ended(sending)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action == "send":
            is_ready = not self.busy and any(plan.is_to_send for plan in self._plans)
            return (True if is_ready else None) if self.page is Page.PREVIEW else False
        if action == "close":
            return self.page is Page.RESULTS and not self.busy
        return True

    def why_not(self, action: str) -> str:
        """Why nothing can be sent now."""
        if action != "send":
            return ""
        if self.page is Page.WISH:
            return "What would be sent is shown first: Enter shows it."
        return "Something is still under way." if self.busy else "There is nothing to send."

    # what comes of it

    def _prepare(self, change: Change | None) -> None:
        self._plans = ()
        self._show_page(Page.PREVIEW)
        self._begin()
        self.text.show([text_line("Reading the incidents anew …", Role.DIM)])
        self._read(self._run, change)

    @work(exclusive=True, group="triage", description="see what would be sent")
    async def _read(self, run: int, change: Change | None) -> None:
        try:
            if change is None:
                back = await self._desk.prepare_undo(self._write)
            else:
                ids = [incident.id for incident in self._incidents]
                back = WayBack(await self._desk.prepare(ids, change), {})
        except MtpError as error:
            self.post_message(self.Ended(run, error))
        else:
            self.post_message(self.Prepared(run, back))

    @work(exclusive=True, group="triage", description="change incidents")
    async def _send(self, run: int, plans: tuple[Plan, ...]) -> None:
        try:
            async with aclosing(self._desk.apply(plans)) as results:
                async for result in results:
                    if result.incident is not None:
                        await self._take([result.incident])
                    self.post_message(self.Told(run, result))
                    if self._is_to_stop:
                        break  # between two: what has left is never cut off
        except MtpError as error:
            self.post_message(self.Ended(run, error))
        else:
            self.post_message(self.Ended(run))

    @on(Prepared)
    def show_prepared(self, event: Prepared) -> None:
        if event.run != self._run:
            return  # somebody went back meanwhile
        back, self._plans = event.back, event.back.plans
        self.busy = False
        self.text.show(undo_lines(back, self._write) if self._is_undo else plan_lines(back.plans, back.stays))
        self._show_title()

    @on(Told)
    def show_result(self, event: Told) -> None:
        if event.run == self._run:
            self._results += (event.result,)
            self._show_results()

    @on(Ended)
    def show_end(self, event: Ended) -> None:
        if event.run != self._run:
            return
        self.busy = False
        self.query_one(Problem).show(event.error)
        if self.page is Page.RESULTS:
            self._show_results()
        else:
            self.text.show([text_line("Nothing was sent.", Role.DIM)])
        self._show_title()

    def _begin(self) -> None:
        self._run += 1
        self.busy = True
        self.query_one(Problem).show(None)
        self._show_title()

    def _give_up(self) -> None:
        self.workers.cancel_group(self, "triage")
        self._run += 1
        self.busy = False
        self.query_one(Problem).show(None)

    # drawing

    def _show_page(self, page: Page) -> None:
        self.page = page
        if not self._is_undo:
            self.form.display = page is Page.WISH
        self.text.display = page is not Page.WISH
        if page is not Page.WISH:
            self.text.focus()
        self._show_title()

    def _show_results(self) -> None:
        self.text.show(result_lines(self._plans, self._results, is_over=not self.busy), keep_place=True)
        self._show_title()

    def _show_title(self) -> None:
        box = self.query_one("#triage-box", Frame)
        what = "Undo" if self._is_undo else "Triage"
        box.border_title = plain(" · ".join(filter(None, (what, self._whose, self._step))))
        box.hint(*_HINTS[self.page, self.busy])

    @property
    def _step(self) -> str:
        if self.page is Page.RESULTS and self.busy:
            at = f"{min(len(self._results) + 1, len(self._plans))} of {len(self._plans)}"
            return f"stopping after {at} …" if self._is_to_stop else f"sending {at} …"
        return "reading …" if self.busy else self.page.value


_HINTS = {
    (Page.WISH, False): ("Enter shows what would be sent", "Esc leaves", "↑ ↓ row", "← → choose"),
    (Page.WISH, True): (),
    (Page.PREVIEW, False): ("y sends", "Esc goes back", "↑ ↓ scroll"),
    (Page.PREVIEW, True): ("Esc goes back",),
    (Page.RESULTS, False): ("Enter or Esc goes back to the list",),
    (Page.RESULTS, True): ("Esc stops before the next one",),
}
