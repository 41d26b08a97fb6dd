"""Records as TSV, Markdown and JSON: nothing acts there, and nothing is lost."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.facts import alert_row, device_row, entity_row, incident_facts
from mtp_tui.services.record_text import as_json, as_markdown, as_tsv
from tests.defender.shapes import opened
from tests.defender.test_any_json import ANY_JSON

ROWS = st.lists(st.tuples(st.text(), st.text()), max_size=6)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " \r\n@", "＝"])
def test_a_cell_is_never_a_formula(start: str) -> None:
    value = as_tsv([("Name", f"{start}cmd|' /C calc'!A0")]).splitlines()[1]
    assert value.startswith("'")


@given(ROWS.filter(bool))
def test_any_row_is_two_lines_with_as_many_cells_each(row: list[tuple[str, str]]) -> None:
    lines = as_tsv(row).split("\n")
    assert len(lines) == 3
    assert [line.count("\t") for line in lines[:2]] == [len(row) - 1] * 2
    for cell in "\t".join(lines[:2]).split("\t"):
        assert not cell.startswith(("=", "+", "-", "@")) or re.fullmatch(r"[+-]\d+(\.\d+)?", cell, re.ASCII)
        assert not CONTROL.search(cell)


@given(ROWS)
def test_any_row_is_a_markdown_table_of_two_columns(row: list[tuple[str, str]]) -> None:
    lines = as_markdown(row).rstrip("\n").split("\n")
    assert len(lines) == len(row) + 2
    for line in lines:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3
        assert "<" not in line.replace("\\<", "")


@given(ROWS)
def test_any_row_is_json_that_loses_no_value(row: list[tuple[str, str]]) -> None:
    values = json.loads(as_json(row)).values()
    flat = [text for value in values for text in (value if isinstance(value, list) else [value])]
    assert sorted(flat) == sorted(value for _, value in row)


@given(ANY_JSON)
def test_whatever_was_sent_can_be_copied_as_a_row(value: object) -> None:
    inner = {"title": value, "entities": [{"url": value}], "devices": [{"deviceDnsName": value, "tags": value}]}
    detail = opened(incidentName=value, alerts=[inner])
    (alert,) = detail.alerts
    rows = [incident_facts(detail.incident), alert_row(alert), *map(entity_row, detail.entities)]
    for row in [*rows, *map(device_row, detail.devices)]:
        for text in (as_tsv(row), as_markdown(row), as_json(row)):
            text.encode()
