"""Exports: what came is what leaves, harmless to whatever opens it."""

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mtp_tui.defender.models import Incident, detail_from, incident_from, page_from
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.services.export import Format, rows_as
from mtp_tui.services.export.csv_text import COLUMNS, harmless
from mtp_tui.services.export.json_text import as_sent, for_terminal, on_one_line
from mtp_tui.services.export.markdown import escaped, report, seen
from mtp_tui.sim.attacks import ATTACKS
from mtp_tui.sim.oddities import odd_incidents
from mtp_tui.sim.payload import json_bytes
from tests.commands.tokens import CONTROL
from tests.defender.shapes import incident_json
from tests.support.clocks import NOON, StoppedClock
from tests.support.growth import is_linear

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def made(**fields: object) -> Incident:
    return incident_from(json_bytes(incident_json(**fields)))


def document(form: Format, *incidents: Incident, bom: bool = False) -> bytes:
    rows = rows_as(form, bom=bom)
    return b"".join((rows.begin(), *map(rows.row, incidents), rows.end()))


def cells_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


# CSV


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        (" =cmd|'/c calc'!A1", "' =cmd|'/c calc'!A1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("＝1+1", "'＝1+1"),
        ("﹦1+1", "'﹦1+1"),
        ("\u2060=1", "'\u2060=1"),
        ("\x00=1", "'\x00=1"),
        ('"=1+1', "'\"=1+1"),
        ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
        ("a; =1", "a;' =1"),
        ('a;"=1', "a;'\"=1"),
        ("a\t@SUM(1)", "a\t'@SUM(1)"),
        ("a\n=1\r=2", "a\n'=1\r'=2"),
        ("a; b=1", "a; b=1"),
        ("-7", "-7"),
        ("+1.5", "+1.5"),
        ("1-2", "1-2"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_a_formula_is_made_harmless_and_a_number_stays_one(text: str, written: str) -> None:
    assert harmless(text) == written


def test_csv_has_a_header_crlf_and_no_byte_order_mark_unless_asked() -> None:
    data = document(Format.CSV, made(incidentName='a "quoted", name'))
    assert data.startswith(b"incidentId,")
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    assert cells_of(data)[1][1] == 'a "quoted", name'
    assert document(Format.CSV, bom=True).startswith(b"\xef\xbb\xbfincidentId,")


def test_several_values_are_joined_and_each_is_harmless() -> None:
    row = dict(zip(COLUMNS, cells_of(document(Format.CSV, made(tags=["vip", "=1+1"])))[1], strict=True))
    assert row["tags"] == "vip; '=1+1"
    assert row["lastUpdateTime"] == "2026-11-20T09:30:31.856666Z"


SPREADSHEETS_LIKE = st.text(st.sampled_from("a1 =+-@;,\t\r\n\"'＝\ufeff\u2060")) | st.text()


@given(SPREADSHEETS_LIKE, st.lists(SPREADSHEETS_LIKE.filter(bool), max_size=3))
def test_any_name_comes_back_from_csv_and_is_no_formula_however_cells_are_parted(name: str, tags: list[str]) -> None:
    incident = made(incidentName=name, tags=tags)
    data = document(Format.CSV, incident)
    rows = cells_of(data)
    assert len(rows) == 2
    cell = rows[1][COLUMNS.index("incidentName")]
    assert cell.replace("'", "") == incident.name.replace("'", "")
    for between in ",;\t":
        for row in csv.reader(io.StringIO(data.decode(), newline=""), delimiter=between):
            assert not [cell for cell in row if cell.strip().startswith(("=", "@", "＝"))]


@pytest.mark.parametrize("text", ["\t", ";", "; ", ';"', " ", "\t=", '"', ";=\t"])
def test_making_a_cell_harmless_takes_time_with_its_length_and_not_with_the_square(text: str) -> None:
    assert is_linear(harmless, text)


# JSON


def test_json_holds_each_incident_byte_for_byte() -> None:
    raws = [b'{ "incidentId" : 1,\r\n "x": [1.50, "\\u00e9", "\xc3\xa9"] }', b'{"incidentId":2}']
    data = document(Format.JSON, *map(incident_from, raws))
    assert data == b"[\n" + raws[0] + b",\n" + raws[1] + b"\n]\n"
    assert document(Format.JSON) == b"[]\n"


def test_ndjson_leaves_out_line_breaks_between_words_and_nothing_else() -> None:
    raw = b'{ "incidentId" : 1,\r\n  "x": "a\\n  b",\n\t"y"\r: 1.50 }'
    assert on_one_line(raw) == b'{ "incidentId" : 1,"x": "a\\n  b","y": 1.50 }'


@given(JSON, st.integers(0, 4))
def test_any_json_is_one_line_of_the_same_value(value: object, indent: int) -> None:
    for is_ascii in (True, False):
        raw = json.dumps(value, indent=indent, ensure_ascii=is_ascii).encode(errors="replace")
        line = on_one_line(raw)
        assert not set(line) & set(b"\r\n")
        assert json.loads(line) == json.loads(raw)
        assert as_sent(b"\xef\xbb\xbf\n" + raw + b"\r\n") == raw
        shown = for_terminal(raw)
        assert json.loads(shown) == json.loads(raw)
        assert shown.decode().replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "raw", [b'{"incidentId":1,"x":"a\nb"}', b'{"incidentId":1,"x":"\xff"}', b'{"incidentId":1,"x":NaN}']
)
def test_what_no_strict_reader_takes_is_given_as_it_was_understood(raw: bytes) -> None:
    data = document(Format.JSON, incident_from(raw), made(incidentId=2))
    assert [incident["incidentId"] for incident in json.loads(data, parse_constant=pytest.fail)] == [1, 2]


# Markdown


@given(st.text() | st.sampled_from(list(ATTACKS.values())))
def test_any_text_in_a_report_is_only_text(text: str) -> None:
    text = text[:200]
    inside = [token.type for token in MarkdownIt("commonmark").parseInline(f"x {escaped(text)}")[0].children or []]
    assert inside in ([], ["text"]) or set(inside) <= {"text", "text_special"}
    written = escaped(text)
    blocks = MarkdownIt("commonmark").parse(written)
    assert [token.type for token in blocks] in ([], ["paragraph_open", "inline", "paragraph_close"])
    said = "".join(token.content for token in blocks[1].children or []) if blocks else ""
    assert said == seen(text).strip()
    assert not re.search(r"(?i)(?<!\\):(?=//)|www\.", written)
    assert not CONTROL.search(written)


def test_a_report_says_everything_in_its_order(clock: StoppedClock) -> None:
    alert = {"alertId": "da1", "title": "<b>First</b>", "severity": "High", "creationTime": "2026-11-19T01:00:00Z"}
    entities = [{"entityType": "Ip", "ipAddress": "192.0.2.7"}, {"entityType": "File", "fileName": "a`b``.exe"}]
    raw = json_bytes(incident_json(incidentName="# *Title*", alerts=[alert | {"entities": entities}]))
    text = report(detail_from(raw))
    assert text.startswith("# \\# \\*Title\\* (924565)\n")
    assert "### 1. \\<b\\>First\\</b\\>" in text
    assert "- `192.0.2.7`" in text
    assert "- ```a`b``.exe```" in text
    created, alerted, updated = (text.index(f"- 2026-11-{when}") for when in ("18 08", "19 01", "20 09"))
    assert created < alerted < updated


def test_no_oddity_stops_a_report_or_acts_in_it(clock: StoppedClock) -> None:
    page = page_from(json_bytes({"value": odd_incidents(clock)}), IncidentQuery(), NOON)
    assert len(page.incidents) > 30
    assert not CONTROL.search(document(Format.MARKDOWN, *page.incidents).decode())
