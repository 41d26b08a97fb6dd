"""The views of the queue: picked, saved under a name, deleted."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from mtp_tui.defender.narrowing.view import View
from mtp_tui.errors import MtpError
from mtp_tui.services.views import ViewList, Views
from mtp_tui.ui.ask_screen import AskScreen, ConfirmScreen
from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.lines import Line, Role, Span, text_line
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.frame import Frame
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.record_columns import Column
from mtp_tui.ui.widgets.record_grid import RecordGrid


class ViewsScreen(Dialog[View | None]):
    """Lists the views; gives the one that was picked, or None."""

    BINDING_GROUP_TITLE = "Views"
    HELP = """\
# Views

A view is a line that narrows the queue, an order, and columns, under a name. Four are built in; n saves what you see now
as one of your own. They stand in views.toml beside the profiles, to be edited by hand too.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "save", "Save this", id="views.save", tooltip="Save what is shown now as a view"),
        Binding("d", "delete", "Delete", id="views.delete", tooltip="Delete a view of your own"),
        Binding("escape,q", "dismiss", "Close", id="views.close", tooltip="Leave the queue as it is"),
    ]

    grid = getters.query_one("#views", RecordGrid)

    class Listed(Message):
        """The views were read or written."""

        def __init__(self, listed: ViewList) -> None:
            super().__init__()
            self.listed = listed

    class Refused(Message):
        """A view could not be written, and why."""

        def __init__(self, error: MtpError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, views: Views | None, shown: View, why_not_taken: Callable[[View], str] = lambda _: "") -> None:
        """`shown` is the queue as it is now, without a name; without `views` none can be saved.

        `why_not_taken` gives the reason why a view cannot be taken now; empty if it can.
        """
        super().__init__()
        self._views = views
        self._shown = shown
        self._why_not_taken = why_not_taken
        self._listed = ViewList()

    def compose(self) -> ComposeResult:
        columns: tuple[Column[View], ...] = (
            Column("View", 20, self._titled),
            Column("Narrowed to", 24, self._narrowed, grows=True),
            Column("Sorted by", 10, lambda view: Span(view.sort, Role.DIM), drop=1),
        )
        with Frame(id="views-box"):
            yield RecordGrid(columns, lambda view: view.name, id="views")
            yield Problem()
            yield LineView(id="views-problems")
        yield KeyLine()

    def on_mount(self) -> None:
        box = self.query_one("#views-box", Frame)
        box.border_title = "Views"
        box.hint("Enter takes it", "Esc closes", "n saves this", "d deletes")
        self._show(ViewList())
        self.grid.focus()
        if self._views is not None:
            self._load(self._views)

    def _show(self, listed: ViewList) -> None:
        self._listed = listed
        self.grid.show(listed.views)
        problems: list[Line] = [text_line(f"! {problem}", Role.WARN) for problem in listed.problems]
        view = self.query_one("#views-problems", LineView)
        view.display = bool(problems)
        view.show(problems)

    def _titled(self, view: View) -> Span:
        if self._why_not_taken(view):
            return Span(view.name, Role.DIM)
        return Span(view.name, Role.TEXT if view.is_built_in else Role.STRONG)

    def _narrowed(self, view: View) -> Span:
        line = view.narrow or "everything"
        return Span(f"{line}  (not now)" if self._why_not_taken(view) else line, Role.DIM)

    @property
    def _view(self) -> View:
        return self._listed.views[self.grid.cursor]

    @on(RecordGrid.Chosen)
    def take(self) -> None:
        """Take the view under the cursor, or say why it cannot be taken."""
        reason = self._why_not_taken(self._view)
        if reason:
            self.notify(visible(reason), severity="warning", markup=False, timeout=5)
        else:
            self.dismiss(self._view)

    @on(Listed)
    def show_listed(self, event: Listed) -> None:
        self.query_one(Problem).show(None)
        self._show(event.listed)

    @on(Refused)
    def show_refusal(self, event: Refused) -> None:
        self.query_one(Problem).show(event.error)

    @work(exclusive=True, group="views", description="read the views")
    async def _load(self, views: Views) -> None:
        self.post_message(self.Listed(await asyncio.to_thread(views.load)))

    @work(exclusive=True, group="views", description="save a view")
    async def action_save(self) -> None:
        if self._views is None:
            return
        name = await self._asked_for_name(self._views)
        if name is None:
            return
        try:
            listed = await asyncio.to_thread(self._views.save, replace(self._shown, name=name))
        except MtpError as error:
            self.post_message(self.Refused(error))
        else:
            self.post_message(self.Listed(listed))

    async def _asked_for_name(self, views: Views) -> str | None:
        """A name that is free, or whose view may be replaced; None if somebody thought better of it."""
        words = f"Narrowed to: {self._shown.narrow or 'everything'}. Sorted by {self._shown.sort}."
        name: str | None = ""
        while True:
            name = await self.app.push_screen_wait(AskScreen("Save this view", words, name or "", "its name"))
            if name is None:
                return None
            there = (await asyncio.to_thread(views.load)).named(name)  # by now; another window may have saved one
            if there is None or await self.app.push_screen_wait(
                ConfirmScreen("Save this view", _what_is_replaced(there), yes="Replace")
            ):
                return name

    @work(exclusive=True, group="views", description="delete a view")
    async def action_delete(self) -> None:
        view = self._view
        if self._views is None or not await self.app.push_screen_wait(
            ConfirmScreen("Delete a view", f"Delete the view {view.name}?")
        ):
            return
        try:
            listed = await asyncio.to_thread(self._views.delete, view.name)
        except MtpError as error:
            self.post_message(self.Refused(error))
        else:
            self.post_message(self.Listed(listed))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action == "save":
            return True if self._views is not None else None
        if action == "delete":
            return True if self._views is not None and not self._view.is_built_in else None
        return True

    def why_not(self, action: str) -> str:
        """Why a key is greyed."""
        if self._views is None:
            return "The demo keeps no views."
        return "A view that is built in stays." if action == "delete" else ""

    @on(RecordGrid.Highlighted)
    def know_what_works(self) -> None:
        self.refresh_bindings()


def _what_is_replaced(view: View) -> str:
    if view.is_built_in:
        return (
            f"The view {view.name} is built in. Put this one in its place? If it is deleted, the other is there again."
        )
    return (
        f"There is a view {view.name} already, narrowed to: {view.narrow or 'everything'}. Put this one in its place?"
    )
