"""Following the incident queue: everything once, then what changed, with what is known kept whatever happens.

The service pages by `$skip` through a list whose newest update is on top, so an incident that is updated while we page
jumps from behind us to the front. Therefore every reading of more than one page is followed by a smaller one, of what
was updated since it began, until one fits on a single page or brings nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mtp_tui.clock import Clock, Sleep
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.models import Incident, IncidentDetail, IncidentPage, Unreadable, detail_from
from mtp_tui.defender.narrowing.completion import Known, known_from
from mtp_tui.defender.narrowing.match import Marks
from mtp_tui.defender.narrowing.narrowing import Narrowing
from mtp_tui.defender.narrowing.server import server_part
from mtp_tui.defender.page_items import size_of
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.defender.quota import Priority, Quota
from mtp_tui.latest import keep_latest
from mtp_tui.services.asking import next_page, read_ahead
from mtp_tui.services.incident_book import IncidentBook, News
from mtp_tui.services.memory import NOBODY, Memory
from mtp_tui.services.patience import Waiting
from mtp_tui.services.reading import Reading
from mtp_tui.services.row_finder import MANY, FoundRows, RowFinder
from mtp_tui.services.triage_desk import TriageDesk
from mtp_tui.services.unreadable import UnreadableItems
from mtp_tui.short_work import OBJECT_BYTES, worked_out
from mtp_tui.store.store import Unseen

__all__ = ["FeedEvent", "Finished", "FoundRows", "IncidentFeed", "PageLoaded", "Remembered", "Waiting"]

OVERLAP = timedelta(minutes=10)
"""How far a refresh reaches back behind the newest update seen: so long an update may take to show up."""

MOST_READINGS = 4
"""The whole list, and then what moved meanwhile, until nothing did; a queue busier than that is caught by a refresh."""

PAGES_AHEAD = 3
"""Pages of what somebody asked for that go before everything else; more would leave no call to open an incident with."""

TOLD_AFTER = 10_000
"""Remembered rows that came since it was told last that there are more: whoever shows them shows all of them anew."""

KEPT_WHOLE = 20
"""Incidents whose bodies are still at hand, the latest ones."""

READ_WHOLE = 100
"""Incidents whose bodies are read at a time, and once more ahead; some have a megabyte each."""


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
    raised: frozenset[str] = frozenset()
    """Those of the changed ones that have a higher severity than was known before."""


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
        """`memory` keeps what comes; None keeps it until the program ends. `triage` changes what is known here."""
        self.memory = memory or Memory(None, NOBODY, clock)
        self.triage = triage
        self._is_first_look = False
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._book = IncidentBook()
        self._finder = RowFinder(self.memory)
        self._latest: dict[str, Incident] = {}
        self._keeps = asyncio.Lock()
        self._caught_up_to: datetime | None = None
        self._gap = ""
        self._is_read = False
        self.unreadable = UnreadableItems()

    @property
    def incidents(self) -> Mapping[str, Incident]:
        """What is known now, by id."""
        return self._book.view

    @property
    def quota(self) -> Quota:
        """The budget of calls, for the meter."""
        return self._client.quota

    @property
    def is_whole(self) -> bool:
        """Whether a reading of everything reached its end, and the service is not known to have kept anything back."""
        return self._is_read and not self._gap

    def rows(self) -> tuple[Incident, ...]:
        """The known incidents without their bytes, the one updated last on top."""
        return self._book.rows()

    async def find(
        self, narrowing: Narrowing, marks: Marks | None = None, many: int = MANY
    ) -> AsyncGenerator[FoundRows, None]:
        """Those of the rows that the narrowing lets through. Where it takes long to find all of them, first some: of
        `many` or more what is found soon, and of what is still being written what was known of it before."""
        async with aclosing(self._finder.find(self._book.rows(), narrowing, marks or Marks(), many)) as found:
            async for some in found:
                yield some

    async def get_ready(self) -> None:
        """Somebody is about to look for words: the first letter is to be answered as soon as the next one."""
        await self._finder.get_ready(self._book.rows())

    async def occurring(self) -> Known:
        """What occurs in the known incidents, for completion."""
        in_bodies = await self.memory.occurring()
        return await asyncio.to_thread(known_from, self._book.rows(), in_bodies)

    async def detail(self, incident_id: str) -> IncidentDetail:
        """One incident opened, fetched now; its row is brought up to date as well. Raises what the client raises."""
        incident = await self._client.incident(incident_id)
        detail = await asyncio.to_thread(detail_from, incident.raw)
        await self.take([incident])
        return detail

    async def whole(self, incident_id: str) -> Incident | None:
        """A known incident with its bytes; None if it is not known. Asks the service, and raises what the client
        raises, where nobody has kept them."""
        async for incident in self.wholes([incident_id]):
            return incident
        return None

    async def wholes(self, ids: Iterable[str]) -> AsyncGenerator[Incident, None]:
        """The known ones of these with their bytes, in this order, read some at a time. Raises as `whole` does."""
        known = [incident_id for incident_id in ids if incident_id in self._book.view]
        pieces = [known[start : start + READ_WHOLE] for start in range(0, len(known), READ_WHOLE)]
        async with aclosing(read_ahead(self._at_hand, pieces)) as read:
            async for kept in read:
                for incident_id, incident in kept.items():
                    if incident is not None and incident.updated_at == self._book.view[incident_id].updated_at:
                        yield incident
                    else:
                        yield await self._asked_anew(incident_id)

    async def _asked_anew(self, incident_id: str) -> Incident:
        incident = await self._client.incident(incident_id)
        await self.take([incident])
        return incident

    async def _at_hand(self, ids: Sequence[str]) -> dict[str, Incident | None]:
        """These as they are kept here, in this order; None for what nobody has kept."""
        kept = {**await self.memory.wholes(each for each in ids if each not in self._latest), **self._latest}
        return {incident_id: kept.get(incident_id) for incident_id in ids}

    async def take(self, incidents: Iterable[Incident]) -> None:
        """Bring rows up to date with what the service said just now."""
        await self._learn(tuple(incidents), self._clock())

    async def _learn(self, incidents: tuple[Incident, ...], as_of: datetime, *, may_be_bare: bool = False) -> News:
        """`may_be_bare`: they are not likely to come again, and need no digests if all of them are new."""
        if may_be_bare and not self._book.knows_any(incidents):
            news = self._book.compare(incidents, {}, keeps_digests=False)  # a thread would take longer than this
        else:
            unsure = self._book.without_digest(incidents)
            digests = await self.memory.digests(unsure) if unsure else {}
            size_bytes = size_of(incident.sent for incident in incidents) + OBJECT_BYTES * len(incidents)
            doubtful = await worked_out(size_bytes, self._book.doubtful, incidents, digests)
            wholes = await self.memory.wholes(doubtful) if doubtful else {}
            size_bytes += size_of(incident.sent for incident in wholes.values())
            news = await worked_out(size_bytes, self._book.compare, incidents, wholes, digests)
        self._book.take(news)
        self.memory.take(news.incidents, as_of)
        self._keep_latest(news.incidents)
        return news

    def _keep_latest(self, incidents: Sequence[Incident]) -> None:
        if len(incidents) < KEPT_WHOLE:  # a few of a page would keep the whole of it, as many would have to anyway
            incidents = [replace(incident, sent=incident.raw) for incident in incidents]
        for incident in incidents[-KEPT_WHOLE:]:
            keep_latest(self._latest, incident.id, incident, KEPT_WHOLE)

    async def load_all(self) -> AsyncGenerator[FeedEvent, None]:
        """Read everything the service has, page by page; ends with Finished, or raises MtpError with the rows kept."""
        async with self._keeps:
            if not self._book.view:
                async for remembered in self._recall():
                    yield remembered
            async for event in self._follow(None):
                yield event

    async def refresh(self) -> AsyncGenerator[FeedEvent, None]:
        """Read what was updated since the last reading; everything if none has been finished yet."""
        async with self._keeps:
            since = self._caught_up_to
            async for event in self._follow(since and since - OVERLAP):
                yield event

    async def _recall(self) -> AsyncGenerator[Remembered, None]:
        as_of, unseen, told, is_told = None, Unseen(), 0, False
        async for recalled in self.memory.recall():
            self._book.recall(recalled.rows)
            as_of, unseen = recalled.as_of or as_of, recalled.unseen if recalled.as_of else unseen
            is_told = as_of is not None and (not told or len(self.incidents) >= told + TOLD_AFTER)
            if as_of is not None and is_told:
                told = len(self.incidents)
                yield Remembered(told, as_of, unseen.new, unseen.changed)
        if as_of is not None and not is_told:
            yield Remembered(len(self.incidents), as_of, unseen.new, unseen.changed)
        self._is_first_look = as_of is None

    async def ask(self, narrowing: Narrowing) -> AsyncGenerator[FeedEvent, None]:
        """Ask for what of a narrowing the service can do, before what is being read; nothing if it can do nothing.

        Takes no turn: a reading goes on beside it and loses nothing by it. Finished speaks of this question alone.
        """
        query = server_part(narrowing)
        if query == IncidentQuery():
            return
        reading = Reading(query)
        async for event in self._read(reading, PAGES_AHEAD):
            yield event
        yield Finished(len(self.incidents), reading.as_of or self._clock(), not reading.note, reading.note)

    async def _follow(self, since: datetime | None) -> AsyncGenerator[FeedEvent, None]:
        note, unsettled, newest, as_of = "", "", self._caught_up_to, None
        reading = Reading(IncidentQuery(since))
        if since is None:
            self.unreadable.clear()
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
            self._gap, self._is_read = note, True
        if since is None or not note:
            self._caught_up_to = newest
        note = self._gap or note or unsettled
        if self._is_first_look:
            self.memory.mark_seen(None)  # who looks for the first time has missed nothing
            self._is_first_look = False
        if as_of is not None and not note:
            self.memory.confirm(as_of)
        yield Finished(len(self.incidents), as_of or self._clock(), not note, note)

    async def _read(self, reading: Reading, ahead: int = 0) -> AsyncGenerator[PageLoaded | Waiting, None]:
        while not reading.is_over:
            priority = Priority.INTERACTIVE if reading.pages < ahead else Priority.BACKGROUND
            async for answer in next_page(self._client, self._sleep, reading, priority):
                if isinstance(answer, Waiting):
                    yield answer
                    continue
                # what is on the first page is read again at the end, to see what moved meanwhile
                news = await self._learn(answer.incidents, answer.as_of, may_be_bare=reading.pages > 0)
                self.unreadable.note(answer.unreadable)
                reading.turn(answer, len(news.incidents))
                yield self._loaded(news, answer, more=not reading.is_over)

    def _loaded(self, news: News, page: IncidentPage, *, more: bool) -> PageLoaded:
        return PageLoaded(
            news.incidents,
            news.new,
            news.changed,
            len(self.incidents),
            more,
            page.unreadable,
            page.as_of,
            news.raised,
        )
