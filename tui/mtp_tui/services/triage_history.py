"""What was written from here, one value per write, for people to read.

The entries come out of a file, so nothing in them is taken for granted: what cannot be read is left empty.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mtp_tui.defender.update import ChangeField, Difference
from mtp_tui.moments import parse_moment
from mtp_tui.services.triage_journal import Event

__all__ = ["Event", "Written", "writes_in"]


@dataclass(frozen=True, slots=True)
class Written:
    """One write to one incident, and how it ended."""

    incident_id: str
    at: datetime | None
    """When it ended, or, if nobody knows its end, when it was sent (aware UTC)."""
    account: str
    """Who was signed in; empty for an application."""
    differences: tuple[Difference, ...]
    """What the incident had, and what was to be written."""
    end: Event
    """DONE, NOT_DONE or UNKNOWN."""
    note: str
    """What there was to say of the end, in a sentence; usually nothing."""
    entry: Mapping[str, object] = field(default_factory=dict, repr=False)
    """As it stands in the journal, with this end."""

    @property
    def may_be_undone(self) -> bool:
        """Whether it changed something, or may have."""
        return self.end in (Event.DONE, Event.UNKNOWN)


def writes_in(entries: Iterable[Mapping[str, object]]) -> tuple[Written, ...]:
    """The writes of a journal, whose entries are given the oldest first; the one that was sent last comes first.

    What was sent, and nothing more is said of, ended in an unknown way: the program was gone before an answer came.
    """
    last: dict[str, Mapping[str, object]] = {}
    for position, entry in enumerate(entries):
        last[str(entry.get("write") or position)] = entry
    return tuple(_written(entry) for entry in reversed(last.values()))


def _written(entry: Mapping[str, object]) -> Written:
    event = str(entry.get("event"))
    end = Event(event) if event in (Event.DONE, Event.NOT_DONE) else Event.UNKNOWN
    note = str(entry.get("note") or "")
    if event == Event.SENDING:
        note = "The program ended before an answer came."
    return Written(
        str(entry.get("incident_id", "")),
        parse_moment(entry.get("at")),
        str(entry.get("account") or ""),
        _differences(entry),
        end,
        note,
        {**entry, "event": end.value},
    )


def _differences(entry: Mapping[str, object]) -> tuple[Difference, ...]:
    body, before = entry.get("body"), entry.get("before")
    if not isinstance(body, Mapping):
        return ()
    had: Mapping[str, object] = before if isinstance(before, Mapping) else {}
    return tuple(
        Difference(field, _text(had.get(field.key)), _text(body[field.key]))
        for field in ChangeField
        if field.key in body and (field is ChangeField.COMMENT or _text(had.get(field.key)) != _text(body[field.key]))
    )


def _text(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
