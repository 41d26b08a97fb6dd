"""Documents made of lines: what the token pane and the incident detail show, before any widget is involved.

A line is words with roles; the widget knows which colour a role has. All text of a span goes through `visible()` when
it is painted, so documents are built from values as they came.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a word means, not how it looks."""

    TEXT = "text"
    HEADING = "heading"
    LABEL = "label"
    DIM = "dim"
    STRONG = "strong"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFORMATIONAL = "informational"
    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    QR = "qr"
    PART_1 = "part-1"
    PART_2 = "part-2"
    PART_3 = "part-3"


@dataclass(frozen=True, slots=True)
class Span:
    """Some words with one role."""

    text: str
    role: Role = Role.TEXT


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document; its body wraps beside its lead."""

    body: tuple[Span, ...] = ()
    lead: Span | None = None
    """Stands before the body, in `lead_width` cells; longer ones are cut."""
    lead_width: int = 0
    indent: int = 0
    record: str = ""
    """Key of the record that begins here, for a cursor to stand on; such a line is indented, to have room for its mark."""


BLANK = Line()
NOT_GIVEN = "not given"
LABEL_WIDTH = 16

WIDE = 120
"""From this width of the terminal on, two documents stand side by side."""


def text_line(text: str, role: Role = Role.TEXT, indent: int = 0) -> Line:
    """A line of one role."""
    return Line((Span(text, role),), indent=indent)


def heading(text: str, note: str = "") -> Line:
    """A section's title, with a remark beside it."""
    return Line((Span(text, Role.HEADING), *((Span(f"  {note}", Role.DIM),) if note else ())))


def fact(label: str, value: str | Iterable[Span] | None, *, indent: int = 0, width: int = LABEL_WIDTH) -> Line:
    """A label and its value; a value that is missing says so."""
    spans = (Span(value),) if isinstance(value, str) and value else tuple(value or ())
    body = spans or (Span(NOT_GIVEN, Role.DIM),)
    return Line(body, lead=Span(label, Role.LABEL), lead_width=width, indent=indent)


def paragraphs(text: str, *, indent: int = 0, role: Role = Role.TEXT) -> list[Line]:
    """A text with line feeds of its own."""
    return [text_line(part.rstrip(), role, indent) for part in text.strip().splitlines()] or [
        text_line(NOT_GIVEN, Role.DIM, indent)
    ]
