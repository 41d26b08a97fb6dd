"""The line that says which other incidents have a piece of evidence, while only those are shown."""

from textual import on, work
from textual.message import Message

from mtp_tui.defender.evidence import Pivot
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.services.memory import OtherIncidents
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.said import Said

_LONGEST_VALUE = 60


class PivotLine(Said):
    """Looks other incidents up in what is remembered; hidden while nothing is looked for."""

    class Found(Message):
        """There are others, and they are to be shown."""

        def __init__(self, ids: frozenset[str]) -> None:
            super().__init__()
            self.ids = ids

    class _Answered(Message):
        def __init__(self, feed: IncidentFeed, pivot: Pivot, others: OtherIncidents | None) -> None:
            super().__init__()
            self.feed = feed
            self.pivot = pivot
            self.others = others

    def __init__(self) -> None:
        super().__init__(id="pivot")
        self._feed: IncidentFeed | None = None

    def on_mount(self) -> None:
        self.close()

    def follow(self, feed: IncidentFeed | None) -> None:
        """Look in what is remembered of this feed from now on."""
        self._feed = feed
        self.close()

    def close(self) -> None:
        """Say nothing more."""
        self.workers.cancel_group(self, "pivot")
        self.display = False

    def look_for(self, pivot: Pivot, besides: str) -> None:
        """Find the incidents with this evidence, other than the one with the ID `besides`."""
        if self._feed is not None:
            self._find(self._feed, pivot, besides)

    def show_merged(self, ids: frozenset[str], into: str) -> None:
        """Show the incidents that became part of the one with the ID `into`."""
        were = "incident was" if len(ids) == 1 else "incidents were"
        self.say(f"{len(ids)} {were} merged into incident {into}. Esc shows all again.")
        self.display = True
        self.post_message(self.Found(ids))

    @work(exclusive=True, group="pivot", description="find other incidents with this")
    async def _find(self, feed: IncidentFeed, pivot: Pivot, besides: str) -> None:
        others = await feed.memory.others_with(pivot.kind, pivot.value, besides)
        self.post_message(self._Answered(feed, pivot, others))

    @on(_Answered)
    def show_answer(self, message: _Answered) -> None:
        message.stop()
        if message.feed is not self._feed:
            return
        value, others = message.pivot.value, message.others
        what = f"{message.pivot.label} {value if len(value) <= _LONGEST_VALUE else f'{value[:_LONGEST_VALUE]}…'}"
        if others is None or not others.ids:
            why = f"No other incident has {what}." if others is not None else "Nothing is remembered here to look in."
            self.notify(visible(why), markup=False, timeout=3)
            return
        seen = ""
        if others.first_seen is not None and others.last_seen is not None:
            seen = f", first seen {others.first_seen:%Y-%m-%d}, last {others.last_seen:%Y-%m-%d}"
        plural = "" if others.count == 1 else "s"
        self.say(f"{others.count} other incident{plural} with {what}{seen}. Esc shows all again.")
        self.display = True
        self.post_message(self.Found(frozenset(others.ids)))
