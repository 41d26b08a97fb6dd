"""The line that says what the service is asked for while the list is narrowed; and that asks it."""

from textual import on, work
from textual.message import Message

from mtp_tui.defender.narrowing.narrowing import Narrowing
from mtp_tui.defender.narrowing.server import said
from mtp_tui.errors import MtpError
from mtp_tui.services.incidents import FeedEvent, Finished, IncidentFeed, PageLoaded, Waiting
from mtp_tui.ui.widgets.said import Said


class AskedLine(Said):
    """As long as not everything is here, what is narrowed to is asked for before the rest. Once it is, nothing is asked, and
    the line is hidden: the count above it says in how many incidents was looked."""

    class Came(Message):
        """The service sent some of what was asked for, and it is among the known incidents."""

        def __init__(self, page: PageLoaded) -> None:
            super().__init__()
            self.page = page

    class _Heard(Message):
        def __init__(self, narrowing: Narrowing, feed: IncidentFeed, event: FeedEvent | MtpError) -> None:
            super().__init__()
            self.narrowing = narrowing
            self.feed = feed
            self.event = event

    def __init__(self) -> None:
        super().__init__(id="asked")
        self._feed: IncidentFeed | None = None
        self._narrowing = Narrowing()

    def on_mount(self) -> None:
        self.close()

    def follow(self, feed: IncidentFeed | None) -> None:
        """Ask through this feed from now on."""
        self._feed = feed
        self.close()

    def close(self) -> None:
        """Ask no more, and say nothing."""
        self.workers.cancel_group(self, "ask")
        self._narrowing = Narrowing()
        self._tell("")

    def ask(self, narrowing: Narrowing) -> None:
        """These rows are wanted: say what is asked for them, and ask it; the same again changes nothing."""
        feed = self._feed
        if feed is None or narrowing == self._narrowing:
            return
        self.close()
        self._narrowing = narrowing
        if narrowing.terms and not feed.is_whole:
            self._tell(said(narrowing))
            self._ask(feed, narrowing)

    def look_again(self) -> None:
        """More is here: once all is, there is nothing left to ask for, or to say of it."""
        if self._feed is not None and self._feed.is_whole:
            self.close()

    @work(exclusive=True, group="ask", description="ask the service for what is narrowed to")
    async def _ask(self, feed: IncidentFeed, narrowing: Narrowing) -> None:
        try:
            async for event in feed.ask(narrowing):
                self.post_message(self._Heard(narrowing, feed, event))
        except MtpError as error:
            self.post_message(self._Heard(narrowing, feed, error))

    @on(_Heard)
    def take_note(self, message: _Heard) -> None:
        message.stop()
        event = message.event
        if message.feed is self._feed and isinstance(event, PageLoaded):
            self.post_message(self.Came(event))  # whatever is wanted by now: it is known
        if message.feed is not self._feed or message.narrowing != self._narrowing:
            return
        asked = said(message.narrowing)
        if isinstance(event, Waiting):
            self._tell(f"{asked} {event.why}")
        elif isinstance(event, Finished):
            self._tell(f"{asked} {event.note or 'It has sent them all.'}")
        elif isinstance(event, MtpError):
            self._tell(f"{asked} {event.summary}")
        else:
            self._tell(asked)

    def _tell(self, text: str) -> None:
        self.say(text)
        self.display = bool(text)
