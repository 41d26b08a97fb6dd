"""An incident as one row of the queue: made from JSON, forgiving, with the bytes it came in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, quote, urlsplit

from mtp_tui.defender.device import DEVICE_ID_KEYS
from mtp_tui.defender.fields import Fields
from mtp_tui.defender.graph_names import in_defender_words
from mtp_tui.defender.json_reading import is_json, read_json
from mtp_tui.defender.page_items import Sent
from mtp_tui.defender.parts import is_too_much, may_be_too_much
from mtp_tui.defender.sources import service_name
from mtp_tui.errors import UnexpectedAnswer

_SEVERITIES = ("unspecified", "informational", "low", "medium", "high")
_STATUSES = ("redirected", "resolved", "inprogress", "new", "active")
_NOBODY = ("", "unassigned")
_NOT_PEOPLE = (*_NOBODY, "automation", "suppression rule")
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

PORTAL_HOSTS = ("security.microsoft.com", "security.microsoft.us", "security.apps.mil")
"""The only hosts that a link out of an incident may lead to."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. Texts are as the service sent them; "" and None mean that it sent none.

    Source: https://learn.microsoft.com/defender-xdr/api-list-incidents
    """

    id: str
    """Text everywhere, although this API sends a number."""
    name: str = ""
    severity: str = ""
    status: str = ""
    classification: str = ""
    determination: str = ""
    assigned_to: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    tags: tuple[str, ...] = ()
    redirect_id: str = ""
    """The incident that this one was merged into."""
    uri: str = ""
    """The portal's page as sent; `portal_link` says whether it may be opened."""
    alert_count: int = 0
    device_count: int = 0
    """Different devices of all alerts."""
    user_count: int = 0
    """Different accounts among the entities of all alerts."""
    sources: tuple[str, ...] = ()
    """Display names of the services whose alerts are in it, in the order of the alerts."""
    sent: Sent = field(default=b"", repr=False)
    """What `raw` gives, or the place to find it."""

    @property
    def raw(self) -> bytes:
        """The incident's JSON, byte for byte as it came; empty if this is only its row."""
        return bytes(self.sent)

    @property
    def is_redirected(self) -> bool:
        """It was merged into another, and has no alerts of its own any more."""
        return self.status.casefold() == "redirected" or bool(self.redirect_id)

    @property
    def is_open(self) -> bool:
        """It wants attention: neither resolved nor merged away. A status that we do not know counts as open."""
        return not self.is_redirected and self.status.casefold() != "resolved"

    @property
    def is_assigned_to_person(self) -> bool:
        """Somebody works on it; `Automation` and the like are nobody."""
        return self.assigned_to.strip().casefold() not in _NOT_PEOPLE


def incident_from(raw: bytes) -> Incident:
    """The row of one incident.

    Raises UnexpectedAnswer if these bytes are no JSON object, if it has no `incidentId`, or if it has more parts than can
    be shown; nothing else can be wrong enough.
    """
    from mtp_tui.defender.documented_shape import documented_row

    if may_be_too_much(raw) and is_json(raw) and is_too_much(raw):
        raise UnexpectedAnswer("", "An incident has more parts than can be shown.", "Open it in the portal.")
    return documented_row(raw) or incident_of(incident_fields(raw), raw)


def services(sent: Iterable[str | None]) -> tuple[str, ...]:
    """Display names of these services, each once; empty words are left out."""
    return tuple(dict.fromkeys([service_name(name) for name in dict.fromkeys(sent) if name]))


_TRY_AGAIN = "Try again; if it repeats, a proxy may stand in between."


def incident_fields(raw: bytes) -> Fields:
    """The keys of one incident; raises UnexpectedAnswer if it is no JSON object."""
    try:
        value = read_json(raw)
    except ValueError as error:
        raise UnexpectedAnswer(
            "", "An incident came as something that is not JSON.", _TRY_AGAIN, detail=str(error)
        ) from error
    if not isinstance(value, dict):
        raise UnexpectedAnswer("", "Something that is not an object came in the place of an incident.", _TRY_AGAIN)
    return Fields(in_defender_words(value))


def incident_of(fields: Fields, raw: bytes) -> Incident:
    """The row made of keys that are already read; raises UnexpectedAnswer if there is no `incidentId`."""
    alerts = fields.objects("alerts")
    return Incident(
        id=_id_of(fields),
        name=fields.text("incidentName"),
        severity=fields.text("severity"),
        status=fields.text("status"),
        classification=fields.text("classification"),
        determination=fields.text("determination"),
        assigned_to=fields.text("assignedTo"),
        created_at=fields.moment("createdTime"),
        updated_at=fields.moment("lastUpdateTime"),
        tags=fields.texts("tags"),
        redirect_id=fields.text("redirectIncidentId").strip(),
        uri=fields.text("incidentUri"),
        alert_count=len(alerts),
        device_count=_different(alerts, "devices", *DEVICE_ID_KEYS, "aadDeviceId", "azureAdDeviceId", "deviceDnsName"),
        user_count=_different(alerts, "entities", "userPrincipalName", "accountName", "userSid", "aadUserId"),
        sources=services(alert.text("serviceSource") for alert in alerts),
        sent=raw,
    )


def _different(alerts: list[Fields], what: str, *names: str) -> int:
    """How many different things the alerts list, each known by the first of these keys that it has."""
    found = (each.text(*names) for alert in alerts for each in alert.objects(what))
    return len({name.casefold() for name in found if name})


def _id_of(fields: Fields) -> str:
    value = fields.get("incidentId")
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        incident_id = fields.text("incidentId").strip()
        if incident_id:
            return incident_id
    raise UnexpectedAnswer("incidentId", "An incident came without a usable incidentId.", _TRY_AGAIN)


def same_content(one: Incident, other: Incident) -> bool:
    """Whether two answers say the same about an incident.

    Neither the order of keys nor white space counts, and the protocol's own annotations do not either: a single
    incident carries an `@odata.context` that it does not have on a page.
    """
    if one.raw == other.raw:
        return one == other
    if one.updated_at != other.updated_at:
        return False
    try:
        return _plain_content(one.raw) == _plain_content(other.raw)
    except (ValueError, RecursionError):
        return False


def _plain_content(raw: bytes) -> object:
    value = read_json(raw)
    if not isinstance(value, dict):
        return value
    return {key: inner for key, inner in value.items() if "odata." not in key.casefold()}


def severity_rank(severity: str) -> int:
    """High 5, Medium 4, Low 3, Informational 2, UnSpecified 1; 0 for none and for words that we do not know."""
    word = severity.strip().casefold()
    return _SEVERITIES.index(word) + 1 if word in _SEVERITIES else 0


def status_rank(status: str) -> int:
    """Higher wants attention sooner: Active 5, New 4, InProgress 3, Resolved 2, Redirected 1; unknown words 6."""
    word = status.strip().casefold()
    return _STATUSES.index(word) + 1 if word in _STATUSES else len(_STATUSES) + 1


def portal_link(incident: Incident, portal_host: str, tenant_id: str = "") -> str:
    """The incident's page in the portal: the link that came if it is https and leads there, else a built one.

    Links have been seen without the ID, and with a word in the place of the tenant's ID.
    """
    if _leads_to(incident, {portal_host.casefold(), *PORTAL_HOSTS}):
        return incident.uri
    tenant = f"?tid={quote(tenant_id, safe='')}" if tenant_id else ""
    return f"https://{portal_host}/incidents/{quote(incident.id, safe='')}{tenant}"


def _leads_to(incident: Incident, hosts: set[str]) -> bool:
    """Whether the link that came is one to this incident's page on one of these hosts."""
    uri = incident.uri
    try:
        parts = urlsplit(uri)
        tenants = parse_qs(parts.query).get("tid", [])
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and parts.netloc.casefold() in hosts
        and incident.id in parts.path.split("/")
        and all(map(_GUID.fullmatch, tenants))
        and uri.isascii()
        and uri.isprintable()
        and " " not in uri
    )
