"""Incidents as rows of CSV, for spreadsheets: nothing that a stranger wrote becomes a formula.

The columns are the API's own keys; `alerts` is their number. Times are UTC as the service writes them.
Source: RFC 4180; for formulas OWASP, "CSV Injection".
"""

import csv
import io
import re
from collections.abc import Callable, Iterable

from mtp_tui.defender.models import Incident
from mtp_tui.defender.query import odata_time
from mtp_tui.unseen import UNSEEN

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine; most other programs stumble over it."""

_UNSEEN = rf"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f{UNSEEN}"
_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
"""What begins a formula, also in the wide and small forms that a code page may turn into the plain ones."""
_FORMULA = re.compile(rf'[\s"{_UNSEEN}]*[{_SIGNS}\t\r\n]')
_FORMULA_WITHIN = re.compile(rf'(?<=[;\t\r\n])(?=(?:[^\S\t\r\n]|["{_UNSEEN}])*[{_SIGNS}])')
"""Where a cell would begin, with a formula in it, for a program that parts cells by semicolons or tabs: quotes that do not
stand at the beginning of its cells hold nothing together, and those that do are dropped."""
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

_COLUMNS: dict[str, Callable[[Incident], str | Iterable[str]]] = {
    "incidentId": lambda incident: incident.id,
    "incidentName": lambda incident: incident.name,
    "severity": lambda incident: incident.severity,
    "status": lambda incident: incident.status,
    "classification": lambda incident: incident.classification,
    "determination": lambda incident: incident.determination,
    "assignedTo": lambda incident: incident.assigned_to,
    "createdTime": lambda incident: odata_time(incident.created_at) if incident.created_at else "",
    "lastUpdateTime": lambda incident: odata_time(incident.updated_at) if incident.updated_at else "",
    "alerts": lambda incident: str(incident.alert_count),
    "serviceSources": lambda incident: incident.sources,
    "tags": lambda incident: incident.tags,
    "redirectIncidentId": lambda incident: incident.redirect_id,
    "incidentUri": lambda incident: incident.uri,
}

COLUMNS = tuple(_COLUMNS)


def header() -> str:
    """The first row, with its line end. Words of the API need no quotes."""
    return ",".join(COLUMNS) + "\r\n"


def row(incident: Incident, shown: Callable[[str], str] = str) -> str:
    """One incident with its line end, each text through `shown`; several values stand in one cell with `; ` between."""
    return _line(_cell(column(incident), shown) for column in _COLUMNS.values())


def harmless(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would take what follows for a formula; a number stays a number.

    That may be in the middle too: where semicolons or tabs part cells, what stands behind one begins a cell.
    """
    text = _FORMULA_WITHIN.sub("'", text)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _cell(value: str | Iterable[str], shown: Callable[[str], str]) -> str:
    if isinstance(value, str):
        return harmless(shown(value))
    return "; ".join(harmless(shown(each)) for each in value)


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()
