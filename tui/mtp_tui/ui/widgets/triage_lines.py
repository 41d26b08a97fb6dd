"""What would be sent, and what became of it, as documents of lines."""

from collections.abc import Mapping, Sequence

from mtp_tui.defender.update import ChangeField, Difference
from mtp_tui.errors import MtpError
from mtp_tui.moments import utc_text
from mtp_tui.services.triage import Outcome, Plan, Result
from mtp_tui.services.triage_desk import WayBack
from mtp_tui.services.triage_history import Event, Written
from mtp_tui.ui.lines import BLANK, Line, Role, Span, fact, heading, text_line

_SIGNS = {
    Outcome.DONE: ("✓", Role.GOOD),
    Outcome.SKIPPED: ("–", Role.WARN),
    Outcome.REFUSED: ("✗", Role.BAD),
    Outcome.UNKNOWN: ("?", Role.UNKNOWN),
}
_END_SIGNS = {
    Event.DONE: ("✓", Role.GOOD),
    Event.NOT_DONE: ("✗", Role.BAD),
    Event.UNKNOWN: ("?", Role.UNKNOWN),
}
_EMPTY = "–"
_RESULT_WIDTH = 13


def plan_lines(plans: Sequence[Plan], stays: Mapping[str, Sequence[str]]) -> list[Line]:
    """Per incident the difference, the very request, and what stays as it is although it was to be taken back."""
    by_id = {plan.incident_id: plan for plan in plans}
    keys = dict.fromkeys((*by_id, *stays))
    count = sum(plan.is_to_send for plan in plans)
    lines = [text_line(f"{count} of {len(keys)} would be changed. Nothing has been sent yet.", Role.STRONG)]
    for key in keys:
        plan = by_id.get(key)
        lines += [BLANK, heading(f"Incident {key}", plan.incident.name if plan and plan.incident else "")]
        lines += _plan_lines(plan) if plan else []
        lines += [text_line(f"– {why}", Role.WARN, 1) for why in stays.get(key, ())]
    return lines


def undo_lines(back: WayBack, chosen: Written | None) -> list[Line]:
    """What would be taken back: of the write that was chosen, or of what was changed last."""
    lines = plan_lines(back.plans, back.stays)
    if chosen is not None:
        return [text_line(f"It was made by {chosen.account or 'the application'}.", Role.WARN), *lines]
    if back.is_earlier:
        words = "What was changed last cannot be taken back. This is what was changed before it."
        lines.insert(0, text_line(words, Role.WARN))
    if not any(plan.is_to_send for plan in back.plans):
        words = "J in the list shows what was changed before; u there takes any of it back."
        lines += [BLANK, text_line(words, Role.DIM)]
    return lines


def _plan_lines(plan: Plan) -> list[Line]:
    faults: tuple[MtpError, ...] = plan.faults if plan.problem is None else (plan.problem,)
    if faults:
        return [text_line(f"✗ {fault.summary} {fault.hint}".rstrip(), Role.BAD, 1) for fault in faults]
    if not plan.is_to_send:
        return [text_line("– Nothing to change: it is like that already.", Role.DIM, 1)]
    return [
        *(_difference_line(each) for each in plan.differences),
        *(_doubt(each) for each in plan.differences if each.field is ChangeField.ASSIGNED_TO and _is_odd(each.after)),
        text_line(plan.request, Role.NAME, 1),
        text_line(plan.content, Role.STRING, 1),
    ]


def _is_odd(owner: str) -> bool:
    """Whether an owner does not look like a user principal name; the service takes any text, and the portal shows it."""
    return bool(owner) and "@" not in owner.strip("@")


def _doubt(difference: Difference) -> Line:
    return text_line(f"! “{difference.after}” is no user principal name, such as kim@contoso.example.", Role.WARN, 1)


def _difference_line(difference: Difference) -> Line:
    after = Span(difference.after or _EMPTY, Role.STRONG)
    if difference.field is ChangeField.COMMENT:
        return fact(difference.field, (Span("+ ", Role.DIM), after), indent=1)
    return fact(difference.field, (Span(f"{difference.before or _EMPTY} → ", Role.DIM), after), indent=1)


def result_lines(plans: Sequence[Plan], results: Sequence[Result], *, is_over: bool) -> list[Line]:
    """One entry per incident: how it went, or that its turn is still to come or never came."""
    lines: list[Line] = []
    for result in results:
        sign, role = _SIGNS[result.outcome]
        words = (Span(f"{result.plan.incident_id}  ", Role.NAME), Span(result.summary))
        lines.append(Line(words, lead=Span(f"{sign} {result.outcome}", role), lead_width=_RESULT_WIDTH))
        if result.hint:
            lines.append(text_line(f"→ {result.hint}", Role.DIM, _RESULT_WIDTH))
    waiting = "not tried" if is_over else "to come"
    for plan in plans[len(results) :]:
        lead = Span(f"· {waiting}", Role.DIM)
        lines.append(Line((Span(plan.incident_id, Role.NAME),), lead=lead, lead_width=_RESULT_WIDTH))
    return lines


def end_span(end: Event) -> Span:
    """How a write of the journal ended, with its sign."""
    sign, role = _END_SIGNS[end]
    return Span(f"{sign} {end}", role)


def changes_in_short(write: Written) -> str:
    """What was to be written, in one line."""
    return ", ".join(f"{each.field} → {each.after or _EMPTY}" for each in write.differences)


def written_lines(write: Written) -> list[Line]:
    """One write of the journal: what, when, by whom, and how it ended."""
    when = utc_text(write.at) if write.at else ""
    return [
        heading(f"Incident {write.incident_id}", when),
        *(_difference_line(each) for each in write.differences),
        fact("by", write.account or "the application", indent=1),
        fact("end", (end_span(write.end), Span(f"  {write.note}" if write.note else "")), indent=1),
    ]
