"""What a value of the line means once it has been read: what it asks of the texts, numbers and times of an incident."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Contains:
    """Somewhere in one of the field's texts; `needle` is folded."""

    needle: str


@dataclass(frozen=True, slots=True)
class Begins:
    """At the beginning of one of the field's texts; `needle` is folded."""

    needle: str


@dataclass(frozen=True, slots=True)
class Is:
    """The whole of one of the field's texts; `text` is folded."""

    text: str


@dataclass(frozen=True, slots=True)
class Exactly:
    """The whole of one of the field's texts, letter for letter as it was sent."""

    text: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these words; they are squeezed."""

    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Within:
    """Like Contains, but blanks do not count either; `needle` is squeezed."""

    needle: str


@dataclass(frozen=True, slots=True)
class Between:
    """A moment from `start` on and before `end` (aware); None has no limit on that side."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class AtLeastBelow:
    """A number from `least` on and below `below`; None has no limit above."""

    least: int
    below: int | None


@dataclass(frozen=True, slots=True)
class Holds:
    """A state of the incident: open, merged, unread, changed, unassigned."""

    state: str


Meaning = Contains | Begins | Is | Exactly | OneOf | Within | Between | AtLeastBelow | Holds


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a value means nothing."""

    sentence: str
    suggestion: str = ""
    """What could stand in its place."""
