"""What is remembered of the queue from one start to the next: how it was shown, not what was opened."""

from textual import getters, on, work
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer

from mtp_tui.services.choices import QueueChoices, keep_choices, recall_choices
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.ui.narrowed_area import NarrowedArea
from mtp_tui.ui.queue_frame import QueueFrame
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.narrow_line import NarrowLine
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.seethrough import Seethrough

KEPT_AFTER_S = 1.0
"""So long nothing may change before it is written; a cursor that runs through the list is written once."""


class RememberedArea(Seethrough, Vertical):
    """Holds the queue, and shows it as it was shown last in this tenant."""

    grid = getters.query_one(IncidentGrid)
    narrowed = getters.query_one(NarrowedArea)

    class Recalled(Message):
        """What was chosen last is known."""

        def __init__(self, feed: IncidentFeed, choices: QueueChoices) -> None:
            super().__init__()
            self.feed = feed
            self.choices = choices

    class Told(Message):
        """What is to be said about the store; empty if all is well."""

        def __init__(self, said: str) -> None:
            super().__init__()
            self.said = said

    def __init__(self) -> None:
        super().__init__()
        self._feed: IncidentFeed | None = None
        self._choices: QueueChoices | None = None
        """As it is shown now; None until it is known how it was shown last."""
        self._written: QueueChoices | None = None
        self._timer: Timer | None = None
        self._told = ""

    def follow(self, feed: IncidentFeed | None) -> None:
        """Show the queue of another tenant, or of none; to be called before anything of the queue is forgotten."""
        self._write()
        self._feed, self._choices = feed, None
        if feed is not None:
            self._recall(feed)

    @work(exclusive=True, group="recall choices", description="recall how the queue was shown")
    async def _recall(self, feed: IncidentFeed) -> None:
        self.post_message(self.Recalled(feed, await recall_choices(feed.memory)))

    @on(Recalled)
    def restore(self, message: Recalled) -> None:
        message.stop()
        if message.feed is not self._feed:
            return
        self._choices = self._written = choices = message.choices
        self.grid.show_columns(choices.columns, choices.sort)
        self.narrowed.restore(choices.narrow, choices.cursor)

    @on(RecordGrid.Arranged)
    @on(RecordGrid.Highlighted)
    @on(NarrowLine.Changed)
    @on(NarrowLine.Kept)
    @on(QueueFrame.ViewTaken)
    def note_choices(self) -> None:
        """Something is shown in another way; what is shown for a while, over the list, is nothing to come back to."""
        if self._choices is None or self.grid.only is not None:
            return
        narrowed, grid = self.narrowed, self.grid
        cursor = narrowed.place.awaited or grid.cursor_key or self._choices.cursor
        choices = QueueChoices(grid.arrangement.columns, grid.order, narrowed.line.text, cursor)
        if choices != self._choices:
            self._choices = choices
            if self._timer is not None:
                self._timer.stop()
            self._timer = self.set_timer(KEPT_AFTER_S, self._write)

    @work(exclusive=True, group="store", description="hear whether all is remembered")
    async def hear_of_store(self) -> None:
        """Say once that a store cannot be used, and why, as soon as what came is written or is not."""
        feed = self._feed
        if feed is not None:
            await feed.memory.caught_up()  # meanwhile somebody may sign out
            self.post_message(self.Told(feed.memory.said))

    @on(Told)
    def say_if_nothing_is_remembered(self, message: Told) -> None:
        message.stop()
        if message.said and message.said != self._told:
            self._told = message.said
            self.notify(visible(message.said), severity="warning", markup=False, timeout=12)

    def _write(self) -> None:
        if self._feed is not None and self._choices is not None and self._choices != self._written:
            self._keep(self._feed, self._choices)

    @work(group="keep choices", description="remember how the queue is shown")
    async def _keep(self, feed: IncidentFeed, choices: QueueChoices) -> None:
        await keep_choices(feed.memory, choices)
        self._written = choices

    async def on_unmount(self) -> None:
        if self._feed is not None and self._choices is not None and self._choices != self._written:
            await keep_choices(self._feed.memory, self._choices)
