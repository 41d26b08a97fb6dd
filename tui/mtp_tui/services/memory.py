"""What is remembered of one tenant between two starts: its incidents, and what of them nobody has looked at yet.

A store that cannot be used is said once, and is never in the way: without it everything works for as long as the
program runs.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

from mtp_tui.clock import Clock
from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.narrowing import Term
from mtp_tui.errors import MtpError
from mtp_tui.settings import RETENTION_DAYS
from mtp_tui.store.failures import Closed
from mtp_tui.store.store import Found, Json, LastLook, OtherIncidents, Store, Unseen, one_thread, open_store

__all__ = ["Memory", "OtherIncidents", "Recalled"]

log = logging.getLogger(__name__)

Result = TypeVar("Result")


FIRST_RECALLED, MOST_RECALLED = 200, 1_000
"""Rows that are shown at once, and those that come at a time at last: of more, what is thrown away on the way from columns
to rows leaves holes of some megabytes that nothing fills."""

PUT_WITHIN = timedelta(minutes=10)
"""How long after it was told something may be written, with many thousands of incidents before it."""

PUT_AT_ONCE = 20
"""Incidents; in between others get their turn, and the screen its keys."""

NOBODY = "00000000-0000-0000-0000-000000000000"
"""The tenant of a memory that is gone when the program ends."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """Some of what was remembered when the program started, the newest first."""

    rows: Sequence[Incident] = ()
    """The one updated last on top, without their bytes."""
    as_of: datetime | None = None
    """When the service last said all of it, or else any of it; None behind the first of the rows, where it was told."""
    unseen: Unseen = field(default_factory=Unseen)
    """Of all that is remembered and not too old; where `as_of` is told."""


class Memory:
    """The store of one tenant, opened when it is first needed."""

    def __init__(
        self,
        folder: Path | None,
        tenant_id: str,
        clock: Clock,
        retention_days: float = RETENTION_DAYS,
        *,
        new_thread: Callable[[], ThreadPoolExecutor] = one_thread,
        no_journal: MtpError | None = None,
    ) -> None:
        """`folder` None keeps everything in memory; `no_journal` says why that is not enough for the journal."""
        self._folder = folder
        self._tenant_id = tenant_id
        self._clock = clock
        self._retention_days = retention_days
        self._new_thread = new_thread
        self._no_journal = no_journal
        self._store: Store | None = None
        self._opening = asyncio.Lock()
        self._is_closed = False
        self._begun: asyncio.Task[None] | None = None
        """What was begun last; it waits for what was begun before it."""
        self._behind: dict[str, Incident] = {}
        self.behind: Mapping[str, Incident] = MappingProxyType(self._behind)
        """By ID, what was taken and is not written yet, whole; always current."""
        self._is_behind = False
        """Whether something that came could not be written."""
        self.said = ""
        """What has to be said about the store: empty, or why it remembers nothing, and where a damaged file is."""

    async def recall(self) -> AsyncGenerator[Recalled, None]:
        """What is remembered, soon a few rows and then the rest, and at the end what another window has changed
        meanwhile; nothing if the store cannot be used.

        What is too old is left out, and forgotten behind it.
        """
        begun, version = self._clock(), await self._use(self._version(), None)
        if version is None:
            return
        after, count, since = None, FIRST_RECALLED, None
        while (recalled := await self._use(self._recall(after, count, since), None)) is not None:
            if recalled.rows:
                yield recalled
            if len(recalled.rows) == count:
                after, count = recalled.rows[-1], min(10 * count, MOST_RECALLED)
                continue
            after = None
            if since is not None or (since := await self._use(self._since(begun, version), None)) is None:
                self._begin(self._forget)
                return

    async def wholes(self, ids: Iterable[str]) -> Mapping[str, Incident]:
        """These incidents with their bytes, as far as they are remembered."""
        return await self._use(self._wholes(tuple(ids)), {})

    async def digests(self, ids: Iterable[str]) -> Mapping[str, bytes]:
        """Of the bytes of these incidents, as far as they are remembered; what is still to be put may be missing."""
        return await self._use(self._digests(tuple(ids)), {})

    async def get_ready(self, ids: Sequence[str]) -> None:
        """Somebody is about to look for words among these: what `holding` is going to need is looked up."""
        await self._use(self._get_ready(ids), None)

    async def holding(self, terms: Sequence[Term], ids: Sequence[str], *, in_a_hurry: bool = False) -> Found | None:
        """Of the incidents with these IDs those of which the text holds all of these; None if the store cannot be used.

        What is among `behind` counts as it was written last, if it ever was. `in_a_hurry` leaves out what takes long.
        """
        return await self._use(self._holding(terms, ids, in_a_hurry=in_a_hurry), None)

    async def occurring(self) -> Mapping[str, Mapping[str, int]]:
        """What occurs in the incidents' bodies, by field, and in how many of them."""
        return await self._use(self._occurring(), {})

    def take(self, news: Sequence[Incident], as_of: datetime) -> None:
        """Remember what the service said; nobody waits for it, and what is asked later finds it."""
        if news:
            self._behind |= {incident.id: incident for incident in news}
            self._begin(partial(self._put, news, as_of))

    def confirm(self, as_of: datetime) -> None:
        """The service said at `as_of` that nothing else has changed; in turn with `take`."""
        self._begin(partial(self._confirm, as_of))

    def mark_seen(self, ids: Iterable[str] | None) -> None:
        """These, or all if None, were looked at; in turn with `take`."""
        self._begin(partial(self._mark_seen, ids, self._clock()))

    async def look_at(self, incident_id: str) -> LastLook:
        """What is not as it was when the incident was last looked at, which it is now; in turn with `take`."""
        return await self._use(self._look_at(incident_id, self._clock()), LastLook())

    async def others_with(self, kind: str, value: str, besides: str) -> OtherIncidents | None:
        """The other incidents that name a piece of evidence; None if the store cannot be used."""
        return await self._use(self._others_with(kind, value, besides), None)

    async def choice(self, key: str) -> Json:
        """A choice that was remembered for this tenant; None if there is none."""
        return await self._use(self._choice(key), None)

    async def remember(self, key: str, value: Json) -> None:
        """Remember a choice."""
        await self._use(self._remember(key, value), None)

    async def journal(self, entry: Mapping[str, object]) -> None:
        """Keep what is written to the service. Raises MtpError if that fails: then it is not to be written at all."""
        if self._no_journal is not None:
            raise self._no_journal
        store = await self._open()
        await store.journal(cast("Mapping[str, Json]", entry))

    def journal_obstacle(self) -> MtpError | None:
        """Why nothing can be kept in the journal; None if it may be tried, or need not outlast this memory."""
        return self._no_journal or (self._store.journal_obstacle if self._store is not None else None)

    async def journaled(self) -> tuple[Mapping[str, object], ...]:
        """What was written to the service from here, the oldest first; nothing if the store cannot be used."""
        return await self._use(self._journaled(), ())

    async def close(self) -> None:
        """Finish what was begun; what is asked for later is answered as where no store can be used."""
        if self._folder is None:  # then there is nothing to finish it for
            self._is_closed = True
        await self.caught_up()
        async with self._opening:
            self._is_closed = True
            if self._store is not None:
                await self._store.close()

    async def _recall(self, after: Incident | None, count: int, since: datetime | None) -> Recalled:
        store = await self._open()
        rows = await store.listed(count, after, days=self._retention_days, since=since)
        if after is not None:
            return Recalled(rows)
        if not rows:
            return Recalled()
        return Recalled(rows, await store.as_of(), await store.unseen(self._retention_days))

    async def _version(self) -> int:
        store = await self._open()
        return await store.version_of_data()

    async def _since(self, begun: datetime, version: int) -> datetime | None:
        """From when on what another window was told may have been put since `begun`; None if none has put anything."""
        store = await self._open()
        if await store.version_of_data() == version:
            return None
        now = self._clock()
        return min(await store.last_new() or now, now) - (now - begun) - PUT_WITHIN

    async def _wholes(self, ids: Sequence[str]) -> Mapping[str, Incident]:
        store = await self._open()
        found = {incident.id: incident for incident in await store.wholes(ids)}
        if len(found) < len(ids):  # it may be among what is being put
            await self.caught_up()
            missing = [each for each in ids if each not in found]
            found |= {incident.id: incident for incident in await store.wholes(missing)}
        return found

    async def _digests(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        store = await self._open()
        return await store.digests(ids)

    async def _get_ready(self, ids: Sequence[str]) -> None:
        store = await self._open()
        await store.get_ready(ids)

    async def _holding(self, terms: Sequence[Term], ids: Sequence[str], *, in_a_hurry: bool) -> Found:
        store = await self._open()
        return await store.holding(terms, ids, in_a_hurry=in_a_hurry)

    async def _occurring(self) -> Mapping[str, Mapping[str, int]]:
        await self.caught_up()
        store = await self._open()
        return await store.occurring()

    async def _put(self, news: Sequence[Incident], as_of: datetime) -> None:
        try:
            store = await self._open()
            for start in range(0, len(news), PUT_AT_ONCE):
                some = news[start : start + PUT_AT_ONCE]
                await store.put(some, as_of)
                self._is_written(some)
        except MtpError:
            self._is_behind = True
            self._is_written(news)  # what could not be written is not going to be
            raise

    def _is_written(self, incidents: Iterable[Incident]) -> None:
        for incident in incidents:
            if self._behind.get(incident.id) is incident:  # or else something newer is
                del self._behind[incident.id]

    async def _confirm(self, as_of: datetime) -> None:
        if not self._is_behind:
            store = await self._open()
            await store.confirm(as_of)

    async def _forget(self) -> None:
        store = await self._open()
        while await store.forget_some_older_than(self._retention_days):
            pass  # in between others get their turn

    async def _mark_seen(self, ids: Iterable[str] | None, as_of: datetime) -> None:
        store = await self._open()
        await store.mark_seen(ids, as_of)

    async def _look_at(self, incident_id: str, as_of: datetime) -> LastLook:
        await self.caught_up()
        store = await self._open()
        return await store.look_at(incident_id, as_of)

    async def _others_with(self, kind: str, value: str, besides: str) -> OtherIncidents:
        await self.caught_up()
        store = await self._open()
        return await store.pivot(kind, value, besides=besides)

    async def _journaled(self) -> tuple[Mapping[str, object], ...]:
        store = await self._open()
        return tuple(entry.entry for entry in await store.journal_entries())

    async def _choice(self, key: str) -> Json:
        store = await self._open()
        return await store.recall(key)

    async def _remember(self, key: str, value: Json) -> None:
        store = await self._open()
        await store.remember(key, value)

    async def _open(self) -> Store:
        async with self._opening:
            if self._is_closed:
                raise Closed
            if self._store is None:
                self._store, self.said = await open_store(
                    self._folder, self._tenant_id, self._clock, new_thread=self._new_thread
                )
            return self._store

    def _begin(self, work: Callable[[], Awaitable[None]]) -> None:
        # in a context of its own: a task keeps the one it was begun in, and that may hold a whole feed
        turn = self._in_turn(self._begun, work)
        self._begun = asyncio.get_running_loop().create_task(turn, context=Context())

    async def _in_turn(self, before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._use(work(), None)

    async def caught_up(self) -> None:
        """Once everything is done that was begun until now."""
        if self._begun is not None and not self._begun.done():
            await asyncio.wait([self._begun])

    async def _use(self, work: Awaitable[Result], otherwise: Result) -> Result:
        try:
            result = await work
        except Closed:
            return otherwise
        except MtpError as error:
            log.warning("store: %s", type(error).__name__)
            self.said = f"{error.summary} {error.hint}".strip()
            return otherwise
        if self._store is not None:
            self.said = self._store.said
        return result
