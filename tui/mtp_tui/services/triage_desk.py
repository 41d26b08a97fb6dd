"""Triage as the screen needs it: why it cannot be, and the way back from what was changed last."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace

from mtp_tui.clock import Clock
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.update import Change
from mtp_tui.errors import MtpError
from mtp_tui.gate import ReadOnly
from mtp_tui.services.session import Session
from mtp_tui.services.triage import Triage
from mtp_tui.services.triage_history import Written, writes_in
from mtp_tui.services.triage_journal import KeptJournal
from mtp_tui.services.triage_results import Plan, Result


@dataclass(frozen=True, slots=True)
class WayBack:
    """What would take the last changes back, to be shown first like any other."""

    plans: tuple[Plan, ...]
    stays: Mapping[str, tuple[str, ...]]
    """By incident ID what cannot be taken back and why, one sentence each."""


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
        return bool(self._kept.last)

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
        """The way back from this write, else from all that was changed last and was not taken back, with its incidents read
        now.

        Raises `obstacle`.
        """
        self._raise_obstacle()
        plans: list[Plan] = []
        stays: dict[str, tuple[str, ...]] = {}
        hopeless: list[
            str
        ] = []  # what cannot be taken back is dealt with once the rest is, or it would be offered for ever
        for entry in self._kept.last if write is None else (write.entry,):
            incident_id, write_id = str(entry.get("incident_id", "")), str(entry.get("write", ""))
            try:
                undo = await self.undo(entry)
            except MtpError as error:
                plans.append(Plan(incident_id, Change(), problem=error))
                continue
            if undo.stays:
                stays[incident_id] = undo.stays
            way = () if undo.change.is_empty else await self.prepare([incident_id], undo.change)
            plans += (replace(plan, undoes=(write_id,)) for plan in way)
            if all(plan.problem is None and not plan.is_to_send for plan in way):
                hopeless.append(write_id)
        return WayBack(tuple(replace(plan, undoes=(*plan.undoes, *hopeless)) for plan in plans), stays)
