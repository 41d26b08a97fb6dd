"""Evidence named by alerts: users, addresses, files, processes, mails and whatever else comes.

Bodies of 2020 and 2021 carry every key of every type, mostly null; later ones only the keys that matter. Both give the
same facts here: non-empty ones, in an order that suits the type. A type that we do not know keeps all its keys.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from mtp_tui.defender.fields import NEVER, Fields, are_usual
from mtp_tui.moments import parse_moment, utc_text

Fact = tuple[str, str]
"""A label and a value, both for people."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One piece of evidence."""

    type: str
    """`User`, `Ip`, `Url`, `File`, `Process`, `Mailbox`, … in this spelling if we know it, else as it came."""
    title: str
    """The best name in one line; empty if nothing came that names it."""
    facts: tuple[Fact, ...] = ()
    """Labels and values, none of them empty, in the order of the type."""
    verdict: str = ""
    remediation: str = ""
    device_id: str = ""
    """The device that a file or process was on; also among the facts."""
    seen_at: datetime | None = None


_FILE = ("fileName", "filePath", "sha1", "sha256", "md5", "detectionStatus", "deviceId")
_ACCOUNT = ("userPrincipalName", "accountName", "domainName", "userSid", "aadUserId")

KEYS = {
    "User": (*_ACCOUNT, "mailboxAddress", "sender"),
    "Mailbox": ("mailboxAddress", "mailboxDisplayName", *_ACCOUNT),
    "MailMessage": ("subject", "sender", "recipient", "userPrincipalName", "deliveryAction", "internetMessageId"),
    "MailCluster": ("clusterBy", "clusterByValue", "emailCount"),
    "Ip": ("ipAddress",),
    "Url": ("url",),
    "File": _FILE,
    "Process": (
        "processCommandLine", "processId", "processCreationTime", *_FILE[:-1],
        "parentProcessId", "parentProcessCreationTime", "parentProcessFileName", "parentProcessFilePath", "deviceId",
    ),
    "Registry": ("registryHive", "registryKey", "registryValueName", "registryValueType", "registryValue"),
    "SecurityGroup": ("securityGroupName", "securityGroupId"),
}  # fmt: skip
"""The types of the documentation, people first, each with its keys in reading order."""

LABELS = {
    "aadUserId": "Entra object ID",
    "accountName": "Account",
    "clusterBy": "Clustered by",
    "clusterByValue": "Cluster value",
    "deliveryAction": "Delivery",
    "detectionStatus": "Detection",
    "deviceId": "Device ID",
    "domainName": "Domain",
    "emailCount": "Mails",
    "fileName": "File name",
    "filePath": "Path",
    "internetMessageId": "Message ID",
    "ipAddress": "Address",
    "mailboxAddress": "Mailbox",
    "mailboxDisplayName": "Display name",
    "md5": "MD5",
    "parentProcessCreationTime": "Parent started",
    "parentProcessFileName": "Parent file name",
    "parentProcessFilePath": "Parent path",
    "parentProcessId": "Parent process ID",
    "processCommandLine": "Command line",
    "processCreationTime": "Started",
    "processId": "Process ID",
    "recipient": "Recipient",
    "registryHive": "Hive",
    "registryKey": "Key",
    "registryValue": "Value",
    "registryValueName": "Value name",
    "registryValueType": "Value type",
    "securityGroupId": "Group ID",
    "securityGroupName": "Group",
    "sender": "Sender",
    "sha1": "SHA-1",
    "sha256": "SHA-256",
    "subject": "Subject",
    "url": "URL",
    "userPrincipalName": "User principal name",
    "userSid": "SID",
}
"""By the service's key, what people read."""

NAMES_OF_PATHS = {"filePath": "fileName", "parentProcessFilePath": "parentProcessFileName"}
"""Keys of paths, each with the key of the name that it may end in."""

_TYPE_BY_FOLD = {name.casefold(): name for name in KEYS}
_NAMING = ("displayName", "name", "hostName", "deviceDnsName", "title", "fileName", "userPrincipalName", "accountName")
"""Where entities of other types have been seen to keep their name."""


def entity_of(sent: Fields) -> Entity:
    """One record of an alert's `entities`."""
    sent_type = sent.text("entityType")
    kind = _TYPE_BY_FOLD.get(sent_type.strip().casefold(), sent_type)
    verdict, remediation = sent.text("verdict"), sent.text("remediationStatus")
    seen_at = sent.moment("evidenceCreationTime")
    known = [(LABELS[key], _value(sent, key)) for key in _labelled(kind, sent.names)] if kind in KEYS else []
    others = [(key, _shown(key, value)) for key, value in sent.unread()]
    facts = tuple(dict.fromkeys(fact for fact in (*known, *others) if fact[1]))
    title = _TITLES.get(kind, _title_of_other)(sent)
    if not title and facts:
        title = facts[0][1]
    return Entity(kind, title, facts, verdict, remediation, sent.text("deviceId"), seen_at)


def _labelled(kind: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return known_keys(kind, names) if are_usual(names) else known_keys.__wrapped__(kind, names)


@lru_cache(maxsize=256)
def known_keys(kind: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the names have a label, in our spelling: those of the type first, in its order."""
    found = {name.casefold() for name in names}
    return tuple(key for key in dict.fromkeys((*KEYS[kind], *LABELS)) if key.casefold() in found)


def merge_entities(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Each entity once, grouped by type: the documented types first, then others in order of appearance.

    Records with the same facts are one entity. If their verdicts differ, all are told; the earliest sighting counts.
    """
    merged: dict[tuple[str, tuple[Fact, ...]], Entity] = {}
    for entity in entities:
        key = (entity.type.casefold(), entity.facts)
        merged[key] = _merged(merged[key], entity) if key in merged else entity
    order = {name.casefold(): position for position, name in enumerate(KEYS)}
    for entity in merged.values():
        order.setdefault(entity.type.casefold(), len(order))
    return tuple(sorted(merged.values(), key=lambda entity: order[entity.type.casefold()]))


def _merged(one: Entity, other: Entity) -> Entity:
    return replace(
        one,
        verdict=_all_words(one.verdict, other.verdict),
        remediation=_all_words(one.remediation, other.remediation),
        seen_at=min((moment for moment in (one.seen_at, other.seen_at) if moment), default=None),
    )


def _all_words(one: str, other: str) -> str:
    return ", ".join(dict.fromkeys(word for word in (*one.split(", "), other) if word))


def full_path(folder: str, name: str) -> str:
    """Where a file is, with its name once: the path that was sent may or may not end in it."""
    if not folder or not name:
        return folder or name
    ends_in_it = folder.casefold().endswith(name.casefold())
    before = folder[: -len(name)] if ends_in_it else ""
    if ends_in_it and (not before or before[-1] in "\\/"):
        return folder
    if folder[-1] in "\\/":
        return folder + name
    return f"{folder}{'/' if '/' in folder and chr(92) not in folder else chr(92)}{name}"


def _value(sent: Fields, key: str) -> str:
    value = sent.text(key)
    if key in NAMES_OF_PATHS and value:
        return full_path(value, sent.text(NAMES_OF_PATHS[key]))
    return _shown(key, value)


def _shown(key: str, value: str) -> str:
    """A time in the one form that people read; anything else as it came."""
    return shown_time(value) if is_time(key) else value


def is_time(key: str) -> bool:
    """Whether the value of a key is a time, by the sound of it."""
    return "time" in key.casefold()


def shown_time(value: str) -> str:
    """A time in the one form that people read, empty if it means never; what is no time as it came."""
    if value.startswith(NEVER):
        return ""
    moment = parse_moment(value)
    return value if moment is None else utc_text(moment)


def _first(*keys: str) -> Callable[[Fields], str]:
    return lambda sent: sent.text(*keys)


def _title_of_user(sent: Fields) -> str:
    account, domain = sent.text("accountName"), sent.text("domainName")
    qualified = f"{domain}\\{account}" if account and domain else account
    return sent.text("userPrincipalName") or qualified or sent.text("userSid", "aadUserId")


def _title_of_mailbox(sent: Fields) -> str:
    return sent.text("mailboxAddress", "userPrincipalName", "mailboxDisplayName") or _title_of_user(sent)


def _title_of_process(sent: Fields) -> str:
    name, number = sent.text("fileName"), sent.text("processId")
    return sent.text("processCommandLine") or name or (f"process {number}" if number else "")


def _title_of_cluster(sent: Fields) -> str:
    return ": ".join(part for part in (sent.text("clusterBy"), sent.text("clusterByValue")) if part)


def _title_of_registry(sent: Fields) -> str:
    return "\\".join(part for part in (sent.text("registryHive"), sent.text("registryKey")) if part)


def _title_of_other(sent: Fields) -> str:
    return sent.text(*_NAMING)


_TITLES: dict[str, Callable[[Fields], str]] = {
    "User": _title_of_user,
    "Mailbox": _title_of_mailbox,
    "MailMessage": _first("subject", "internetMessageId", "sender", "recipient", "userPrincipalName"),
    "MailCluster": _title_of_cluster,
    "Ip": _first("ipAddress"),
    "Url": _first("url"),
    "File": _first("fileName", "filePath", "sha256", "sha1"),
    "Process": _title_of_process,
    "Registry": _title_of_registry,
    "SecurityGroup": _first("securityGroupName", "securityGroupId"),
}
