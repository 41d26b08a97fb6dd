"""From one piece of evidence to the other incidents that name it."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mtp_tui.defender.evidence import pivot_of
from mtp_tui.defender.models import Alert, Device, Entity, Incident
from mtp_tui.store.times import maybe_moment, maybe_us

_LONGEST_VALUE = 256
"""Characters of a value that are compared as they are; a longer one by its beginning and a hash."""


_KINDS = {
    "User principal name": "user",
    "userPrincipalName": "user",
    "Account": "user",
    "accountName": "user",
    "SID": "user",
    "userSid": "user",
    "Entra object ID": "user",
    "aadUserId": "user",
    "Mailbox": "mailbox",
    "mailboxAddress": "mailbox",
    "Sender": "sender",
    "sender": "sender",
    "Subject": "mail",
    "subject": "mail",
    "Message ID": "mail",
    "internetMessageId": "mail",
    "Cluster value": "cluster",
    "Address": "address",
    "ipAddress": "address",
    "URL": "url",
    "url": "url",
    "SHA-1": "hash",
    "sha1": "hash",
    "SHA-256": "hash",
    "sha256": "hash",
    "MD5": "hash",
    "md5": "hash",
    "File name": "file",
    "fileName": "file",
    "Command line": "command",
    "Key": "registry",
    "Group": "group",
    "Group ID": "group",
    "Device ID": "device",
    "deviceId": "device",
    "mdatpDeviceId": "device",
    "deviceDnsName": "device",
    "hostName": "device",
}
"""Kinds as in `pivot_of`, by the label of an entity's fact; entities of unknown types keep the service's key as label."""

Value = tuple[str, str]
"""Kind and value."""


@dataclass(frozen=True, slots=True)
class OtherIncidents:
    """The remembered incidents that name one piece of evidence."""

    kind: str
    """As in `mtp_tui.defender.evidence.Pivot`, and so is the value."""
    value: str
    ids: tuple[str, ...] = ()
    """The one updated last first."""
    first_seen: datetime | None = None
    """Of any of them: when the evidence was seen, else when its alert was active, else when the incident began."""
    last_seen: datetime | None = None

    @property
    def count(self) -> int:
        """How many incidents."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One piece of evidence in one incident; the value in the form in which it is compared."""

    kind: str
    value: str
    first_seen: int | None
    last_seen: int | None


def sightings_of(incident: Incident, alerts: Iterable[Alert]) -> tuple[Sighting, ...]:
    """Every piece of evidence that the incident names, each once."""
    spans: dict[tuple[str, str], tuple[datetime | None, datetime | None]] = {}
    for value, first, last in _seen(incident, alerts):
        key = (value[0], folded(value[1]))
        known_first, known_last = spans.get(key, (None, None))
        spans[key] = (_earliest(known_first, first), _latest(known_last, last))
    return tuple(Sighting(*key, maybe_us(first), maybe_us(last)) for key, (first, last) in spans.items())


def pivot(connection: sqlite3.Connection, kind: str, value: str, besides: str) -> OtherIncidents:
    """The incidents with this evidence, without the one whose ID is `besides`."""
    rows = connection.execute(
        """
        SELECT id, first_seen, last_seen
        FROM evidence JOIN sightings USING (evidence) JOIN incidents USING (number)
        WHERE kind = ? AND value = ? AND id <> ? ORDER BY updated_at DESC, length(id), id
        """,
        (kind, folded(value), besides),
    ).fetchall()
    first = min((first for _, first, _ in rows if first is not None), default=None)
    last = max((last for _, _, last in rows if last is not None), default=None)
    return OtherIncidents(
        kind, value, tuple(incident_id for incident_id, _, _ in rows), maybe_moment(first), maybe_moment(last)
    )


def folded(value: str) -> str:
    """The form in which values are compared: neither case nor blanks around count."""
    text = value.strip().casefold().encode("utf-8", errors="replace").decode()
    if len(text) <= _LONGEST_VALUE:
        return text
    return f"{text[:_LONGEST_VALUE]}…{hashlib.sha256(text.encode()).hexdigest()}"


def _seen(incident: Incident, alerts: Iterable[Alert]) -> Iterator[tuple[Value, datetime | None, datetime | None]]:
    for alert in alerts:
        first = alert.first_activity or incident.created_at
        last = alert.last_activity or incident.updated_at
        for entity in alert.entities:
            for value in _values_of(entity):
                yield value, entity.seen_at or first, entity.seen_at or last
        for device in alert.devices:
            for value in _values_of_device(device):
                yield value, first, last


def _values_of(entity: Entity) -> set[Value]:
    """All that it could be looked for by, and not only what would tell it best."""
    values = {(_KINDS[label], value) for label, value in entity.facts if label in _KINDS}
    best = pivot_of(entity)
    return _usable(values if best is None else {*values, (best.kind, best.value)})


def _values_of_device(device: Device) -> set[Value]:
    return _usable({("device", value) for value in (*device.names, device.id, device.entra_id)})


def _usable(values: set[Value]) -> set[Value]:
    return {(kind, value) for kind, value in values if value.strip()}


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment), default=None)


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment), default=None)
