"""One incident as documents of lines: what each tab of the detail shows."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from mtp_tui.defender.models import Alert, Comment, Device, Entity, IncidentDetail
from mtp_tui.moments import relative, utc_text
from mtp_tui.ui.lines import BLANK, NOT_GIVEN, Line, Role, Span, fact, heading, paragraphs, text_line
from mtp_tui.ui.widgets.json_lines import lines_of_json

SEVERITY_SIGNS = {
    "high": ("▲", Role.HIGH),
    "medium": ("◆", Role.MEDIUM),
    "low": ("▽", Role.LOW),
    "informational": ("○", Role.INFORMATIONAL),
}
SEVERITY_SHORT = {"informational": "Info", "unspecified": "None"}


def severity_span(severity: str, *, short: bool = False) -> Span:
    """Sign and word; an unknown word is shown as it came."""
    sign, role = SEVERITY_SIGNS.get(severity.casefold(), ("·", Role.DIM))
    word = SEVERITY_SHORT.get(severity.casefold(), severity) if short else severity
    return Span(f"{sign} {word or '–'}", role)


def moment_spans(moment: datetime | None, now: datetime) -> tuple[Span, ...] | None:
    """UTC and how long ago; None when there is no moment."""
    return (Span(utc_text(moment)), Span(f"  {relative(moment, now)}", Role.DIM)) if moment else None


def overview_lines(detail: IncidentDetail, now: datetime) -> list[Line]:
    """The facts, what is affected, techniques, and whatever else the service sent."""
    incident = detail.incident
    lines = [
        heading(incident.name or f"Incident {incident.id}"),
        fact("Severity", (severity_span(incident.severity),) if incident.severity else None),
        fact("Status", incident.status),
        fact("Assigned to", incident.assigned_to),
        fact("Classification", " · ".join(filter(None, (incident.classification, incident.determination)))),
        fact("Tags", ", ".join(incident.tags) or "none"),
        fact("Created", moment_spans(incident.created_at, now)),
        fact("Last update", moment_spans(incident.updated_at, now)),
        fact("First activity", moment_spans(detail.first_activity, now)),
        fact("Last activity", moment_spans(detail.last_activity, now)),
        fact("Sources", ", ".join(incident.sources)),
        fact("Incident ID", incident.id),
    ]
    if incident.redirect_id:
        lines.insert(
            1, Line((Span(f"merged into incident {incident.redirect_id}", Role.WARN), Span("  m goes there", Role.DIM)))
        )
    lines += [
        BLANK,
        heading("Affected"),
        fact("Alerts", str(len(detail.alerts))),
        fact("Devices", _names(device.title for device in detail.devices)),
    ]
    for kind, group in groupby(sorted(detail.entities, key=lambda entity: entity.type), key=lambda entity: entity.type):
        lines.append(fact(kind, _names(entity.title for entity in group)))
    lines += [
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


def alert_lines(detail: IncidentDetail, now: datetime) -> list[Line]:
    """Every alert with its facts, the latest activity first as the service sent them."""
    if not detail.alerts:
        why = (
            f"Its alerts moved to incident {detail.incident.redirect_id}."
            if detail.incident.redirect_id
            else "The service sent no alerts with this incident."
        )
        return [text_line(why, Role.DIM)]
    lines: list[Line] = []
    for number, alert in enumerate(detail.alerts, 1):
        lines += [*_alert(alert, number, now), BLANK]
    return lines


def _alert(alert: Alert, number: int, now: datetime) -> Iterator[Line]:
    yield Line(
        (severity_span(alert.severity), Span("  "), Span(alert.title or "no title", Role.HEADING)),
        lead=Span(f"{number}.", Role.DIM),
        lead_width=4,
    )
    facts = (
        ("Status", " · ".join(filter(None, (alert.status, alert.classification, alert.determination)))),
        ("Category", alert.category),
        ("Source", " / ".join(dict.fromkeys(filter(None, (alert.service_source, alert.detection_source))))),
        ("Techniques", ", ".join(alert.techniques)),
        ("Threat", ", ".join(filter(None, (alert.threat_family, alert.actor_name)))),
        ("Assigned to", alert.assigned_to),
        ("Investigation", " ".join(filter(None, (alert.investigation_state, alert.investigation_id)))),
        ("Alert ID", alert.id),
        ("Provider's ID", alert.provider_id),
        ("Detector ID", alert.detector_id),
    )
    for label, value in facts:
        if value:
            yield fact(label, value, indent=4)
    for label, moment in (
        ("First activity", alert.first_activity),
        ("Last activity", alert.last_activity),
        ("Created", alert.created_at),
        ("Last update", alert.updated_at),
        ("Resolved", alert.resolved_at),
    ):
        if moment:
            yield fact(label, moment_spans(moment, now), indent=4)
    if alert.devices:
        yield fact("Devices", _names(device.title for device in alert.devices), indent=4)
    for label, value in alert.extra:
        yield fact(label, value, indent=4)
    if alert.description:
        yield from paragraphs(alert.description, indent=4, role=Role.DIM)


def evidence_lines(detail: IncidentDetail) -> list[Line]:
    """Every entity of all alerts once, by type, each with its own fields."""
    if not detail.entities:
        return [text_line("The service sent no entities with this incident.", Role.DIM)]
    device_names = {device.id: device.title for device in detail.devices if device.names}
    lines: list[Line] = []
    for kind, group in groupby(sorted(detail.entities, key=lambda entity: entity.type), key=lambda entity: entity.type):
        entities = list(group)
        lines.append(heading(kind, str(len(entities))))
        for entity in entities:
            lines += _entity(entity, device_names.get(entity.device_id, ""))
        lines.append(BLANK)
    return lines


_VERDICTS = {"malicious": Role.HIGH, "suspicious": Role.MEDIUM}


def _entity(entity: Entity, device_name: str) -> Iterator[Line]:
    judged: list[Span] = []
    if entity.verdict:
        judged.append(Span(f"  verdict {entity.verdict}", _VERDICTS.get(entity.verdict.casefold(), Role.DIM)))
    if entity.remediation:
        judged.append(Span(f"  remediation {entity.remediation}", Role.DIM))
    yield Line((Span(entity.title, Role.STRONG), *judged), indent=2)
    for label, value in entity.facts:
        if value != entity.title:
            yield fact(label, value, indent=3, width=17)
    if device_name:
        yield fact("On device", device_name, indent=3, width=17)
    if entity.seen_at:
        yield fact("Evidence since", utc_text(entity.seen_at), indent=3, width=17)


def device_lines(detail: IncidentDetail, now: datetime) -> list[Line]:
    """Every device once, by its identifier."""
    if not detail.devices:
        return [text_line("The service sent no devices with this incident.", Role.DIM)]
    lines: list[Line] = []
    for device in detail.devices:
        lines += [*_device(device, now), BLANK]
    return lines


def _device(device: Device, now: datetime) -> Iterator[Line]:
    yield heading(" / ".join(device.names) or "name not sent")
    facts = (
        ("Device ID", device.id),
        ("Entra device ID", device.entra_id),
        ("System", " ".join(filter(None, (device.os_platform, device.version, device.build, device.processor)))),
        ("Health", device.health),
        ("Risk", device.risk),
        ("Onboarding", device.onboarding),
        ("Defender Antivirus", device.antivirus),
        ("Device group", " ".join(filter(None, (device.group, device.group_id)))),
        ("Logged on", ", ".join(device.logged_on_users)),
        ("Tags", ", ".join(device.tags)),
        *device.extra,
    )
    for label, value in facts:
        if value:
            yield fact(label, value, indent=2, width=20)
    if device.first_seen:
        yield fact("First seen", moment_spans(device.first_seen, now), indent=2, width=20)


def comment_lines(detail: IncidentDetail, now: datetime) -> list[Line]:
    """Every comment, as it came."""
    if not detail.comments:
        return [text_line("No comments.", Role.DIM)]
    lines: list[Line] = []
    for comment in detail.comments:
        lines += [*_comment(comment, now), BLANK]
    return lines


def _comment(comment: Comment, now: datetime) -> Iterator[Line]:
    when = moment_spans(comment.created_at, now) or (Span(f"time {NOT_GIVEN}", Role.DIM),)
    yield Line((Span(comment.created_by or "author not given", Role.STRONG), Span("  "), *when))
    yield from paragraphs(comment.text, indent=2)


def json_lines(detail: IncidentDetail) -> list[Line]:
    """The incident's JSON, every key and value."""
    return lines_of_json(detail.json_text)


def _names(names: Iterator[str]) -> str:
    """Distinct names on one line; long lists say how many more there are."""
    distinct = list(dict.fromkeys(filter(None, names)))
    shown = ", ".join(distinct[:12])
    return f"{shown} and {len(distinct) - 12} more" if len(distinct) > 12 else shown or "none"
