"""An incident opened: its alerts, and what they name together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mtp_tui.defender.alert import Alert, alert_of
from mtp_tui.defender.device import Device, merge_devices
from mtp_tui.defender.entity import Entity, merge_entities
from mtp_tui.defender.fields import Extra, Fields, text_of
from mtp_tui.defender.incident import Incident, incident_fields, incident_of
from mtp_tui.defender.json_reading import indented


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote below an incident."""

    text: str
    created_by: str = ""
    created_at: datetime | None = None
    extra: Extra = ()
    """Keys that have no place above, and a time that could not be read."""


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """Everything that one incident says; its bytes are in `incident.raw`."""

    incident: Incident
    alerts: tuple[Alert, ...] = ()
    """In the order of the service."""
    devices: tuple[Device, ...] = ()
    """Each device of any alert once."""
    entities: tuple[Entity, ...] = ()
    """Each entity of any alert once, grouped by type."""
    comments: tuple[Comment, ...] = ()
    techniques: tuple[str, ...] = ()
    """MITRE ATT&CK techniques of any alert, each once."""
    first_activity: datetime | None = None
    last_activity: datetime | None = None
    extra: Extra = ()
    """Keys of the incident that have no place above, and values of it that could not be read."""

    @property
    def json_text(self) -> str:
        """The incident's JSON, indented for reading; laid out each time, which for megabytes belongs into a thread."""
        return indented(self.incident.raw)


def detail_from(raw: bytes) -> IncidentDetail:
    """The whole of one incident; raises UnexpectedAnswer in the same cases as `incident_from`.

    A tenth of a second for one of several megabytes, so it belongs into a thread.
    """
    sent = incident_fields(raw)
    incident = incident_of(sent, raw)
    alerts = tuple(alert_of(alert, position) for position, alert in enumerate(sent.objects("alerts")))
    comments = _comments_of(sent)
    return IncidentDetail(
        incident=incident,
        alerts=alerts,
        devices=merge_devices(device for alert in alerts for device in alert.devices),
        entities=merge_entities(entity for alert in alerts for entity in alert.entities),
        comments=comments,
        techniques=tuple(dict.fromkeys(technique for alert in alerts for technique in alert.techniques)),
        first_activity=min((alert.first_activity for alert in alerts if alert.first_activity), default=None),
        last_activity=max((alert.last_activity for alert in alerts if alert.last_activity), default=None),
        extra=tuple(dict.fromkeys(sent.unread())),
    )


def began_at(alert: Alert) -> datetime | None:
    """When what an alert is about began, or the next best of its times; None if it came without any."""
    return alert.first_activity or alert.created_at or alert.last_activity or alert.updated_at


def in_time_order(alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    """Alerts from the first activity on; those without a time last, as the service sent them."""
    dated = [(moment, alert.position, alert) for alert in alerts if (moment := began_at(alert))]
    undated = [alert for alert in alerts if began_at(alert) is None]
    return (*(alert for *_, alert in sorted(dated, key=lambda each: each[:2])), *undated)


def _comments_of(sent: Fields) -> tuple[Comment, ...]:
    """A bare text in the list is a comment without an author."""
    value = sent.get("comments")
    comments = (_comment_of(item) for item in (value if isinstance(value, list) else [value]))
    return tuple(comment for comment in comments if comment != Comment(""))


def _comment_of(item: object) -> Comment:
    if not isinstance(item, dict):
        return Comment(text_of(item))
    sent = Fields(item)
    return Comment(
        text=sent.text("comment"),
        created_by=sent.text("createdBy", "createdByDisplayName"),
        created_at=sent.moment("createdTime", "createTime", "createdDateTime"),
        extra=sent.unread(),
    )
