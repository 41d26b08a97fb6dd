"""The store of one tenant, as the rest of the program sees it: questions to await, answered by a thread of its own.

Whoever asks sees to it that rows are shown only under a token of this tenant that may read incidents. Incidents hold no
secret and no token, and nothing else that does is ever put here.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from mtp_tui.clock import Clock
from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.narrowing import Term
from mtp_tui.errors import MtpError
from mtp_tui.store import changes, choices, incidents, occurring, rows
from mtp_tui.store.changes import FieldChange, LastLook, Unseen
from mtp_tui.store.choices import JournalEntry, Json
from mtp_tui.store.database import Database, not_on_disk
from mtp_tui.store.failures import Closed, Damaged
from mtp_tui.store.files import files_set_aside, size_bytes, store_path, stored_tenants
from mtp_tui.store.finding import Finder, Found
from mtp_tui.store.incidents import Stored
from mtp_tui.store.migrate import version_of
from mtp_tui.store.pivots import OtherIncidents, pivot
from mtp_tui.store.times import EVER, maybe_moment, to_us

__all__ = [
    "FieldChange",
    "Found",
    "JournalEntry",
    "Json",
    "LastLook",
    "OtherIncidents",
    "Store",
    "StoreInfo",
    "Stored",
    "Unseen",
    "open_store",
    "stored_tenants",
]

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What there is."""

    path: Path | None
    """None if everything is kept in memory."""
    size_bytes: int
    """On the disk, with what SQLite keeps beside it."""
    incidents: int
    oldest: datetime | None
    """The update longest ago."""
    newest: datetime | None
    as_of: datetime | None
    """As `Store.as_of` tells it."""
    version: int
    """Of the file's form."""
    set_aside: tuple[Path, ...] = ()
    """Damaged files of the same tenant, which nobody has removed yet."""


class Store:
    """Remembers the incidents of one tenant. Every method may raise MtpError if another window blocks the file, and raises
    Closed once it is closed.

    Calls are answered one after the other. One that is cancelled while it waits does not happen; one that has begun
    happens wholly, or, if it only reads, ends early.
    """

    def __init__(self, database: Database, clock: Clock, thread: ThreadPoolExecutor) -> None:
        """`database` belongs to `thread`, and so does every call of it."""
        self._database = database
        self._clock = clock
        self._thread = thread
        self._finder = Finder()
        """Of the thread as well."""
        self._closing: asyncio.Future[None] | None = None

    @property
    def path(self) -> Path | None:
        """The file; None while everything is kept in memory."""
        return self._database.path

    @property
    def said(self) -> str:
        """What became of the file since the program began, and where it is now, in sentences; empty if all is well."""
        return self._database.said

    @property
    def journal_obstacle(self) -> MtpError | None:
        """Why nothing can be kept in the journal any more; None if it can, and where all was meant to end with the program."""
        return not_on_disk(self.said) if self._database.has_left_disk else None

    async def put(self, news: Sequence[Incident], as_of: datetime) -> Stored:
        """Remember what the service said at `as_of`; all of it or nothing. A page at a time keeps others from waiting.

        Of two states of an incident the one updated later counts. Each `raw` must be what its incident was made from.
        """
        full_text = self._database.full_text
        work = partial(incidents.put, incidents=tuple(news), as_of=as_of, now=self._clock(), full_text=full_text)
        return await self._write(self._forgetting(work, Stored()))

    async def confirm(self, as_of: datetime) -> None:
        """The service said at `as_of` that all of it is still so, but for what was put."""
        await self._write(partial(incidents.confirm, as_of=as_of))

    async def as_of(self) -> datetime | None:
        """When the service last said all of it, or, as long as it never did, any of it."""
        return maybe_moment(await self._read(partial(incidents.told_at, now=self._clock())))

    async def listed(
        self,
        count: int,
        after: Incident | None = None,
        *,
        days: float | None = None,
        since: datetime | None = None,
    ) -> list[Incident]:
        """So many rows behind `after`, the one updated last on top; `raw` is empty.

        Those of which nothing was heard for so many days, or nothing new since `since`, are left out.
        """
        news = EVER if since is None else to_us(since)
        work = partial(rows.listed, count=count, after=after, not_before=self._days_ago(days), since=news)
        return await self._read(work)

    async def version_of_data(self) -> int:
        """Another one whenever another window has written."""
        return await self._read(changes.version_of_data)

    async def last_new(self) -> datetime | None:
        """When the service last said anything new; None if nothing is remembered."""
        return maybe_moment(await self._read(changes.last_new))

    async def wholes(self, ids: Iterable[str]) -> tuple[Incident, ...]:
        """These incidents, whole, in this order; what is not remembered is left out."""
        return await self._read(partial(rows.by_ids, ids=tuple(ids)))

    async def digests(self, ids: Iterable[str]) -> Mapping[str, bytes]:
        """Of the bytes of these incidents, by ID; what is not remembered is left out."""
        return await self._read(partial(rows.digests, ids=tuple(ids)))

    async def get_ready(self, ids: Sequence[str]) -> None:
        """Look up what `holding` is going to need for this list, so that it is quick."""
        if self._database.full_text:
            await self._read(partial(self._finder.get_ready, ids=ids))

    async def holding(self, terms: Sequence[Term], ids: Sequence[str], *, in_a_hurry: bool = False) -> Found:
        """Of the incidents with these IDs (each once) those for which all terms hold, of the kind of `sought_in_text`.

        The same list again, as an object, is answered sooner. `in_a_hurry` leaves out what takes long.
        """
        is_unwanted = threading.Event()
        work = partial(
            self._finder.holding,
            terms=tuple(terms),
            ids=ids,
            full_text=self._database.full_text,
            in_a_hurry=in_a_hurry,
            is_unwanted=is_unwanted.is_set,
        )
        return await self._read(work, is_unwanted)

    async def occurring(self) -> Mapping[str, Mapping[str, int]]:
        """What occurs in the incidents' bodies, by field, and in how many of the latest; for completion."""
        return await self._read(occurring.count)

    async def pivot(self, kind: str, value: str, *, besides: str = "") -> OtherIncidents:
        """The incidents that name this piece of evidence, other than the one with the ID `besides`."""
        return await self._read(
            partial(pivot, kind=kind, value=value, besides=besides, full_text=self._database.full_text)
        )

    async def unseen(self, days: float | None = None) -> Unseen:
        """What is new or changed and was not marked as seen, of what `listed` lists."""
        return await self._read(partial(changes.unseen, not_before=self._days_ago(days)))

    async def mark_seen(self, ids: Iterable[str] | None, as_of: datetime) -> None:
        """These, or all if None, were looked at as the service had told them at `as_of`."""
        await self._write(
            partial(changes.mark_seen, ids=None if ids is None else tuple(ids), as_of=as_of, now=self._clock())
        )

    async def changes_of(self, incident_id: str) -> tuple[FieldChange, ...]:
        """What is not as it was when the incident was last looked at."""
        return await self._read(partial(changes.changes_of, incident_id=incident_id, now=self._clock()))

    async def look_at(self, incident_id: str, as_of: datetime) -> LastLook:
        """The same, and it counts as looked at as the service had told it at `as_of`."""
        return await self._write(partial(changes.look_at, incident_id=incident_id, as_of=as_of, now=self._clock()))

    async def remember(self, key: str, value: Json) -> None:
        """A choice of this tenant, such as its filter or its columns; None forgets it."""
        await self._write(partial(choices.remember, key=key, value=value))

    async def recall(self, key: str) -> Json:
        """None if nothing is remembered under this key."""
        return await self._read(partial(choices.recall, key=key))

    async def journal(self, entry: Mapping[str, Json]) -> int:
        """Record something that is written to the service; it is on the disk when this returns. Answers its number.

        Raises `journal_obstacle`.
        """
        work = partial(choices.add_to_journal, entry=dict(entry), at=self._clock())
        return await self._write(work, must_last=True)

    async def journal_entries(self) -> tuple[JournalEntry, ...]:
        """The oldest first."""
        return await self._read(choices.journal_entries)

    async def forget_some_older_than(self, days: float) -> int:
        """Forget a few of the incidents whose last update is longer ago, so that others get their turn; answers how many,
        which is 0 once all are forgotten. The journal stays.
        """
        full_text = self._database.full_text
        work = partial(incidents.forget_some_older_than, days=days, now=self._clock(), full_text=full_text)
        return await self._write(self._forgetting(work, 0))

    async def clear(self) -> None:
        """Forget everything of this tenant, choices and journal as well; files that were set aside stay."""
        work = partial(incidents.clear, full_text=self._database.full_text)
        await self._write(self._forgetting(work))

    async def info(self) -> StoreInfo:
        """What there is now."""
        count, oldest, newest, as_of, version = await self._read(partial(_counted, now=self._clock()))
        path = self.path
        return StoreInfo(
            path,
            size_bytes(path) if path else 0,
            count,
            maybe_moment(oldest),
            maybe_moment(newest),
            maybe_moment(as_of),
            version,
            files_set_aside(path) if path else (),
        )

    async def check(self) -> str:
        """Read the whole file for damage, seconds for a large one; a damaged one is set aside. Answers `said`."""
        await self._read(_check)
        return self.said

    async def close(self) -> None:
        """Finish what was begun, and close the file. A second time does nothing."""
        if self._closing is None:
            self._closing = asyncio.wrap_future(self._thread.submit(self._database.close))
            self._thread.shutdown(wait=False)
        await asyncio.shield(self._closing)

    def _days_ago(self, days: float | None) -> int:
        return EVER if days is None else to_us(self._clock() - timedelta(days=days))

    def _forgetting(self, work: Work[Result], nothing: Result | None = None) -> Work[Result]:
        """The same work, after which what was found before counts no more, unless it says that it did nothing."""

        def changing(connection: sqlite3.Connection) -> Result:
            result = work(connection)
            if nothing is None or result != nothing:
                self._finder.forget()
            return result

        return changing

    async def _write(self, work: Work[Result], *, must_last: bool = False) -> Result:
        return await self._run(partial(self._database.run, work, must_last=must_last))

    async def _read(self, work: Work[Result], is_unwanted: threading.Event | None = None) -> Result:
        """`is_unwanted` is set once nobody waits any more."""
        is_unwanted = is_unwanted or threading.Event()
        try:
            return await self._run(partial(self._database.run, work, is_unwanted.is_set))
        finally:
            is_unwanted.set()  # only matters if this wait was cancelled
            self._database.interrupt(is_unwanted.is_set)

    def _run(self, call: Callable[[], Result]) -> asyncio.Future[Result]:
        """On the thread, behind what was begun before. Raises Closed once nothing may be begun any more."""
        if self._closing is not None:
            raise Closed
        return asyncio.wrap_future(self._thread.submit(call))


def one_thread() -> ThreadPoolExecutor:
    """A thread for a store; SQLite's connections stay with theirs."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")


async def open_store(
    folder: Path | None,
    tenant_id: str,
    clock: Clock,
    *,
    full_text: bool | None = None,
    new_thread: Callable[[], ThreadPoolExecutor] = one_thread,
) -> tuple[Store, str]:
    """The store of a tenant, and what has to be said about it: empty, or what was wrong with its file and where it is.

    Without a folder, or where no file can be used, everything is kept in memory. `full_text` is found out if None.
    Raises BadInput if the tenant's ID is no GUID, and MtpError if another window holds the file for too long.
    """
    path = None if folder is None else store_path(folder, tenant_id)
    thread = new_thread()
    try:
        opening = thread.submit(Database, path, clock, full_text=full_text)
        database = await asyncio.wrap_future(opening)
    except BaseException:
        thread.submit(lambda: opening.result().close())  # if this wait was cancelled after it had begun
        thread.shutdown(wait=False)
        raise
    return Store(database, clock, thread), database.said


def _counted(connection: sqlite3.Connection, now: datetime) -> tuple[int, int | None, int | None, int | None, int]:
    count, oldest, newest = connection.execute(
        "SELECT count(*), min(updated_at), max(updated_at) FROM incidents"
    ).fetchone()
    return count, oldest, newest, incidents.told_at(connection, now), version_of(connection)


def _check(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise Damaged(found)
