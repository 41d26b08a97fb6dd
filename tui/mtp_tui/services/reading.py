"""One question for incidents, read page by page to its end: where to go on, and when to stop."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from mtp_tui.defender.models import IncidentPage
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.errors import MtpError, RequestRefused, ServiceFault
from mtp_tui.services.windows import Windows

MOST_PAGES = 1000
"""More than any tenant keeps; stops a service that never ends."""


@dataclass(slots=True)
class Reading:
    """How far one question has been read, and what it has seen on the way."""

    query: IncidentQuery
    catches_up: bool = False
    """Whether it only looks for what moved during an earlier reading."""
    skip: int = 0
    """How many incidents of the list were passed by counting."""
    windows: Windows = field(default_factory=Windows)
    """How it goes on past the first pages."""
    next_link: str = ""
    pages: int = 0
    news: int = 0
    """How many incidents it brought that were new or changed."""
    newest_at_start: datetime | None = None
    """The newest update on the first page: what moved since then may have jumped over us."""
    newest: datetime | None = None
    as_of: datetime | None = None
    note: str = ""
    """Why there may be more than was read; empty if there is not."""
    is_over: bool = False
    _last_items: tuple[object, ...] = ()
    _followed: set[str] = field(default_factory=set)
    _links_are_refused: bool = False

    @property
    def question(self) -> IncidentQuery:
        """What to ask for next; `offset` says from where on."""
        return replace(self.query, changed_until=self.windows.until)

    @property
    def offset(self) -> int:
        """`$skip` of the next page."""
        return self.skip if self.windows.until is None else self.windows.skip

    @property
    def is_settled(self) -> bool:
        """Nothing can have moved past it that is not known: it was one page, or looked for movers and found none.

        The latter because hundreds may share one update time, and then no reading of them ever fits on a page.
        """
        return self.pages <= 1 or (self.catches_up and not self.news)

    def turn(self, page: IncidentPage, news: int) -> None:
        """Take note of a page and of how much of it was news, and decide where to go on, if at all."""
        self.news += news
        dated = [incident.updated_at for incident in page.incidents if incident.updated_at is not None]
        # a time in the future, sent by mistake, must not hide what is updated from now on
        newest = min(max(dated), page.served_at or page.as_of) if dated else None
        if self.pages == 0:
            self.newest_at_start = newest
        self.newest = max((moment for moment in (self.newest, newest) if moment), default=None)
        self.as_of = page.as_of
        self.pages += 1
        if self.windows.has_lost_place(page):
            self._last_items = ()
            self.note = self._stuck(page)
            self.is_over = bool(self.note)
            return
        is_counting = self.windows.until is None
        if is_counting:
            self.skip += page.received
        self._followed.add(self.next_link)
        self.next_link = page.next_link if is_counting and not self._links_are_refused else ""
        self.note = self._stuck(page)
        self.is_over = bool(self.note) or not self._goes_on(page, dated)
        self._last_items = _items(page)
        if not self.is_over and not self.next_link:
            self.windows.go_on(page, self.pages)

    def fall_back(self, error: MtpError) -> bool:
        """After an error, whether there is something else to try or to be content with.

        The service may refuse its own links or to filter by the end of a time (then we count by ourselves), to look
        deeper than so many incidents, or to filter what moved. What was read until then is worth keeping, with a note.
        """
        is_first_window = self.windows.is_first and isinstance(error, ServiceFault)  # `le` might be what it failed at
        if self.windows.until is not None and (isinstance(error, RequestRefused) or is_first_window):
            self.windows.give_up()
            return True
        if not isinstance(error, RequestRefused) or not (self.pages or self.catches_up):
            return False
        if self.next_link:
            self.next_link, self._links_are_refused = "", True
            return True
        self.is_over = True
        if self.pages:
            self.note = f"The service refused to go on after {self.skip} incidents; there may be older ones."
        else:
            self.note = "The service refused to tell what was updated while the list was read; some may be missing."
        return True

    def _goes_on(self, page: IncidentPage, dated: list[datetime]) -> bool:
        since = self.query.changed_since
        if since is not None and page.received and page.received == len(dated) and max(dated) < since:
            return False  # beyond what was asked for: a service that does not filter, but does sort
        # a full page may be followed by another, link or no link; a short one only if the service says so
        is_promised = bool(page.next_link) and (page.received > 0 or not self._links_are_refused)
        return is_promised or page.received >= page.size

    def _stuck(self, page: IncidentPage) -> str:
        if page.received and _items(page) == self._last_items:
            return "The service sent the same page again instead of the next one; there may be more incidents."
        if self.next_link and self.next_link in self._followed:
            return "The service's links to the next page lead in a circle; there may be more incidents."
        if page.left_out:
            return f"An answer listed {page.received:,} incidents, of which {page.left_out:,} were left out."
        if self.pages >= MOST_PAGES:
            return f"Stopped after {MOST_PAGES} pages; there may be more incidents."
        return ""


def _items(page: IncidentPage) -> tuple[object, ...]:
    return (*((incident.id, incident.updated_at) for incident in page.incidents), *page.unreadable)
