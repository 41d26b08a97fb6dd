"""The forms in which a list of incidents leaves, each written row by row: a beginning, rows, an end."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from mtp_tui.defender.models import Incident, detail_from
from mtp_tui.services.export.csv_text import BYTE_ORDER_MARK, header, row
from mtp_tui.services.export.json_text import as_sent, for_terminal, on_one_line
from mtp_tui.services.export.markdown import report


class Format(StrEnum):
    """Also the ends of the files' names, but for Markdown's."""

    CSV = "csv"
    JSON = "json"
    """One array; each element byte for byte as the service sent it."""
    NDJSON = "ndjson"
    """One incident a line, as the service sent it but for line breaks in between."""
    MARKDOWN = "md"
    """A report for people, of one incident as a rule."""


class Rows(Protocol):
    """Bytes of a document that grows; whatever was begun is whole once `end` is written behind it."""

    def begin(self) -> bytes:
        """Before the first row."""
        ...

    def row(self, incident: Incident) -> bytes:
        """The next one."""
        ...

    def end(self) -> bytes:
        """After the last row, also if there was none."""
        ...


def rows_as(form: Format, *, bom: bool = False, shown: Callable[[str], str] | None = None) -> Rows:
    """What writes this form. `shown` is given for a terminal, and makes every acting character of a text visible."""
    match form:
        case Format.CSV:
            return _Csv(bom, shown or str)
        case Format.JSON:
            return _JsonArray(is_for_terminal=shown is not None)
        case Format.NDJSON:
            return _JsonLines(is_for_terminal=shown is not None)
        case Format.MARKDOWN:
            return _Reports()


class _Csv:
    def __init__(self, bom: bool, shown: Callable[[str], str]) -> None:
        self._mark = BYTE_ORDER_MARK if bom else ""
        self._shown = shown

    def begin(self) -> bytes:
        return (self._mark + header()).encode()

    def row(self, incident: Incident) -> bytes:
        return row(incident, self._shown).encode(errors="replace")

    def end(self) -> bytes:
        return b""


class _JsonArray:
    def __init__(self, *, is_for_terminal: bool) -> None:
        self._is_for_terminal = is_for_terminal
        self._is_empty = True

    def begin(self) -> bytes:
        return b"["

    def row(self, incident: Incident) -> bytes:
        comma = b"\n" if self._is_empty else b",\n"
        self._is_empty = False
        sent = as_sent(incident.raw)
        return comma + (for_terminal(sent) if self._is_for_terminal else sent)

    def end(self) -> bytes:
        return b"]\n" if self._is_empty else b"\n]\n"


class _JsonLines:
    def __init__(self, *, is_for_terminal: bool) -> None:
        self._is_for_terminal = is_for_terminal

    def begin(self) -> bytes:
        return b""

    def row(self, incident: Incident) -> bytes:
        sent = on_one_line(incident.raw)
        return (for_terminal(sent) if self._is_for_terminal else sent) + b"\n"

    def end(self) -> bytes:
        return b""


class _Reports:
    def __init__(self) -> None:
        self._between = ""

    def begin(self) -> bytes:
        return b""

    def row(self, incident: Incident) -> bytes:
        text = self._between + report(detail_from(incident.raw))
        self._between = "\n---\n\n"
        return text.encode(errors="replace")

    def end(self) -> bytes:
        return b""
