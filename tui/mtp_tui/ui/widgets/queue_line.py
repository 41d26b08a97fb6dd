"""The line above the queue: follows the feed, and says how the queue stands."""

from collections.abc import Mapping
from dataclasses import replace

from textual import on, work
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, TextArea

from mtp_tui.clock import Clock
from mtp_tui.errors import MtpError, PermissionMissing, SignInError, TokenRefused
from mtp_tui.services.incidents import FeedEvent, Finished, IncidentFeed, PageLoaded
from mtp_tui.services.news import News
from mtp_tui.ui.widgets.incident_grid import Mark
from mtp_tui.ui.widgets.queue_state import QueueState, in_words, meter, on_one_line
from mtp_tui.ui.widgets.said import Said


class QueueLine(Said):
    """Asks one feed at a time: everything first, then by itself for what has changed."""

    busy: reactive[bool] = reactive(False, repaint=False)
    shows_busy: reactive[bool] = reactive(False, toggle_class="-busy")
    """Whether it is said that something is under way; of a refresh only once it takes long."""

    class Advanced(Message):
        """The feed said something, and the line has taken note of it."""

        def __init__(self, event: FeedEvent, *, is_news: bool) -> None:
            super().__init__()
            self.event = event
            self.is_news = is_news
            """Whether everything was known before, so that what came now is new."""

    class Failed(Message):
        """The feed gave up; what is known stays known."""

        def __init__(self, error: MtpError) -> None:
            super().__init__()
            self.error = error

    class _Heard(Message):
        def __init__(self, run: int, event: FeedEvent | MtpError) -> None:
            super().__init__()
            self.run = run
            self.event = event

    def __init__(self, clock: Clock, refresh_every_s: float, *, bell: bool = False) -> None:
        """`bell` rings for what is new at High."""
        super().__init__()
        self._clock = clock
        self._refresh_every_s = refresh_every_s
        self._has_bell = bell
        self._feed: IncidentFeed | None = None
        self._run = 0
        self._is_live = False
        self._asked_at = clock()
        self._is_due = False
        self._news, self._unread = News(), News()
        self.state = QueueState()
        """How the queue stands now."""

    def on_mount(self) -> None:
        self.set_interval(1, self.tick)

    def follow(self, feed: IncidentFeed | None) -> None:
        """Follow this feed from now on, or none."""
        self._give_up()
        self._feed, self._is_live = feed, False
        self.state = QueueState()
        self.take_as_read()
        if feed is None:
            self.say("")  # its line stays: without it the list would stand elsewhere
        self.ask()

    def ask(self) -> None:
        """Ask for what has changed, or for everything as long as not everything is known."""
        if self._feed is None or self.busy:
            return
        self._run += 1
        self.busy = True
        self._asked_at = self._clock()
        self._news = News()
        self._note(self.state.asked(), is_quiet=self.state.is_whole)
        self._read(self._run, self._feed, whole=not self.state.is_whole)

    def stop(self) -> None:
        """Give up what is under way; what came stays."""
        self._give_up()
        self._is_live = self.state.is_whole
        self.state = self.state.stopped("stopped")
        self.draw()

    def tick(self) -> None:
        """Each second: the countdown runs, and what could wait is said; when it is time, ask."""
        waited_s = (self._clock() - self._asked_at).total_seconds()
        if self._is_live and not 0 <= waited_s < self._refresh_every_s:  # less than 0: the clock was set back
            self.ask()
        elif self._is_due or self.state.waiting_until is not None:
            self.draw()

    def _note(self, state: QueueState, *, is_quiet: bool) -> None:
        """The queue stands otherwise. A refresh that brings nothing is quiet: no more than the time and the meter change
        by it, and these wait for the next second, so that it draws nothing of its own."""
        self.state = state
        if is_quiet:
            self._is_due = True
        else:
            self.draw()

    def count(
        self, *, shown: int | None, is_looking: bool, marked: str, unseen: Mapping[Mark, int], order: str
    ) -> None:
        """Say how many rows the words left (None without words), whether more are looked for, what is marked for triage,
        what nobody has looked at yet, and an order that no title shows."""
        self.state = replace(
            self.state,
            shown=shown,
            is_looking=is_looking,
            marked=marked,
            unseen_new=unseen[Mark.NEW],
            unseen_changed=unseen[Mark.CHANGED],
            order=order,
        )
        self.draw()

    def take_as_read(self) -> None:
        """Somebody is there, and has had the time to read what the line says."""
        self._unread = News()
        self._say_what_came()

    def _say_what_came(self) -> None:
        self.set_class(bool(self._unread.in_words()), "-news")
        if self._unread != self.state.came:
            self.state = replace(self.state, came=self._unread)
            self.draw()

    def draw(self) -> None:
        """Bring the line up to date."""
        if self._feed is None:
            return
        self._is_due, self.shows_busy = False, self.busy
        quota = self._feed.quota
        live = f"live {self._refresh_every_s:.0f} s" if self._is_live else ""
        self.state = replace(
            self.state,
            total=len(self._feed.incidents),
            unreadable=self._feed.unreadable.count,
            calls_this_minute=quota.used_this_minute,
            calls_allowed=quota.per_minute,
            live=live,
        )
        now = self._clock()
        is_waiting = self.state.is_waiting(now)
        self.set_class(is_waiting, "-waiting")
        if is_waiting:  # the reason is to be read whole, on as many lines as it takes
            self.say(f"{in_words(self.state, now)} · {meter(self.state)}")
        else:
            self.say(on_one_line(self.state, now, self.content_size.width))

    def on_resize(self) -> None:
        self.draw()

    @work(exclusive=True, group="incidents", description="load incidents")
    async def _read(self, run: int, feed: IncidentFeed, *, whole: bool) -> None:
        try:
            async for event in feed.load_all() if whole else feed.refresh():
                self.post_message(self._Heard(run, event))
        except MtpError as error:
            self.post_message(self._Heard(run, error))

    @on(_Heard)
    def take_note(self, message: _Heard) -> None:
        message.stop()
        if message.run != self._run:
            return  # an answer to an earlier question
        event = message.event
        if isinstance(event, MtpError):
            self.busy = False
            # asking again by itself makes sense only while the answer may change by itself
            self._is_live = not isinstance(event, TokenRefused | PermissionMissing | SignInError)
            self.state = self.state.stopped()
            self._announce()
            self.draw()
            self.post_message(self.Failed(event))
            return
        was_whole, is_news = self.state.is_whole, self.state.is_whole or self.state.was_remembered
        if isinstance(event, PageLoaded) and is_news:
            self._news, self._unread = self._news.with_page(event), self._unread.with_page(event)
        if isinstance(event, Finished):
            self.busy, self._is_live = False, True
            self._announce()
        self._note(self.state.heard(event, self._clock()), is_quiet=was_whole and _brings_nothing(event))
        self.post_message(self.Advanced(event, is_news=is_news))

    def _announce(self) -> None:
        """Say what the reading brought, and ring where that is wanted; a bell would startle whoever is typing."""
        self._say_what_came()
        if self._has_bell and self._news.is_urgent and not isinstance(self.app.focused, Input | TextArea):
            self.app.bell()

    def _give_up(self) -> None:
        self.workers.cancel_group(self, "incidents")
        self._run += 1
        self.busy = False


def _brings_nothing(event: FeedEvent) -> bool:
    if isinstance(event, PageLoaded):
        return not event.incidents
    return isinstance(event, Finished) and event.complete and not event.note
