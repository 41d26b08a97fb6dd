"""An incident as it is seen: the cells of every list and the words of every page, copy and export, painted without an app.

Expectations are written as a table of places and words; `check` reads it.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import pytest

from mtp_tui.defender.evidence import evidence_of, pivot_of, pivot_of_device
from mtp_tui.defender.models import Incident, IncidentDetail, detail_from, incident_from
from mtp_tui.services.export import Format, rows_as
from mtp_tui.services.export.csv_text import COLUMNS
from mtp_tui.ui.lines import Line
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.copyable import Copyable, alert_copies, device_copies, evidence_copies, plain_copies
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.incident_records import AlertsView, DevicesView, EvidenceRow, EvidenceView
from mtp_tui.ui.widgets.record_columns import Column
from tests.defender.shapes import incident_json
from tests.support.clocks import StoppedClock
from tests.ui.test_incident_lines import documents_of

R = TypeVar("R")
Expected = Mapping[str, str | Sequence[str]]
"""Words by place: `row Status` is that cell of the queue and nothing else, `csv severity` that cell of the CSV; the name
of a list with a column (`alerts Tactic`) is the cells of all its rows; any other place is a page that has these words.
With `no ` before it, a page that has none of them."""

_PYTHON = re.compile(r"\bNone\b(?! were sent| of its)|\bdatetime\b|\bTrue\b|\bFalse\b|object at 0x")
"""What no service writes unless it means it, and a careless program does."""


def painted(lines: Sequence[Line]) -> str:
    """A document as it is painted, with a colon behind each label."""
    return "\n".join(
        (f"{visible(line.lead.text)}: " if line.lead else "") + "".join(visible(span.text) for span in line.body)
        for line in lines
    )


@cache
def _columns() -> tuple[Sequence[Column[Any]], ...]:
    clock = StoppedClock()
    views = (AlertsView(clock, id="a"), EvidenceView(id="e"), DevicesView(clock, id="d"))
    return (IncidentGrid(clock).every_column, *(view._columns for view in views))


def _cells(columns: Sequence[Column[R]], record: R) -> dict[str, str]:
    """What stands in each column; the evidence has two without a title of their own."""
    return {column.title or f"#{number}": visible(column.show(record).text) for number, column in enumerate(columns)}


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that can be seen of one incident."""

    detail: IncidentDetail
    row: dict[str, str]
    csv: dict[str, str]
    lists: dict[str, list[dict[str, str]]]
    pages: dict[str, str]
    copies: tuple[Copyable, ...]

    def place(self, name: str) -> str | list[str]:
        """What stands there: one cell, the cells of a column, or a whole page."""
        kind, _, column = name.partition(" ")
        if kind in ("row", "csv"):
            return (self.row if kind == "row" else self.csv)[column]
        if column:
            return [row[column] for row in self.lists[kind]]
        return self.pages[kind]


def seen(raw: bytes) -> Seen:
    """Look at an incident in every way there is; the row is made as a page makes it."""
    incident, detail = incident_from(raw), detail_from(raw)
    assert incident == detail.incident
    of_queue, of_alerts, of_evidence, of_devices = _columns()
    groups = evidence_of(detail)
    items = [item for group in groups for item in group.items]
    rows = [
        row for group in groups for row in (EvidenceRow(group), *(EvidenceRow(group, item) for item in group.items))
    ]
    pages = {name: painted(lines) for name, lines in documents_of(detail).items()}
    exports = {form: b"".join(_export(form, incident)).decode() for form in Format}
    for pivot in (*(pivot_of(item.entity) for item in items), *map(pivot_of_device, detail.devices)):
        assert pivot is None or (pivot.kind and pivot.value and pivot.label)
    return Seen(
        detail=detail,
        row=_cells(of_queue, incident),
        csv=dict(zip(COLUMNS, list(csv.reader(io.StringIO(exports[Format.CSV], newline="")))[1], strict=True)),
        lists={
            "alerts": [_cells(of_alerts, alert) for alert in detail.alerts],
            "evidence": [_cells(of_evidence, row) for row in rows],
            "devices": [_cells(of_devices, device) for device in detail.devices],
        },
        pages=pages | {"report": exports[Format.MARKDOWN], "ndjson": exports[Format.NDJSON]},
        copies=(
            *plain_copies(incident),
            *(copy for alert in detail.alerts for copy in alert_copies(alert)),
            *(copy for item in items for copy in evidence_copies(item)),
            *(copy for device in detail.devices for copy in device_copies(device)),
        ),
    )


def _export(form: Format, incident: Incident) -> Iterator[bytes]:
    rows = rows_as(form)
    yield rows.begin()
    yield rows.row(incident)
    yield rows.end()


def check(incident: object, expected: Expected) -> Seen:
    """Look at an incident, and hold against it what is expected; nothing may be blank, and nothing Python's own words."""
    raw = json.dumps(incident).encode()
    shown = seen(raw)
    sober(shown, json.dumps(incident, ensure_ascii=False))
    for where, words in expected.items():
        name, is_there = where.removeprefix("no "), not where.startswith("no ")
        place = shown.place(name)
        wanted = [words] if isinstance(words, str) else list(words)
        if name.startswith(("row ", "csv ")):
            assert place == words, name
        elif isinstance(place, list):
            assert place == wanted, name
        else:
            for word in wanted:
                assert (word in place) is is_there, f"{where}: {word!r} in\n{place}"
    return shown


def sober(shown: Seen, sent: str) -> None:
    """No label stands without a value, and no word of Python is there that the service did not send."""
    texts = [*shown.pages.values(), *shown.row.values(), *(cell for rows in shown.lists.values() for row in rows for cell in row.values())]  # fmt: skip
    for text in texts:
        for word in set(_PYTHON.findall(text)):
            assert word in sent, f"{word} in\n{text}"
    for name, lines in documents_of(shown.detail).items():
        for line in lines:
            body = "".join(span.text for span in line.body)
            assert body.strip() or not (line.lead and line.lead.text.strip()) or name == "timeline", line
    assert all(cell.strip() for title, cell in shown.row.items() if title != "#0")
    for rows in (shown.lists["alerts"], shown.lists["devices"]):
        assert all(cell.strip() for row in rows for cell in row.values())


def case(line: str, incident: object, expected: Expected) -> object:
    """A row of a table of oddities; its name begins with the line of the collection that it stands for."""
    return pytest.param(incident, expected, id=line)


def with_alerts(*alerts: object, **fields: object) -> dict[str, object]:
    """An ordinary incident with these alerts; a title is given to those that have none."""
    named = [{"alertId": f"da{number}", "title": f"Alert {number}"} | alert if isinstance(alert, dict) else alert for number, alert in enumerate(alerts)]  # fmt: skip
    return incident_json(alerts=named) | fields


def with_entities(*entities: object, **fields: object) -> dict[str, object]:
    """An ordinary incident with one alert that names these."""
    return with_alerts({"entities": list(entities)} | fields)


def with_devices(*devices: object) -> dict[str, object]:
    """An ordinary incident with one alert that names these."""
    return with_alerts({"devices": list(devices)})
