"""What the fields of the line find in one incident: texts, each under its field, and made comparable when asked for.

The row answers for itself; the body is read only for fields that need it, once, and only if there is one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from mtp_tui.defender.alert import Alert, alert_of
from mtp_tui.defender.entity import Entity
from mtp_tui.defender.fields import Fields
from mtp_tui.defender.incident import Incident, incident_fields
from mtp_tui.defender.narrowing.folding import fold, squeeze
from mtp_tui.defender.narrowing.spoken import spoken
from mtp_tui.errors import UnexpectedAnswer

Texts = tuple[str, ...]

ENTITY_PARTS = ("user", "device", "file", "process", "hash", "ip", "url", "mail", "rest")
"""Where the evidence of alerts is kept, each text in one of them."""

WORD_PARTS = ("row", "story", *ENTITY_PARTS)
"""Where a word without a field is looked for, cheapest first: the row, what alerts say, and what they name."""

SPOKEN_PARTS = (*WORD_PARTS, "name", "mitre", "category", "verdict")
"""Of which it counts what they say (mtp_tui.defender.narrowing.spoken); of other fields, how it is written."""

_SQUEEZED = ("category", "verdict")

PARTS = {"entity": ENTITY_PARTS, "": WORD_PARTS}
"""Fields, by name, that look into several parts; every other one looks into the part of its own name."""

_ROW: Mapping[str, Callable[[Incident], Texts]] = {
    "severity": lambda incident: (incident.severity,),
    "status": lambda incident: (incident.status,),
    "owner": lambda incident: (incident.assigned_to,),
    "tag": lambda incident: incident.tags,
    "source": lambda incident: incident.sources,
    "name": lambda incident: (incident.name,),
    "id": lambda incident: (incident.id,),
    "classification": lambda incident: (incident.classification,),
    "determination": lambda incident: (incident.determination,),
    "row": lambda incident: (
        incident.id,
        incident.name,
        incident.severity,
        incident.status,
        incident.classification,
        incident.determination,
        incident.assigned_to,
        incident.redirect_id,
        *incident.sources,
        *incident.tags,
    ),
}

_SHARED = frozenset(_ROW) - {"name", "id", "row"}
"""Fields of the row whose few words many incidents share."""

_FIELDS_BY_LABEL = {
    label: name
    for name, labels in {
        "user": (
            "accountname", "account", "userprincipalname", "usersid", "sid", "aaduserid", "entraobjectid",
        ),
        "device": ("deviceid", "devicednsname", "hostname"),
        "file": ("filename", "path", "filepath", "parentfilename", "parentpath", "parentprocessfilename", "parentprocessfilepath"),
        "process": ("commandline", "processcommandline"),
        "hash": ("sha1", "sha256", "md5"),
        "ip": ("address", "ipaddress"),
        "url": ("url",),
        "mail": ("subject", "sender", "recipient", "mailbox", "mailboxaddress", "displayname", "mailboxdisplayname", "messageid", "internetmessageid"),
    }.items()
    for label in labels
}  # fmt: skip
"""Labels of an entity's facts, and the service's own keys where its type is unknown; squeezed."""

_FIELDS_BY_TYPE = {
    "user": "user", "mailbox": "mail", "mailmessage": "mail", "mailcluster": "mail", "ip": "ip", "url": "url",
    "file": "file", "process": "process",
}  # fmt: skip
"""Where the title of an entity belongs."""


class IncidentFacts:
    """The texts of one incident, read and folded as far as they have been asked for. Any thread may ask."""

    __slots__ = ("_folded", "_spoken", "_texts", "incident")

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        self._texts: Mapping[str, Texts] | None = None
        self._folded: dict[str, str] = {}
        self._spoken: dict[str, str] = {}

    def learn(self, sent: Fields, alerts: Iterable[Alert]) -> None:
        """Take the texts of the body from what somebody else has read of it."""
        self._texts = _texts_of_body(sent, alerts)

    def texts(self, field: str) -> Texts:
        """The texts of a field as they were sent; of the row's fields also empty ones."""
        row = _ROW.get(field)
        if row is not None:
            return row(self.incident)
        if self._texts is None:
            self._texts = _texts_of(self.incident)
        found = self._texts
        return tuple(text for part in PARTS.get(field, (field,)) for text in found.get(part, ()))

    def folded(self, field: str) -> str:
        """The texts of a field folded, with a line feed before, between and behind them; none of them holds one."""
        if field in _SHARED:
            return _folded(self.texts(field))
        found = self._folded.get(field)
        if found is None:
            found = self._folded[field] = between_lines(fold(text) for text in self.texts(field))
        return found

    def spoken(self, part: str) -> str:
        """What the texts of a part say (mtp_tui.defender.narrowing.spoken)."""
        found = self._spoken.get(part)
        if found is None:
            lines = between_lines(sorted(self.squeezed(part))) if part in _SQUEEZED else self.folded(part)
            found = self._spoken[part] = spoken(lines)
        return found

    def squeezed(self, field: str) -> frozenset[str]:
        """The texts of a field squeezed."""
        return _squeezed(self.texts(field))


def facts_of(incident: Incident, sent: Fields, alerts: Iterable[Alert]) -> IncidentFacts:
    """The facts of an incident of which the keys and alerts are already read."""
    facts = IncidentFacts(incident)
    facts.learn(sent, alerts)
    return facts


def between_lines(texts: Iterable[str]) -> str:
    """The texts with a line feed before, between and behind them, to be looked through in one go."""
    return "\n".join(("", *texts, ""))


@lru_cache(maxsize=4096)
def _folded(texts: Texts) -> str:
    return between_lines(fold(text) for text in texts)


@lru_cache(maxsize=4096)
def _squeezed(texts: Texts) -> frozenset[str]:
    return frozenset(squeeze(text) for text in texts)


def _texts_of(incident: Incident) -> Mapping[str, Texts]:
    try:
        sent = incident_fields(incident.raw)
    except UnexpectedAnswer:
        return {}
    return _texts_of_body(sent, (alert_of(alert, position) for position, alert in enumerate(sent.objects("alerts"))))


def _texts_of_body(sent: Fields, alerts: Iterable[Alert]) -> Mapping[str, Texts]:
    authors = (comment.text("createdBy", "createdByDisplayName") for comment in sent.objects("comments"))
    found: dict[str, dict[str, None]] = {"story": dict.fromkeys((*sent.texts("comments"), *filter(None, authors)))}
    for alert in alerts:
        for field, text in _texts_of_alert(alert):
            if text:
                found.setdefault(field, {})[text] = None
    return {field: tuple(texts) for field, texts in found.items()}


def _texts_of_alert(alert: Alert) -> Iterator[tuple[str, str]]:
    for text in (
        alert.title, alert.description, alert.id, alert.provider_id, alert.category, alert.actor_name,
        alert.threat_family, alert.detection_source, alert.detector_id, *alert.techniques,
    ):  # fmt: skip
        yield "story", text
    yield "category", alert.category
    for technique in alert.techniques:
        yield "mitre", technique
    for device in alert.devices:
        for text in (*device.names, device.id, device.entra_id):
            yield "device", text
        for user in device.logged_on_users:
            yield "user", user
        for tag in device.tags:
            yield "rest", tag
    for entity in alert.entities:
        yield from _texts_of_entity(entity)


def _texts_of_entity(entity: Entity) -> Iterator[tuple[str, str]]:
    yield "verdict", entity.verdict
    yield _FIELDS_BY_TYPE.get(entity.type.casefold(), "rest"), entity.title
    for label, value in entity.facts:
        yield _field_of(label), value
    labelled = dict(entity.facts)
    if "Account" in labelled and "Domain" in labelled:
        yield "user", f"{labelled['Domain']}\\{labelled['Account']}"


@lru_cache(maxsize=1024)
def _field_of(label: str) -> str:
    return _FIELDS_BY_LABEL.get(squeeze(label), "rest")
