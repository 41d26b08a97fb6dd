"""A page of incidents: bytes in, incidents out, and no broken answer taken for a quiet hour."""

import json
import tracemalloc
from collections.abc import Callable

import pytest

from mtp_tui.defender.documented_shape import documented_rows
from mtp_tui.defender.json_reading import read_json
from mtp_tui.defender.models import IncidentPage, page_from
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.errors import UnexpectedAnswer
from tests.defender.shapes import incident_json, raw
from tests.support.clocks import NOON


def page(body: object) -> IncidentPage:
    return page_from(body if isinstance(body, bytes) else raw(body), IncidentQuery(), NOON)


def test_an_empty_list_is_a_normal_answer() -> None:
    empty = page({"@odata.context": "https://api.security.microsoft.com/api/$metadata#Incidents", "value": []})
    assert (empty.incidents, empty.unreadable, empty.received, empty.next_link) == ((), (), 0, "")
    assert empty.as_of == NOON


def test_a_page_needs_no_context_and_may_carry_a_link() -> None:
    found = page({"value": [incident_json(incidentId=1)], "@odata.nextLink": "https://x/next"})
    assert [incident.id for incident in found.incidents] == ["1"]
    assert found.next_link == "https://x/next"


def test_each_incident_keeps_its_own_bytes() -> None:
    body = b'{"value": [ {"incidentId":1,  "x":"\\u00e9"} ,{"incidentId":2}]}'
    assert [incident.raw for incident in page(body).incidents] == [
        b'{"incidentId":1,  "x":"\\u00e9"}',
        b'{"incidentId":2}',
    ]


def test_of_two_entries_with_one_id_the_later_wins() -> None:
    found = page({"value": [incident_json(incidentName="one"), incident_json(incidentName="two")]})
    assert [incident.name for incident in found.incidents] == ["two"]
    assert found.received == 2


def test_one_broken_item_does_not_hide_its_page() -> None:
    found = page(
        {"value": [incident_json(incidentId=1), "text", {"incidentName": "no id"}, None, incident_json(incidentId=2)]}
    )
    assert [incident.id for incident in found.incidents] == ["1", "2"]
    assert [(item.position, item.raw) for item in found.unreadable] == [
        (1, b'"text"'),
        (2, b'{"incidentName": "no id"}'),
        (3, b"null"),
    ]
    assert all(item.problem for item in found.unreadable)
    assert found.received == 5


def test_broken_text_inside_an_item_does_not_hide_its_page() -> None:
    found = page(b'{"value":[{"incidentId":1,"incidentName":"caf\xe9"},{"incidentId":2}]}')
    assert [(incident.id, incident.name) for incident in found.incidents] == [("1", "caf\ufffd"), ("2", "")]
    assert found.incidents[0].raw == b'{"incidentId":1,"incidentName":"caf\xe9"}'


def test_bare_line_feeds_inside_a_text_are_let_through() -> None:
    (incident,) = page(b'{"value":[{"incidentId":1,"incidentName":"two\nlines"}]}').incidents
    assert incident.name == "two\nlines"


def test_a_byte_order_mark_is_dropped() -> None:
    assert page(b"\xef\xbb\xbf" + raw({"value": [incident_json()]})).received == 1


@pytest.mark.parametrize("key", ["Value", "VALUE"])
def test_the_list_may_be_spelt_in_another_case(key: str) -> None:
    assert page({key: [incident_json()]}).received == 1


def test_a_lone_incident_is_a_list_of_one() -> None:
    assert page({"value": incident_json()}).received == 1


def test_a_bare_list_is_a_page_too() -> None:
    assert page([incident_json(incidentId=1), incident_json(incidentId=2)]).received == 2


@pytest.mark.parametrize(
    "body",
    [{}, {"value": None}, {"value": "text"}, {"value": 3}, {"error": {"message": "sorry"}}, None, "text", 17, True],
)
def test_an_answer_without_a_list_is_not_an_empty_list(body: object) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        page(body)
    assert caught.value.path == "value"
    assert caught.value.hint


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"<html><title>Proxy</title></html>", b'{"value":[', raw({"value": [incident_json()]})[:-9], b"\xff\xfe\x00", b"[" * 100_000],
    ids=["empty", "blank", "html", "cut", "cut later", "not text", "deep"],
)  # fmt: skip
def test_an_answer_that_is_not_json_is_an_error(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        page(body)


def test_what_a_broken_answer_says_is_kept_as_detail() -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        page(b"<html><head><title>Access denied by proxy</title></head></html>")
    assert caught.value.detail == "Access denied by proxy"
    with pytest.raises(UnexpectedAnswer) as caught:
        page({"error": {"code": "x", "message": "sorry"}})
    assert caught.value.detail == "sorry"


@pytest.mark.parametrize("link", [None, 3, {"href": "x"}, ""])
def test_a_link_that_is_no_text_is_no_link(link: object) -> None:
    assert page({"value": [], "@odata.nextLink": link}).next_link == ""


def test_a_deeply_nested_item_is_unreadable_and_the_others_are_not() -> None:
    deep = "[" * 5000 + "]" * 5000
    body = f'{{"value":[{{"incidentId":1}},{{"incidentId":2,"x":{deep}}}]}}'.encode()
    try:
        found = page(body)
    except UnexpectedAnswer:
        return  # as good: an error, not a crash
    assert "1" in [incident.id for incident in found.incidents]


def test_large_numbers_and_no_numbers_are_let_through() -> None:
    found = page(json.dumps({"value": [incident_json(osBuild=10**40)]}).replace('"Unknown"', "NaN").encode())
    assert [incident.classification for incident in found.incidents] == [""]


def test_only_the_first_ten_thousand_items_are_looked_at() -> None:
    found = page(b'{"value":[' + b",".join(b'{"incidentId":%d}' % number for number in range(1, 12_346)) + b"]}")
    assert (len(found.incidents), found.incidents[-1].id) == (10_000, "10000")
    assert (found.received, found.left_out) == (12_345, 2_345)
    documented = json.dumps(incident_json()).encode()
    assert page(b'{"value":[' + b",".join([documented] * 10_001) + b"]}").left_out == 1


@pytest.mark.parametrize("item", [b"1", b"[]", b'"x"', b"{}", b"null"])
@pytest.mark.parametrize("around", [(b'{"value":[', b"]}"), (b"[", b"]")])
def test_a_page_of_very_many_small_things_is_refused_in_little_memory(item: bytes, around: tuple[bytes, bytes]) -> None:
    body = around[0] + b",".join([item] * 2_000_000) + around[1]
    tracemalloc.start()
    try:
        with pytest.raises(UnexpectedAnswer, match="more than 10,000 things"):
            page(body)
        assert tracemalloc.get_traced_memory()[1] < 3 * len(body) + 5_000_000
    finally:
        tracemalloc.stop()


def test_a_large_page_of_few_incidents_is_read_whole() -> None:
    items = [raw({"incidentId": number, "numbers": list(range(100_000))}) for number in (1, 2, 3)]
    found = page(b'{"value":[' + b",".join(items) + b"]}")
    assert [incident.raw for incident in found.incidents] == items


NINES = b"9" * 5000
ODD = {
    "a number of 5,000 digits": b'{"incidentId":7,"x":' + NINES + b',"y":-' + NINES + b"}",
    "too deep": b'{"incidentId":7,"x":' + b"[" * 3000 + b"]" * 3000 + b"}",
    "a bare control character": b'{"incidentId":7,"x":"a\nb\x01"}',
    "not a number": b'{"incidentId":7,"x":NaN,"y":-Infinity}',
    "bytes that are no text": b'{"incidentId":7,"x":"\xff"}',
}


@pytest.mark.parametrize("one", ODD)
@pytest.mark.parametrize("other", ODD)
def test_incidents_that_are_odd_in_different_ways_do_not_hide_their_page(one: str, other: str) -> None:
    second = ODD[other].replace(b'"incidentId":7', b'"incidentId":8')
    found = page(b'{"value":[{"incidentId":1,"incidentName":"good"},' + ODD[one] + b"," + second + b"]}")
    assert (found.incidents[0].id, found.incidents[0].name) == ("1", "good")
    assert found.received == 3
    assert {incident.id for incident in found.incidents} == {"1", "7", "8"}


def test_a_number_that_nobody_counts_with_is_kept_as_a_text() -> None:
    assert read_json(b'{"x":' + NINES + b',"y":12345678901234567890123}') == {
        "x": NINES.decode(),
        "y": 12345678901234567890123,
    }


def deeper(frames: int, do: Callable[[], bytes]) -> bytes:
    """Does it with so much less room below."""
    return do() if frames == 0 else deeper(frames - 1, do)


def test_an_item_that_could_be_decoded_is_had_wherever_it_is_asked_for() -> None:
    """Decoding goes as deep as the answer is nested, and whoever wants the bytes may stand deeper than whoever decoded."""
    uri = "https://security.microsoft.com/incidents/1"
    rows = [raw(incident_json(incidentId=number, incidentUri=uri)) for number in (1, 2, 3)]
    nested = rows[1][:-1] + b', "new": ' + b"[" * 600 + b"]" * 600 + b"}"
    body = b'{"value": [%s, %s, %s]}' % (rows[0], nested, rows[2])
    for frames in range(0, 700, 20):
        found = documented_rows(body)
        assert found is not None
        last = found[0][2]
        assert deeper(frames, lambda last=last: last.raw) == rows[2]  # type: ignore[misc]
