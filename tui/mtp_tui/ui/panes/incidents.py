"""The incidents pane: the live queue, and one incident opened."""

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from mtp_tui.clock import Clock
from mtp_tui.defender.models import portal_link
from mtp_tui.errors import MtpError, PermissionMissing, TokenRefused
from mtp_tui.identity.clouds import Cloud
from mtp_tui.services.incidents import IncidentFeed, PageLoaded, Waiting
from mtp_tui.ui.messages import TokenDoubted
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.incident_detail import IncidentDetailView
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.queue_line import QueueLine
from mtp_tui.ui.widgets.queue_state import why_empty
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.said import Said


class IncidentsPane(Vertical):
    """Follows the incident queue of whoever is signed in."""

    BINDING_GROUP_TITLE = "Incidents"
    HELP = """\
# Incidents

The queue, newest update first. It refreshes by itself; r asks at once. ● is new and ◐ has changed since you last
had the cursor on it.

Enter opens an incident, ← and → go through its tabs, Escape goes back. / narrows the list to rows in which all
the words occur: name, id, severity, status, owner, source, tag. y copies the portal link of the incident.

An alert need not belong to an incident; alerts without one are not listed by this API.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "refresh", "Refresh", id="incidents.refresh", tooltip="Ask the API for what has changed"),
        Binding(
            "slash",
            "narrow",
            "Narrow",
            key_display="/",
            id="incidents.narrow",
            tooltip="Show only rows with these words",
        ),
        Binding(
            "y",
            "copy",
            "Copy",
            id="incidents.copy",
            tooltip="Copy the portal link, or the JSON when its tab is open",
        ),
        Binding(
            "m",
            "survivor",
            "Survivor",
            id="incidents.survivor",
            tooltip="Go to the incident that this one was merged into",
        ),
        Binding("escape", "back", "Back", id="incidents.back", tooltip="Close what was opened last; stop a load"),
    ]

    is_merged: reactive[bool] = reactive(False, bindings=True)
    """Whether the incident under the cursor became part of another one."""

    class Fetched(Message):
        """One incident was asked for by its ID, and came or did not come."""

        def __init__(self, feed: IncidentFeed, key: str, error: MtpError | None = None) -> None:
            super().__init__()
            self.feed = feed
            self.key = key
            self.error = error

    queue = getters.query_one(QueueLine)
    narrow = getters.query_one("#narrow", Input)
    grid = getters.query_one(IncidentGrid)
    view = getters.query_one(IncidentDetailView)

    def __init__(self, clock: Clock, refresh_every_s: float, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self._refresh_every_s = refresh_every_s
        self._feed: IncidentFeed | None = None
        self._tenant_id = ""
        self._portal_host = ""
        self._words = ""
        self._left: tuple[str, int] | None = None
        """Row and scroll place from which the list was narrowed."""

    def compose(self) -> ComposeResult:
        yield QueueLine(self._clock, self._refresh_every_s)
        yield Input(
            placeholder="words that must all occur; Enter keeps them, Esc clears", select_on_focus=False, id="narrow"
        )
        yield Problem()
        with Horizontal(id="incidents-body"):
            yield IncidentGrid(self._clock, id="incident-grid")
            yield IncidentDetailView(self._clock, id="incident-detail")
        yield Said(id="incidents-empty")

    def on_mount(self) -> None:
        self.narrow.display = False
        self.view.display = False
        self.watch(self.queue, "busy", self.refresh_bindings)
        self._draw_rows()

    # whose queue

    def follow(self, feed: IncidentFeed, tenant_id: str, cloud: Cloud) -> None:
        """Show this queue from now on, and load it."""
        self._tenant_id, self._portal_host = tenant_id, cloud.portal_host
        self._show_queue(feed)

    def forget(self) -> None:
        """Nobody is signed in any more: no rows, no queue."""
        self._show_queue(None)

    def _show_queue(self, feed: IncidentFeed | None) -> None:
        self._feed = feed
        self._words, self._left = "", None
        self.narrow.value, self.narrow.display = "", False
        self.query_one(Problem).show(None)
        self.grid.marks.clear()
        self._close_detail()
        self.queue.follow(feed)
        self._draw_rows()

    def take_focus(self) -> None:
        """Give the keys to what is in front: the opened incident where it covers the list."""
        if self.opened and not self.grid.display:
            self.view.focus_text()
        else:
            self.grid.focus()

    @on(RecordGrid.Covered)
    def hand_over_keys(self) -> None:
        """The terminal became narrow, and the opened incident covers the list."""
        if self.display and self.opened:
            self.take_focus()

    @property
    def opened(self) -> str:
        """ID of the incident that is open; empty when none is."""
        return self.view.opened

    # what the user does

    def action_refresh(self) -> None:
        self.queue.ask()

    def action_narrow(self) -> None:
        """Open the line for words; the place that is left is kept, for Escape to go back to."""
        field, grid = self.narrow, self.grid
        if self.opened and not grid.display:
            self._close_detail()
        if grid.cursor_key is not None and not self._words:
            self._left = grid.cursor_key, round(grid.scroll_y)
        field.display = True
        field.focus()

    def action_back(self) -> None:
        """Close what was opened last: the words, then the incident, then a load that is under way."""
        field, grid = self.narrow, self.grid
        if field.display and (field.has_focus or not self.opened):
            field.display = False
            self._narrow_to("")
            field.value = ""
            grid.focus()
        elif self.opened:
            self._close_detail()
            grid.focus()
        elif self.queue.busy:
            self.queue.stop()

    def action_copy(self) -> None:
        key = self.opened or self.grid.cursor_key
        incident = self._feed.incidents.get(key) if self._feed and key else None
        if incident is None:
            return
        if self.opened and self.view.open_tab == "json":
            text, what = incident.raw.decode("utf-8", errors="replace"), "JSON, as the service wrote it,"
        else:
            text, what = portal_link(incident, self._portal_host, self._tenant_id), "Portal link"
        self.app.copy_to_clipboard(text)
        self._tell(f"{what} of incident {_brief(incident.id)} sent to the clipboard.")

    def _tell(self, text: str) -> None:
        self.notify(visible(text), markup=False, timeout=3)

    def action_survivor(self) -> None:
        target = self._survivor()
        if target is None or self._feed is None:
            return
        if target in self._feed.incidents:
            self._go_to(target)
        else:
            self._fetch_one(self._feed, target)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action in ("refresh", "narrow", "copy") and self._feed is None:
            return None
        if action == "survivor":
            return self.is_merged
        if action == "back":
            return bool(self.opened or self.queue.busy or self.narrow.display)
        return True

    @on(Input.Changed, "#narrow")
    def narrow_rows(self, event: Input.Changed) -> None:
        if event.value != self._words:
            self._narrow_to(event.value)

    def _narrow_to(self, words: str) -> None:
        """Show the rows with these words; the cursor is on the row that was left, or else on the first one."""
        self._words = words
        self._draw_rows()
        grid = self.grid
        key, scroll = self._left or (grid.cursor_key or "", round(grid.scroll_y))
        if not grid.move_to(key, scroll=None if words else scroll):
            grid.cursor = 0
        if not words:
            self._left = None

    @on(Input.Submitted, "#narrow")
    def keep_words(self, event: Input.Submitted) -> None:
        event.stop()
        event.input.display = bool(event.value)
        self._left = None
        self.grid.focus()

    @on(RecordGrid.Highlighted)
    def look_at(self, event: RecordGrid.Highlighted) -> None:
        if self.grid.marks.pop(event.key, None):
            self._count()
        if self.opened and event.by_user and not self.narrow.has_focus:
            self._open(event.key)
        self._note_merged()

    @on(RecordGrid.Chosen)
    def open_chosen(self, event: RecordGrid.Chosen) -> None:
        self._open(event.key)
        self.view.focus_text()

    # the queue

    @on(QueueLine.Advanced)
    def take_in(self, message: QueueLine.Advanced) -> None:
        if isinstance(message.event, Waiting):
            return
        if isinstance(message.event, PageLoaded):
            self.query_one(Problem).show(None)
            self.post_message(TokenDoubted(doubted=False))
            if message.is_news:
                self.grid.mark_news(message.event)
            if any(incident.id == self.opened for incident in message.event.incidents):
                self._open(self.opened)
        self._draw_rows()

    @on(QueueLine.Failed)
    def show_failure(self, message: QueueLine.Failed) -> None:
        self.query_one(Problem).show(message.error)
        if isinstance(message.error, TokenRefused | PermissionMissing):
            self.post_message(TokenDoubted(doubted=True))
        self._draw_rows()

    # the detail

    def _open(self, key: str) -> None:
        incident = self._feed.incidents.get(key) if self._feed else None
        if incident is not None:
            self.set_class(True, "-opened")
            self.view.open(incident)
            self._note_merged()

    def _close_detail(self) -> None:
        self.set_class(False, "-opened")
        self.view.close()
        self._note_merged()

    @work(exclusive=True, group="one incident", description="fetch one incident")
    async def _fetch_one(self, feed: IncidentFeed, key: str) -> None:
        try:
            await feed.detail(key)
        except MtpError as error:
            self.post_message(self.Fetched(feed, key, error))
        else:
            self.post_message(self.Fetched(feed, key))

    @on(Fetched)
    def show_fetched(self, message: Fetched) -> None:
        if message.feed is not self._feed:
            return
        if message.error is not None:
            self._tell(f"Incident {_brief(message.key)} could not be fetched. {message.error.summary}")
            return
        self._draw_rows()
        self._go_to(message.key)

    def _go_to(self, key: str) -> None:
        """To an incident that is known; where words hide its row, it is opened without it."""
        if not self.grid.move_to(key) or self.opened:
            self._open(key)

    def _note_merged(self) -> None:
        self.is_merged = self._survivor() is not None

    def _survivor(self) -> str | None:
        if self._feed is None:
            return None
        key = self.opened or self.grid.cursor_key
        incident = self._feed.incidents.get(key) if key else None
        return incident.redirect_id or None if incident else None

    # drawing

    def _draw_rows(self) -> None:
        rows = self._feed.rows(self._words) if self._feed else ()
        self.grid.show(rows)
        self._note_merged()
        self._count()
        empty = self.query_one("#incidents-empty", Said)
        empty.display = not rows
        empty.say(why_empty(self.queue.state) if self._feed else "Nobody is signed in. Press 1 to sign in.")
        self.query_one("#incidents-body").display = bool(rows)

    def _count(self) -> None:
        self.queue.count(shown=len(self.grid.rows) if self._words.strip() else None, news=self.grid.news)


def _brief(key: str) -> str:
    """An ID for a sentence; real ones are short."""
    return key if len(key) <= 40 else f"{key[:40]}…"
