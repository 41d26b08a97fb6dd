"""What is remembered of one tenant between two starts: its incidents, and what of them nobody has looked at yet.

A store that cannot be used is said once, and is never in the way: without it everything works for as long as the
program runs.
"""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast

from mtp_tui.clock import Clock
from mtp_tui.defender.models import Incident
from mtp_tui.errors import MtpError
from mtp_tui.store.store import FieldChange, Json, OtherIncidents, Store, Unseen, open_store

__all__ = ["Memory", "OtherIncidents", "Recalled"]

log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was remembered when the program started."""

    incidents: tuple[Incident, ...] = ()
    """The one updated last on top, whole."""
    as_of: datetime | None = None
    """When the service last said any of it; None if nothing is remembered."""
    unseen: Unseen = field(default_factory=Unseen)


class Memory:
    """The store of one tenant, opened when it is first needed."""

    def __init__(self, folder: Path | None, tenant_id: str, clock: Clock, retention_days: float) -> None:
        """`folder` None keeps everything in memory."""
        self._folder = folder
        self._tenant_id = tenant_id
        self._clock = clock
        self._retention_days = retention_days
        self._store: Store | None = None
        self._opening = asyncio.Lock()
        self._begun: set[asyncio.Task[None]] = set()
        self.said = ""
        """What has to be said about the store: empty, or why it remembers nothing, and where a damaged file is."""

    async def recall(self) -> Recalled:
        """What is remembered; nothing if the store cannot be used. What is too old is forgotten first."""
        return await self._use(self._recall(), Recalled())

    def take(self, news: Sequence[Incident], as_of: datetime) -> None:
        """Remember what the service said; nobody waits for it, and what is asked later finds it."""
        if news:
            self._begin(self._put(news, as_of))

    def mark_seen(self, ids: Iterable[str] | None) -> None:
        """These, or all if None, were looked at; in turn with `take`."""
        self._begin(self._mark_seen(ids, self._clock()))

    async def changes_of(self, incident_id: str) -> tuple[FieldChange, ...]:
        """What is not as it was when the incident was last looked at."""
        return await self._use(self._changes_of(incident_id), ())

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
        store = await self._open()
        await store.journal(cast("Mapping[str, Json]", entry))

    async def close(self) -> None:
        """Finish what was begun."""
        await asyncio.gather(*self._begun)
        if self._store is not None:
            await self._store.close()

    async def _recall(self) -> Recalled:
        store = await self._open()
        await store.forget_older_than(self._retention_days)
        incidents = [incident async for chunk in store.chunks() for incident in chunk]
        info = await store.info()
        return Recalled(tuple(incidents), info.as_of if incidents else None, await store.unseen())

    async def _put(self, news: Sequence[Incident], as_of: datetime) -> None:
        store = await self._open()
        await store.put(news, as_of)

    async def _mark_seen(self, ids: Iterable[str] | None, as_of: datetime) -> None:
        store = await self._open()
        await store.mark_seen(ids, as_of)

    async def _changes_of(self, incident_id: str) -> tuple[FieldChange, ...]:
        store = await self._open()
        return await store.changes_of(incident_id)

    async def _others_with(self, kind: str, value: str, besides: str) -> OtherIncidents:
        store = await self._open()
        return await store.pivot(kind, value, besides=besides)

    async def _choice(self, key: str) -> Json:
        store = await self._open()
        return await store.recall(key)

    async def _remember(self, key: str, value: Json) -> None:
        store = await self._open()
        await store.remember(key, value)

    async def _open(self) -> Store:
        async with self._opening:
            if self._store is None:
                self._store, self.said = await open_store(self._folder, self._tenant_id, self._clock)
            return self._store

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(self._use(work, None))
        self._begun.add(task)  # the loop itself holds tasks loosely
        task.add_done_callback(self._begun.discard)

    async def _use(self, work: Awaitable[Result], otherwise: Result) -> Result:
        try:
            result = await work
        except MtpError as error:
            log.warning("store: %s", type(error).__name__)
            self.said = f"{error.summary} {error.hint}".strip()
            return otherwise
        if self._store is not None:
            self.said = self._store.said
        return result
