"""One alert of an incident, with the devices and the evidence that it names."""

from dataclasses import dataclass
from datetime import datetime

from mtp_tui.defender.device import Device, device_of
from mtp_tui.defender.entity import Entity, entity_of
from mtp_tui.defender.fields import Extra, Fields
from mtp_tui.defender.sources import detector_name, service_name


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. Texts are as the service sent them; "" and None mean that it sent none."""

    position: int
    """Its place in the incident, from 0. IDs have been seen twice in one incident, so `key` tells alerts apart."""
    id: str = ""
    provider_id: str = ""
    title: str = ""
    description: str = ""
    category: str = ""
    """The kill-chain word; the service's `None` is not given."""
    severity: str = ""
    """May differ from that of its incident; neither follows from the other."""
    status: str = ""
    service_source: str = ""
    """Display name of the product."""
    detection_source: str = ""
    """Display name of the detector."""
    detector_id: str = ""
    classification: str = ""
    determination: str = ""
    assigned_to: str = ""
    investigation_id: str = ""
    investigation_state: str = ""
    actor_name: str = ""
    threat_family: str = ""
    techniques: tuple[str, ...] = ()
    """MITRE ATT&CK techniques, as sent."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    resolved_at: datetime | None = None
    first_activity: datetime | None = None
    last_activity: datetime | None = None
    devices: tuple[Device, ...] = ()
    entities: tuple[Entity, ...] = ()
    extra: Extra = ()
    """Keys that have no place above, and times that could not be read."""

    @property
    def key(self) -> str:
        """Unique within its incident, whatever was sent."""
        return f"{self.position}:{self.id}"


def alert_of(sent: Fields, position: int) -> Alert:
    """One record of an incident's `alerts`."""
    sent.get("incidentId")  # the incident that it came in is the one that counts
    category = sent.text("category")
    return Alert(
        position=position,
        id=sent.text("alertId"),
        provider_id=sent.text("providerAlertId"),
        title=sent.text("title"),
        description=sent.text("description"),
        category="" if category.casefold() == "none" else category,
        severity=sent.text("severity"),
        status=sent.text("status"),
        service_source=service_name(sent.text("serviceSource")),
        detection_source=detector_name(sent.text("detectionSource")),
        detector_id=sent.text("detectorId"),
        classification=sent.text("classification"),
        determination=sent.text("determination"),
        assigned_to=sent.text("assignedTo"),
        investigation_id=sent.text("investigationId"),
        investigation_state=sent.text("investigationState"),
        actor_name=sent.text("actorName"),
        threat_family=sent.text("threatFamilyName"),
        techniques=sent.texts("mitreTechniques"),
        created_at=sent.moment("creationTime", "createdTime"),
        updated_at=sent.moment("lastUpdatedTime", "lastUpdateTime"),
        resolved_at=sent.moment("resolvedTime"),
        first_activity=sent.moment("firstActivity"),
        last_activity=sent.moment("lastActivity"),
        devices=tuple(device_of(device) for device in sent.objects("devices")),
        entities=tuple(entity_of(entity) for entity in sent.objects("entities")),
        extra=sent.unread(),
    )
