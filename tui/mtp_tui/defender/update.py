"""What can be changed about an incident: a change, what is wrong with it, and what it would send.

No limit is documented for the length of a comment or for tags, so none is kept here.
Source: https://learn.microsoft.com/defender-xdr/api-update-incidents
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mtp_tui.defender.incident import Incident
from mtp_tui.defender.triage_words import (
    DETERMINATIONS,
    STATUSES,
    canonical,
    determinations_of,
    folded,
    is_nobody,
    known_as,
    owner_of,
    same,
    tags_text,
)
from mtp_tui.errors import BadInput


class ChangeField(StrEnum):
    """What can be changed, in words for people."""

    STATUS = "status"
    ASSIGNED_TO = "assigned to"
    CLASSIFICATION = "classification"
    DETERMINATION = "determination"
    TAGS = "tags"
    COMMENT = "comment"

    @property
    def key(self) -> str:
        """The name in the body of a PATCH."""
        return "assignedTo" if self is ChangeField.ASSIGNED_TO else self.value


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of an incident, before and after."""

    field: ChangeField
    before: str
    after: str
    """Of a comment, the one that is added."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be changed, the same for any number of incidents. None and empty leave a field alone."""

    status: str | None = None
    assigned_to: str | None = None
    """A user principal name; empty text takes the owner away."""
    classification: str | None = None
    determination: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    comment: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing at all."""
        return self == Change()

    def faults(self, incident: Incident) -> tuple[BadInput, ...]:
        """All that is wrong with this change for this incident; empty if it may be sent. Case does not count in words."""
        return tuple(
            fault
            for fault in (
                _no_target(incident),
                _no_change(self),
                _wrong_status(self),
                _wrong_owner(self),
                _wrong_classification(self),
                _wrong_determination(self, incident),
                _wrong_tags(self),
                _wrong_comment(self),
            )
            if fault is not None
        )


def patch_body(change: Change, incident: Incident) -> dict[str, object]:
    """What is to be sent for a change without faults: only what differs, in the service's own spelling.

    Tags replace the whole list; a comment is added to those that are there; an empty owner takes the owner away, as
    shipped connectors do it (not documented). Empty if nothing would change.
    """
    body: dict[str, object] = {}
    status = change.status and canonical(change.status, STATUSES)
    if status and not same(status, incident.status):
        body["status"] = status
    if change.assigned_to is not None and owner_of(change.assigned_to) != owner_of(incident.assigned_to):
        body["assignedTo"] = "" if is_nobody(change.assigned_to) else change.assigned_to.strip()
    classification, determination = _pair(change, incident)
    if not (same(classification, incident.classification) and same(determination, known_as(incident.determination))):
        body |= {"classification": classification, "determination": determination}
    tags = _tags_after(change, incident)
    if tags != incident.tags:
        body["tags"] = list(tags)
    if change.comment.strip():
        body["comment"] = change.comment.strip()
    return body


def patch_content(body: Mapping[str, object]) -> str:
    """A body as it is sent."""
    return json.dumps(body, ensure_ascii=False)


def differences(incident: Incident, change: Change) -> tuple[Difference, ...]:
    """Field by field what the change would do to the incident as it is; empty if nothing."""
    body, before = patch_body(change, incident), triage_values(incident)
    told = {"comment": "", **before}
    return tuple(
        Difference(field, _text(told[field.key]), _text(body[field.key]))
        for field in ChangeField
        if field.key in body and body[field.key] != told[field.key]
    )


def triage_values(incident: Incident) -> dict[str, object]:
    """What an incident has in the fields that a PATCH sets, under the names of its body; comments are not among them."""
    return {
        "status": incident.status,
        "assignedTo": incident.assigned_to,
        "classification": incident.classification,
        "determination": incident.determination,
        "tags": list(incident.tags),
    }


def values_differ(before: Incident, after: Incident) -> tuple[Difference, ...]:
    """What changed between two states of one incident, among the fields that a PATCH sets."""
    old, new = triage_values(before), triage_values(after)
    return tuple(
        Difference(field, _text(old[field.key]), _text(new[field.key]))
        for field in ChangeField
        if field.key in old and not _same_value(old[field.key], new[field.key])
    )


def not_in(body: Mapping[str, object], incident: Incident) -> tuple[ChangeField, ...]:
    """Which fields of a body the incident does not have; a comment is not looked for."""
    has = triage_values(incident)
    return tuple(
        field
        for field in ChangeField
        if field.key in body and field.key in has and not _same_value(body[field.key], has[field.key])
    )


def _no_target(incident: Incident) -> BadInput | None:
    if not incident.is_redirected:
        return None
    into = f" into {incident.redirect_id}" if incident.redirect_id else ""
    return BadInput(
        "incident",
        f"Incident {incident.id} was merged{into} and cannot be changed.",
        "Change the incident that it was merged into.",
    )


def _no_change(change: Change) -> BadInput | None:
    return (
        BadInput("change", "Nothing was chosen to be changed.", "Choose at least one field.")
        if change.is_empty
        else None
    )


def _wrong_status(change: Change) -> BadInput | None:
    return None if change.status is None else _unless_one_of("status", change.status, STATUSES)


def _wrong_owner(change: Change) -> BadInput | None:
    owner = change.assigned_to
    if not owner or (owner.strip() and owner.isprintable()):
        return None
    return BadInput(
        "assigned_to",
        "The owner holds only blanks, or characters that cannot be printed.",
        "Write a user principal name, or nothing at all to take the owner away.",
    )


def _wrong_classification(change: Change) -> BadInput | None:
    word = change.classification
    return None if word is None else _unless_one_of("classification", word, DETERMINATIONS)


def _wrong_determination(change: Change, incident: Incident) -> BadInput | None:
    if change.classification is None and change.determination is None:
        return None
    fitting = determinations_of(_classification(change, incident))
    if not fitting:
        if change.classification is not None:
            return None  # it is told already that this classification is none
        return BadInput(
            "determination",
            f"Incident {incident.id} has no classification that a determination could go with.",
            f"Choose a classification as well: {', '.join(DETERMINATIONS)}.",
        )
    if change.determination is not None:
        return _unless_one_of("determination", known_as(change.determination), fitting, sent=change.determination)
    if canonical(known_as(incident.determination), fitting):
        return None
    return BadInput(
        "determination",
        f"{_classification(change, incident)} needs a determination of its own.",
        f"Choose one of: {', '.join(fitting)}.",
    )


def _wrong_tags(change: Change) -> BadInput | None:
    every = (*change.add_tags, *change.remove_tags)
    if not all(tag.strip() and tag.isprintable() for tag in every):
        return BadInput(
            "tags", "A tag holds only blanks, or characters that cannot be printed.", "Write words, or leave it away."
        )
    both = folded(change.add_tags) & folded(change.remove_tags)
    if not both:
        return None
    return BadInput("tags", f"A tag is both added and removed: {', '.join(sorted(both))}.", "Choose one of the two.")


def _wrong_comment(change: Change) -> BadInput | None:
    if not change.comment or (change.comment.strip() and _can_be_sent(change.comment)):
        return None
    return BadInput(
        "comment",
        "The comment holds only blanks, or halves of characters that cannot be sent.",
        "Write something else, or leave the comment away.",
    )


def _can_be_sent(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unless_one_of(field: str, word: str, words: Iterable[str], *, sent: str = "") -> BadInput | None:
    words = tuple(words)
    if canonical(word, words):
        return None
    return BadInput(field, f"The {field} cannot be “{sent or word}” here.", f"Choose one of: {', '.join(words)}.")


def _pair(change: Change, incident: Incident) -> tuple[str, str]:
    """Classification and determination after the change."""
    if change.classification is None and change.determination is None:
        return incident.classification, known_as(incident.determination)
    classification = canonical(_classification(change, incident), DETERMINATIONS) or ""
    wanted = known_as(incident.determination if change.determination is None else change.determination)
    return classification, canonical(wanted, determinations_of(classification)) or ""


def _classification(change: Change, incident: Incident) -> str:
    return incident.classification if change.classification is None else change.classification


def _tags_after(change: Change, incident: Incident) -> tuple[str, ...]:
    """The tags that stay, in their order, then the new ones."""
    removed = folded(change.remove_tags)
    tags = [tag for tag in incident.tags if tag.strip().casefold() not in removed]
    known = folded(tags)
    for tag in change.add_tags:
        if tag.strip().casefold() not in known:
            tags.append(tag.strip())
            known.add(tag.strip().casefold())
    return tuple(tags)


def _same_value(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return owner_of(known_as(one)) == owner_of(known_as(other))
    if isinstance(one, list) and isinstance(other, list):
        return folded(one) == folded(other)  # the order of tags says nothing
    return one == other


def _text(value: object) -> str:
    return tags_text(map(str, value)) if isinstance(value, list) else str(value)
