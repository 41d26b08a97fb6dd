"""What can be copied of an incident, each text with the letter that copies it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtp_tui.defender.defang import defang
from mtp_tui.defender.entity import Fact
from mtp_tui.defender.evidence import EvidenceItem, pivot_of
from mtp_tui.defender.facts import alert_row, device_row, entity_row, incident_facts
from mtp_tui.defender.models import Alert, Comment, Device, Entity, Incident
from mtp_tui.services.record_text import as_json, as_markdown, as_tsv
from mtp_tui.ui.clipboard import TAKEN_BYTES

LONGEST_PATH = 60
"""Characters of a place in the JSON that serve as its label."""


@dataclass(frozen=True, slots=True)
class Copyable:
    """One text that can be copied."""

    key: str
    """The letter for it; none is a letter that moves a cursor (g, h, j, k, l and their capitals)."""
    label: str
    text: str

    @property
    def size_bytes(self) -> int:
        """As UTF-8."""
        return len(self.text.encode(errors="replace"))

    @property
    def is_large(self) -> bool:
        """It is more than many terminals take."""
        return self.size_bytes > TAKEN_BYTES


def incident_copies(incident: Incident, portal_link: str) -> tuple[Copyable, ...]:
    """What every incident has; its JSON only where its bytes are at hand."""
    copies = (
        Copyable("p", "Portal link", portal_link),
        Copyable("i", "Incident ID", incident.id),
        Copyable("n", "Incident name", incident.name.rstrip("\u200b")),
        Copyable("w", "Whole incident as JSON, as it was sent", incident.raw.decode("utf-8", errors="replace")),
    )
    return tuple(each for each in copies if each.text)


def of_row(incident: Incident, portal_link: str) -> tuple[Copyable, ...]:
    """What a row of the queue has; all of it is there without the incident's bytes."""
    return (*incident_copies(replace(incident, sent=b""), portal_link), *plain_copies(incident))


def row_copies(what: str, row: Sequence[Fact]) -> tuple[Copyable, ...]:
    """One record in three formats."""
    return (
        Copyable("t", f"{what} as TSV, for a spreadsheet", as_tsv(row)),
        Copyable("m", f"{what} as Markdown", as_markdown(row)),
        Copyable("o", f"{what} as a JSON object", as_json(row)),
    )


def alert_copies(alert: Alert) -> tuple[Copyable, ...]:
    """An alert: its ID, and its facts."""
    identity = (Copyable("a", "Alert ID", alert.id),) if alert.id else ()
    return (*identity, *row_copies("Alert", alert_row(alert)))


def evidence_copies(item: EvidenceItem) -> tuple[Copyable, ...]:
    """An entity: its value raw and harmless, its hash or the like if that is another one, and its facts."""
    return (*_entity_values(item.entity), *row_copies("Entity", entity_row(item.entity)))


def _entity_values(entity: Entity) -> tuple[Copyable, ...]:
    if not entity.title:
        return ()
    values = [Copyable("v", "Value, raw", entity.title), Copyable("d", "Value, defanged", defang(entity.title))]
    pivot = pivot_of(entity)
    if pivot is not None and pivot.value != entity.title:
        values.append(Copyable("s", pivot.label, pivot.value))
    return tuple(values)


def comment_copies(comment: Comment) -> tuple[Copyable, ...]:
    """What somebody wrote, raw and harmless."""
    if not comment.text:
        return ()
    return (Copyable("v", "Comment, raw", comment.text), Copyable("d", "Comment, defanged", defang(comment.text)))


def device_copies(device: Device) -> tuple[Copyable, ...]:
    """A device: its name, its ID, and its facts."""
    named = (Copyable("v", "Device name", device.names[0]),) if device.names else ()
    identity = (Copyable("d", "Device ID", device.id),) if device.id else ()
    return (*named, *identity, *row_copies("Device", device_row(device)))


def json_copies(path: str, value: str, incident: Incident) -> tuple[Copyable, ...]:
    """The value under the cursor of the JSON, and the incident's facts."""
    values = (
        Copyable("v", path[:LONGEST_PATH] or "The whole, laid out", value),
        Copyable("d", "The same, defanged", defang(value)),
    )
    return (*(each for each in values if value), *plain_copies(incident))


def plain_copies(incident: Incident) -> tuple[Copyable, ...]:
    """The facts of an incident."""
    return row_copies("Incident", incident_facts(incident))
