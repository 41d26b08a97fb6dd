"""Triage as the screen needs it: why it cannot be, and the way back from what was changed last."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from mtp_tui.clock import Clock
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.update import Change
from mtp_tui.errors import MtpError, NotFound
from mtp_tui.gate import ReadOnly
from mtp_tui.services.session import Session
from mtp_tui.services.triage import Triage
from mtp_tui.services.triage_history import Written, writes_in
from mtp_tui.services.triage_journal import KeptJournal
from mtp_tui.services.triage_results import Plan, Result

MOST_PASSED_OVER = 20
"""Writes that are read in vain on the way to one that can be taken back: each is a call, of 50 a minute."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """What would take the last changes back, to be shown first like any other."""

    plans: tuple[Plan, ...]
    stays: Mapping[str, tuple[str, ...]]
    """By incident ID what cannot be taken back and why, one sentence each."""
    is_earlier: bool = False
    """Whether nothing of what was changed last can be taken back, so that this is what was changed before it."""


class TriageDesk(Triage):
    """Changes incidents, and knows which ones it changed last."""

    def __init__(self, client: DefenderClient, session: Session, journal: KeptJournal, clock: Clock) -> None:
        super().__init__(client, session, journal, clock)
        self._kept = journal

    @property
    def why_not(self) -> str:
        """Why nothing can be changed, in a few words; empty if it may be tried."""
        obstacle = self.obstacle()
        if isinstance(obstacle, ReadOnly):
            return "read-only: start with --write"
        return obstacle.summary if obstacle else ""

    @property
    def can_undo(self) -> bool:
        """Whether anything was changed since the sign-in, or before it and was recalled, and was not taken back."""
        return bool(self._kept.occasions)

    async def recall(self) -> None:
        """Find out what was changed last from here before this sign-in: by this application, for the same account."""
        author = self._author
        if author is None or not self._client.may_write:
            return
        ours = author.tenant_id, author.client_id, author.user
        keys = "tenant_id", "client_id", "account"
        await self._kept.recall(lambda entry: tuple(entry.get(key) for key in keys) == ours)

    async def written(self) -> tuple[Written, ...]:
        """Every write to this tenant that is in the journal, whoever was signed in; the latest first."""
        return writes_in(await self._kept.entries())

    async def apply(self, plans: Iterable[Plan]) -> AsyncGenerator[Result, None]:
        """As `Triage.apply`; what is changed in one go is taken back in one go."""
        self._kept.begin()
        async with aclosing(super().apply(plans)) as results:
            async for result in results:
                yield result

    async def prepare_undo(self, write: Written | None = None) -> WayBack:
        """The way back from this write, else from all that was changed last of what can be taken back at all and was not by
        now, with its incidents read now.

        Raises `obstacle`.
        """
        self._raise_obstacle()
        occasions = self._kept.occasions if write is None else ((write.entry,),)
        plans: list[Plan] = []
        stays: dict[str, tuple[str, ...]] = {}
        # what cannot be taken back is dealt with once the rest is, or it would be offered for ever
        hopeless: list[str] = []
        read, is_found, is_earlier = 0, False, False
        for occasion in occasions:
            is_earlier = read > 0
            for entry in occasion:
                way, why_not = await self._way_back(entry)
                plans += way
                if why_not:
                    incident_id = _incident_of(entry)
                    stays[incident_id] = tuple(dict.fromkeys((*stays.get(incident_id, ()), *why_not)))
                if all(plan.problem is None and not plan.is_to_send for plan in way):
                    hopeless.append(_write_of(entry))
            read += len(occasion)
            is_found = any(plan.is_to_send for plan in plans)
            if is_found or read >= MOST_PASSED_OVER or any(map(_may_still_be, plans)):
                break
        plans = [replace(plan, undoes=(*plan.undoes, *hopeless)) for plan in plans]
        return WayBack(tuple(plans), stays, is_earlier and is_found)

    async def _way_back(self, entry: Mapping[str, object]) -> tuple[Sequence[Plan], Sequence[str]]:
        """What takes one write back, and what of it cannot be taken back."""
        try:
            undo = await self.undo(entry)
        except MtpError as error:
            return [Plan(_incident_of(entry), Change(), problem=error)], ()
        if undo.change.is_empty:
            return (), undo.stays
        plans = await self.prepare([_incident_of(entry)], undo.change)
        return [replace(plan, undoes=(_write_of(entry),)) for plan in plans], undo.stays


def _may_still_be(plan: Plan) -> bool:
    """Whether an incident could not be read for now: what was changed before it is not to be taken back in its place."""
    return plan.problem is not None and not isinstance(plan.problem, NotFound)


def _incident_of(entry: Mapping[str, object]) -> str:
    return str(entry.get("incident_id", ""))


def _write_of(entry: Mapping[str, object]) -> str:
    return str(entry.get("write", ""))
