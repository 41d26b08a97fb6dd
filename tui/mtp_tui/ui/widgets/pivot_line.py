"""The line that says which other incidents have a piece of evidence, while only those are shown."""

from textual import on, work
from textual.message import Message

from mtp_tui.defender.evidence import Pivot
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.services.memory import OtherIncidents
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.said import Said

_LONGEST_VALUE, _ENOUGH = 60, 12


class PivotLine(Said):
    """Looks other incidents up in what is remembered; hidden while nothing is looked for."""

    class Found(Message):
        """There are others, and they are to be shown."""

        def __init__(self, ids: frozenset[str], besides: str, text: str) -> None:
            super().__init__()
            self.ids = ids
            self.besides = besides
            """ID of the incident from which they were looked for."""
            self.text = text
            """What is to be said of them while they are shown."""

    class _Answered(Message):
        def __init__(self, feed: IncidentFeed, pivot: Pivot, besides: str, others: OtherIncidents | None) -> None:
            super().__init__()
            self.feed = feed
            self.pivot = pivot
            self.besides = besides
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

    @property
    def shown(self) -> str:
        """What it says now; empty if nothing."""
        return self.text if self.display else ""

    def show(self, text: str) -> None:
        """Say this; empty: nothing."""
        self.close()
        self.say(text)
        self.display = bool(text)

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
        self.post_message(self.Found(ids, into, f"{len(ids)} {were} merged into incident {into}. Esc goes back."))

    @work(exclusive=True, group="pivot", description="find other incidents with this")
    async def _find(self, feed: IncidentFeed, pivot: Pivot, besides: str) -> None:
        others = await feed.memory.others_with(pivot.kind, pivot.value, besides)
        self.post_message(self._Answered(feed, pivot, besides, others))

    @on(_Answered)
    def show_answer(self, message: _Answered) -> None:
        message.stop()
        if message.feed is not self._feed:
            return
        others, what = message.others, _named(message.pivot)
        if others is None or not others.ids:
            why = f"No other incident has {what}." if others is not None else "Nothing is remembered here to look in."
            self.notify(visible(why), markup=False, timeout=3)
            return
        active = ""
        if others.active_from is not None and others.active_until is not None:
            active = f", active from {others.active_from:%Y-%m-%d} to {others.active_until:%Y-%m-%d}"
        plural = "" if others.count == 1 else "s"
        text = f"{others.count} other incident{plural} with {what}{active}. Esc goes back."
        self.post_message(self.Found(frozenset(others.ids), message.besides, text))


def _named(pivot: Pivot) -> str:
    """What is looked for; where people know it by a name, that one first, and of the rest what tells it apart."""
    if pivot.called:
        return f"{_brief(pivot.called, _LONGEST_VALUE)}, {pivot.label} {_brief(pivot.value, _ENOUGH)}"
    return f"{pivot.label} {_brief(pivot.value, _LONGEST_VALUE)}"


def _brief(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
