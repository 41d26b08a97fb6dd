"""Where incidents can be changed from: the list and the opened incident, and the keys for it."""

from typing import ClassVar

from textual import getters, on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message

from mtp_tui.defender.models import Incident
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.services.triage import Outcome
from mtp_tui.services.triage_desk import TriageDesk
from mtp_tui.ui.journal_screen import JournalScreen
from mtp_tui.ui.triage_screen import TriageScreen
from mtp_tui.ui.widgets.incident_detail import IncidentDetailView
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.seethrough import Seethrough


class TriageArea(Seethrough, Horizontal):
    """Holds the list and the opened incident, and has the keys that change incidents."""

    BINDING_GROUP_TITLE = "Triage"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "t",
            "triage",
            "Triage",
            id="incidents.triage",
            tooltip="Change status, owner, classification, tags, or comment: of the opened incident, or of the marked rows",
        ),
        Binding(
            "u",
            "undo",
            "Undo",
            id="incidents.undo",
            tooltip="Take back what was changed last and can be taken back, then what was before it; it is shown first",
        ),
        Binding(
            "J",
            "journal",
            "Journal",
            show=False,
            id="incidents.journal",
            tooltip="Show what was changed from here, and how it ended",
        ),
    ]

    grid = getters.query_one(IncidentGrid)
    view = getters.query_one(IncidentDetailView)

    class Triaged(Message):
        """Incidents were changed, or it was tried; what the service said of them is among the known ones."""

        def __init__(self, feed: IncidentFeed, keys: frozenset[str], done: frozenset[str]) -> None:
            super().__init__()
            self.feed = feed
            self.keys = keys
            """IDs of those of which a new state is known."""
            self.done = done
            """IDs of those that were changed."""

    class Wanted(Message):
        """Somebody wants to see an incident that was changed, which may not be in the list."""

        def __init__(self, feed: IncidentFeed, key: str) -> None:
            super().__init__()
            self.feed = feed
            self.key = key

    class Recalled(Message):
        """What was changed before this start is known."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._feed: IncidentFeed | None = None

    def follow(self, feed: IncidentFeed | None) -> None:
        """Change the incidents of this feed from now on, or none."""
        self._feed = feed
        self.look_again()
        if self._desk is not None:
            self._recall(self._desk)

    @work(exclusive=True, group="recall", description="see what was changed last")
    async def _recall(self, desk: TriageDesk) -> None:
        await desk.recall()
        self.post_message(self.Recalled())

    @on(Recalled)
    def offer_undo(self, message: Recalled) -> None:
        message.stop()
        self.refresh_bindings()

    @property
    def _desk(self) -> TriageDesk | None:
        return self._feed.triage if self._feed else None

    def look_again(self) -> None:
        """Another token may allow something else: find out whether the keys work."""
        self.refresh_bindings()

    @property
    def meant(self) -> tuple[Incident, ...]:
        """The opened incident for whoever reads it; in the list the marked ones, hidden ones last, or else the one under
        the cursor."""
        if self._feed is None:
            return ()
        known = self._feed.incidents
        keys = (self._read,) if self._read else self.grid.marked.keys or (self.grid.cursor_key or "",)
        return tuple(known[key] for key in keys if key in known)

    @property
    def _read(self) -> str:
        """ID of the incident that is being read; empty where the list has the keys: what is opened beside it follows its
        cursor a moment later."""
        return "" if self.grid.has_focus else self.view.opened

    @property
    def _whose(self) -> str:
        """Which incidents are meant, in words."""
        marked = self.grid.marked
        if self._read:
            count = len(marked.keys)
            besides = f", not the {count:,} marked ones" if count > 1 else ", not the marked one" if count else ""
            return f"incident {self._read}{besides}"
        return marked.in_words("incident") or f"incident {self.grid.cursor_key}"

    def action_triage(self) -> None:
        if self._feed is not None and self._desk is not None:
            self._ask(self._feed, TriageScreen(self._desk, self._feed.take, self.meant, self._whose))

    def action_undo(self) -> None:
        if self._feed is not None and self._desk is not None:
            self._ask(self._feed, TriageScreen(self._desk, self._feed.take))

    @work(exclusive=True, group="journal", description="show the journal")
    async def action_journal(self) -> None:
        if self._feed is None or self._desk is None:
            return
        feed = self._feed
        desk = self._desk
        wish = await self.app.push_screen_wait(JournalScreen(desk))
        if wish is not None and wish.is_undo:
            self._ask(feed, TriageScreen(desk, feed.take, write=wish.write))
        elif wish is not None:
            self.post_message(self.Wanted(feed, wish.write.incident_id))

    def why_not(self, action: str) -> str:
        """Why nothing can be changed now."""
        if self._desk is None:
            return "Nobody is signed in."
        return self._desk.why_not or _REASONS.get(action, "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        desk = self._desk
        may = desk is not None and not desk.why_not
        if action == "triage":
            return True if may and self.meant else None
        if action == "undo":
            return (True if desk is not None and desk.can_undo else None) if may else False
        if action == "journal":
            return True if desk is not None else None
        return True

    @work(exclusive=True, group="triage", description="change incidents")
    async def _ask(self, feed: IncidentFeed, screen: TriageScreen) -> None:
        results = await self.app.push_screen_wait(screen)
        if results:
            seen = frozenset(result.incident.id for result in results if result.incident is not None)
            done = frozenset(result.plan.incident_id for result in results if result.outcome is Outcome.DONE)
            self.post_message(self.Triaged(feed, seen, done))

    @on(Triaged)
    def forget_marks(self, message: Triaged) -> None:
        """What is done is not meant any more."""
        self.grid.selected -= message.done
        self.grid.refresh()
        self.refresh_bindings()


_REASONS = {"triage": "There is no incident to change.", "undo": "Nothing was changed from here that could be undone."}
