"""The incidents pane: the live queue, and one incident opened."""

from dataclasses import replace
from typing import ClassVar

from textual import on, work
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
from mtp_tui.services.incidents import FeedEvent, Finished, IncidentFeed, PageLoaded, Waiting
from mtp_tui.ui.messages import TokenDoubted
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.incident_detail import IncidentDetailView
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.queue_status import QueueState, QueueStatus, why_empty
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
            "Copy link",
            id="incidents.copy",
            tooltip="Copy the portal link, or the JSON when its tab is open",
        ),
        Binding(
            "m",
            "survivor",
            "Go to survivor",
            id="incidents.survivor",
            tooltip="Go to the incident that this one was merged into",
        ),
        Binding("escape", "back", "Back", id="incidents.back", tooltip="Close what was opened last; stop a load"),
    ]

    busy: reactive[bool] = reactive(False, toggle_class="-busy", bindings=True)

    is_merged: reactive[bool] = reactive(False, bindings=True)
    """Whether the incident under the cursor became part of another one."""

    class Progressed(Message):
        """One thing the feed said."""

        def __init__(self, run: int, event: FeedEvent) -> None:
            super().__init__()
            self.run = run
            self.event = event

    class Failed(Message):
        """The feed gave up."""

        def __init__(self, run: int, error: MtpError) -> None:
            super().__init__()
            self.run = run
            self.error = error

    class Fetched(Message):
        """One incident was asked for by its ID, and came or did not come."""

        def __init__(self, feed: IncidentFeed, key: str, error: MtpError | None = None) -> None:
            super().__init__()
            self.feed = feed
            self.key = key
            self.error = error

    def __init__(self, clock: Clock, refresh_every_s: float, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self._refresh_every_s = refresh_every_s
        self._feed: IncidentFeed | None = None
        self._tenant_id = ""
        self._portal_host = ""
        self._run = 0
        self._is_live = False
        self._asked_at = clock()
        self._words = ""
        self._state = QueueState()

    def compose(self) -> ComposeResult:
        yield QueueStatus(id="queue-status")
        yield Input(placeholder="words that must all occur; Enter keeps them, Esc clears", id="narrow")
        yield Problem()
        with Horizontal(id="incidents-body"):
            yield IncidentGrid(self._clock, id="incident-grid")
            yield IncidentDetailView(self._clock, id="incident-detail")
        yield Said(id="incidents-empty")

    def on_mount(self) -> None:
        self.query_one("#narrow").display = False
        self.query_one("#incident-detail").display = False
        self.set_interval(1, self.tick)
        self._draw_state()

    # whose queue

    def follow(self, feed: IncidentFeed, tenant_id: str, cloud: Cloud) -> None:
        """Show this queue from now on, and load it."""
        self.forget()
        self._feed, self._tenant_id, self._portal_host = feed, tenant_id, cloud.portal_host
        self._ask(whole=True)

    def forget(self) -> None:
        """Nobody is signed in any more: no rows, no queue."""
        self.workers.cancel_group(self, "incidents")
        self._run += 1
        self.busy, self._is_live, self._feed = False, False, None
        self._state = QueueState()
        self.query_one(Problem).show(None)
        self.query_one(IncidentGrid).marks.clear()
        self._close_detail()
        self._draw_rows()

    @property
    def opened(self) -> str:
        """ID of the incident that is open; empty when none is."""
        return self.query_one(IncidentDetailView).opened

    # what the user does

    def action_refresh(self) -> None:
        if not self.busy:
            self._ask(whole=not self._state.is_whole)

    def action_narrow(self) -> None:
        field = self.query_one("#narrow", Input)
        field.display = True
        field.focus()

    def action_back(self) -> None:
        """Close what was opened last: the words, then the incident, then a load that is under way."""
        field = self.query_one("#narrow", Input)
        if field.display and (field.has_focus or not self.opened):
            field.value = ""
            field.display = False
            self.query_one(IncidentGrid).focus()
        elif self.opened:
            self._close_detail()
            self.query_one(IncidentGrid).focus()
        elif self.busy:
            self._stop()

    def action_copy(self) -> None:
        view, key = self.query_one(IncidentDetailView), self.opened or self.query_one(IncidentGrid).cursor_key
        if key is None or self._feed is None:
            return
        if self.opened and view.detail is not None and view.open_tab == "json":
            self.app.copy_to_clipboard(view.detail.incident.raw.decode("utf-8", errors="replace"))
            self.notify(f"JSON of incident {key} sent to the clipboard, as the service wrote it.", markup=False)
            return
        link = portal_link(self._feed.incidents[key], self._portal_host, self._tenant_id)
        self.app.copy_to_clipboard(link)
        self.notify(f"Portal link of incident {key} sent to the clipboard.", markup=False)

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
        return True

    @on(Input.Changed, "#narrow")
    def narrow_rows(self, event: Input.Changed) -> None:
        self._words = event.value
        self._draw_rows()

    @on(Input.Submitted, "#narrow")
    def keep_words(self, event: Input.Submitted) -> None:
        event.stop()
        event.input.display = bool(event.value)
        self.query_one(IncidentGrid).focus()

    @on(RecordGrid.Highlighted)
    def look_at(self, event: RecordGrid.Highlighted) -> None:
        self.query_one(IncidentGrid).marks.pop(event.key, None)
        if self.opened:
            self._open(event.key)
        self.is_merged = self._survivor() is not None

    @on(RecordGrid.Chosen)
    def open_chosen(self, event: RecordGrid.Chosen) -> None:
        self._open(event.key)
        self.query_one(IncidentDetailView).focus_text()

    # the queue

    def _ask(self, *, whole: bool) -> None:
        if self._feed is None:
            return
        self._run += 1
        self.busy = True
        self._asked_at = self._clock()
        self._state = self._state.asked()
        self._draw_state()
        self._load(self._run, self._feed, whole)

    @work(exclusive=True, group="incidents", description="load incidents")
    async def _load(self, run: int, feed: IncidentFeed, whole: bool) -> None:
        try:
            async for event in feed.load_all() if whole else feed.refresh():
                self.post_message(self.Progressed(run, event))
        except MtpError as error:
            self.post_message(self.Failed(run, error))

    @on(Progressed)
    def take_in(self, message: Progressed) -> None:
        if message.run != self._run:
            return
        event = message.event
        if isinstance(event, PageLoaded):
            self._take_page(event)
        self._state = self._state.heard(event, self._clock())
        if isinstance(event, Finished):
            self.busy, self._is_live = False, True
        if isinstance(event, Waiting):
            self._draw_state()
        else:
            self._draw_rows()

    def _take_page(self, page: PageLoaded) -> None:
        self.query_one(Problem).show(None)
        if self._state.is_whole:
            self.query_one(IncidentGrid).mark_news(page)
        if self.opened and any(incident.id == self.opened for incident in page.incidents):
            self._open(self.opened)

    @on(Failed)
    def show_failure(self, message: Failed) -> None:
        if message.run != self._run:
            return
        error = message.error
        self.busy = False
        self._state = self._state.stopped()
        self.query_one(Problem).show(error)
        # asking again by itself makes sense only while the answer may change by itself
        self._is_live = not isinstance(error, TokenRefused | PermissionMissing)
        if isinstance(error, TokenRefused | PermissionMissing):
            self.post_message(TokenDoubted())
        self._draw_rows()

    def _stop(self) -> None:
        self.workers.cancel_group(self, "incidents")
        self._run += 1
        self.busy = False
        self._is_live = self._state.is_whole
        self._state = self._state.stopped("stopped")
        self._draw_state()

    def tick(self) -> None:
        """Each second: the countdown runs; when it is time, ask for what has changed."""
        if (
            self._is_live
            and not self.busy
            and (self._clock() - self._asked_at).total_seconds() >= self._refresh_every_s
        ):
            self._ask(whole=not self._state.is_whole)
        elif self.display and self._state.waiting_until is not None:
            self._draw_state()

    # the detail

    def _open(self, key: str) -> None:
        incident = self._feed.incidents.get(key) if self._feed else None
        if incident is not None:
            self.set_class(True, "-opened")
            self.query_one(IncidentDetailView).open(incident)

    def _close_detail(self) -> None:
        self.set_class(False, "-opened")
        self.query_one(IncidentDetailView).close()

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
            said = f"Incident {message.key} could not be fetched. {message.error.summary}"
            self.notify(visible(said), severity="warning", markup=False)
            return
        self._draw_rows()
        self._go_to(message.key)

    def _go_to(self, key: str) -> None:
        """To an incident that is known; where words hide its row, it is opened without it."""
        if not self.query_one(IncidentGrid).move_to(key) or self.opened:
            self._open(key)

    def _survivor(self) -> str | None:
        if self._feed is None or not self.is_mounted:
            return None
        key = self.opened or self.query_one(IncidentGrid).cursor_key
        incident = self._feed.incidents.get(key) if key else None
        return incident.redirect_id or None if incident else None

    # drawing

    def _draw_rows(self) -> None:
        rows = self._feed.rows(self._words) if self._feed else ()
        self.query_one(IncidentGrid).show(rows)
        self._state = replace(self._state, shown=len(rows) if self._words.strip() else None)
        self._draw_state()
        empty = self.query_one("#incidents-empty", Said)
        empty.display = not rows
        empty.say(why_empty(self._state) if self._feed else "Nobody is signed in. Press 1 to sign in.")
        self.query_one("#incidents-body").display = bool(rows)

    def _draw_state(self) -> None:
        if self._feed is not None:
            used = self._feed.quota.used_this_minute
            live = f"live every {self._refresh_every_s:.0f} s" if self._is_live else ""
            self._state = replace(self._state, calls_this_minute=used, live=live)
        self.query_one(QueueStatus).show(self._state, self._clock())
        self.query_one(QueueStatus).display = self._feed is not None
