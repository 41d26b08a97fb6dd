"""Following the incident queue: everything once, then what changed, with what is known kept whatever happens.

The service pages by `$skip` through a list whose newest update is on top, so an incident that is updated while we page
jumps from behind us to the front. Therefore every reading of more than one page is followed by a smaller one, of what
was updated since it began, until one fits on a single page or brings nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mtp_tui.clock import Clock, Sleep
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.models import Incident, IncidentDetail, Unreadable, detail_from
from mtp_tui.defender.narrowing.completion import Known, known_from
from mtp_tui.defender.narrowing.facts import FactsBook
from mtp_tui.defender.narrowing.match import Marks, matcher
from mtp_tui.defender.narrowing.narrowing import Narrowing
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.defender.quota import Quota
from mtp_tui.services.asking import next_page
from mtp_tui.services.incident_book import IncidentBook
from mtp_tui.services.memory import Memory
from mtp_tui.services.patience import Waiting
from mtp_tui.services.reading import Reading
from mtp_tui.services.triage_desk import TriageDesk

__all__ = ["FeedEvent", "Finished", "IncidentFeed", "PageLoaded", "Remembered", "Waiting"]

OVERLAP = timedelta(minutes=10)
"""How far a refresh reaches back behind the newest update seen: so long an update may take to show up."""

MOST_READINGS = 4
"""The whole list, and then what moved meanwhile, until nothing did; a queue busier than that is caught by a refresh."""

MOST_READ_FOR_COMPLETION = 3000
"""Bodies that are read to offer devices and users; more would keep the screen waiting for seconds."""


@dataclass(frozen=True, slots=True)
class PageLoaded:
    """One page was read, and what it brought is already among the known incidents."""

    incidents: tuple[Incident, ...]
    """The new or changed ones, each once."""
    new: frozenset[str]
    """Ids that were not known before."""
    changed: frozenset[str]
    """Ids of which something else was known before."""
    total: int
    """How many incidents are known now."""
    more: bool
    """Whether this reading goes on with another page. A short reading of what moved meanwhile may follow even so;
    Finished is the end."""
    unreadable: tuple[Unreadable, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """Everything was read that the service would give."""

    total: int
    as_of: datetime
    complete: bool
    """Whether it is certain that the service has no more."""
    note: str = ""
    """Why not, in one sentence; empty if it is."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Rows from an earlier run are here, before the service has said anything."""

    total: int
    as_of: datetime
    """When the service last said any of it."""
    new: frozenset[str]
    """Ids at which nobody has looked yet."""
    changed: frozenset[str]
    """Ids that have changed since somebody looked."""


FeedEvent = Remembered | PageLoaded | Waiting | Finished


class IncidentFeed:
    """The incidents of one sign-in: loaded page by page, refreshed by what changed, narrowed in memory.

    `load_all` and `refresh` take turns; the second waits until the first is finished or cut off. Both may be cancelled
    anywhere: what came stays known, and the next one makes up for what did not come. Whoever leaves such a loop early
    closes it (`contextlib.aclosing`), or the turn is kept until it is collected.
    """

    def __init__(
        self,
        client: DefenderClient,
        clock: Clock,
        sleep: Sleep,
        memory: Memory | None = None,
        triage: TriageDesk | None = None,
    ) -> None:
        """`memory` keeps what comes for the next start; None keeps nothing. `triage` changes what is known here."""
        self.memory = memory
        self.triage = triage
        self._is_first_look = False
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._book = IncidentBook()
        self._facts = FactsBook()
        self._keeps = asyncio.Lock()
        self._caught_up_to: datetime | None = None
        self._gap = ""

    @property
    def incidents(self) -> Mapping[str, Incident]:
        """What is known now, by id."""
        return self._book.view

    @property
    def quota(self) -> Quota:
        """The budget of calls, for the meter."""
        return self._client.quota

    def rows(self, narrowing: Narrowing | None = None, marks: Marks | None = None) -> tuple[Incident, ...]:
        """The known incidents, the one updated last on top; only those that the narrowing lets through.

        The first question for a field that is not in the row reads every body: with a narrowing, call it in a thread.
        """
        if narrowing is None or not narrowing.terms:
            return self._book.rows()
        return self._book.rows(matcher(narrowing, self._facts, marks))

    def occurring(self) -> Known:
        """What occurs in the known incidents, for completion; to be called in a thread."""
        rows = self._book.rows()
        return known_from(
            (self._facts.of(incident) for incident in rows), with_bodies=len(rows) <= MOST_READ_FOR_COMPLETION
        )

    async def detail(self, incident_id: str) -> IncidentDetail:
        """One incident opened, fetched now; its row is brought up to date as well. Raises what the client raises."""
        incident = await self._client.incident(incident_id)
        detail = await asyncio.to_thread(detail_from, incident.raw)
        await self.take([incident])
        return detail

    async def whole(self, incident_id: str) -> Incident | None:
        """A known incident with its bytes; None if it is not known. Rows of the list may come without them."""
        return self._book.view.get(incident_id)

    async def wholes(self, ids: Iterable[str]) -> AsyncIterator[Incident]:
        """The known ones of these with their bytes, in this order, some at a time."""
        for incident_id in ids:
            incident = await self.whole(incident_id)
            if incident is not None:
                yield incident

    async def take(self, incidents: Iterable[Incident]) -> None:
        """Bring rows up to date with what the service said just now."""
        news, _, _ = await asyncio.to_thread(self._book.compare, incidents)
        self._book.take(news)
        if self.memory is not None:
            self.memory.take(news, self._clock())

    async def load_all(self) -> AsyncGenerator[FeedEvent, None]:
        """Read everything the service has, page by page; ends with Finished, or raises MtpError with the rows kept."""
        async with self._keeps:
            if self.memory is not None and not self._book.view:
                recalled = await self.memory.recall()
                self._book.take(recalled.incidents)
                self._is_first_look = recalled.as_of is None
                if recalled.as_of is not None:
                    unseen = recalled.unseen
                    yield Remembered(len(recalled.incidents), recalled.as_of, unseen.new, unseen.changed)
            async for event in self._follow(None):
                yield event

    async def refresh(self) -> AsyncGenerator[FeedEvent, None]:
        """Read what was updated since the last reading; everything if none has been finished yet."""
        async with self._keeps:
            since = self._caught_up_to
            async for event in self._follow(since and since - OVERLAP):
                yield event

    async def _follow(self, since: datetime | None) -> AsyncGenerator[FeedEvent, None]:
        note, unsettled, newest, as_of = "", "", self._caught_up_to, None
        reading = Reading(IncidentQuery(since))
        for _ in range(MOST_READINGS):
            async for event in self._read(reading):
                yield event
            note = note or reading.note
            as_of = reading.as_of or as_of
            newest = max((moment for moment in (newest, reading.newest) if moment), default=None)
            if reading.is_settled:
                break
            if reading.newest_at_start is None:
                note = note or "The incidents came without times; what moved while they were read may be missing."
                break
            reading = Reading(IncidentQuery(reading.newest_at_start), catches_up=True)
        else:
            # something may have moved even during the last reading: the next refresh looks from where that began
            newest, unsettled = (
                reading.query.changed_since,
                "Incidents kept moving while they were read; refresh once more.",
            )
        if since is None:
            self._gap = note
        if since is None or not note:
            self._caught_up_to = newest
        note = self._gap or note or unsettled
        if self.memory is not None and self._is_first_look:
            self.memory.mark_seen(None)  # who looks for the first time has missed nothing
            self._is_first_look = False
        yield Finished(len(self.incidents), as_of or self._clock(), not note, note)

    async def _read(self, reading: Reading) -> AsyncGenerator[PageLoaded | Waiting, None]:
        while not reading.is_over:
            async for answer in next_page(self._client, self._sleep, reading):
                if isinstance(answer, Waiting):
                    yield answer
                    continue
                news, new, changed = await asyncio.to_thread(self._book.compare, answer.incidents)
                self._book.take(news)
                if self.memory is not None:
                    self.memory.take(news, answer.as_of)
                reading.turn(answer, len(news))
                more = not reading.is_over
                yield PageLoaded(news, new, changed, len(self.incidents), more, answer.unreadable, answer.as_of)
