"""Where a long reading goes on by time: with what was updated no later than the oldest seen, not behind so many.

Counting into a list that moves loses its place, gets slow, and may be refused from some depth on. That the service
understands `le` is *unconfirmed*, and so is to which fraction of a second; therefore a window has to begin with
incidents that are known already, and may hold none that is newer. Where it does not, the reading goes back to counting
from where it left off, and has lost nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mtp_tui.defender.models import IncidentPage

PAGES_BY_COUNT = 10
"""So many pages are read by `$skip` first; most queues end within them."""

OVERLAP = 3
"""Incidents that are read twice: as long as one of them is where it was, nothing between two pages is missed."""

_A_MOMENT = timedelta(microseconds=1)
"""Our times are cut to microseconds, the service's have one digit more."""


@dataclass(slots=True)
class Windows:
    """The window that is being read, if any; a window in which more than a page share one time is read by `$skip`."""

    until: datetime | None = None
    """Only what was updated at this moment or earlier is asked for; None while the reading counts."""
    skip: int = 0
    """Behind so many of the window."""
    _expected: tuple[str, ...] = ()
    """IDs of which the next page has to hold one."""
    _has_worked: bool = False
    _are_of_use: bool = True
    """Whether the list came newest update first until now, and no window has disappointed."""

    @property
    def is_first(self) -> bool:
        """Whether a window was asked for, and none has been answered yet."""
        return self.until is not None and not self._has_worked

    def has_lost_place(self, page: IncidentPage) -> bool:
        """Whether the page is not what was asked for, or not where it was; then it was the last by time."""
        until = self.until
        if until is None:
            return False
        is_newer = any(incident.updated_at is not None and incident.updated_at > until for incident in page.incidents)
        if not is_newer and any(incident.id in self._expected for incident in page.incidents):
            self._has_worked = True
            return False
        self.give_up()
        return True

    def give_up(self) -> None:
        """Count from now on."""
        self.until, self.skip, self._are_of_use = None, 0, False

    def go_on(self, page: IncidentPage, pages: int) -> None:
        """To the next window, or further into this one, after a page that is not the last; `pages` were read by now."""
        dated = [(incident.updated_at, incident.id) for incident in page.incidents if incident.updated_at is not None]
        moments = [moment for moment, _ in dated]
        # without times, or in another order, nobody knows what is still to come
        if len(dated) < max(len(page.incidents), OVERLAP) or moments != sorted(moments, reverse=True):
            self.give_up()
        if not self._are_of_use or pages < PAGES_BY_COUNT:
            return
        until = moments[-OVERLAP] + _A_MOMENT
        self._expected = tuple(incident_id for _, incident_id in dated[-OVERLAP:])
        if self.until is None or until < self.until:
            self.until, self.skip = until, 0
        else:
            self.skip += page.received - OVERLAP - len(page.unreadable)
