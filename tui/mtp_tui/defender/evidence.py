"""The evidence of an incident by type, with the alerts that name it, and what to look for in other incidents."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from mtp_tui.defender.alert import Alert
from mtp_tui.defender.detail import IncidentDetail
from mtp_tui.defender.device import Device
from mtp_tui.defender.entity import Entity, Fact


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One entity, and every alert that names it."""

    entity: Entity
    alerts: tuple[Alert, ...] = ()
    device_name: str = ""
    """Name of the device that it was on, if an alert names that device."""

    @property
    def key(self) -> str:
        """Unique within its incident."""
        return "\0".join((self.entity.type.casefold(), *(text for fact in self.entity.facts for text in fact)))


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    """All entities of one type."""

    type: str
    items: tuple[EvidenceItem, ...]


@dataclass(frozen=True, slots=True)
class Pivot:
    """What to look for in other incidents."""

    kind: str
    """`user`, `mailbox`, `sender`, `mail`, `cluster`, `address`, `url`, `hash`, `file`, `command`, `registry`, `group`,
    `device`, or `entity` for a type that we do not know."""
    value: str
    """As it was sent."""
    label: str
    """What it is, for a sentence: `SHA-256`, `Address`, …"""
    called: str = ""
    """What people call it, if that is something else."""


def evidence_of(detail: IncidentDetail) -> tuple[EvidenceGroup, ...]:
    """Every entity of any alert once, by type; within a type in the order of the alerts."""
    named_by: dict[tuple[str, tuple[Fact, ...]], dict[int, Alert]] = {}
    for alert in detail.alerts:
        for entity in alert.entities:
            named_by.setdefault(_identity(entity), {})[alert.position] = alert
    devices = {device.id.casefold(): device.title for device in detail.devices if device.names and device.id}
    return tuple(
        EvidenceGroup(
            group[0].type or "",
            tuple(
                EvidenceItem(
                    entity,
                    tuple(named_by.get(_identity(entity), {}).values()),
                    devices.get(entity.device_id.casefold(), ""),
                )
                for entity in group
            ),
        )
        for group in (list(each) for _, each in groupby(detail.entities, key=lambda entity: entity.type.casefold()))
    )


def _identity(entity: Entity) -> tuple[str, tuple[Fact, ...]]:
    """What makes two records the same entity, as in `merge_entities`."""
    return entity.type.casefold(), entity.facts


_HASHES = (("hash", "SHA-256"), ("hash", "SHA-1"), ("hash", "MD5"))
_ACCOUNT = tuple(("user", label) for label in ("User principal name", "SID", "Entra object ID", "Account"))
_PIVOTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "User": _ACCOUNT,
    "Mailbox": (("mailbox", "Mailbox"), *_ACCOUNT),
    "MailMessage": (("sender", "Sender"), ("mail", "Subject"), ("mail", "Message ID")),
    "MailCluster": (("cluster", "Cluster value"),),
    "Ip": (("address", "Address"),),
    "Url": (("url", "URL"),),
    "File": (*_HASHES, ("file", "File name")),
    "Process": (*_HASHES, ("file", "File name"), ("command", "Command line")),
    "Registry": (("registry", "Key"),),
    "SecurityGroup": (("group", "Group ID"), ("group", "Group")),
}
"""What tells an entity from others of its type, the surest first, by the labels of its facts."""


def pivot_of(entity: Entity) -> Pivot | None:
    """What other incidents would share with this entity; None if nothing came that tells it from others."""
    facts = dict(reversed(entity.facts))  # of two with one label the first counts
    for kind, label in _PIVOTS.get(entity.type, ()):
        if facts.get(label):
            return Pivot(kind, facts[label], label)
    if entity.type in _PIVOTS or not entity.title:
        return None
    return Pivot("entity", entity.title, entity.type or "entity")


def pivot_of_device(device: Device) -> Pivot | None:
    """What other incidents would share with this device; None if it came without ID and name."""
    if device.id:
        return Pivot("device", device.id, "Device ID", device.title if device.names else "")
    return Pivot("device", device.title, "Device") if device.title else None
