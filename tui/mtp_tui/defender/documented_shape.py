"""An incident of the documented shape, decoded to what its row needs and no more: a fifth of the time of reading it all.

Whatever differs in a key or a type that the row needs does not decode, and is left to the forgiving reading, which gives
the same row for what does. This module imports msgspec, and is imported with the first answer.
Source: https://learn.microsoft.com/defender-xdr/api-list-incidents
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import msgspec

from mtp_tui.defender.fields import is_blank
from mtp_tui.defender.graph_names import OF_ALERTS, OF_INCIDENTS

LARGEST_ID = 2**53
"""Beyond it a number is no longer the same for every reader of JSON."""

ACCOUNT_KEYS = ("userPrincipalName", "accountName", "userSid", "aadUserId")

Nothing = Annotated[str, msgspec.Meta(max_length=0)] | None


def _without(names: Iterable[str]) -> type[msgspec.Struct]:
    """A base for records in which these keys hold nothing; one in which they do does not decode."""
    keys = [(f"_{name}", Nothing, msgspec.field(name=name, default=None)) for name in sorted(names)]
    return msgspec.defstruct("Without", keys, kw_only=True, gc=False)


if TYPE_CHECKING:

    class _NotGraphsIncident(msgspec.Struct): ...

    class _NotGraphsAlert(msgspec.Struct): ...

    class _OneSpelling(msgspec.Struct): ...

else:
    _NotGraphsIncident, _NotGraphsAlert = _without(OF_INCIDENTS), _without(OF_ALERTS)
    _OneSpelling = _without(
        spelt for key in ACCOUNT_KEYS for spelt in (key.lower(), key.upper(), key[0].upper() + key[1:])
    )


class DocumentedDevice(msgspec.Struct, gc=False):
    """A device of an alert, which goes by this ID where it has one."""

    mdatpDeviceId: str  # noqa: N815 - the service's names, here and below


class DocumentedEntity(_OneSpelling, kw_only=True, gc=False):
    """A piece of evidence; only accounts have these keys."""

    userPrincipalName: str | None = None  # noqa: N815
    accountName: str | None = None  # noqa: N815
    userSid: str | None = None  # noqa: N815
    aadUserId: str | None = None  # noqa: N815


class DocumentedAlert(_NotGraphsAlert, kw_only=True, gc=False):
    """An alert of an incident."""

    serviceSource: str | None  # noqa: N815
    devices: list[DocumentedDevice]
    entities: list[DocumentedEntity]


class DocumentedIncident(_NotGraphsIncident, kw_only=True, gc=False):
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
        names = {
            each.userPrincipalName or each.accountName or each.userSid or each.aadUserId
            for alert in self.alerts
            for each in alert.entities
        }
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
    has_numbers = 0 < found.incidentId < LARGEST_ID and abs(found.redirectIncidentId or 0) < LARGEST_ID
    return found if has_numbers and not any(map(is_blank, found.devices | found.accounts)) else None
