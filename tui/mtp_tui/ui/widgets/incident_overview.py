"""The first page of an incident: its facts, the course of the attack, and what is affected."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from mtp_tui.defender.evidence import evidence_of
from mtp_tui.defender.models import Alert, IncidentDetail, severity_rank
from mtp_tui.defender.tactics import by_tactic, is_tactic
from mtp_tui.moments import span
from mtp_tui.ui.lines import BLANK, NOT_GIVEN, Line, Role, Span, fact, heading, paragraphs, text_line
from mtp_tui.ui.widgets.incident_lines import moment_spans, severity_span, some_of, worst_sign

KINDS = {
    "User": "Users",
    "Mailbox": "Mailboxes",
    "MailMessage": "Mails",
    "MailCluster": "Mail clusters",
    "Ip": "Addresses",
    "Url": "URLs",
    "File": "Files",
    "Process": "Processes",
    "Registry": "Registry keys",
    "SecurityGroup": "Groups",
}
"""What many entities of a type are called; types that we do not know keep their name."""


def overview_lines(detail: IncidentDetail, now: datetime) -> list[Line]:
    """The facts, the tactics, what is affected, techniques, and whatever else the service sent."""
    incident = detail.incident
    lines = [
        heading(incident.name or f"Incident {incident.id}"),
        *(_merged_into(incident.redirect_id) if incident.redirect_id else ()),
        fact("Severity", (severity_span(incident.severity),) if incident.severity else None),
        fact("Status", incident.status),
        fact("Assigned to", incident.assigned_to),
        fact("Classification", " · ".join(filter(None, (incident.classification, incident.determination)))),
        fact("Tags", ", ".join(incident.tags) or "none"),
        fact("Tactics", tuple(_tactics(detail.alerts))),
        fact("First activity", moment_spans(detail.first_activity, now)),
        fact("Last activity", _last_activity(detail, now)),
        fact("Created", moment_spans(incident.created_at, now)),
        fact("Last update", moment_spans(incident.updated_at, now)),
        fact("Sources", ", ".join(incident.sources)),
        fact("Incident ID", incident.id),
        BLANK,
        heading("Affected"),
        *_affected(detail),
        BLANK,
        heading("MITRE ATT&CK techniques"),
        text_line(", ".join(detail.techniques) or NOT_GIVEN, Role.TEXT if detail.techniques else Role.DIM),
    ]
    if detail.alerts and detail.alerts[0].description:
        lines += [BLANK, heading("Description", "of the first alert"), *paragraphs(detail.alerts[0].description)]
    if detail.extra:
        lines += [
            BLANK,
            heading("Also sent", "fields that are not documented"),
            *(fact(name, value, width=24) for name, value in detail.extra),
        ]
    return lines


def _merged_into(survivor: str) -> Iterator[Line]:
    yield Line((Span(f"merged into incident {survivor}", Role.WARN), Span("  m goes there", Role.DIM)))


def _last_activity(detail: IncidentDetail, now: datetime) -> tuple[Span, ...] | None:
    spans = moment_spans(detail.last_activity, now)
    if spans is None or detail.first_activity is None or detail.last_activity is None:
        return spans
    length = detail.last_activity - detail.first_activity
    return (*spans, Span(f" · {span(length)} after the first", Role.DIM)) if length.total_seconds() >= 1 else spans


def _tactics(alerts: Iterable[Alert]) -> Iterator[Span]:
    """The tactics in the order of an attack, each with the sign of its worst alert and a count; other words after."""
    before = ""
    for name, found in by_tactic(alerts).items():
        if not name:
            continue
        if before:
            yield Span(" → " if is_tactic(before) and is_tactic(name) else " · ", Role.DIM)
        sign, role = worst_sign(found)
        yield Span(f"{sign} {name}", role)
        if len(found) > 1:
            yield Span(f" ×{len(found)}")
        before = name


def _affected(detail: IncidentDetail) -> Iterator[Line]:
    yield fact("Alerts", tuple(_alerts_by_severity(detail.alerts)))
    yield _count("Devices", [device.title or "name not sent" for device in detail.devices])
    for group in evidence_of(detail):
        titles = [item.entity.title or "no name" for item in group.items]
        yield _count(KINDS.get(group.type, group.type or "type not given"), titles)


def _alerts_by_severity(alerts: tuple[Alert, ...]) -> Iterator[Span]:
    yield Span(f"{len(alerts):>3}  ", Role.STRONG)
    for severity in sorted({alert.severity for alert in alerts}, key=severity_rank, reverse=True):
        count = sum(1 for alert in alerts if alert.severity == severity)
        each = severity_span(severity)
        yield Span(f"{each.text} {count}  ", each.role)


def _count(label: str, names: list[str]) -> Line:
    shown = Span(f"  {some_of(names)}") if names else Span("  none", Role.DIM)
    return fact(label, (Span(f"{len(names):>3}", Role.STRONG), shown))
