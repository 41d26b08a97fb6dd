"""Incidents in the words of Microsoft Graph, turned into the words of the Defender API, which the rest of this package reads.

Only names change and nested records are laid open: a key that has no counterpart stays as it is, and so does one whose
counterpart came with a value of its own. Bodies of the Defender API come through as they are.
Source: https://learn.microsoft.com/graph/api/resources/security-incident, security-alert and security-alertevidence;
`createdBy` and `createdTime` of comments stand in its examples only, and are read elsewhere.
"""

from collections.abc import Iterable, Mapping

Json = dict[str, object]

_INCIDENT = {
    "id": "incidentId",
    "displayName": "incidentName",
    "createdDateTime": "createdTime",
    "lastUpdateDateTime": "lastUpdateTime",
    "incidentWebUrl": "incidentUri",
    "customTags": "tags",
}
_ALERT = {
    "id": "alertId",
    "createdDateTime": "creationTime",
    "lastUpdateDateTime": "lastUpdatedTime",
    "resolvedDateTime": "resolvedTime",
    "firstActivityDateTime": "firstActivity",
    "lastActivityDateTime": "lastActivity",
    "actorDisplayName": "actorName",
    "threatDisplayName": "threatFamilyName",
}
_EVIDENCE = {
    "createdDateTime": "evidenceCreationTime",
    "mdeDeviceId": "deviceId",
    "azureAdUserId": "aadUserId",
    "primaryAddress": "mailboxAddress",
    "upn": "userPrincipalName",
    "recipientEmailAddress": "recipient",
    "processCreationDateTime": "processCreationTime",
    "parentProcessCreationDateTime": "parentProcessCreationTime",
}
_NAME_OF = {"Mailbox": "mailboxDisplayName", "SecurityGroup": "securityGroupName"}
"""What `displayName` is called for these types."""

_LAID_OPEN = {
    "useraccount": {},
    "filedetails": {},
    "imagefile": {},
    "parentprocessimagefile": {"fileName": "parentProcessFileName", "filePath": "parentProcessFilePath"},
}
"""Records inside evidence whose keys stand on their own here; those with names say which keys, and what they become."""

_SENDERS = ("p2Sender", "p1Sender")
"""Whom the reader sees, then whom the mail servers saw."""

_LAST = ("roles", "detailedRoles", "tags", "remediationStatusDetails")
"""Keys of all evidence, which tell one entity from another least."""

_TYPES = {
    "analyzedmessage": "MailMessage",
    "registrykey": "Registry",
    "registryvalue": "Registry",
}
"""Types that have another name here; the others are `userEvidence` there and `User` here."""

_DEVICE = "Device"


def _spellings(names: Iterable[str]) -> frozenset[str]:
    """As Graph writes them, and with a capital."""
    return frozenset(spelt for name in names for spelt in (name, name[0].upper() + name[1:]))


OF_INCIDENTS, OF_ALERTS = _spellings(_INCIDENT), _spellings((*_ALERT, "evidence"))
"""A body with none of these is in the words of the Defender API already."""


def in_defender_words(incident: Json) -> Json:
    """One incident with the keys of the Defender API, those of its alerts and their evidence too.

    `systemTags` join the tags where the ID is Graph's: such an incident is never changed over this API, which replaces
    all tags at once. They stay under their own name besides.
    """
    changed = incident if OF_INCIDENTS.isdisjoint(incident) else _renamed(_with_tags(incident), _INCIDENT)
    key = _key(changed, "alerts")
    sent = changed.get(key)
    alerts = sent if isinstance(sent, list) else [sent]
    translated = [_alert(alert) if isinstance(alert, dict) else alert for alert in alerts]
    if all(new is old for new, old in zip(translated, alerts, strict=True)):
        return changed
    return {**changed, key: translated}


def _with_tags(incident: Json) -> Json:
    """All tags under one name, if this is an incident with Graph's ID."""
    if _holds(incident.get(_key(incident, "incidentId"))):
        return incident
    keys = [_key(incident, name) for name in ("tags", "customTags", "systemTags")]
    words = [word for key in keys for word in _listed(incident.get(key))]
    return {**incident, keys[0]: words} if words else incident


def _alert(alert: Json) -> Json:
    if OF_ALERTS.isdisjoint(alert):
        return alert
    changed = _renamed(alert, _ALERT)
    sent = _listed(changed.pop(_key(changed, "evidence"), None))
    named = [_evidence(record) for record in sent if isinstance(record, dict)]
    rest = [record for record in sent if not isinstance(record, dict) and record is not None]
    devices = [record for kind, record in named if kind == _DEVICE]
    entities = [record for kind, record in named if kind != _DEVICE]
    for name, records in (("devices", devices), ("entities", entities), ("evidence", rest)):
        if records:
            key = _key(changed, name)
            changed[key] = [*_listed(changed.get(key)), *records]
    return changed


def _evidence(sent: Json) -> tuple[str, Json]:
    """The type of one record of evidence, and the record as an entity, or as a device."""
    kind = _type_of(sent)
    if kind == _DEVICE:
        return kind, {key: _joined(value) for key, value in sent.items()}
    record = _renamed(sent, _EVIDENCE | ({"displayName": _NAME_OF[kind]} if kind in _NAME_OF else {}))
    for outer in [key for key in record if key.casefold() in _LAID_OPEN]:
        _lay_open(record, outer)
    if kind == "MailMessage":
        _name_sender(record)
    ordered = sorted(record, key=lambda key: key in _LAST)
    return kind, ({"entityType": kind} if kind else {}) | {key: _joined(record[key]) for key in ordered}


def _type_of(sent: Json) -> str:
    """The end of `@odata.type`, without `Evidence`; empty if there is none."""
    word = sent.get(_key(sent, "@odata.type"))
    if not isinstance(word, str):
        return ""
    name = word.rpartition(".")[2].lstrip("#")
    name = name[: -len("Evidence")] if name.casefold().endswith("evidence") else name
    return _TYPES.get(name.casefold(), name[:1].upper() + name[1:])


def _lay_open(record: Json, outer: str) -> None:
    inner = record[outer]
    if not isinstance(inner, dict):
        return
    names: Mapping[str, str] = _LAID_OPEN[outer.casefold()]
    del record[outer]
    for key, value in _renamed(inner, _EVIDENCE).items():
        name = names.get(key, f"{outer}.{key}") if names else key
        if _holds(record.get(name)) and record[name] != value:
            name = f"{outer}.{key}"
        record[name] = value


def _name_sender(record: Json) -> None:
    for name in _SENDERS:
        sender = record.get(_key(record, name))
        address = sender.get(_key(sender, "emailAddress")) if isinstance(sender, dict) else None
        if _holds(address):
            record.setdefault("sender", address)
            return


def _renamed(sent: Json, names: Mapping[str, str]) -> Json:
    """With our name for each key that has one and holds something, unless that name is taken."""
    result = dict(sent)
    for graphs, ours in names.items():
        key, taken = _key(result, graphs), _key(result, ours)
        if _holds(result.get(key)) and not _holds(result.get(taken)):
            value = result.pop(key)
            result.pop(taken, None)
            result[ours] = value
    return result


def _key(sent: Json, name: str) -> str:
    """The name as this object spells it."""
    if name in sent:
        return name
    folded = name.casefold()
    return next((key for key in sent if key.casefold() == folded), name)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if _holds(value) else []


def _joined(value: object) -> object:
    """A list of words as one text."""
    words = [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
    return ", ".join(words) if isinstance(value, list) and len(words) == len(value) else value


def _holds(value: object) -> bool:
    return value is not None and value not in ("", [], {})
