"""The texts of an incident's body, each under the part in which words look for it (mtp_tui.defender.narrowing.facts).

What alerts, devices and evidence say is what their pages show; here it is told by their objects, which read anything.
Most of it is told without them by mtp_tui.defender.narrowing.quick_texts, which comes to the same.
"""

from collections.abc import Iterator
from functools import lru_cache

from mtp_tui.defender.alert import Alert
from mtp_tui.defender.device import Device
from mtp_tui.defender.entity import Entity
from mtp_tui.defender.fields import Fields
from mtp_tui.defender.narrowing.folding import squeeze

PARTS_OF_BODIES = (
    "story", "user", "device", "file", "process", "hash", "ip", "url", "mail", "rest", "mitre", "category", "verdict",
)  # fmt: skip

_PARTS_BY_LABEL = {
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

_PARTS_BY_TYPE = {
    "user": "user", "mailbox": "mail", "mailmessage": "mail", "mailcluster": "mail", "ip": "ip", "url": "url",
    "file": "file", "process": "process",
}  # fmt: skip
"""Where the title of an entity belongs."""


_LONGEST_LABEL = 200
"""Characters; those that we know have a tenth of it, with whatever stands between their letters."""


def part_of_type(kind: str) -> str:
    """Where the title of an entity of this type is looked for."""
    return _PARTS_BY_TYPE.get(kind.casefold(), "rest")


def part_of_label(label: str) -> str:
    """Where a fact of an entity is looked for, by its label."""
    return _part_of_label(label) if len(label) <= _LONGEST_LABEL else "rest"


@lru_cache(maxsize=1024)
def _part_of_label(label: str) -> str:
    return _PARTS_BY_LABEL.get(squeeze(label), "rest")


def texts_of_comments(sent: Fields) -> Iterator[str]:
    """What is written below an incident, and who wrote it."""
    yield from sent.texts("comments")
    yield from filter(None, (each.text("createdBy", "createdByDisplayName") for each in sent.objects("comments")))


def texts_of_alert(alert: Alert) -> Iterator[tuple[str, str]]:
    """Parts and texts of an alert with all that it names; some of them empty."""
    for text in (
        alert.title, alert.description, alert.id, alert.provider_id, alert.category, alert.actor_name,
        alert.threat_family, alert.detection_source, alert.detector_id, *alert.techniques,
    ):  # fmt: skip
        yield "story", text
    yield "category", alert.category
    for technique in alert.techniques:
        yield "mitre", technique
    for device in alert.devices:
        yield from texts_of_device(device)
    for entity in alert.entities:
        yield from texts_of_entity(entity)


def texts_of_device(device: Device) -> Iterator[tuple[str, str]]:
    """The same of a device."""
    for text in (*device.names, device.id, device.entra_id):
        yield "device", text
    for user in device.logged_on_users:
        yield "user", user
    for tag in device.tags:
        yield "rest", tag


def texts_of_entity(entity: Entity) -> Iterator[tuple[str, str]]:
    """The same of a piece of evidence."""
    yield "verdict", entity.verdict
    yield part_of_type(entity.type), entity.title
    for label, value in entity.facts:
        yield part_of_label(label), value
    labelled = dict(entity.facts)
    if "Account" in labelled and "Domain" in labelled:
        yield "user", f"{labelled['Domain']}\\{labelled['Account']}"
