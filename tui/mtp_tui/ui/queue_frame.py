"""What surrounds the list of incidents: what in it was looked at, how its columns are arranged, and views of it."""

from collections.abc import Collection
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from mtp_tui.clock import Clock
from mtp_tui.defender.facts import incident_facts
from mtp_tui.defender.narrowing.narrowing import wants_me
from mtp_tui.defender.narrowing.view import View
from mtp_tui.errors import MtpError
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.services.views import Views
from mtp_tui.ui.columns_screen import ColumnsScreen
from mtp_tui.ui.lines import fact
from mtp_tui.ui.row_screen import RowScreen
from mtp_tui.ui.unreadable_screen import UnreadableScreen
from mtp_tui.ui.views_screen import ViewsScreen
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.seethrough import Seethrough


class QueueFrame(Seethrough, Vertical):
    """Holds the list; a view is shown as far as columns and order go, and the rest is for whoever narrows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "S", "columns", "Columns", show=False, id="incidents.columns", tooltip="Choose, move and sort by columns"
        ),
        Binding(
            "U",
            "unreadable",
            "Unreadable",
            show=False,
            id="incidents.unreadable",
            tooltip="Show what came and could not be read as an incident",
        ),
        Binding("f", "row", "Full row", show=False, id="incidents.row", tooltip="Show the row with nothing cut off"),
    ]

    grid = getters.query_one(IncidentGrid)

    class ViewTaken(Message):
        """A view was picked."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    class LookedAt(Message):
        """The cursor came to a row that was marked as new or changed."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, clock: Clock, views: Views | None) -> None:
        """`views` None lets nobody save any."""
        super().__init__(id="incident-frame")
        self._clock = clock
        self._views = views
        self._feed: IncidentFeed | None = None
        self.narrowed_to = ""
        """The line that narrows the list, for a view that is saved."""

    def compose(self) -> ComposeResult:
        yield IncidentGrid(self._clock, id="incident-grid")

    def follow(self, feed: IncidentFeed | None) -> None:
        """Show the rows of this feed, or none."""
        self._feed = feed
        self.grid.follow(feed)

    # what nobody has looked at yet

    def look_at(self, key: str) -> None:
        """What somebody has put the cursor on is news no more."""
        if self.grid.unmark(key):
            self.post_message(self.LookedAt(key).set_sender(self))  # whoever calls would stop it on its way up
            self.grid.announce(IncidentGrid.Marked())

    def note_seen(self, keys: Collection[str]) -> None:
        """Remember for the next start that these were looked at."""
        if keys and self._feed is not None:
            self._feed.memory.mark_seen(keys)

    def action_row(self) -> None:
        """Show in whole words what the row says."""
        if self.grid.rows:
            row = self.grid.rows[self.grid.cursor]
            lines = [fact(label, value) for label, value in incident_facts(row)]
            self.app.push_screen(RowScreen(f"Incident {row.id}", lines))

    def action_unreadable(self) -> None:
        if self._feed is not None and self._feed.unreadable.count:
            self.app.push_screen(UnreadableScreen(self._feed.unreadable))

    def why_not(self, action: str) -> str:
        """Why a key is greyed."""
        if self._feed is None:
            return "Nobody is signed in. Press 1 to sign in."
        return "There is no row here." if action == "row" else "All that came could be read."

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action == "row":
            return True if self.grid.rows else None
        if action == "unreadable":
            return True if self._feed is not None and self._feed.unreadable.count else None
        return True

    # views and columns

    @work(exclusive=True, group="columns", description="take a view")
    async def pick_view(self) -> None:
        """Ask which view to take."""
        shown = self.grid.as_view(self.narrowed_to)
        view = await self.app.push_screen_wait(ViewsScreen(self._views, shown, self._why_not_taken))
        if view is not None:
            self.post_message(self.ViewTaken(view))

    def take_view(self, view: View) -> None:
        """Show its columns in its order."""
        self.grid.take_view(view)

    def _why_not_taken(self, view: View) -> str:
        """Why a view cannot be taken by whoever is signed in; empty if it can."""
        desk = self._feed.triage if self._feed is not None else None
        if desk is None or not wants_me(view.narrow, self._clock()):
            return ""
        try:
            desk.me()
        except MtpError as nobody:
            return nobody.summary
        return ""

    @work(exclusive=True, group="columns", description="arrange the columns")
    async def action_columns(self) -> None:
        arrangement = await self.app.push_screen_wait(ColumnsScreen(self.grid.every_column, self.grid.arrangement))
        if arrangement is not None:
            self.post_message(RecordGrid.Arranged(arrangement))

    @on(RecordGrid.Arranged)
    def arrange_columns(self, event: RecordGrid.Arranged) -> None:
        if event.arrangement != self.grid.arrangement:
            self.grid.set_columns(event.arrangement)
