"""Only what cannot cost a row is asked of the service, and one sentence says who does what."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.models import Incident, incident_from
from mtp_tui.defender.narrowing.match import matches
from mtp_tui.defender.narrowing.server import said, server_part
from mtp_tui.sim.odata import parse_filter
from tests.defender.narrowings import read
from tests.defender.shapes import incident_json, raw


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("status:active", "status eq 'Active'"),
        ('status:"in progress"', "status eq 'InProgress'"),
        ("owner:=o'neil@contoso.com", "assignedTo eq 'o''neil@contoso.com'"),
        ("age:<7d", "createdTime ge 2026-11-13T12:00:00Z"),
        ("age:<7d created:>=2026-11-15", "createdTime ge 2026-11-15T00:00:00Z"),
        ("updated:<1h,<2h", "lastUpdateTime ge 2026-11-20T10:00:00Z"),
        ("updated:today status:resolved", "lastUpdateTime ge 2026-11-20T00:00:00Z and status eq 'Resolved'"),
        ("created:2026-11-01..2026-11-20", "createdTime ge 2026-11-01T00:00:00Z"),
        # what the service cannot do, or may do otherwise than we
        ("severity:high", None),
        ("status:active,inprogress", None),
        ("status:new", None),
        ("status:open", None),
        ("-status:active", None),
        ("owner:me", None),
        ("owner:bob@contoso.com", None),
        ("age:>7d", None),
        ("age:<7d,>30d", None),
        ("word tag:vip", None),
    ],
)
def test_the_service_is_asked_for_what_cannot_cost_a_row(text: str, asked: str | None) -> None:
    assert server_part(read(text)).to_params().get("$filter") == asked


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", ""),
        ("status:active", "The service is asked for status Active."),
        (
            "severity:high -noise",
            "The service is asked for everything; narrowed here: severity:high  -noise.",
        ),
        (
            "status:active age:<7d tag:vip",
            "The service is asked for status Active, created since 2026-11-13 12:00:00 UTC; narrowed here: tag:vip.",
        ),
        (
            "created:2026-11-01..2026-11-20",
            "The service is asked for created since 2026-11-01 00:00:00 UTC; narrowed here: created:2026-11-01..2026-11-20.",
        ),
        ("status:active status:resolved", "The service is asked for status Active; narrowed here: status:resolved."),
    ],
)
def test_one_sentence_says_who_does_what(text: str, sentence: str) -> None:
    assert said(read(text)) == sentence


TERMS = st.sampled_from(
    ["status:active", "status:resolved", "status:active,resolved", "-status:active", "owner:me", "owner:=me@contoso.com", "-owner:=me@contoso.com", "age:<2d", "age:>2d", "updated:<1h", "-updated:<1h", "created:2026-11-18..2026-11-19", "updated:today", "age:1d,5d"]
)  # fmt: skip
SENT = st.fixed_dictionaries({
    "status": st.sampled_from(["Active", "Resolved", "New", "Redirected"]),
    "assignedTo": st.sampled_from([None, "me@contoso.com", "Me@Contoso.com"]),
    "createdTime": st.sampled_from(["2026-11-18T12:00:00Z", "2026-11-18T11:59:59.9999999Z", "2026-11-20T11:00:00Z"]),
    "lastUpdateTime": st.sampled_from(["2026-11-20T11:00:00Z", "2026-11-20T10:59:59.9999999Z", "2026-11-20T00:00:00Z"]),
})  # fmt: skip


@given(st.lists(TERMS, max_size=4), SENT)
def test_what_gets_through_here_is_never_left_out_by_the_service(terms: list[str], sent: dict[str, object]) -> None:
    body = incident_json(**sent)
    incident: Incident = incident_from(raw(body))
    narrowing = read(" ".join(terms))
    asked = server_part(narrowing).to_params().get("$filter")
    if matches(narrowing, incident) and asked:
        assert parse_filter(asked)(json.loads(raw(body)))
