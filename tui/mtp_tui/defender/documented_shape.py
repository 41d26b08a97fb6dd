"""An incident of the documented shape, decoded to what its row needs and no more: a fifth of the time of reading it all.

Whatever differs in a key or a type that the row needs does not decode, and is left to the forgiving reading, which gives
the same row for what does. This module imports msgspec, and is imported with the first answer.
Source: https://learn.microsoft.com/defender-xdr/api-list-incidents
"""

from typing import Annotated

import msgspec

LARGEST_ID = 2**53
"""Beyond it a number is no longer the same for every reader of JSON."""


Nothing = Annotated[str, msgspec.Meta(max_length=0)] | None
"""Stands for keys that must not hold anything."""


class DocumentedDevice(msgspec.Struct, gc=False):
    """A device of an alert, which goes by this ID where it has one."""

    mdatpDeviceId: str  # noqa: N815 - the service's names, here and below


class DocumentedEntity(msgspec.Struct, gc=False):
    """A piece of evidence; only accounts have these keys. In another case they are for the forgiving reading."""

    userPrincipalName: str | None = None  # noqa: N815
    accountName: str | None = None  # noqa: N815
    _name_pascal: Nothing = msgspec.field(name="UserPrincipalName", default=None)
    _name_upper: Nothing = msgspec.field(name="USERPRINCIPALNAME", default=None)
    _name_lower: Nothing = msgspec.field(name="userprincipalname", default=None)
    _account_pascal: Nothing = msgspec.field(name="AccountName", default=None)
    _account_upper: Nothing = msgspec.field(name="ACCOUNTNAME", default=None)
    _account_lower: Nothing = msgspec.field(name="accountname", default=None)


class DocumentedAlert(msgspec.Struct, gc=False):
    """An alert of an incident."""

    serviceSource: str | None  # noqa: N815
    devices: list[DocumentedDevice]
    entities: list[DocumentedEntity]


class DocumentedIncident(msgspec.Struct, gc=False):
    """Every key that the service always sends, and that the row needs."""

    incidentId: int  # noqa: N815
    incidentUri: str | None  # noqa: N815
    redirectIncidentId: int | None  # noqa: N815
    incidentName: str | None  # noqa: N815
    createdTime: str | None  # noqa: N815
    lastUpdateTime: str | None  # noqa: N815
    assignedTo: str | None  # noqa: N815
    classification: str | None
    determination: str | None
    status: str | None
    severity: str | None
    tags: list[str]
    alerts: list[DocumentedAlert]

    @property
    def accounts(self) -> set[str]:
        """Different accounts of all alerts, by their names."""
        names = (entity.userPrincipalName or entity.accountName for alert in self.alerts for entity in alert.entities)
        return {name.casefold() for name in names if name}

    @property
    def devices(self) -> set[str]:
        """Different devices of all alerts."""
        return {device.mdatpDeviceId.casefold() for alert in self.alerts for device in alert.devices}


_decoder = msgspec.json.Decoder(DocumentedIncident)


def documented(raw: bytes) -> DocumentedIncident | None:
    """The incident, or None if it is not of the documented shape in every respect that matters here."""
    try:
        found = _decoder.decode(raw)
    except (ValueError, RecursionError):
        return None
    has_ids = 0 < found.incidentId < LARGEST_ID and all(
        device.mdatpDeviceId for alert in found.alerts for device in alert.devices
    )
    return found if has_ids and abs(found.redirectIncidentId or 0) < LARGEST_ID else None
