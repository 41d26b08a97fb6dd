"""Completion offers fields, then values, the most frequent first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.narrowing.completion import MOST_OFFERED, Known, complete, known_from
from tests.defender.narrowings import incident, read, rich_incident

KNOWN = Known({
    "owner": {"bob@contoso.com": 1, "alice@contoso.com": 5, "me": 1},
    "tag": {"VIP user": 2, "noise": 9, "loud noise": 10, 'a "b"': 1},
    "severity": {"Low": 7, "High": 3, "Odd": 1},
})  # fmt: skip


def offered(text: str, cursor: int | None = None) -> list[str]:
    at = len(text) if cursor is None else cursor
    return [offer.text for offer in complete(text, at, KNOWN).offers]


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("sev", ["severity:"]),
        ("tag:vip dev", ["device:"]),
        ("-dev", ["device:"]),
        ("tag:noi", ["noise", '"loud noise"']),
        ("tag:", ['"loud noise"', "noise", '"VIP user"', '"a ""b"""']),
        ("tag:x,vip", ['"VIP user"']),
        ("severity:", ["low", "high", '"Odd"', "medium", "informational", "unspecified"]),
        ("severity:hi", ["high"]),
        ("source:mde", ["endpoint"]),
        ("owner:", ["me", "none", "alice@contoso.com", "bob@contoso.com", '"me"']),
        ("owner:=", ["=alice@contoso.com", "=bob@contoso.com", '="me"']),
        ("updated:to", ["today"]),
        ("is:un", ["unread"]),
        ("alerts:", []),
        ("nothing:", []),
        ('"sev', []),
    ],
)
def test_offers_fit_what_was_typed(text: str, offers: list[str]) -> None:
    found = offered(text)
    assert found[: len(offers)] == offers
    assert len(found) == len(offers) or text == "severity:"


def test_an_empty_place_is_offered_the_fields() -> None:
    assert offered("")[0] == "severity:"
    assert offered("tag:vip ")[0] == "severity:"


def test_a_field_s_name_is_replaced_with_its_colon() -> None:
    found = complete("sev:high", 2, KNOWN)
    assert (found.start, found.end, found.offers[0].text) == (0, 4, "severity:")


def test_what_occurs_is_counted_by_incident_and_ids_are_left_out() -> None:
    bodies = {"device": {"ws-01.contoso.com": 2, "0" * 40: 1}, "mitre": {"T1059.001": 2}}
    known = known_from([rich_incident(), rich_incident(), incident(tags=["VIP user", "e\u202evil"])], bodies)
    assert known.counts["tag"] == {"VIP user": 3}
    assert known.counts["device"] == {"ws-01.contoso.com": 2}
    assert known.counts["mitre"] == {"T1059.001": 2}
    assert "device" not in known_from([rich_incident()]).counts


def test_a_word_of_ours_is_offered_as_we_spell_it_however_it_was_sent() -> None:
    known = known_from([], {"category": {"initialaccess": 3, "odd one": 1}})
    assert [offer.text for offer in complete("category:", 9, known).offers[:2]] == ["InitialAccess", '"odd one"']


@given(st.text(max_size=30), st.integers(-1, 40))
def test_any_line_can_be_completed(text: str, cursor: int) -> None:
    at = max(0, min(cursor, len(text)))
    found = complete(text, at, KNOWN)
    assert 0 <= found.start <= found.end <= len(text)
    assert len(found.offers) <= MOST_OFFERED


@given(st.sampled_from(["tag", "owner", "device", "severity", "source"]), st.text(min_size=1))
def test_an_offer_put_in_is_read_as_what_it_was_offered_for(field: str, value: str) -> None:
    known = Known({field: {value: 1000}})
    text = f"{field}:"
    for offer in complete(text, len(text), known).offers:
        narrowing = read(text + offer.text)
        assert len(narrowing.terms) + len(narrowing.faults) == 1
        assert not any("quote" in fault.sentence for fault in narrowing.faults)
