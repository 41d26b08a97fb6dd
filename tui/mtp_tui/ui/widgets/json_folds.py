"""Indented JSON line by line: what folds where, where each value stands, and where words occur. No widget in here."""

import json
from collections.abc import Sequence, Set
from dataclasses import dataclass

from mtp_tui.ui.lines import Line, Role, Span
from mtp_tui.ui.widgets.json_lines import lines_of_json

_CLOSING = {"{": "}", "[": "]"}


@dataclass(slots=True)
class JsonRow:
    """One line of the text."""

    number: int
    """Its place among all lines, from 0."""
    line: Line
    step: str = ""
    """Key or position within the object or list around it; empty for a closing bracket."""
    parent: int = -1
    """Line of the object or list around it, or that it closes; -1 for none."""
    end: int = -1
    """For a line that opens an object or a list, the line that closes it; -1 for all others."""
    inside: int = 0
    """How many values an object or a list holds."""

    @property
    def value(self) -> str:
        """The JSON text after the key, without the comma that may follow it."""
        return self.line.body[-1].text.removesuffix(",")


class JsonText:
    """A JSON text as rows that can be folded; a text that is no indented JSON has rows and no folds."""

    def __init__(self, text: str) -> None:
        self.rows = _rows_of(text)
        self._folded_text: list[str] | None = None

    def shown(self, folded: Set[str]) -> list[JsonRow]:
        """The rows that are not inside of anything folded; `folded` holds paths."""
        if not folded:
            return list(self.rows)
        shown, number = [], 0
        while number < len(self.rows):
            row = self.rows[number]
            shown.append(row)
            number = (row.end if row.end > number and self.path(row) in folded else number) + 1
        return shown

    def subject(self, row: JsonRow) -> JsonRow:
        """What a row is about: a closing bracket is about what it closes."""
        return row if row.step or row.parent < 0 else self.rows[row.parent]

    def around(self, row: JsonRow) -> JsonRow | None:
        """What folds at this row: itself, or the object or list around it; None at the top without either."""
        if row.end > row.number:
            return row
        return self.rows[row.parent] if row.parent >= 0 else None

    def parents(self, row: JsonRow) -> list[JsonRow]:
        """The objects and lists around a row, the innermost first."""
        found = []
        while row.parent >= 0:
            row = self.rows[row.parent]
            found.append(row)
        return found

    def path(self, row: JsonRow) -> str:
        """Where a value stands, as people write it: `alerts[3].entities[0].sha256`; empty for the whole."""
        steps = [row, *self.parents(row)]
        text = ""
        for each in reversed(steps):
            if each.parent >= 0 and each.step:
                in_list = self.rows[each.parent].value == "["
                text += f"[{each.step}]" if in_list else f".{each.step}" if text else each.step
        return text

    def found(self, words: str) -> list[int]:
        """Rows whose key or value holds these words, whatever the case; backslashes as they are meant or as sent."""
        wanted = words.casefold()
        if not wanted:
            return []
        if self._folded_text is None:
            self._folded_text = [_searched(row) for row in self.rows]
        return [number for number, text in enumerate(self._folded_text) if wanted in text]


def meant(value: str) -> str:
    """What a JSON value says: texts without quotes and escapes, anything else as it stands."""
    try:
        decoded = json.loads(value, strict=False)
    except (ValueError, RecursionError):
        return value
    return decoded.encode(errors="replace").decode() if isinstance(decoded, str) else value


def folded_line(text: JsonText, row: JsonRow) -> Line:
    """An object or a list on one line, with how much is in it."""
    close = text.rows[row.end].line.body[-1].text
    word = "item" if row.value == "[" else "key"
    inside = f"{row.value} {row.inside:,} {word}{'' if row.inside == 1 else 's'} … {close}"
    return Line((*row.line.body[:-1], Span(inside, Role.DIM)), indent=row.line.indent)


def _searched(row: JsonRow) -> str:
    sent = "".join(span.text for span in row.line.body)
    return f"{sent}\n{meant(row.value)}".casefold() if "\\" in sent else sent.casefold()


def _rows_of(text: str) -> Sequence[JsonRow]:
    rows: list[JsonRow] = []
    open_rows: list[JsonRow] = []
    for number, line in enumerate(lines_of_json(text)):
        row = JsonRow(number, line)
        rows.append(row)
        has_key = len(line.body) > 1
        if open_rows and not has_key and row.value == _CLOSING[open_rows[-1].value]:
            opened = open_rows.pop()
            opened.end, row.parent = number, opened.number
            continue
        if open_rows:
            around = open_rows[-1]
            row.parent = around.number
            row.step = meant(line.body[0].text) if has_key else str(around.inside)
            around.inside += 1
        if row.value in _CLOSING:
            open_rows.append(row)
    return rows
