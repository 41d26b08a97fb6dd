"""Exports: what came is what leaves, harmless to whatever opens it, in a file that takes nothing's place unasked."""

import csv
import io
import json
import os
import re
import stat
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mtp_tui.defender.models import Incident, detail_from, incident_from, page_from
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.services.export import About, Format, path_for_export, rows_as, usual_name, write_export
from mtp_tui.services.export.csv_text import COLUMNS, harmless
from mtp_tui.services.export.json_text import as_sent, for_terminal, on_one_line
from mtp_tui.services.export.markdown import escaped, report, seen
from mtp_tui.sim.oddities import HOSTILE_TEXTS, odd_incidents
from mtp_tui.sim.payload import json_bytes
from tests.commands.tokens import CONTROL
from tests.defender.shapes import incident_json
from tests.support.clocks import NOON, StoppedClock

ABOUT = About(NOON, narrowed_to="severity:high", known=340, tenant="contoso.example")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)

on_posix = pytest.mark.skipif(os.name == "nt", reason="links, pipes and modes of POSIX")


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


@given(st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_any_name_comes_back_from_csv_and_is_no_formula(name: str, tags: list[str]) -> None:
    incident = made(incidentName=name, tags=tags)
    rows = cells_of(document(Format.CSV, incident))
    assert len(rows) == 2
    cell = rows[1][COLUMNS.index("incidentName")]
    assert cell.removeprefix("'") == incident.name.removeprefix("'")
    assert not cell.strip().startswith(("=", "@"))


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


@given(st.text() | st.sampled_from(list(HOSTILE_TEXTS.values())))
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


# files


@pytest.mark.parametrize("form", Format)
def test_an_export_is_whole_private_and_says_what_it_holds(tmp_path: Path, form: Format) -> None:
    path = tmp_path / usual_name(form, ABOUT)
    sentence = write_export(path, [made(), made(incidentId=2)], form, ABOUT, replace=False)
    assert sentence == (
        "2 of 340 incidents of contoso.example, narrowed to “severity:high”, as of 2026-11-20 12:00:00 UTC."
    )
    assert path.name == f"incidents-20261120-1200.{form}"
    assert b"924565" in path.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_json_file_tells_filter_rows_and_time_beside_the_array(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    about = About(NOON + timedelta(hours=1), narrowed_to='"\u202e', known=2, note="There may be more.")
    write_export(path, [made()], Format.JSON, about, replace=False)
    told = json.loads(path.read_bytes())
    assert told["about"] == {
        "exported": 1,
        "as_of": "2026-11-20T13:00:00Z",
        "filter": '"\u202e',
        "known": 2,
        "tenant": "",
        "note": "There may be more.",
    }
    assert [incident["incidentId"] for incident in told["value"]] == [924565]


def test_what_stands_there_is_kept_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("kept")
    with pytest.raises(BadInput, match="there already"):
        write_export(path, [made()], Format.CSV, ABOUT, replace=False)
    assert path.read_text() == "kept"
    write_export(path, [made()], Format.CSV, ABOUT, replace=True)
    assert path.read_bytes() == document(Format.CSV, made())
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


class _Latecomer(Sequence[Incident]):
    """Incidents during whose writing another program takes the name."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __len__(self) -> int:
        return 1

    def __getitem__(self, at: int) -> Incident:  # type: ignore[override]
        if at:
            raise IndexError
        self._path.write_text("kept")
        return made()


def test_a_file_that_came_meanwhile_is_kept_too(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(BadInput, match="there already"):
        write_export(path, _Latecomer(path), Format.CSV, ABOUT, replace=False)
    assert path.read_text() == "kept"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_where_links_are_unknown_the_name_is_taken_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "out.csv"
    write_export(path, [made()], Format.CSV, ABOUT, replace=False)
    assert path.read_bytes() == document(Format.CSV, made())
    late = tmp_path / "late.csv"
    with pytest.raises(BadInput, match="there already"):
        write_export(late, _Latecomer(late), Format.CSV, ABOUT, replace=False)
    assert late.read_text() == "kept"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["late.csv", "out.csv"]


@on_posix
def test_links_folders_and_pipes_are_refused_even_for_replacing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, why in (("link", "link"), ("broken", "link"), ("folder", "folder"), ("pipe", "no ordinary")):
        for may_replace in (True, False):
            with pytest.raises(BadInput, match=why):
                write_export(tmp_path / name, [made()], Format.JSON, ABOUT, replace=may_replace)
        with pytest.raises(BadInput, match=why):
            path_for_export(str(tmp_path / name))
    assert (tmp_path / "kept").read_text() == "kept"


@pytest.mark.parametrize(
    ("typed", "why"), [("", "missing"), ("nowhere/out.csv", "no folder"), ("a\0b", "no such file")]
)
def test_what_can_be_no_file_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=why):
        path_for_export(typed)
    assert path_for_export("out.csv") == tmp_path / "out.csv"


def test_a_name_too_long_for_the_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MtpError):
        write_export(tmp_path / ("x" * 300), [made()], Format.CSV, ABOUT, replace=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("incident_id", "name"),
    [("924565", "incident-924565-20261120-1200.md"), ("../\x1b[2J", "incident-2J-20261120-1200.md")],
)
def test_the_usual_name_is_a_plain_one(incident_id: str, name: str) -> None:
    assert usual_name(Format.MARKDOWN, ABOUT, incident_id) == name
