"""What is planned for one incident, what became of it, and the sentences for both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mtp_tui.defender.models import Incident, detail_from
from mtp_tui.defender.update import Change, ChangeField, Difference, patch_content, values_differ
from mtp_tui.errors import ApiError, BadInput, MtpError, PermissionMissing
from mtp_tui.identity.permissions import CALLS
from mtp_tui.moments import utc_text

UPDATE = next(call for call in CALLS if call.key == "update")
"""The call that every change is made with."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done to one incident, and what stands against it."""

    incident_id: str
    change: Change
    incident: Incident | None = field(default=None, repr=False)
    """As it was read for this plan; None if that failed."""
    differences: tuple[Difference, ...] = ()
    body: Mapping[str, object] = field(default_factory=dict)
    faults: tuple[BadInput, ...] = ()
    """Why this change cannot be made here."""
    problem: MtpError | None = None
    """Why the incident could not be read."""
    undoes: tuple[str, ...] = ()
    """Of what is to be taken back: the writes of the journal that are dealt with once this is done."""

    @property
    def is_to_send(self) -> bool:
        """Whether applying it sends anything."""
        return bool(self.body) and not self.faults and self.problem is None

    @property
    def request(self) -> str:
        """Method and path of what would be sent."""
        return UPDATE.request.replace("{id}", self.incident_id)

    @property
    def content(self) -> str:
        """The JSON of what would be sent, to the letter."""
        return patch_content(self.body)


class Outcome(StrEnum):
    """How it went with one incident."""

    DONE = "done"
    SKIPPED = "skipped"
    """Nothing was sent, because nothing was to be done, or something had changed."""
    REFUSED = "refused"
    """It was tried, and nothing was changed."""
    UNKNOWN = "unknown"
    """It was sent, and what came of it could not be found out."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one plan."""

    plan: Plan
    outcome: Outcome
    summary: str
    hint: str = ""
    incident: Incident | None = field(default=None, repr=False)
    """The newest state that was seen; None if there is none newer than the plan's."""
    changed: tuple[Difference, ...] = ()
    """What somebody else changed since the plan was made."""
    changed_by: tuple[str, ...] = ()
    """Who has commented since; the API tells no other author."""
    error: MtpError | None = None


def not_to_send(plan: Plan) -> Result:
    """Of a plan that sends nothing."""
    if plan.problem is not None:
        return Result(plan, Outcome.SKIPPED, f"Not sent. {plan.problem.summary}", plan.problem.hint, error=plan.problem)
    if plan.faults:
        return Result(plan, Outcome.SKIPPED, f"Not sent. {plan.faults[0].summary}", plan.faults[0].hint)
    return Result(plan, Outcome.SKIPPED, "Nothing to change: the incident has all of it already.")


def failed(plan: Plan, summary: str, error: MtpError) -> Result:
    """Nothing was changed, for a reason that has its own words."""
    return Result(plan, Outcome.REFUSED, f"{summary} {error.summary}", error.hint, error=error)


def refused(plan: Plan, error: MtpError) -> Result:
    """The service said no, or the write never left."""
    summary, hint = f"Not changed. {error.summary}", error.hint
    if isinstance(error, ApiError) and error.refusal.status in (409, 412):
        summary, hint = "Not changed: somebody else changed it at the same moment.", "Prepare the change anew."
    elif isinstance(error, PermissionMissing) and not (error.refusal.needed or _is_switched_off(error)):
        summary = "Not changed: the service does not allow it, although the token has the permission for it."
        hint = "A user needs the right to change this incident in the Defender portal as well."
    return Result(plan, Outcome.REFUSED, summary, hint, error=error)


def overtaken(plan: Plan, planned: Incident, fresh: Incident) -> Result:
    """Something changed since the plan was made. Reads both bodies whole, so it belongs into a thread."""
    changed, new = values_differ(planned, fresh), comments_of(fresh)[len(comments_of(planned)) :]
    what = [f"{each.field} was “{each.before}” and is “{each.after}”" for each in changed]
    if new:
        what.append(f"{ChangeField.COMMENT} added")
    when = f" at {utc_text(fresh.updated_at)}" if fresh.updated_at else ""
    authors = tuple(dict.fromkeys(author for _, author in new if author))
    by = f" The new comment is by {', '.join(authors)}." if authors else ""
    return Result(
        plan,
        Outcome.SKIPPED,
        f"Not sent: it has been updated since{when} ({'; '.join(what) or 'in nothing that is set here'}).{by}",
        "Look at it again, and prepare the change anew.",
        fresh,
        changed,
        authors,
    )


def _is_switched_off(error: PermissionMissing) -> bool:
    return error.refusal.code.casefold() == "disabledfeature"


def comments_of(incident: Incident) -> list[tuple[str, str]]:
    """Texts and authors of the comments, the oldest first."""
    return [(comment.text, comment.created_by) for comment in detail_from(incident.raw).comments]
