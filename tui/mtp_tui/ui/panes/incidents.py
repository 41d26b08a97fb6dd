"""The incidents pane: the live queue, and one incident opened."""

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from mtp_tui.clock import Clock
from mtp_tui.errors import PermissionMissing, TokenRefused
from mtp_tui.identity.clouds import Cloud
from mtp_tui.services.incidents import Finished, IncidentFeed, PageLoaded, Remembered, Waiting
from mtp_tui.services.views import Views
from mtp_tui.ui.messages import MuchCame, TokenDoubted
from mtp_tui.ui.narrowed_area import NarrowedArea
from mtp_tui.ui.queue_frame import QueueFrame
from mtp_tui.ui.reading_area import ReadingArea
from mtp_tui.ui.remembered_area import RememberedArea
from mtp_tui.ui.triage_area import TriageArea
from mtp_tui.ui.widgets.asked_line import AskedLine
from mtp_tui.ui.widgets.incident_detail import IncidentDetailView
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.narrow_line import NarrowLine
from mtp_tui.ui.widgets.pivot_line import PivotLine
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.queue_line import QueueLine
from mtp_tui.ui.widgets.queue_state import why_empty
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.seethrough import Seethrough

MANY_CAME = 1_000
"""Rows that came since it was said last that many came."""


class IncidentsPane(Seethrough, Vertical):
    """Follows the incident queue of whoever is signed in."""

    BINDING_GROUP_TITLE = "Incidents"
    HELP = """\
# Incidents

The queue, newest update first. It refreshes by itself; r asks at once. ● is new and ◐ has changed since you last
had the cursor on it; opened, it says what has changed. » tells what came since you pressed a key. f shows the row under
the cursor with nothing cut off, U what came and could not be read as an incident.

Enter opens an incident, ← and → go through its tabs, Escape goes back. i shows the other incidents with the evidence or
device under the cursor, whatever the list was narrowed to, and Escape leads back; m leads from a merged incident to its
survivor, and from there to what was merged. In the timeline Enter opens the alert under the cursor. In the JSON tab /
searches, n and N step through, Enter folds.

# Taking along

y lists what can be copied of a row, or of what is under the cursor in an opened incident, raw or defanged. Y copies the
portal link at once, O opens it in a browser. x writes the marked rows, hidden or not, or else all that are shown, to a
file: CSV, JSON or NDJSON; or one incident as a report.

# Triage

Space marks rows with ✓, Escape takes all marks away. t changes status, owner, classification, tags or comment: in an
opened incident of that one, in the list of the marked ones, or else of the one under the cursor. Marks hold when other
words hide their rows; how many are hidden is said. What would be sent is shown first. u takes back what was changed
last, then what was changed before it, also in the next start; what cannot be taken back, such as a comment, is passed
over. J shows all that was changed from here. Nothing can be changed without --write, or write = true in the profile.

# Narrowing

/ narrows the list. Words are looked for in rows, alerts, entities and comments: three letters anywhere in a word, one or
two, and "several words", where one begins; signs between letters do not count. -word leaves out. Fields:
severity:high status:active,inprogress owner:me owner:none name: tag: source: age:<7d updated:today created: user:
device: file: process: hash: ip: url: mail: entity: verdict: mitre: category: classification: determination: alerts:>3
id: is:open is:unread is:changed is:merged. Tab completes. Enter keeps the line, and the place where you are; Escape
takes it away, and goes back to where you were before it. As long as the list is being read, the service is asked for
the line first. V takes or saves a view, from which Escape leads back to the order and the place before it. S arranges
and sorts the columns.

An alert need not belong to an incident; alerts without one are not listed by this API.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "refresh", "Refresh", id="incidents.refresh", tooltip="Ask the API for what has changed"),
        Binding(
            "x",
            "export",
            "Export",
            id="incidents.export",
            tooltip="Write the marked rows, or else all that are shown, or one incident to a file",
        ),
        Binding(
            "escape",
            "back",
            "Back",
            id="incidents.back",
            tooltip="Close what was opened last; in the list: take all marks away, stop a load",
        ),
    ]

    queue = getters.query_one(QueueLine)
    narrowed = getters.query_one(NarrowedArea)
    frame = getters.query_one(QueueFrame)
    grid = getters.query_one(IncidentGrid)
    view = getters.query_one(IncidentDetailView)
    reading = getters.query_one(ReadingArea)
    triage = getters.query_one(TriageArea)

    def __init__(
        self,
        clock: Clock,
        refresh_every_s: float,
        views: Views | None = None,
        *,
        bell: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """`views` None lets nobody save any; `bell` rings for what is new at High."""
        super().__init__(id=id)
        self._clock = clock
        self._views = views
        self._refresh_every_s = refresh_every_s
        self._bell = bell
        self._feed: IncidentFeed | None = None
        self._known_to_stay = 0

    def compose(self) -> ComposeResult:
        yield QueueLine(self._clock, self._refresh_every_s, bell=self._bell)
        with RememberedArea(), NarrowedArea():
            yield NarrowLine(self._clock)
            yield AskedLine()
            yield PivotLine()
            yield Problem()
            with ReadingArea(id="incidents-body"), TriageArea():
                yield QueueFrame(self._clock, self._views)
                yield IncidentDetailView(self._clock, id="incident-detail")

    def on_mount(self) -> None:
        self.view.display = False
        self.watch(self.queue, "shows_busy", self.refresh_bindings)
        self.watch(self.queue, "busy", self._note_busy)
        self.note_rows()

    def _note_busy(self, busy: bool) -> None:
        if not busy:
            self._note_growth()
            self.triage.look_again()  # another token may be in use by now

    # whose queue

    def follow(self, feed: IncidentFeed, tenant_id: str, cloud: Cloud, me: str = "") -> None:
        """Show this queue from now on, and load it; `me` is who stands behind `owner:me`, empty for an application."""
        self.reading.follow(feed, tenant_id, cloud.portal_host)
        self._show_queue(feed, me)

    def forget(self) -> None:
        """Nobody is signed in any more: no rows, no queue."""
        self.reading.follow(None)
        self._show_queue(None)

    def _show_queue(self, feed: IncidentFeed | None, me: str = "") -> None:
        self._feed, self._known_to_stay = feed, 0
        self.query_one(RememberedArea).follow(feed)
        self.triage.follow(feed)
        self.narrowed.follow(feed, me)
        self.query_one(Problem).show(None)
        self.frame.follow(feed)
        self.queue.follow(feed)
        self.note_rows()  # at once: a list that is hidden later would lose the keys that it is about to get

    def take_focus(self) -> None:
        """Give the keys to what is in front: the opened incident where it covers the list."""
        if self.reading.covers_list:
            self.view.focus_text()
        else:
            self.grid.focus()

    @on(RecordGrid.Covered)
    def hand_over_keys(self) -> None:
        """The terminal became narrow, and the opened incident covers the list."""
        if self.display and self.opened:
            self.take_focus()

    def on_key(self) -> None:
        self.queue.take_as_read()

    @property
    def opened(self) -> str:
        """ID of the incident that is open; empty when none is."""
        return self.reading.opened

    # what the user does

    def action_refresh(self) -> None:
        self.queue.ask()

    def action_back(self) -> None:
        """Close what was opened last: the words, then the incident, then the marks, then a load that is under way."""
        line, grid = self.narrowed.line, self.grid
        if line.display and (line.has_focus_within or not self.opened):
            self.narrowed.close_line()
        elif self.opened:
            self.reading.close()
            grid.focus()
        elif grid.only is not None:
            self.narrowed.go_back()
        elif grid.selected:
            count = len(grid.selected)
            grid.unmark_all()
            gone = f"{count:,} mark{'' if count == 1 else 's'} removed; no incident was changed."
            self.notify(gone, markup=False, timeout=3)
        elif self.queue.busy:
            self.queue.stop()

    def action_export(self) -> None:
        """Ask what of the queue goes into which file, and write it."""
        from mtp_tui.ui.export_screen import ExportScreen  # not needed before somebody asks for it
        from mtp_tui.ui.takeout import exportables

        if self._feed is not None and self.reading.in_front is not None:
            offered = exportables(
                self._feed,
                self.grid,
                self.queue.state,
                opened=self.opened,
                narrowed_to=self.narrowed.line.text,
                tenant=self.reading.tenant_id,
                now=self._clock(),
            )
            self.app.push_screen(ExportScreen(self._feed.wholes, offered))

    def why_not(self, action: str) -> str:
        """Why a key of this pane does nothing."""
        if action == "back":
            return "Nothing is open, narrowed, marked or under way."
        return self.reading.why_not(action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action == "refresh" and self._feed is None:
            return None
        if action == "export" and self.reading.in_front is None:
            return None
        if action == "back":
            return bool(self.opened or self.queue.busy or self.narrowed.is_less or self.grid.selected)
        return True

    # the list and the opened incident

    @on(RecordGrid.Highlighted)
    def look_at(self, event: RecordGrid.Highlighted) -> None:
        if event.by_user:
            self.queue.take_as_read()  # a key that moves the cursor comes here as this alone
        if self.opened and event.by_user and not self.narrowed.line.has_focus_within:
            self.reading.open(event.key)
        self.reading.look_again()

    @on(QueueFrame.LookedAt)
    def look_at_news(self, message: QueueFrame.LookedAt) -> None:
        self.view.look_at(message.key)

    @on(RecordGrid.Chosen)
    def open_chosen(self, event: RecordGrid.Chosen) -> None:
        self.reading.open(event.key)
        self.view.focus_text()

    # the queue

    @on(QueueLine.Advanced)
    def take_in(self, message: QueueLine.Advanced) -> None:
        event = message.event
        if isinstance(event, Waiting):
            return
        if isinstance(event, Remembered):
            self.grid.mark_news(event)
        if isinstance(event, PageLoaded):
            self._take_page(event, is_news=message.is_news)
            if not event.incidents:
                return  # the rows are those that are shown
        self.query_one(RememberedArea).hear_of_store()
        self.narrowed.again(has_news=not isinstance(event, Finished))
        if isinstance(event, Finished):
            self.narrowed.asked.look_again()
            if not self.grid.rows:
                self.note_rows()  # for why there are none

    def _note_growth(self) -> None:
        known = len(self._feed.incidents) if self._feed is not None else 0
        if known >= self._known_to_stay + MANY_CAME:
            self._known_to_stay = known
            self.post_message(MuchCame())

    @on(AskedLine.Came)
    def take_asked(self, message: AskedLine.Came) -> None:
        self._take_page(message.page, is_news=self.queue.state.is_whole or self.queue.state.was_remembered)
        self.narrowed.again()

    def _take_page(self, page: PageLoaded, *, is_news: bool) -> None:
        self.query_one(Problem).show(None)
        self.post_message(TokenDoubted(doubted=False))
        if is_news:
            self.grid.mark_news(page)
        self.reading.bring_up_to_date([incident.id for incident in page.incidents])

    @on(QueueLine.Failed)
    def show_failure(self, message: QueueLine.Failed) -> None:
        self.query_one(Problem).show(message.error)
        if isinstance(message.error, TokenRefused | PermissionMissing):
            self.post_message(TokenDoubted(doubted=True))
        self.narrowed.again()

    @on(IncidentGrid.Marked)
    def count_marked(self) -> None:
        self.triage.look_again()
        self._count()

    @on(TriageArea.Triaged)
    def show_changes(self, message: TriageArea.Triaged) -> None:
        if message.feed is not self._feed:
            return
        self.narrowed.again()
        self.frame.note_seen(message.keys)
        self.reading.bring_up_to_date(message.keys)

    @on(TriageArea.Wanted)
    def show_wanted(self, message: TriageArea.Wanted) -> None:
        if message.feed is self._feed:
            self.reading.show_one(message.key)

    # drawing

    @on(IncidentGrid.Shown)
    def note_rows(self) -> None:
        """Find out what is in front now, and how many rows there are."""
        self.reading.look_again()
        self._count()
        self.grid.say_when_empty(
            why_empty(self.queue.state) if self._feed else "Nobody is signed in. Press 1 to sign in."
        )

    @on(IncidentGrid.Laid)
    def _count(self) -> None:
        is_less = bool(self.grid.narrowing.terms) or self.grid.only is not None
        shown = len(self.grid.rows) if is_less else None
        self.queue.count(
            shown=shown,
            is_looking=self.grid.is_looking,
            marked=self.grid.marked.in_words(),
            unseen=self.grid.unseen,
            order=self.grid.untitled_order,
        )
