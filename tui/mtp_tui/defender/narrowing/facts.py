"""What the fields of the line find in one incident: texts, each under its field, and made comparable when asked for.

The row answers for itself; the body is read only for fields that need it, once, and only if there is one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from mtp_tui.defender.alert import Alert, alert_of
from mtp_tui.defender.entity import Entity
from mtp_tui.defender.incident import Incident, incident_fields
from mtp_tui.defender.narrowing.folding import fold, squeeze
from mtp_tui.errors import UnexpectedAnswer

Texts = tuple[str, ...]

WORD_PARTS = ("row", "story", "entity")
"""Where a word without a field is looked for, cheapest first: the row, what alerts say, and what they name."""

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

    __slots__ = ("_folded", "_squeezed", "_texts", "incident")

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        self._texts: Mapping[str, Texts] | None = None
        self._folded: dict[str, str] = {}
        self._squeezed: dict[str, frozenset[str]] = {}

    def texts(self, field: str) -> Texts:
        """The texts of a field as they were sent; of the row's fields also empty ones."""
        row = _ROW.get(field)
        if row is not None:
            return row(self.incident)
        if self._texts is None:
            self._texts = _texts_of(self.incident)
        return self._texts.get(field, ())

    def folded(self, field: str) -> str:
        """The texts of a field folded, with a line feed before, between and behind them; none of them holds one."""
        found = self._folded.get(field)
        if found is None:
            found = "\n".join(("", *(fold(text) for text in self.texts(field)), ""))
            self._folded[field] = found
        return found

    def squeezed(self, field: str) -> frozenset[str]:
        """The texts of a field squeezed."""
        found = self._squeezed.get(field)
        if found is None:
            found = self._squeezed[field] = frozenset(squeeze(text) for text in self.texts(field))
        return found


class FactsBook:
    """Keeps the facts of incidents, so that each is read once for each state of it."""

    def __init__(self) -> None:
        self._facts: dict[str, IncidentFacts] = {}

    def of(self, incident: Incident) -> IncidentFacts:
        """The facts of this state of an incident."""
        facts = self._facts.get(incident.id)
        if facts is None or facts.incident is not incident:
            facts = self._facts[incident.id] = IncidentFacts(incident)
        return facts

    def learn(self, incidents: Iterable[Incident]) -> None:
        """Read bodies ahead of the first question; a thread is the place for it."""
        for incident in incidents:
            facts = self.of(incident)
            for part in WORD_PARTS:
                facts.folded(part)


def _texts_of(incident: Incident) -> Mapping[str, Texts]:
    try:
        sent = incident_fields(incident.raw)
    except UnexpectedAnswer:
        return {}
    alerts = (alert_of(alert, position) for position, alert in enumerate(sent.objects("alerts")))
    found: dict[str, dict[str, None]] = {"story": dict.fromkeys(sent.texts("comments"))}
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
            yield "entity", text
        for user in device.logged_on_users:
            yield "user", user
            yield "entity", user
    for entity in alert.entities:
        yield from _texts_of_entity(entity)


def _texts_of_entity(entity: Entity) -> Iterator[tuple[str, str]]:
    yield "verdict", entity.verdict
    yield "entity", entity.title
    if field := _FIELDS_BY_TYPE.get(entity.type.casefold()):
        yield field, entity.title
    for label, value in entity.facts:
        yield "entity", value
        if field := _field_of(label):
            yield field, value
    labelled = dict(entity.facts)
    if "Account" in labelled and "Domain" in labelled:
        yield "user", f"{labelled['Domain']}\\{labelled['Account']}"


@lru_cache(maxsize=1024)
def _field_of(label: str) -> str:
    return _FIELDS_BY_LABEL.get(squeeze(label), "")
