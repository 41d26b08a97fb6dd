"""Tab completes, and goes on from a whole value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.narrowing.at_cursor import at_cursor
from mtp_tui.defender.narrowing.completion import Known
from tests.defender.test_narrowing import LINES

KNOWN = Known({"status": {"Active": 5, "Resolved": 9}, "tag": {"vip": 3, "vip user": 1, "me": 1}, "owner": {"me": 2}})


def tab(text: str, *, times: int = 1, me: str = "") -> str:
    """The line after so many presses, the cursor standing at its end."""
    for _ in range(times):
        found = at_cursor(text, len(text), KNOWN, me=me)
        if found.next is not None:
            text = text[: found.start] + found.next.text + text[found.end :]
    return text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("stat", ["status:", "status:resolved", "status:active"]),
        ("x status:resolved", ["x status:active"]),
        ("status:new,res", ["status:new,resolved", "status:new,active"]),
        ("tag:vi", ["tag:vip", 'tag:"vip user"', "tag:me", "tag:vip"]),
        ("tag:=vip", ['tag:="vip user"']),
        ("age:>7d", ["age:<1h"]),
        ("status:Resolved", ["status:resolved", "status:active"]),
        ("nothing", ["nothing"]),
        ("alerts:3", ["alerts:3"]),
    ],
)
def test_a_further_tab_goes_on_to_the_next_value(text: str, lines: list[str]) -> None:
    assert [tab(text, times=times) for times in range(1, len(lines) + 1)] == lines


def test_every_value_comes_round() -> None:
    seen = {tab("status:", times=times) for times in range(1, 8)}
    assert len(seen) == 7
    assert tab("status:", times=8) == tab("status:")


def test_me_is_offered_where_somebody_is_signed_in_and_a_name_that_reads_so_in_any_case() -> None:
    assert [offer.text for offer in at_cursor("owner:", 6, KNOWN, me="ana@contoso.com").offers] == [
        "me",
        "none",
        '"me"',
    ]
    assert [offer.text for offer in at_cursor("owner:", 6, KNOWN, me="").offers] == ["none", '"me"']
    assert tab("owner:m", me="ana@contoso.com") == "owner:me"
    assert "me" in [offer.text for offer in at_cursor("tag:", 4, KNOWN, me="").offers]


@given(LINES, st.integers(0, 60))
def test_in_any_line_what_tab_puts_there_is_offered_for_a_place_within_it(text: str, cursor: int) -> None:
    cursor = min(cursor, len(text))
    found = at_cursor(text, cursor, KNOWN, me="")
    assert 0 <= found.start <= found.end <= len(text)
    assert found.next is None or found.next in found.offers
    assert not found.is_whole or text[found.start : found.end] == found.offers[0].text
