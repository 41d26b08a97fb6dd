"""Changing incidents: shown first, read again just before, sent one by one, and kept in the journal.

There is no ETag in this API, so that nobody has changed an incident in between can only be read, not demanded: the
time between the last reading and the write is kept short, and is never a wait for the quota.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from mtp_tui.clock import Clock
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.models import Incident
from mtp_tui.defender.update import Change, differences, not_in, patch_body, triage_values, values_differ
from mtp_tui.errors import (
    ApiError,
    BadInput,
    MtpError,
    ServiceFault,
    Step,
    Throttled,
    TokenRefused,
    UnexpectedAnswer,
    Unreachable,
)
from mtp_tui.gate import read_only
from mtp_tui.identity.permissions import TokenKind, allows, kind_of
from mtp_tui.services.patience import Patience
from mtp_tui.services.session import Session
from mtp_tui.services.triage_journal import Event, Journal, Undo, WriteRecord, recorded, undo_of
from mtp_tui.services.triage_results import (
    UPDATE,
    Outcome,
    Plan,
    Result,
    comments_of,
    failed,
    not_to_send,
    overtaken,
    refused,
)

__all__ = ["ME", "Outcome", "Plan", "Result", "Triage"]

ME = "me"
"""As an owner: whoever is signed in."""

FRESH_FOR = timedelta(seconds=10)
"""How old the last reading may be when the write leaves; after a longer wait for the quota it is read once more."""

MOST_TRIES = 5
"""How often one write is begun anew because the quota made it wait, or the service refused it for its quota."""


class _WaitedTooLong(Exception):
    """The last reading is too old to rely on."""


class Triage:
    """Changes incidents for whoever was signed in when it was made, and for nobody else."""

    def __init__(self, client: DefenderClient, session: Session, journal: Journal, clock: Clock) -> None:
        self._client = client
        self._session = session
        self._journal = journal
        self._clock = clock
        self._author = session.current
        self._record: WriteRecord | None = None
        self._is_stopped = False

    def obstacle(self) -> MtpError | None:
        """Why nothing can be changed at all, known without asking the service; None if it may be tried."""
        if not self._client.may_write:
            return read_only()
        signed_in = self._session.current
        if signed_in is None or self._author is None or not signed_in.may_see_the_same(self._author):
            return MtpError("Whoever wanted to change this is not signed in any more.", "Sign in, and begin anew.")
        if why_not_kept := self._journal.obstacle():
            return why_not_kept
        claims = signed_in.reading.payload
        if not claims or allows(UPDATE, claims):
            return None  # what cannot be read is for the service to judge
        kind = kind_of(claims)
        needed = " or ".join(UPDATE.permissions(kind))
        return MtpError(
            f"This token may not change incidents: {needed} is missing.",
            f"Grant it on the API “Microsoft Threat Protection” as a permission of the "
            f"{'user (delegated)' if kind is TokenKind.USER else 'application'}, give admin consent, and sign in again.",
        )

    @property
    def has_left(self) -> bool:
        """Whether a change has left of which the end is not known yet; before that, cutting it off sends nothing."""
        return self._record is not None and self._record.has_left

    def stop(self) -> None:
        """Let nothing more leave of what is being applied, not even what is to be tried again."""
        self._is_stopped = True

    def me(self) -> str:
        """The user principal name of whoever is signed in. Raises BadInput for an application, which is nobody."""
        signed_in = self._session.current
        name = signed_in.user if signed_in else ""
        if name:
            return name
        raise BadInput(
            "assigned_to",
            "There is no “me”: an application is signed in, or a user whose token tells no name.",
            "Write the user principal name of the owner.",
        )

    async def prepare(self, ids: Iterable[str], change: Change) -> tuple[Plan, ...]:
        """What the change would do to each of these incidents, all read for this; nothing is changed.

        Raises `obstacle`, and BadInput for “me” as an owner when nobody is.
        """
        self._raise_obstacle()
        if change.assigned_to is not None and change.assigned_to.strip().casefold() == ME:
            change = replace(change, assigned_to=self.me())
        plans: list[Plan] = []
        stopped: MtpError | None = None
        for incident_id in dict.fromkeys(ids):
            if stopped is None:
                plan = await self._plan(incident_id, change)
                stopped = plan.problem if plan.problem and _stops_everything(plan.problem) else None
            else:
                plan = Plan(incident_id, change, problem=stopped)
            plans.append(plan)
        return tuple(plans)

    async def apply(self, plans: Iterable[Plan]) -> AsyncGenerator[Result, None]:
        """Do what was planned, one incident after the other; each is told as soon as it is over.

        May be cancelled anywhere: the journal then says what is certain. What failed in a way that would repeat with
        the next incident (no connection, no token) ends the writing; the rest is told as skipped. Raises `obstacle`.
        """
        self._raise_obstacle()
        self._is_stopped = False
        stopped: MtpError | None = None
        for plan in plans:
            if stopped is not None:
                yield Result(plan, Outcome.SKIPPED, f"Not tried. {stopped.summary}", stopped.hint, error=stopped)
                continue
            result = await self._apply(plan)
            if result.outcome is not Outcome.SKIPPED and result.error is not None and _stops_everything(result.error):
                stopped = result.error
            yield result

    async def undo(self, entry: Mapping[str, object]) -> Undo:
        """The way back from a write of the journal, with its incident read now. Raises what the client raises."""
        self._raise_obstacle()
        author = self._author
        if author is None or (entry.get("tenant_id"), entry.get("client_id")) != (author.tenant_id, author.client_id):
            return Undo(Change(), ("It was done in another tenant, or with another application.",))
        return undo_of(entry, await self._client.incident(str(entry.get("incident_id", ""))))

    def _raise_obstacle(self) -> None:
        obstacle = self.obstacle()
        if obstacle is not None:
            raise obstacle

    async def _plan(self, incident_id: str, change: Change) -> Plan:
        patience = Patience()
        while True:
            try:
                incident = await self._client.incident(incident_id)
            except MtpError as error:
                if isinstance(error, Throttled) and patience.pause_after(error):
                    continue  # the quota itself waits for as long as the service said
                return Plan(incident_id, change, problem=error)
            break
        faults = change.faults(incident)
        if faults:
            return Plan(incident_id, change, incident, faults=faults)
        return Plan(incident_id, change, incident, differences(incident, change), patch_body(change, incident))

    async def _apply(self, plan: Plan) -> Result:
        if plan.incident is None or not plan.is_to_send:
            return not_to_send(plan)
        throttled: MtpError | None = None
        for _ in range(MOST_TRIES):
            if self._is_stopped:
                return failed(plan, "Not sent.", _was_stopped())
            try:
                return await self._read_and_write(plan, plan.incident)
            except Throttled as error:
                throttled = error
            except _WaitedTooLong:
                continue
        return Result(
            plan,
            Outcome.REFUSED,
            "Not sent: the quota of calls left no room to read the incident and change it at once.",
            "Try again in a few minutes.",
            error=throttled,
        )

    async def _read_and_write(self, plan: Plan, planned: Incident) -> Result:
        try:
            fresh = await self._client.incident(plan.incident_id)
        except Throttled:
            raise
        except MtpError as error:
            return failed(plan, "Not sent: it could not be read again.", error)
        read_at = self._clock()
        if fresh.updated_at != planned.updated_at or values_differ(planned, fresh):
            return await asyncio.to_thread(overtaken, plan, planned, fresh)
        try:
            async with recorded(self._journal, self._clock, self._facts(plan, fresh)) as record:
                self._record = record
                result = await self._write(plan, fresh, read_at, record)
        except Throttled:
            raise
        except MtpError as error:  # only the journal's own is left: `_write` makes results of the others
            return failed(plan, "Not sent: the journal could not be written.", error)
        finally:
            self._record = None
        if record.problem is None:
            return result
        return replace(result, hint=f"{result.hint} The journal could not be written: {record.problem.summary}".strip())

    async def _write(self, plan: Plan, fresh: Incident, read_at: datetime, record: WriteRecord) -> Result:
        def last_look() -> None:
            self._raise_obstacle()
            if self._is_stopped:
                raise _was_stopped()
            if not timedelta() <= self._clock() - read_at <= FRESH_FOR:  # a clock that was set back tells nothing
                raise _WaitedTooLong
            record.has_left = True

        try:
            after = await self._client.update(plan.incident_id, plan.content, last_look=last_look)
        except _WaitedTooLong:
            await record.settle(Event.NOT_DONE, "The quota made it wait; the incident is read once more.")
            raise
        except MtpError as error:
            if record.has_left and _may_have_been_done(error):
                return await self._look_again(plan, fresh, error, record)
            await record.settle(Event.NOT_DONE, error.summary)
            if isinstance(error, Throttled):
                raise
            return refused(plan, error)
        missing = ", ".join(not_in(plan.body, after))
        note = f"The service took it, but its answer does not show: {missing}." if missing else ""
        await record.settle(Event.DONE, note)
        return Result(plan, Outcome.DONE, note or "Changed.", "Read it again." if note else "", after)

    async def _look_again(self, plan: Plan, before: Incident, error: MtpError, record: WriteRecord) -> Result:
        """After a write without a usable answer: reads the incident, and compares."""
        try:
            now = await self._client.incident(plan.incident_id)
        except MtpError:
            summary = f"It is not known whether it was changed. {error.summary}"
            await record.settle(Event.UNKNOWN, summary)
            return Result(plan, Outcome.UNKNOWN, summary, "Open it again before you try once more.", error=error)
        had, has = await asyncio.to_thread(comments_of, before), await asyncio.to_thread(comments_of, now)
        new = [text for text, _ in has[len(had) :]]
        comment_came = "comment" not in plan.body or plan.body["comment"] in new
        if comment_came and not not_in(plan.body, now):
            summary = "Changed: no good answer came, but reading it again shows the change."
            await record.settle(Event.DONE, summary)
            return Result(plan, Outcome.DONE, summary, incident=now)
        if now.updated_at == before.updated_at and not values_differ(before, now) and not new:
            summary = f"Not changed, as reading it again shows. {error.summary}"
            await record.settle(Event.NOT_DONE, summary)
            hint = "What is late may still arrive: wait a moment, and read it again before you try once more."
            return Result(plan, Outcome.REFUSED, summary, hint, now, error=error)
        summary = "No good answer came, and the incident has changed, but not as it was asked for."
        await record.settle(Event.UNKNOWN, summary)
        changed = values_differ(before, now)
        return Result(plan, Outcome.UNKNOWN, summary, "Open it and look.", now, changed, error=error)

    def _facts(self, plan: Plan, fresh: Incident) -> dict[str, object]:
        author = self._session.current
        return {
            "tenant_id": author.tenant_id if author else "",
            "client_id": author.client_id if author else "",
            "account": author.user if author else "",
            "incident_id": plan.incident_id,
            "request": plan.request,
            "body": dict(plan.body),
            "before": triage_values(fresh),
            "updated_before": fresh.updated_at.isoformat() if fresh.updated_at else None,
            **({"undoes": list(plan.undoes)} if plan.undoes else {}),
        }


def _stops_everything(error: MtpError) -> bool:
    """Whether the next incident would meet the same."""
    return isinstance(error, TokenRefused) or not isinstance(error, ApiError | UnexpectedAnswer)


def _was_stopped() -> MtpError:
    return MtpError("It was stopped before it was sent.")


def _may_have_been_done(error: MtpError) -> bool:
    """Whether the service may have acted on a write that ended like this."""
    is_late = isinstance(error, Unreachable) and error.step is Step.ANSWER
    return is_late or isinstance(error, ServiceFault | UnexpectedAnswer)
