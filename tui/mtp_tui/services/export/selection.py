"""Every incident that fits a question, page by page as it arrives, each given once and none kept.

The queue's feed remembers what it reads; this is for whoever passes the rows on. What it says about paging holds here
too: an incident that is updated while we page jumps to the front, so what was updated since a reading began is read
after it. An incident is given in the state in which it was first seen to fit; a later state is only counted.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from mtp_tui.clock import Sleep
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.models import Incident, IncidentPage
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.services.asking import next_page
from mtp_tui.services.incidents import MOST_READINGS
from mtp_tui.services.patience import Waiting
from mtp_tui.services.reading import Reading


@dataclass(frozen=True, slots=True)
class Batch:
    """What one page brought."""

    incidents: tuple[Incident, ...]
    """Those that fit and were not given before, in the order of the service."""
    read: int
    """How many different incidents were looked at by now."""
    unreadable: int
    """How many items of the page are no incidents."""
    as_of: datetime


class Selection:
    """One run through the incidents; `batches` is read once."""

    def __init__(
        self, client: DefenderClient, sleep: Sleep, query: IncidentQuery, fits: Callable[[Incident], bool]
    ) -> None:
        """The service is asked for `query`; of what it sends only what `fits` is given."""
        self._client = client
        self._sleep = sleep
        self._query = query
        self._fits = fits
        self._seen: dict[str, datetime | None] = {}
        self._given: set[str] = set()
        self.changed: set[str] = set()
        """Ids of incidents that were given, and then came in another state."""
        self.note = ""
        """Why there may be more, in one sentence; empty if there is not, known at the end."""

    async def batches(self) -> AsyncGenerator[Batch | Waiting, None]:
        """All pages, and the pauses between them; raises MtpError when asking on is of no use."""
        reading = Reading(self._query)
        for _ in range(MOST_READINGS):
            async for event in self._read(reading):
                yield event
            self.note = self.note or reading.note
            if reading.is_settled:
                return
            if reading.newest_at_start is None:
                self.note = self.note or "The incidents came without times; some that moved meanwhile may be missing."
                return
            since = max(reading.newest_at_start, self._query.changed_since or reading.newest_at_start)
            reading = Reading(replace(self._query, changed_since=since), catches_up=True)
        self.note = self.note or "Incidents kept moving while they were read; some may be missing."

    async def _read(self, reading: Reading) -> AsyncGenerator[Batch | Waiting, None]:
        while not reading.is_over:
            async for answer in next_page(self._client, self._sleep, reading):
                if isinstance(answer, Waiting):
                    yield answer
                    continue
                batch, news = self._taken(answer)
                reading.turn(answer, news)
                yield batch

    def _taken(self, page: IncidentPage) -> tuple[Batch, int]:
        """What of a page is to be given, and how many of its incidents were new or in another state."""
        fitting: list[Incident] = []
        news = 0
        for incident in page.incidents:
            is_known = incident.id in self._seen
            if is_known and self._seen[incident.id] == incident.updated_at:
                continue
            news += 1
            self._seen[incident.id] = incident.updated_at
            if incident.id in self._given:
                self.changed.add(incident.id)
            elif self._fits(incident):
                self._given.add(incident.id)
                fitting.append(incident)
        return Batch(tuple(fitting), len(self._seen), len(page.unreadable), page.as_of), news
