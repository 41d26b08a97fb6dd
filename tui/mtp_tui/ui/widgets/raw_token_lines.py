"""A token as it came, as documents of lines: its header and payload as JSON, and its text in colours."""

import json

from mtp_tui.identity.token import Shape, TokenReading
from mtp_tui.ui.lines import BLANK, Line, Role, Span, heading, text_line
from mtp_tui.ui.widgets.json_lines import lines_of_json

_NAME_WIDTH = 16
_ROLES = (Role.PART_1, Role.PART_2, Role.PART_3)
_SIGNED = ("header", "payload", "signature")
_ENCRYPTED = ("header", "encrypted key", "vector", "ciphertext", "tag")
"""Source: RFC 7516, section 3.1."""
_MEANINGS = {
    "header": "base64url of JSON: how the token is signed",
    "payload": "base64url of JSON: the claims",
    "signature": "proves the other two parts; never needed to decode them",
}


def json_text(reading: TokenReading) -> str:
    """Header and payload as one JSON object, laid out for reading; without the signature nobody can use them."""
    return _laid_out({"header": reading.header, "payload": reading.payload})


def token_json_lines(reading: TokenReading) -> list[Line]:
    """Header and payload, every key and value."""
    lines = [text_line(reading.problem, Role.BAD), BLANK] if reading.problem else []
    for name, part in (("Header", reading.header), ("Payload", reading.payload)):
        lines.append(heading(name))
        lines += lines_of_json(_laid_out(part)) if part else [text_line("could not be read", Role.DIM, 1)]
        lines.append(BLANK)
    return lines


def token_text_lines(reading: TokenReading, *, revealed: bool) -> list[Line]:
    """The token itself, its parts in three colours, or how to see it."""
    names = _names(reading)
    if not revealed:
        sizes = " . ".join(f"{name} {len(part.reveal())}" for name, part in zip(names, reading.parts, strict=False))
        return [
            heading("Token", "hidden: v shows it, y copies it"),
            text_line(f"{sizes or '?'} characters", Role.DIM, 1),
        ]
    lines = [heading("Token", ".".join(names))]
    for index, (name, part) in enumerate(zip(names, reading.parts, strict=False)):
        dot = (Span(".", Role.DIM),) if index else ()
        text = Span(part.reveal(), _ROLES[min(index, 2)])
        lines.append(BLANK)
        lines.append(Line((*dot, text), lead=Span(name, Role.LABEL), lead_width=_NAME_WIDTH, indent=1))
        if name in _MEANINGS:
            lines.append(text_line(_MEANINGS[name], Role.DIM, 1 + _NAME_WIDTH))
    return lines


def _names(reading: TokenReading) -> tuple[str, ...]:
    if reading.shape is Shape.ENCRYPTED:
        return _ENCRYPTED
    if reading.shape in (Shape.SIGNED, Shape.BROKEN):
        return (*_SIGNED, *("surplus" for _ in reading.parts[3:]))[: len(reading.parts)]
    return tuple("text" for _ in reading.parts)


def _laid_out(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
