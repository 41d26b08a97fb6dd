"""What was written, when and by whom: one entry before a write leaves, one when its end is known, and the way back.

An entry is a mapping that can be kept as JSON. It holds neither secret nor token. A `sending` that no other entry of
the same `write` follows means that the program ended in between: nobody knows whether it was done.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol
from uuid import uuid4

from mtp_tui.clock import Clock
from mtp_tui.defender.models import Incident
from mtp_tui.defender.triage_words import STATUSES, canonical, determinations_of, folded, known_as
from mtp_tui.defender.update import Change, ChangeField, not_in
from mtp_tui.errors import MtpError


class Journal(Protocol):
    """Whoever keeps the entries; they are only ever added to."""

    async def write(self, entry: Mapping[str, object]) -> None:
        """Keep one entry. Raises MtpError if that fails; a write that cannot be kept here first is not sent."""
        ...

    def obstacle(self) -> MtpError | None:
        """Why no entry can be kept, as far as that is known without trying; None if it may be tried."""
        ...


class MemoryJournal:
    """A journal that ends with the program."""

    def __init__(self) -> None:
        self.entries: list[Mapping[str, object]] = []

    async def write(self, entry: Mapping[str, object]) -> None:
        """Keep one entry."""
        self.entries.append(entry)

    def obstacle(self) -> MtpError | None:
        """None: there is always room."""
        return None


async def _nothing() -> tuple[Mapping[str, object], ...]:
    return ()


class KeptJournal:
    """What was written for one sign-in, by occasions; `keep` keeps it for longer, and may raise MtpError."""

    def __init__(
        self,
        keep: Callable[[Mapping[str, object]], Awaitable[None]],
        kept: Callable[[], Awaitable[Iterable[Mapping[str, object]]]] = _nothing,
        obstacle: Callable[[], MtpError | None] = lambda: None,
    ) -> None:
        """`kept` gives what was kept by now, the oldest first, also before this start; never raises MtpError. `obstacle`
        tells why nothing can be kept any more."""
        self._keep = keep
        self._kept = kept
        self.obstacle = obstacle
        self._occasion = ""
        self._ended: list[Mapping[str, object]] = []

    def begin(self) -> None:
        """What is written from now on belongs together."""
        self._occasion = uuid4().hex

    async def write(self, entry: Mapping[str, object]) -> None:
        """Keep one entry."""
        entry = {**entry, "occasion": self._occasion}
        await self._keep(entry)
        if entry.get("event") != Event.SENDING:
            ended = [entry] if entry.get("event") in (Event.DONE, Event.UNKNOWN) else []
            self._ended = [*(each for each in self._ended if each.get("write") != entry.get("write")), *ended]

    async def recall(self, is_ours: Callable[[Mapping[str, object]], bool]) -> None:
        """Take over what was kept before whatever was written since."""
        before = ends_in(entry for entry in await self._kept() if is_ours(entry))
        since = {each.get("write") for each in self._ended}
        self._ended = [*(each for each in before if each.get("write") not in since), *self._ended]

    async def entries(self) -> tuple[Mapping[str, object], ...]:
        """Everything that was kept by now, the oldest first."""
        return tuple(await self._kept())

    @property
    def occasions(self) -> tuple[tuple[Mapping[str, object], ...], ...]:
        """The ends of all writes that changed something, or may have, and are not taken back by now: by occasion, the last
        occasion first."""
        by_occasion: dict[str, list[Mapping[str, object]]] = {}
        for entry in reversed(still_made(self._ended)):
            by_occasion.setdefault(_occasion_of(entry), []).append(entry)
        return tuple(tuple(reversed(entries)) for entries in by_occasion.values())


class Event(StrEnum):
    """What an entry says of its write."""

    SENDING = "sending"
    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"


class WriteRecord:
    """One write in the journal, from `sending` to the one entry that says how it ended."""

    def __init__(self, journal: Journal, clock: Clock, facts: Mapping[str, object]) -> None:
        self._journal = journal
        self._clock = clock
        self._facts = {"write": uuid4().hex, **facts}
        self._is_settled = False
        self.problem: MtpError | None = None
        """Why the end could not be kept."""
        self.has_left = False
        """Whether it has been sent; before that nothing can have been done."""

    async def begin(self) -> None:
        """Say that it is about to be sent. Raises what the journal raises; then there is no end to be kept either."""
        try:
            await self._journal.write(self._entry(Event.SENDING, ""))
        except MtpError:
            self._is_settled = True
            raise

    async def settle(self, event: Event, note: str = "") -> None:
        """Say how it ended; only the first one counts. Is kept even if whoever waits for it is cancelled."""
        if self._is_settled:
            return
        self._is_settled = True
        await asyncio.shield(asyncio.ensure_future(self._keep(self._entry(event, note))))

    async def _keep(self, entry: Mapping[str, object]) -> None:
        try:
            await self._journal.write(entry)
        except MtpError as error:
            self.problem = error

    def _entry(self, event: Event, note: str) -> dict[str, object]:
        return {**self._facts, "event": event.value, "at": self._clock().isoformat(), "note": note}


@asynccontextmanager
async def recorded(journal: Journal, clock: Clock, facts: Mapping[str, object]) -> AsyncIterator[WriteRecord]:
    """Keeps a write in the journal. Leaving without having settled it, however that comes, makes it unknown if it has left."""
    record = WriteRecord(journal, clock, facts)
    try:
        await record.begin()
        yield record
    finally:
        if record.has_left:
            await record.settle(Event.UNKNOWN, "It was cut off before an answer came.")
        else:
            await record.settle(Event.NOT_DONE, "It was stopped before it was sent.")


@dataclass(frozen=True, slots=True)
class Undo:
    """The way back from one write."""

    change: Change
    """To be prepared and applied like any other; empty if nothing can be undone."""
    stays: tuple[str, ...]
    """What cannot be undone and why, one sentence each."""


def ends_in(entries: Iterable[Mapping[str, object]]) -> tuple[Mapping[str, object], ...]:
    """How every write ended that was done, or may have been, in the order in which they were sent.

    Of one that was sent, and nothing else is said of, nobody knows the end.
    """
    by_write: dict[str, Mapping[str, object]] = {}
    for entry in entries:
        by_write[str(entry.get("write"))] = entry
    ends = (
        {**entry, "event": Event.UNKNOWN.value} if entry.get("event") == Event.SENDING else entry
        for entry in by_write.values()
    )
    return tuple(entry for entry in ends if entry.get("event") in (Event.DONE, Event.UNKNOWN))


def still_made(ends: Sequence[Mapping[str, object]]) -> tuple[Mapping[str, object], ...]:
    """Of the ends of writes, the oldest first, those of changes that were not taken back.

    What took another one back is no change of its own; where it was itself taken back, the other one holds again.
    """
    taken_back: set[str] = set()
    standing: list[Mapping[str, object]] = []
    for entry in reversed(ends):
        undoes, is_taken_back = _texts(entry.get("undoes")), str(entry.get("write")) in taken_back
        if not undoes and not is_taken_back:
            standing.append(entry)
        elif entry.get("event") == Event.DONE and not is_taken_back:
            taken_back.update(undoes)
    return tuple(reversed(standing))


def _occasion_of(entry: Mapping[str, object]) -> str:
    """What was changed in one go has one; without it each write is one by itself."""
    return str(entry.get("occasion") or entry.get("write"))


def undo_of(entry: Mapping[str, object], incident: Incident) -> Undo:
    """What takes a write of the journal back, given the incident as it is now.

    A field is put back only if it still has what was written; of tags, those that were added or removed then.
    """
    if entry.get("event") not in (Event.DONE, Event.UNKNOWN):
        return Undo(Change(), ("Nothing was changed by this, so there is nothing to undo.",))
    body, before = _mapping(entry.get("body")), _mapping(entry.get("before"))
    old = {key: str(before.get(key) or "") for key in ("status", "assignedTo", "classification", "determination")}
    since = not_in(body, incident)
    change, stays = Change(), list[str]()
    if "status" in body:
        change, why_not = _status_back(change, old["status"], since, incident)
        stays += why_not
    if "assignedTo" in body:
        if ChangeField.ASSIGNED_TO in since:
            stays.append(f"The owner has been changed since, to “{incident.assigned_to}”.")
        else:
            change = replace(change, assigned_to=old["assignedTo"])
    if "classification" in body:
        change, why_not = _classification_back(change, old["classification"], old["determination"], since, incident)
        stays += why_not
    if "tags" in body:
        change = _tags_back(change, _texts(before.get("tags")), _texts(body.get("tags")), incident)
    if "comment" in body:
        stays.append("A comment cannot be taken back: the API only adds comments.")
    if change.is_empty and not stays:
        stays.append("All of it has been taken back already.")
    return Undo(change, tuple(stays))


def _status_back(
    change: Change, status: str, since: tuple[ChangeField, ...], incident: Incident
) -> tuple[Change, list[str]]:
    if ChangeField.STATUS in since:
        return change, [f"The status has been changed since, to “{incident.status}”."]
    if canonical(status, STATUSES) is None:
        return change, [f"The status was “{status}”, which cannot be set."]
    return replace(change, status=status), []


def _classification_back(
    change: Change, classification: str, determination: str, since: tuple[ChangeField, ...], incident: Incident
) -> tuple[Change, list[str]]:
    if {ChangeField.CLASSIFICATION, ChangeField.DETERMINATION}.intersection(since):
        now = f"{incident.classification}, {incident.determination}"
        return change, [f"The classification has been changed since, to “{now}”."]
    if canonical(known_as(determination), determinations_of(classification)) is None:
        return change, [f"The classification was “{classification}, {determination}”, which cannot be set."]
    return replace(change, classification=classification, determination=determination), []


def _tags_back(change: Change, old: tuple[str, ...], new: tuple[str, ...], incident: Incident) -> Change:
    now = folded(incident.tags)
    add = tuple(tag for tag in old if not folded([tag]) & (folded(new) | now))
    remove = tuple(tag for tag in new if folded([tag]) & (now - folded(old)))
    return replace(change, add_tags=add, remove_tags=remove)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else ()
