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
from mtp_tui.defender.incident import Incident, services
from mtp_tui.defender.json_reading import MOST_ITEMS, split_page
from mtp_tui.defender.page_items import PageItem, PageItems, Sent
from mtp_tui.moments import parse_moment

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


class DocumentedPage(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A whole answer of the list; one that says anything else is read in another way."""

    value: list[DocumentedIncident]
    context: str | None = msgspec.field(name="@odata.context", default=None)
    count: int | None = msgspec.field(name="@odata.count", default=None)
    next_link: str | None = msgspec.field(name="@odata.nextLink", default=None)


class _Items(msgspec.Struct, gc=False):
    """The same, with each incident as the bytes that came."""

    value: list[msgspec.Raw]


_incidents = msgspec.json.Decoder(DocumentedIncident)
_pages = msgspec.json.Decoder(DocumentedPage)
_items = msgspec.json.Decoder(_Items)


def documented_row(raw: bytes) -> Incident | None:
    """The row, or None if the incident is not of the documented shape in every respect that matters here."""
    try:
        return _row(_incidents.decode(raw), raw)
    except (ValueError, RecursionError):
        return None


def documented_rows(body: bytes) -> tuple[list[Incident], str | None] | None:
    """The rows of a page and its next link; None if one of its incidents, or the page itself, is of another shape.

    The bytes of its incidents are looked for when they are wanted: to find where each of them ends takes nearly as long
    as to decode them all.
    """
    try:
        page = _pages.decode(body)
    except (ValueError, RecursionError):
        return None
    if len(page.value) > MOST_ITEMS:
        return None
    items = PageItems(body, _split)
    rows: list[Incident] = []
    for position, sent in enumerate(page.value):
        row = _row(sent, PageItem(items, position))
        if row is None:
            return None
        rows.append(row)
    return rows, page.next_link


def _split(body: bytes) -> list[bytes]:
    """The incidents of a page that is known to decode: in one pass, where `split_page` needs two."""
    try:
        return [bytes(item) for item in _items.decode(body).value]
    except (ValueError, RecursionError):  # whoever asks may have less room left below than whoever decoded it
        return split_page(body)[0] or []


def _row(sent: DocumentedIncident, raw: Sent) -> Incident | None:
    redirect = sent.redirectIncidentId
    if not 0 < sent.incidentId < LARGEST_ID or (redirect is not None and abs(redirect) >= LARGEST_ID):
        return None
    alerts = sent.alerts
    devices = {device.mdatpDeviceId for alert in alerts for device in alert.devices}
    accounts = {
        each.userPrincipalName or each.accountName or each.userSid or each.aadUserId
        for alert in alerts
        for each in alert.entities
    }
    users = {name for name in accounts if name}
    if not (_can_be_seen(devices) and _can_be_seen(users)):
        return None
    return Incident(
        str(sent.incidentId),
        _given(sent.incidentName),
        _given(sent.severity),
        _given(sent.status),
        _given(sent.classification),
        _given(sent.determination),
        _given(sent.assignedTo),
        parse_moment(sent.createdTime),
        parse_moment(sent.lastUpdateTime),
        tuple(filter(_given, sent.tags)),
        "" if redirect is None else str(redirect),
        _given(sent.incidentUri),
        len(alerts),
        len({device.casefold() for device in devices}),
        len({user.casefold() for user in users}),
        services(filter(_given, dict.fromkeys([alert.serviceSource for alert in alerts]))),
        raw,
    )


def _can_be_seen(names: set[str]) -> bool:
    """Whether none of these is blank."""
    # most begin with a letter or digit, which is asked of all of them at once
    return "" not in names and ("".join([name[0] for name in names]).isalnum() or not any(map(is_blank, names)))


def _given(text: str | None) -> str:
    return text if text and (text[0].isalnum() or not is_blank(text)) else ""
