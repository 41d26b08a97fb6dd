"""JSON line by line: folding, places, finding; whatever the JSON is."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.ui.widgets.json_folds import JsonRow, JsonText, folded_line, meant
from tests.defender.test_any_json import ANY_JSON

SENT = {"id": 7, "alerts": [{"title": "a", "entities": []}, {"path": "C:\\Windows\\x.exe"}], "tags": ["VIP"]}


def text_of(value: object) -> JsonText:
    return JsonText(json.dumps(value, indent=2, ensure_ascii=False))


def words_of(row: JsonRow) -> str:
    return "".join(span.text for span in row.line.body)


def row_at(text: JsonText, path: str) -> JsonRow:
    return next(row for row in text.rows if text.path(row) == path)


def test_every_value_says_where_it_stands() -> None:
    text = text_of(SENT)
    assert [text.path(row) for row in text.rows if row.step] == [
        "id", "alerts", "alerts[0]", "alerts[0].title", "alerts[0].entities", "alerts[1]", "alerts[1].path", "tags",
        "tags[0]",
    ]  # fmt: skip


def test_folding_hides_what_is_inside_and_says_how_much() -> None:
    text = text_of(SENT)
    shown = text.shown({"alerts"})
    assert [text.path(row) for row in shown] == ["", "id", "alerts", "tags", "tags[0]", "tags", ""]
    line = folded_line(text, row_at(text, "alerts"))
    assert "".join(span.text for span in line.body) == '"alerts": [ 2 items … ],'


def test_a_closing_bracket_is_about_what_it_closes() -> None:
    text = text_of(SENT)
    last = text.rows[-1]
    assert text.subject(last) is text.rows[0]
    assert text.around(last) is text.rows[0]
    assert text.around(row_at(text, "tags[0]")) is row_at(text, "tags")


def test_words_are_found_as_meant_and_as_sent_whatever_the_case() -> None:
    text = text_of(SENT)
    path = row_at(text, "alerts[1].path").number
    assert text.found("c:\\windows\\X") == [path]
    assert text.found("c:\\\\windows") == [path]
    assert text.found('"path": "C:') == [path]
    assert text.found("vip") == [row_at(text, "tags[0]").number]
    assert text.found("nothing like it") == text.found("") == []


def test_a_text_that_is_no_json_has_rows_without_folds() -> None:
    text = JsonText("{broken\n}\n]\n[\n{")
    assert len(text.shown(set())) == 5
    assert all(row.end < row.number for row in text.rows)
    text.shown({text.path(row) for row in text.rows})


@given(st.text(alphabet='{}[]", \n:a\\') | st.text())
def test_any_text_can_be_shown_folded_and_searched(sent: str) -> None:
    text = JsonText(sent)
    assert len(text.shown(set())) == len(sent.split("\n"))
    for row in text.rows:
        text.path(row)
        text.around(row)
        assert text.shown({text.path(row)})
    text.found("a")


@given(ANY_JSON)
def test_any_json_folds_to_one_line_and_back(value: object) -> None:
    text = text_of(value)
    shown = text.shown({""})
    assert len(shown) == 1
    assert json.loads("".join(words_of(row) for row in text.shown(set()))) == value
    for row in text.rows:
        if row.end > row.number:
            inner = "".join(words_of(text.rows[number]) for number in range(row.number + 1, row.end + 1))
            inside = json.loads(row.value + inner.removesuffix(","))
            assert len(inside) == row.inside


@given(st.text())
def test_a_text_is_shown_as_it_is_meant(value: str) -> None:
    assert meant(json.dumps(value)) == value
