"""Where incidents are read: one is opened from the list, brought up to date, copied, and leads to another one."""

from collections.abc import Collection
from typing import ClassVar

from textual import getters, on, work
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from mtp_tui.defender.models import Incident, portal_link
from mtp_tui.errors import MtpError
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.ui.copy_screen import CopyScreen
from mtp_tui.ui.messages import CopyWanted, OpenWanted
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.copyable import of_row
from mtp_tui.ui.widgets.incident_detail import MANY_ALERTS, IncidentDetailView
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.seethrough import Seethrough


class ReadingArea(Seethrough, Vertical):
    """Holds the list and the opened incident. What is opened has the room at once, and its text as soon as it is there."""

    BINDING_GROUP_TITLE = "Reading"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", id="incidents.copy", tooltip="Choose what of the incident to copy"),
        Binding("Y", "copy_link", "Copy link", show=False, id="incidents.copy-link", tooltip="Copy the portal link"),
        Binding(
            "O",
            "open_portal",
            "Open",
            show=False,
            id="incidents.open-portal",
            tooltip="Open the incident in the portal",
        ),
        Binding(
            "m",
            "survivor",
            "Survivor",
            id="incidents.survivor",
            tooltip="Go to the incident that this one was merged into",
        ),
    ]

    is_merged: reactive[bool] = reactive(False, bindings=True)
    """Whether the incident under the cursor, or the opened one, became part of another."""

    grid = getters.query_one(IncidentGrid)
    view = getters.query_one(IncidentDetailView)
    _frame = getters.query_one("#incident-frame", Widget)

    class Read(Message):
        """A known incident came with its bytes, or did not."""

        def __init__(self, feed: IncidentFeed, key: str, incident: Incident | None, problem: str = "") -> None:
            super().__init__()
            self.feed = feed
            self.key = key
            self.incident = incident
            self.problem = problem

    class Fetched(Message):
        """One incident was asked of the service by its ID, and came or did not come."""

        def __init__(self, feed: IncidentFeed, key: str, error: MtpError | None = None) -> None:
            super().__init__()
            self.feed = feed
            self.key = key
            self.error = error

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.feed: IncidentFeed | None = None
        """Whose incidents are read."""
        self.tenant_id = ""
        """Of whoever is signed in."""
        self._portal_host = ""

    def follow(self, feed: IncidentFeed | None, tenant_id: str = "", portal_host: str = "") -> None:
        """Read the incidents of this feed from now on, or none."""
        self.feed, self.tenant_id, self._portal_host = feed, tenant_id, portal_host
        self.close()
        self.view.follow(feed)

    @property
    def opened(self) -> str:
        """ID of the incident that is open; empty when none is."""
        return self.view.opened

    # the opened incident

    def open(self, key: str) -> None:
        """Open a known incident; the same one again is brought up to date and keeps its place."""
        row = self.feed.incidents.get(key) if self.feed else None
        if self.feed is None or row is None:
            return
        self.view.expect(row)
        self._make_room()
        self.look_again()
        if row.alert_count < MANY_ALERTS:
            self._read(self.feed, key)
        else:  # a thread that takes apart megabytes would have the row's facts wait for it
            self.call_after_refresh(self._read_opened, self.feed, key)

    def _read_opened(self, feed: IncidentFeed, key: str) -> None:
        if feed is self.feed and key == self.opened:
            self._read(feed, key)

    def close(self) -> None:
        """Show the list alone."""
        self.workers.cancel_group(self, "open")
        self.view.close()
        self._make_room()
        self.look_again()

    @property
    def covers_list(self) -> bool:
        """Whether the opened incident has the place of the list, as on a narrow terminal."""
        return not self._frame.display

    def _make_room(self) -> None:
        # by hand, and only where it is narrow: a class for it would style the list and all of the incident anew
        self._frame.display = not (self.opened and self.screen.has_class("-narrow"))

    def on_resize(self) -> None:
        self._make_room()

    def bring_up_to_date(self, keys: Collection[str]) -> None:
        """Something else is known of these; the opened one is read anew if it is among them."""
        if self.opened in keys:
            self.open(self.opened)

    def go_to(self, key: str) -> None:
        """To an incident that is known; where words hide its row, it is opened without it."""
        if not self.grid.move_to(key) or self.opened:
            self.open(key)

    @work(exclusive=True, group="open", description="read one incident")
    async def _read(self, feed: IncidentFeed, key: str) -> None:
        try:
            incident = await feed.whole(key)
        except MtpError as error:
            self.post_message(self.Read(feed, key, None, error.summary))
        else:
            self.post_message(self.Read(feed, key, incident, "" if incident else "It is not remembered here."))

    @on(Read)
    def show_read(self, message: Read) -> None:
        message.stop()
        if message.feed is not self.feed or message.key != self.opened:
            return  # another one was opened meanwhile
        if message.incident is not None:
            self.view.open(message.incident)
            return
        self._tell(f"Incident {_brief(message.key)} could not be read. {message.problem}")
        if self.view.detail is None:
            had_keys = self.view.has_focus_within
            self.close()
            if had_keys:
                self.grid.focus()

    # from one to another

    def look_again(self) -> None:
        """Another incident is in front: find out whether it leads to another one."""
        self.is_merged = bool(self._survivor)

    @property
    def _survivor(self) -> str:
        incident = self.in_front
        return incident.redirect_id if incident else ""

    @property
    def in_front(self) -> Incident | None:
        """The row of the opened incident, or else of the one under the cursor.

        In the list the cursor counts: what is opened beside it follows only once the cursor was painted.
        """
        key = (self.grid.cursor_key if self.grid.has_focus else "") or self.opened or self.grid.cursor_key
        return self.feed.incidents.get(key) if self.feed and key else None

    def action_survivor(self) -> None:
        if self._survivor:
            self.show_one(self._survivor)

    def show_one(self, key: str) -> None:
        """To an incident; the service is asked for one that is not known."""
        if self.feed is None:
            return
        if key in self.feed.incidents:
            self.go_to(key)
        else:
            self._fetch_one(self.feed, key)

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
        message.stop()
        if message.feed is not self.feed:
            return
        if message.error is not None:
            self._tell(f"Incident {_brief(message.key)} could not be fetched. {message.error.summary}")
            return
        self.grid.redraw()
        self.go_to(message.key)

    # copying

    @property
    def _link(self) -> str:
        """The portal's page of the incident in front; empty if there is none."""
        incident = self.in_front
        return portal_link(incident, self._portal_host, self.tenant_id) if incident else ""

    def action_copy(self) -> None:
        """Offer what can be copied of the opened incident, or else of the row under the cursor."""
        if self.in_front is not None:
            is_read = self.opened and self.view.detail is not None
            copies = self.view.copies(self._link) if is_read else of_row(self.in_front, self._link)
            self.app.push_screen(CopyScreen(copies))

    def action_copy_link(self) -> None:
        if self.in_front is not None:
            self.post_message(CopyWanted(f"Portal link of incident {_brief(self.in_front.id)}", self._link))

    def action_open_portal(self) -> None:
        if self.in_front is not None:
            self.post_message(OpenWanted(f"Portal link of incident {_brief(self.in_front.id)}", self._link))

    def why_not(self, action: str) -> str:
        """Why a key does nothing."""
        if self.feed is None:
            return "Nobody is signed in. Press 1 to sign in."
        if action == "survivor" and self.in_front is not None:
            return "This incident did not become part of another one."
        return "There is no incident here."

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action in ("copy", "copy_link", "open_portal") and self.in_front is None:
            return None
        if action == "survivor":
            return self.is_merged
        return True

    def _tell(self, text: str) -> None:
        self.notify(visible(text), markup=False, timeout=3)


def _brief(key: str) -> str:
    """An ID for a sentence; real ones are short."""
    return key if len(key) <= 40 else f"{key[:40]}…"
