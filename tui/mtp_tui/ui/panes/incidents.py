"""The incidents pane: the live queue, and one incident opened."""

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive

from mtp_tui.clock import Clock
from mtp_tui.defender.models import Incident, portal_link
from mtp_tui.errors import MtpError, PermissionMissing, TokenRefused
from mtp_tui.identity.clouds import Cloud
from mtp_tui.services.incidents import IncidentFeed, PageLoaded, Remembered, Waiting
from mtp_tui.services.views import Views
from mtp_tui.ui.copy_screen import CopyScreen
from mtp_tui.ui.messages import TokenDoubted
from mtp_tui.ui.queue_frame import QueueFrame
from mtp_tui.ui.text import visible
from mtp_tui.ui.triage_area import TriageArea
from mtp_tui.ui.widgets.incident_detail import IncidentDetailView
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.narrow_line import NarrowLine
from mtp_tui.ui.widgets.pivot_line import PivotLine
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

Enter opens an incident, ← and → go through its tabs, Escape goes back. y copies the portal link of a row; of an opened
incident it lists what can be copied, raw or defanged. i shows the other incidents with the evidence or device under
the cursor. In the JSON tab / searches, n and N step through, Enter folds.

# Triage

Space marks rows with ✓. t changes status, owner, classification, tags or comment of the marked incidents, or else of
this one; what would be sent is shown first. u takes back what was changed last. Without --write nothing can be changed.

# Narrowing

/ narrows the list. Words are looked for in rows, alerts, entities and comments; "a phrase" stays together; -word leaves
out. Fields: severity:high status:active,inprogress owner:me owner:none tag: source: age:<7d updated:today created:
user: device: file: hash: ip: url: mail: mitre: category: classification: alerts:>3 id: is:open is:unread is:changed
is:merged. Tab completes. V takes or saves a view, S arranges and sorts the columns.

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
            tooltip="Copy the portal link; of an opened incident whatever of it you choose",
        ),
        Binding(
            "m",
            "survivor",
            "Survivor",
            id="incidents.survivor",
            tooltip="Go to the incident that this one was merged into",
        ),
        Binding(
            "V",
            "views",
            "Views",
            show=False,
            id="incidents.views",
            tooltip="Take or save a view: words, order, columns",
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

    class Opened(Message):
        """An incident that was to be opened is here, with its bytes."""

        def __init__(self, feed: IncidentFeed, incident: Incident) -> None:
            super().__init__()
            self.feed = feed
            self.incident = incident

    queue = getters.query_one(QueueLine)
    narrow = getters.query_one(NarrowLine)
    grid = getters.query_one(IncidentGrid)
    view = getters.query_one(IncidentDetailView)
    triage = getters.query_one(TriageArea)

    def __init__(
        self,
        clock: Clock,
        refresh_every_s: float,
        views: Views | None = None,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """`views` None lets nobody save any."""
        super().__init__(id=id)
        self._clock = clock
        self._views = views
        self._refresh_every_s = refresh_every_s
        self._feed: IncidentFeed | None = None
        self._tenant_id = ""
        self._portal_host = ""
        self._wanted = ""
        """ID of the incident that is to be open."""
        self._left: tuple[str, int] | None = None
        """Row and scroll place from which the list was narrowed."""

    def compose(self) -> ComposeResult:
        yield QueueLine(self._clock, self._refresh_every_s)
        yield NarrowLine(self._clock)
        yield PivotLine()
        yield Problem()
        with TriageArea(id="incidents-body"):
            yield QueueFrame(self._clock, self._views)
            yield IncidentDetailView(self._clock, id="incident-detail")
        yield Said(id="incidents-empty")

    def on_mount(self) -> None:
        self.narrow.display = False
        self.query_one(PivotLine).close()
        self.view.display = False
        self.watch(self.queue, "busy", self.refresh_bindings)
        self.watch(self.queue, "busy", self.triage.look_again)  # another token may be in use
        self._note_rows()

    # whose queue

    def follow(self, feed: IncidentFeed, tenant_id: str, cloud: Cloud, me: str = "") -> None:
        """Show this queue from now on, and load it; `me` is who stands behind `owner:me`, empty for an application."""
        self.narrow.set_people(me)
        self._tenant_id, self._portal_host = tenant_id, cloud.portal_host
        self._show_queue(feed)

    def forget(self) -> None:
        """Nobody is signed in any more: no rows, no queue."""
        self._show_queue(None)

    def _show_queue(self, feed: IncidentFeed | None) -> None:
        self._feed = feed
        self.triage.follow(feed)
        self._left = None
        self.narrow.follow(feed)
        self.narrow.display = False
        self.query_one(PivotLine).follow(feed)
        self.query_one(Problem).show(None)
        self._close_detail()
        self.grid.follow(feed)
        self.queue.follow(feed)
        self._note_rows()  # at once: a list that is hidden later would lose the keys that it is about to get

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
        if grid.cursor_key is not None and not grid.narrowing.terms:
            self._left = grid.cursor_key, round(grid.scroll_y)
        field.display = True
        field.take_focus()

    @on(QueueFrame.ViewTaken)
    def narrow_as_viewed(self, message: QueueFrame.ViewTaken) -> None:
        self._left = None
        self.narrow.put(message.view.narrow)
        self.narrow.display = bool(message.view.narrow)
        self.grid.focus()

    def action_back(self) -> None:
        """Close what was opened last: the words, then the incident, then the marks, then a load that is under way."""
        field, grid = self.narrow, self.grid
        if field.display and (field.has_focus_within or not self.opened):
            field.display = False
            field.put("")
            grid.focus()
        elif self.opened:
            self._close_detail()
            grid.focus()
        elif grid.only is not None:
            self.query_one(PivotLine).close()
            grid.show_only(None)
        elif grid.selected:
            grid.unmark_all()
        elif self.queue.busy:
            self.queue.stop()

    def action_copy(self) -> None:
        """Of an opened incident whatever of it is wanted; of a row its portal link."""
        key = self.opened or self.grid.cursor_key
        incident = self._feed.incidents.get(key) if self._feed and key else None
        if incident is None:
            return
        link = portal_link(incident, self._portal_host, self._tenant_id)
        if self.opened:
            self.app.push_screen(CopyScreen(self.view.copies(link)))
        else:
            self.app.copy_to_clipboard(link)
            self._tell(f"Portal link of incident {_brief(incident.id)} sent to the clipboard.")

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
            is_less = self.narrow.display or self.grid.only is not None
            return bool(self.opened or self.queue.busy or is_less or self.grid.selected)
        return True

    @on(NarrowLine.Changed)
    def narrow_rows(self, event: NarrowLine.Changed) -> None:
        self.query_one(QueueFrame).narrowed_to = self.narrow.text
        self.grid.narrow(event.narrowing)

    @on(IncidentGrid.Shown)
    def look_again(self, event: IncidentGrid.Shown) -> None:
        """Other rows: after narrowing the cursor is on the row that was left, or else on the first one."""
        grid = self.grid
        if event.is_narrowed_anew:
            is_whole = not grid.narrowing.terms
            key, scroll = self._left or (grid.cursor_key or "", round(grid.scroll_y))
            if not grid.move_to(key):
                grid.cursor = 0
            if is_whole:
                self._left = None
                # a grid of a few rows could not be scrolled; only after the layout it can again
                self.call_after_refresh(grid.move_to, key, scroll=scroll)
        self._note_rows()

    @on(NarrowLine.Kept)
    def keep_words(self) -> None:
        self.narrow.display = bool(self.narrow.text)
        self._left = None
        self.grid.focus()

    @on(RecordGrid.Highlighted)
    def look_at(self, event: RecordGrid.Highlighted) -> None:
        if self.grid.marks.pop(event.key, None):
            self._count()
            self._note_seen(event.key)
        if self.opened and event.by_user and not self.narrow.has_focus_within:
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
        if isinstance(message.event, Remembered):
            self.grid.mark_news(message.event)
        if isinstance(message.event, PageLoaded):
            self.query_one(Problem).show(None)
            self.post_message(TokenDoubted(doubted=False))
            if message.is_news:
                self.grid.mark_news(message.event)
            if any(incident.id == self.opened for incident in message.event.incidents):
                self._open(self.opened)
        self._redraw()

    @on(QueueLine.Failed)
    def show_failure(self, message: QueueLine.Failed) -> None:
        self.query_one(Problem).show(message.error)
        if isinstance(message.error, TokenRefused | PermissionMissing):
            self.post_message(TokenDoubted(doubted=True))
        self._redraw()

    # the detail

    def _open(self, key: str) -> None:
        if self._feed is not None and key in self._feed.incidents:
            self._wanted = key
            self._read_whole(self._feed, key)

    @work(exclusive=True, group="opened incident", description="read an incident")
    async def _read_whole(self, feed: IncidentFeed, key: str) -> None:
        try:
            incident = await feed.whole(key)
        except MtpError as error:
            self.post_message(self.Fetched(feed, key, error))
        else:
            if incident is not None:
                self.post_message(self.Opened(feed, incident))

    @on(Opened)
    def show_opened(self, message: Opened) -> None:
        if message.feed is self._feed and message.incident.id == self._wanted:
            self.set_class(True, "-opened")
            self.view.open(message.incident)
            self._note_merged()

    def _close_detail(self) -> None:
        self._wanted = ""
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
        self._redraw()
        self._go_to(message.key)

    # other incidents with the same evidence

    @on(IncidentDetailView.PivotWanted)
    def look_for_others(self, message: IncidentDetailView.PivotWanted) -> None:
        self.query_one(PivotLine).look_for(message.pivot, self.opened)

    @on(PivotLine.Found)
    def show_others(self, message: PivotLine.Found) -> None:
        self._close_detail()
        self.grid.show_only(message.ids)
        self.grid.focus()

    # changing incidents

    @on(IncidentGrid.Marked)
    def count_marked(self) -> None:
        self.triage.look_again()
        self._count()

    @on(TriageArea.Triaged)
    def show_changes(self, message: TriageArea.Triaged) -> None:
        if message.feed is not self._feed:
            return
        self._redraw()
        for key in message.keys:
            self._note_seen(key)
        if self.opened in message.keys:
            self._open(self.opened)

    # what is remembered for the next start

    def _note_seen(self, key: str) -> None:
        if self._feed is not None:
            self._feed.memory.mark_seen([key])

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

    def _redraw(self) -> None:
        self.narrow.again()
        self.grid.narrow(self.narrow.narrowing)

    def _note_rows(self) -> None:
        rows = self.grid.rows
        self._note_merged()
        self._count()
        empty = self.query_one("#incidents-empty", Said)
        empty.display = not rows
        empty.say(why_empty(self.queue.state) if self._feed else "Nobody is signed in. Press 1 to sign in.")
        self.query_one("#incidents-body").display = bool(rows)

    def _count(self) -> None:
        self.queue.count(shown=len(self.grid.rows) if self.grid.narrowing.terms else None, news=self.grid.news)


def _brief(key: str) -> str:
    """An ID for a sentence; real ones are short."""
    return key if len(key) <= 40 else f"{key[:40]}…"
