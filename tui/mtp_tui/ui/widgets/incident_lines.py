"""The records of an incident as documents of lines: one alert, one entity, one device, the comments."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from mtp_tui.defender.evidence import EvidenceItem
from mtp_tui.defender.facts import Moments, alert_facts, alert_moments, device_facts
from mtp_tui.defender.models import Alert, Comment, Device, IncidentDetail, severity_rank
from mtp_tui.moments import relative, utc_text
from mtp_tui.ui.lines import BLANK, NOT_GIVEN, Line, Role, Span, fact, heading, paragraphs, text_line

SEVERITY_SIGNS = {
    "high": ("▲", Role.HIGH),
    "medium": ("◆", Role.MEDIUM),
    "low": ("▽", Role.LOW),
    "informational": ("○", Role.INFORMATIONAL),
}
SEVERITY_SHORT = {"informational": "Info", "unspecified": "Unspec"}
NOT_SENT = Span(NOT_GIVEN, Role.DIM)

_WIDTH = 21
"""Cells of a label on a page of its own."""

_BAD, _DOUBTFUL, _OPEN = ("✗", Role.HIGH), ("!", Role.MEDIUM), ("?", Role.UNKNOWN)
_OTHER, _GOOD = ("·", Role.DIM), ("✓", Role.GOOD)
_JUDGED = {
    **dict.fromkeys(("malicious", "active", "unremediated", "failed"), _BAD),
    **dict.fromkeys(("suspicious", "pendingapproval", "running", "partiallyremediated", "declined"), _DOUBTFUL),
    **dict.fromkeys(("clean", "nothreatsfound", "notmalicious", "remediated", "prevented", "blocked"), _GOOD),
    **dict.fromkeys(("unknown", "notfound"), _OPEN),
}
"""Signs for words of verdict and remediation."""
_WORST_FIRST = (_BAD, _DOUBTFUL, _OPEN, _OTHER, _GOOD)


def severity_span(severity: str, *, short: bool = False) -> Span:
    """Sign and word; an unknown word is shown as it came."""
    sign, role = SEVERITY_SIGNS.get(severity.casefold(), ("·", Role.DIM))
    word = SEVERITY_SHORT.get(severity.casefold(), severity) if short else severity
    return Span(f"{sign} {word or ('–' if short else NOT_GIVEN)}", role)


def worst_sign(alerts: Iterable[Alert]) -> tuple[str, Role]:
    """The sign of the highest severity among alerts."""
    worst = max((alert.severity for alert in alerts), key=severity_rank, default="")
    return SEVERITY_SIGNS.get(worst.casefold(), ("·", Role.DIM))


def judged_span(words: str) -> Span:
    """A verdict or a remediation with its sign; where alerts differ, all words, the worst first, and its sign."""
    if not words:
        return NOT_SENT
    by_rank = sorted(words.split(", "), key=lambda word: _WORST_FIRST.index(_sign_of(word)))
    sign, role = _sign_of(by_rank[0])
    return Span(f"{sign} {', '.join(by_rank)}", role)


def _sign_of(word: str) -> tuple[str, Role]:
    return _JUDGED.get(word.casefold(), _OTHER)


def moment_spans(moment: datetime | None, now: datetime) -> tuple[Span, ...] | None:
    """UTC and how long ago; None when there is no moment."""
    return (Span(utc_text(moment)), Span(f"  {relative(moment, now)}", Role.DIM)) if moment else None


def some_of(names: Iterable[str], most: int = 12) -> str:
    """Distinct names on one line; long lists say how many more there are."""
    distinct = list(dict.fromkeys(filter(None, names)))
    shown = ", ".join(distinct[:most])
    return f"{shown} and {len(distinct) - most} more" if len(distinct) > most else shown


def why_no_alerts(detail: IncidentDetail) -> str:
    """What to say where alerts would stand."""
    if detail.incident.redirect_id:
        return f"Its alerts moved to incident {detail.incident.redirect_id}."
    return "The service sent no alerts with this incident."


def alert_page(alert: Alert, now: datetime) -> list[Line]:
    """Everything of one alert, with what it names."""
    return [
        Line((severity_span(alert.severity), Span("  "), Span(alert.title or "no title", Role.HEADING))),
        *(fact(label, value, width=_WIDTH) for label, value in alert_facts(alert)),
        *_moments(alert_moments(alert), now),
        BLANK,
        heading("Description"),
        *paragraphs(alert.description),
        BLANK,
        heading("Entities", str(len(alert.entities))),
        *([] if alert.entities else [text_line("The service sent no entities with this alert.", Role.DIM, 1)]),
        *(_named(entity.type, entity.title, entity.verdict) for entity in alert.entities),
        BLANK,
        heading("Devices", str(len(alert.devices))),
        *([] if alert.devices else [text_line("The service sent no devices with this alert.", Role.DIM, 1)]),
        *(_named(device.os_platform, device.title, "") for device in alert.devices),
    ]


def _named(kind: str, title: str, verdict: str) -> Line:
    judged = (Span("  "), judged_span(verdict)) if verdict else ()
    return fact(kind or NOT_GIVEN, (Span(title) if title else NOT_SENT, *judged), width=_WIDTH, indent=1)


def entity_page(item: EvidenceItem) -> list[Line]:
    """Everything of one entity, and the alerts that name it."""
    entity = item.entity
    return [
        Line((Span(entity.title or "no name", Role.HEADING), Span(f"  {entity.type}", Role.DIM))),
        fact("Verdict", (judged_span(entity.verdict),), width=_WIDTH),
        fact("Remediation", (judged_span(entity.remediation),), width=_WIDTH),
        *(fact(label, value, width=_WIDTH) for label, value in entity.facts),
        *((fact("On device", item.device_name, width=_WIDTH),) if item.device_name else ()),
        fact("Evidence since", utc_text(entity.seen_at) if entity.seen_at else None, width=_WIDTH),
        *_named_by(item.alerts),
    ]


def device_page(device: Device, alerts: tuple[Alert, ...], now: datetime) -> list[Line]:
    """Everything of one device, and the alerts that name it."""
    return [
        Line((Span(" / ".join(device.names) or "name not sent", Role.HEADING),)),
        *(fact(label, value, width=_WIDTH) for label, value in device_facts(device)[1:]),
        fact("First seen", moment_spans(device.first_seen, now), width=_WIDTH),
        *_named_by(alerts),
    ]


def _named_by(alerts: Iterable[Alert]) -> Iterator[Line]:
    alike = Counter((alert.severity, alert.title) for alert in alerts)
    for number, ((severity, title), count) in enumerate(alike.items()):
        times = (Span(f" ×{count}", Role.DIM),) if count > 1 else ()
        named = (severity_span(severity), Span(f"  {title or 'no title'}"), *times)
        yield fact("Named by" if number == 0 else "", named, width=_WIDTH)


def _moments(moments: Moments, now: datetime) -> Iterator[Line]:
    for label, moment in moments:
        yield fact(label, moment_spans(moment, now), width=_WIDTH)


def comment_lines(detail: IncidentDetail, now: datetime) -> list[Line]:
    """Every comment, as it came."""
    if not detail.comments:
        return [text_line("No comments.", Role.DIM)]
    lines: list[Line] = []
    for number, comment in enumerate(detail.comments):
        lines += [*_comment(comment, now, record=str(number)), BLANK]
    return lines


def _comment(comment: Comment, now: datetime, record: str) -> Iterator[Line]:
    when = moment_spans(comment.created_at, now) or (Span(f"time {NOT_GIVEN}", Role.DIM),)
    author = Span(comment.created_by or "author not given", Role.STRONG)
    yield Line((author, Span("  "), *when), indent=1, record=record)
    yield from paragraphs(comment.text, indent=2)
    yield from (fact(label, value, indent=2) for label, value in comment.extra)
