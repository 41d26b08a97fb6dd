"""The first page of an incident: its facts, the course of the attack, and what is affected."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from mtp_tui.defender.models import Alert, Incident, IncidentDetail, severity_rank
from mtp_tui.defender.tactics import by_tactic, is_tactic
from mtp_tui.moments import span
from mtp_tui.services.last_looks import LastLook
from mtp_tui.ui.lines import BLANK, NOT_GIVEN, Line, Role, Span, fact, heading, paragraphs, text_line
from mtp_tui.ui.widgets.incident_changes import change_lines
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

MOST_MERGED = 4
"""Incidents merged into this one that are named; the list has them all."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of an incident beside what the service sent with it."""

    look: LastLook = field(default_factory=LastLook)
    survivor: Incident | None = None
    """The incident that it was merged into, if that one is known."""
    merged: tuple[Incident, ...] = ()
    """The known incidents that were merged into it."""
    has_keys: bool = True
    """Whether it is read where keys lead on; on paper and in a pipe they do not."""


def overview_lines(detail: IncidentDetail, now: datetime, around: Around | None = None) -> list[Line]:
    """The facts, the tactics, what is affected, techniques, and whatever else the service sent."""
    lines = [
        *_head(detail, now, around or Around()),
        *_facts(detail.incident, now, detail),
        BLANK,
        heading("Affected"),
        *_affected(detail),
        BLANK,
        heading("MITRE ATT&CK techniques"),
        text_line(", ".join(detail.techniques) or NOT_GIVEN, Role.TEXT if detail.techniques else Role.DIM),
    ]
    described = next((alert for alert in detail.alerts if alert.description), None)
    if described is not None:
        lines += [BLANK, heading("Description", "of the first alert"), *paragraphs(described.description)]
    if detail.extra:
        lines += [
            BLANK,
            heading("Also sent", "fields that are not documented"),
            *(fact(name, value, width=24) for name, value in detail.extra),
        ]
    return lines


def row_lines(incident: Incident, now: datetime, around: Around) -> list[Line]:
    """As much of it as the row of the queue knows, for the time that the rest takes to read."""
    return [
        *_head(IncidentDetail(incident), now, around),
        *_facts(incident, now, None),
    ]


def _head(detail: IncidentDetail, now: datetime, around: Around) -> Iterator[Line]:
    """The name, what became of the incident, and what has changed in it."""
    incident = detail.incident
    yield heading(incident.name or f"Incident {incident.id}")
    if incident.redirect_id:
        yield from _merged_into(incident.redirect_id, around)
    if around.merged:
        yield from _merged_here(around.merged)
    yield from change_lines(around.look, detail, now)


def _facts(incident: Incident, now: datetime, detail: IncidentDetail | None) -> Iterator[Line]:
    """`detail` None as long as it is being read."""
    yield fact("Severity", (severity_span(incident.severity),) if incident.severity else None)
    yield fact("Status", incident.status)
    yield fact("Assigned to", incident.assigned_to)
    yield fact("Classification", " · ".join(filter(None, (incident.classification, incident.determination))))
    yield fact("Tags", ", ".join(incident.tags) or "none")
    if detail is None:
        yield fact("Tactics", (Span(f"reading {incident.alert_count:,} alerts …", Role.DIM),))
        yield fact("First activity", (Span("…", Role.DIM),))
        yield fact("Last activity", (Span("…", Role.DIM),))
    else:
        yield fact("Tactics", tuple(_tactics(detail.alerts)))
        yield fact("First activity", moment_spans(detail.first_activity, now))
        yield fact("Last activity", _last_activity(detail, now))
    yield fact("Created", moment_spans(incident.created_at, now))
    yield fact("Last update", moment_spans(incident.updated_at, now))
    yield fact("Sources", ", ".join(incident.sources))
    yield fact("Incident ID", incident.id)


def _merged_into(survivor_id: str, around: Around) -> Iterator[Line]:
    key = (Span("  m goes there", Role.STRONG),) if around.has_keys else ()
    yield Line((Span(f"→ merged into incident {survivor_id}", Role.WARN), *key))
    if around.survivor is not None:
        yield _row(around.survivor)
    yield BLANK


def _merged_here(merged: Sequence[Incident]) -> Iterator[Line]:
    are = "incident is part of this one" if len(merged) == 1 else "incidents are part of this one"
    yield Line((Span(f"← {len(merged)} merged {are}", Role.STRONG), Span("  m shows them", Role.DIM)))
    for incident in merged[:MOST_MERGED]:
        yield _row(incident)
    if len(merged) > MOST_MERGED:
        yield text_line(f"and {len(merged) - MOST_MERGED} more", Role.DIM, 2)
    yield BLANK


def _row(incident: Incident) -> Line:
    parts = (
        Span(f"{incident.id}  ", Role.DIM),
        severity_span(incident.severity),
        Span(f"  {incident.status}", Role.DIM),
    )
    return Line((*parts, Span(f"  {incident.name}")), indent=2)


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
    for _, group in groupby(detail.entities, key=lambda entity: entity.type.casefold()):
        entities = list(group)
        kind = entities[0].type
        yield _count(KINDS.get(kind, kind or "type not given"), [entity.title or "no name" for entity in entities])


def _alerts_by_severity(alerts: tuple[Alert, ...]) -> Iterator[Span]:
    yield Span(f"{len(alerts):>3}  ", Role.STRONG)
    for severity in sorted({alert.severity for alert in alerts}, key=severity_rank, reverse=True):
        count = sum(1 for alert in alerts if alert.severity == severity)
        each = severity_span(severity)
        yield Span(f"{each.text} {count}  ", each.role)


def _count(label: str, names: list[str]) -> Line:
    shown = Span(f"  {some_of(names)}") if names else Span("  none", Role.DIM)
    return fact(label, (Span(f"{len(names):>3}", Role.STRONG), shown))
