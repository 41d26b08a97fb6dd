"""JSON that was laid out for reading, as a document of lines with a role for every key and value."""

import re

from mtp_tui.ui.lines import Line, Role, Span, text_line

_JSON_LINE = re.compile(r'(?P<indent>\s*)(?P<key>"(?:[^"\\]|\\.)*"(?=:))?(?P<colon>: )?(?P<value>.*)')


def lines_of_json(text: str, *, indent: int = 0) -> list[Line]:
    """One line for each line of indented JSON; what is no JSON comes as it is."""
    return [_json_line(line, indent) for line in text.split("\n")]


def _json_line(line: str, indent: int) -> Line:
    match = _JSON_LINE.fullmatch(line)
    if match is None:
        return text_line(line, indent=indent)
    value = match["value"]
    role = Role.STRING if value.startswith('"') else Role.NUMBER if value[:1] not in "{}[]" else Role.DIM
    key = (Span(match["key"], Role.NAME), Span(match["colon"] or "", Role.DIM)) if match["key"] else ()
    return Line((*key, Span(value, role)), indent=indent + len(match["indent"]))
