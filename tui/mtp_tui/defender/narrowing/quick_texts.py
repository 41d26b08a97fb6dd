"""The texts of an incident's body as `body_texts` tells them, read without making an object of each alert and entity.

Where the values of a record stand is worked out once for each set of keys that comes. The values are gathered as they
are, and looked at when each of them is there once. What is put together in another way (a device with two names, a user
without any, a type that we do not know) is left to the objects. Tested to come to the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import cast

from mtp_tui.defender.alert import alert_of
from mtp_tui.defender.device import DEVICE_ID_KEYS, ENTRA_ID_KEYS, device_of
from mtp_tui.defender.entity import LABELS, NAMES_OF_PATHS, entity_of, full_path, is_time, known_keys, shown_time
from mtp_tui.defender.fields import NEVER, Fields, are_usual, is_blank, spellings, text_of
from mtp_tui.defender.narrowing.body_texts import (
    PARTS_OF_BODIES,
    part_of_label,
    part_of_type,
    texts_of_alert,
    texts_of_comments,
    texts_of_device,
    texts_of_entity,
)
from mtp_tui.defender.sources import detector_name
from mtp_tui.moments import parse_moment

Json = Mapping[str, object]
Getter = Callable[[Json], tuple[object, ...]]
"""Takes the values of certain keys out of a record that has them."""


@dataclass(frozen=True, slots=True)
class BodyTexts:
    """What a body says."""

    texts: Mapping[str, tuple[str, ...]]
    """By part, each once; empty parts are there too."""
    active_from: datetime | None
    """The first activity of any alert."""
    active_until: datetime | None
    """The last one."""


def texts_of_body(sent: Fields) -> BodyTexts:
    """Read the body of an incident, in the words of the Defender API."""
    gathered = _Gathered()
    gathered.values["story"] += texts_of_comments(sent)
    for alert in _records(sent.get("alerts")):
        _gather_alert(gathered, alert)
    return BodyTexts(
        {part: tuple(_texts(values)) for part, values in gathered.finished().items()},
        min(_moments(gathered.begun), default=None),
        max(_moments(gathered.ended), default=None),
    )


class _Gathered:
    """Values as they were sent, in which the same one stands many times, and most are texts or null."""

    __slots__ = ("accounts", "begun", "categories", "detectors", "ended", "paths", "seen", "times", "values")

    def __init__(self) -> None:
        self.values: dict[str, list[object]] = {part: [] for part in PARTS_OF_BODIES}
        """By part."""
        self.times: list[tuple[str, object]] = []
        """Parts and times of theirs."""
        self.paths: list[tuple[str, object, object]] = []
        """Parts, paths, and the names that these may end in."""
        self.accounts: list[tuple[object, ...]] = []
        """Domains and accounts."""
        self.categories: list[object] = []
        self.detectors: list[object] = []
        self.seen: list[object] = []
        """When evidence was seen."""
        self.begun: list[object] = []
        self.ended: list[object] = []

    def add(self, texts: Iterable[tuple[str, str]]) -> None:
        """Parts and texts that somebody else has read."""
        for part, text in texts:
            self.values[part].append(text)

    def finished(self) -> Mapping[str, list[object]]:
        """All of it by part."""
        values = self.values
        categories = [text for text in _texts(self.categories) if text.casefold() != "none"]
        values["category"] += categories
        values["story"] += categories
        values["story"] += map(detector_name, _texts(self.detectors))
        values["story"] += values["mitre"]
        for part, time in self.times:
            values[part].append(shown_time(_text(time)))
        for part, path, name in self.paths:
            if text := _text(path):
                values[part].append(full_path(text, _text(name)))
        for sent_domain, sent_account in self.accounts:
            if (domain := _text(sent_domain)) and (account := _text(sent_account)):
                values["user"].append(f"{domain}\\{account}")
        # a time that cannot be read is shown as it came
        values["rest"] += [text for text in _texts(self.seen) if not text.startswith(NEVER) and not parse_moment(text)]
        return values


@dataclass(frozen=True, slots=True)
class _AlertPlan:
    """Where an alert with certain keys has what; a name that it does not have finds nothing."""

    story: Getter
    category: str
    detector: str
    techniques: str
    devices: str
    entities: str
    first: str
    last: str


_STORY = ("title", "description", "alertId", "providerAlertId", "actorName", "threatFamilyName", "detectorId")


@lru_cache(maxsize=256)
def _plan_of_alert(names: tuple[str, ...]) -> _AlertPlan:
    others = ("category", "detectionSource", "mitreTechniques", "devices", "entities", "firstActivity", "lastActivity")
    return _AlertPlan(_getter(names, _spelt(names, *_STORY)), *_spelt(names, *others))


def _gather_alert(gathered: _Gathered, alert: Json) -> None:
    if not are_usual(alert):
        read = alert_of(Fields(alert), 0)
        gathered.add(texts_of_alert(read))
        gathered.begun.append(read.first_activity)
        gathered.ended.append(read.last_activity)
        return
    plan = _plan_of_alert(tuple(alert))
    gathered.values["story"] += plan.story(alert)
    gathered.categories.append(alert.get(plan.category))
    gathered.detectors.append(alert.get(plan.detector))
    gathered.values["mitre"] += _words(alert, plan.techniques)
    gathered.begun.append(alert.get(plan.first))
    gathered.ended.append(alert.get(plan.last))
    for device in _records(alert.get(plan.devices)):
        _gather_device(gathered, device)
    for entity in _records(alert.get(plan.entities)):
        _gather_entity(gathered, entity)


@dataclass(frozen=True, slots=True)
class _DevicePlan:
    dns_name: str
    host_name: str
    ids: tuple[str, ...]
    entra_ids: tuple[str, ...]
    tags: str
    users: str


@lru_cache(maxsize=256)
def _plan_of_device(names: tuple[str, ...]) -> _DevicePlan:
    dns_name, host_name, tags, users = _spelt(names, "deviceDnsName", "hostName", "tags", "loggedOnUsers")
    ids, entra_ids = _spelt(names, *DEVICE_ID_KEYS), _spelt(names, *ENTRA_ID_KEYS)
    return _DevicePlan(dns_name, host_name, ids, entra_ids, tags, users)


def _gather_device(gathered: _Gathered, device: Json) -> None:
    if are_usual(device):
        plan = _plan_of_device(tuple(device))
        name = device.get(plan.dns_name)
        is_odd = device.get(plan.users) or device.get(plan.host_name) not in _NOTHING
        if not is_odd and (name is None or name.__class__ is str):
            gathered.values["device"] += (name, _first(device, plan.ids), _first(device, plan.entra_ids))
            gathered.values["rest"] += _words(device, plan.tags)
            return
    gathered.add(texts_of_device(device_of(Fields(device))))


_TITLED_BY = {
    "User": ("userPrincipalName", "accountName", "userSid", "aadUserId"),
    "Mailbox": ("mailboxAddress", "userPrincipalName", "mailboxDisplayName"),
    "MailMessage": ("subject", "internetMessageId", "sender", "recipient", "userPrincipalName"),
    "Ip": ("ipAddress",),
    "Url": ("url",),
    "File": ("fileName", "filePath", "sha256", "sha1"),
    "Process": ("processCommandLine", "fileName"),
    "SecurityGroup": ("securityGroupName", "securityGroupId"),
}
"""Types that are read here, each with the keys of which the first that holds something is its title, or stands in the
same part as the title does. Titles of the others are put together."""


@dataclass(frozen=True, slots=True)
class _EntityPlan:
    """Where an entity of a certain type with certain keys has what, and where that belongs."""

    titled_by: tuple[str, ...]
    title_part: str
    plain: tuple[tuple[str, Getter], ...]
    """Parts, and what takes their values."""
    times: tuple[tuple[str, str], ...]
    """Parts, each with a name."""
    paths: tuple[tuple[str, str, str], ...]
    """The same, and the name of the name that the path may end in."""
    account: Getter | None
    """Takes domain and account, where there may be both."""
    seen: str


@lru_cache(maxsize=256)
def _plan_of_entity(kind: str, names: tuple[str, ...]) -> _EntityPlan | None:
    """None if such entities are left to the objects."""
    verdict, seen, *asked = _spelt(names, "verdict", "evidenceCreationTime", "remediationStatus", "entityType")
    labels, paths = dict[str, str](), list[tuple[str, str, str]]()
    for key in known_keys(kind, names):
        (name,) = _spelt(names, key)
        asked.append(name)
        if key in NAMES_OF_PATHS:
            (name_of_file,) = _spelt(names, NAMES_OF_PATHS[key])
            paths.append((part_of_label(LABELS[key]), name, name_of_file))
        else:
            labels[name] = LABELS[key]
    others = [name for name in names if name not in (verdict, seen, *asked) and "odata." not in name.casefold()]
    if not set(others).isdisjoint(LABELS.values()):
        return None  # such a key would be taken for one of ours by what people read
    labels |= {name: name for name in others}
    plain: dict[str, list[str]] = {"verdict": [verdict]}
    for name, label in labels.items():
        if not is_time(name):
            plain.setdefault(part_of_label(label), []).append(name)
    account = _spelt(names, "domainName", "accountName")
    return _EntityPlan(
        _spelt(names, *_TITLED_BY[kind]),
        part_of_type(kind),
        tuple((part, _getter(names, some)) for part, some in plain.items()),
        tuple((part_of_label(label), name) for name, label in labels.items() if is_time(name)),
        tuple(paths),
        itemgetter(*account) if set(account).issubset(names) else None,
        seen,
    )


def _gather_entity(gathered: _Gathered, entity: Json) -> None:
    kind = entity.get("entityType")
    if kind.__class__ is str and kind in _TITLED_BY and are_usual(entity):
        plan = _plan_of_entity(kind, tuple(entity))
        if plan is not None and (title := _first(entity, plan.titled_by)):
            gathered.values[plan.title_part].append(title)
            _gather_plain(gathered, entity, plan)
            return
    gathered.add(texts_of_entity(entity_of(Fields(entity))))


def _gather_plain(gathered: _Gathered, entity: Json, plan: _EntityPlan) -> None:
    for part, getter in plan.plain:
        gathered.values[part] += getter(entity)
    gathered.seen.append(entity.get(plan.seen))
    for part, name in plan.times:
        gathered.times.append((part, entity[name]))
    for part, name, name_of_file in plan.paths:
        gathered.paths.append((part, entity[name], entity.get(name_of_file)))
    if plan.account is not None:
        gathered.accounts.append(plan.account(entity))


def _spelt(names: tuple[str, ...], *keys: str) -> tuple[str, ...]:
    """The keys as an object with these names spells them, as `Fields` finds them."""
    by_fold = spellings.__wrapped__(names)
    return tuple(key if key in names else by_fold.get(key.casefold(), key) for key in keys)


def _getter(names: Sequence[str], wanted: Iterable[str]) -> Getter:
    """Of those of the names that are wanted."""
    found = [name for name in wanted if name in names]
    if not found:
        return _nothing
    return itemgetter(*found, found[0])  # one name twice, since of a single one it would take the bare value


def _nothing(_: Json) -> tuple[object, ...]:
    return ()


_PLAIN = frozenset((str, type(None)))
_NOTHING: tuple[object, ...] = (None, "", [])


def _texts(values: Sequence[object]) -> list[str]:
    """Each once, without those that hold nothing."""
    if not _PLAIN.issuperset(map(type, values)):
        values = [value if value.__class__ is str else text_of(value) for value in values]
    texts = cast("dict[str | None, object]", dict.fromkeys(values))
    return [text for text in texts if text and (text[:1].isalnum() or not is_blank(text))]


def _text(value: object) -> str:
    text = text_of(value)
    return "" if is_blank(text) else text


def _first(record: Json, names: Iterable[str]) -> str:
    """The text of the first that is not nothing, as `Fields.text` has it."""
    for name in names:
        value = record.get(name)
        if value is not None and not (value.__class__ is str and is_blank(value)):
            return text_of(value)
    return ""


def _words(record: Json, name: str) -> Iterable[str]:
    return () if record.get(name) in _NOTHING else Fields(record).texts(name)


def _records(value: object) -> Iterable[Json]:
    """As `Fields.objects` takes them."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) and value else []


def _moments(values: Iterable[object]) -> Iterable[datetime]:
    moments = (value if isinstance(value, datetime) else parse_moment(value) for value in values)
    return (moment for moment in moments if moment is not None)
