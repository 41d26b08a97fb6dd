"""Labels and values for people of each kind of record, as pages and copies show them; empty values are left in."""

from datetime import datetime

from mtp_tui.defender.alert import Alert
from mtp_tui.defender.device import Device
from mtp_tui.defender.entity import Entity, Fact
from mtp_tui.defender.incident import Incident
from mtp_tui.defender.tactics import tactic_name
from mtp_tui.moments import utc_text

Moments = tuple[tuple[str, datetime | None], ...]
"""Labels and times."""


def incident_facts(incident: Incident) -> tuple[Fact, ...]:
    """What a row of the queue says, in whole words."""
    return (
        ("Incident ID", incident.id),
        ("Name", incident.name.rstrip("\u200b")),
        ("Severity", incident.severity),
        ("Status", incident.status),
        ("Assigned to", incident.assigned_to),
        ("Classification", incident.classification),
        ("Determination", incident.determination),
        ("Tags", ", ".join(incident.tags)),
        ("Alerts", str(incident.alert_count)),
        ("Sources", ", ".join(incident.sources)),
        *in_words((("Created", incident.created_at), ("Last update", incident.updated_at))),
    )


def alert_facts(alert: Alert) -> tuple[Fact, ...]:
    """Everything of an alert but its title, its times, its description and what it names."""
    return (
        ("Status", " · ".join(filter(None, (alert.status, alert.classification, alert.determination)))),
        ("Tactic", tactic_name(alert.category)),
        ("Source", " / ".join(dict.fromkeys(filter(None, (alert.service_source, alert.detection_source))))),
        ("Techniques", ", ".join(alert.techniques)),
        ("Threat", ", ".join(filter(None, (alert.threat_family, alert.actor_name)))),
        ("Assigned to", alert.assigned_to),
        ("Investigation", " ".join(filter(None, (alert.investigation_state, alert.investigation_id)))),
        ("Alert ID", alert.id),
        ("Provider's ID", alert.provider_id),
        ("Detector ID", alert.detector_id),
        *alert.extra,
    )


def alert_moments(alert: Alert) -> Moments:
    """The times of an alert in their usual order."""
    return (
        ("First activity", alert.first_activity),
        ("Last activity", alert.last_activity),
        ("Created", alert.created_at),
        ("Last update", alert.updated_at),
        ("Resolved", alert.resolved_at),
    )


def alert_row(alert: Alert) -> tuple[Fact, ...]:
    """An alert whole, for a copy."""
    return (
        ("Title", alert.title),
        ("Severity", alert.severity),
        *alert_facts(alert),
        *in_words(alert_moments(alert)),
        ("Devices", ", ".join(device.title for device in alert.devices)),
        ("Description", alert.description),
    )


def device_facts(device: Device) -> tuple[Fact, ...]:
    """Everything of a device but when it was first seen."""
    return (
        ("Names", " / ".join(device.names)),
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


def device_row(device: Device) -> tuple[Fact, ...]:
    """A device whole, for a copy."""
    return (*device_facts(device), *in_words((("First seen", device.first_seen),)))


def entity_row(entity: Entity) -> tuple[Fact, ...]:
    """An entity whole, for a copy."""
    return (
        ("Type", entity.type),
        ("Entity", entity.title),
        *entity.facts,
        ("Verdict", entity.verdict),
        ("Remediation", entity.remediation),
        *in_words((("Evidence since", entity.seen_at),)),
    )


def in_words(moments: Moments) -> tuple[Fact, ...]:
    """Times as UTC text; empty where there is none."""
    return tuple((label, utc_text(moment) if moment else "") for label, moment in moments)
