"""Alerts on the axis: each in its column and row, at any width, however far apart they are."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.models import IncidentDetail
from mtp_tui.moments import utc_text
from mtp_tui.sim.payload import stamp
from mtp_tui.ui.widgets.incident_timeline import LABEL, axis_for, timeline_lines
from tests.defender.shapes import opened
from tests.support.clocks import NOON

MOMENTS = st.datetimes(datetime(1700, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def with_alerts_at(*minutes: float, category: str = "Execution", **fields: object) -> IncidentDetail:
    """An incident with an alert so many minutes after noon, each."""
    alerts = [
        {
            "title": f"at {minute}",
            "category": category,
            "firstActivity": stamp(NOON + timedelta(minutes=minute)),
            **fields,
        }
        for minute in minutes
    ]
    return opened(alerts=alerts)


def rows_of(detail: IncidentDetail, width: int = 80) -> dict[str, str]:
    """The rows of the axis by tactic."""
    rows: dict[str, str] = {}
    for line in timeline_lines(detail, NOON, width)[3:]:
        if line.lead is None:
            break
        rows[line.lead.text] = "".join(span.text for span in line.body)
    return rows


def words_of(detail: IncidentDetail, width: int = 80) -> str:
    """The whole tab."""
    return "\n".join(
        (line.lead.text + "  " if line.lead else "") + "".join(span.text for span in line.body)
        for line in timeline_lines(detail, NOON, width)
    )


def test_an_alert_is_a_sign_and_several_are_a_number() -> None:
    detail = with_alerts_at(0, 10, 10, 20, *[30] * 12, severity="High")
    row = rows_of(detail, LABEL + 31)["Execution"]
    assert (row[0], row[10], row[20], row[30]) == ("▲", "2", "▲", "+")
    assert "one column is 1 min" in words_of(detail, LABEL + 31)


def test_rows_follow_the_attack_and_other_words_come_after() -> None:
    alerts = [
        {"category": category, "firstActivity": stamp(NOON)}
        for category in ("Malware", "Impact", "", "InitialAccess", "Command and Control")
    ]
    assert list(rows_of(opened(alerts=alerts))) == [
        "Initial access",
        "Command and control",
        "Impact",
        "Malware",
        "not given",
    ]


def test_an_alert_that_goes_on_is_a_line_to_its_last_activity() -> None:
    detail = with_alerts_at(0, lastActivity=stamp(NOON + timedelta(minutes=5)), severity="Low")
    row = rows_of(detail)["Execution"]
    assert row[0] == "▽"
    assert set(row[1:]) == {"─"}


def test_an_end_before_the_beginning_draws_nothing_backwards() -> None:
    detail = with_alerts_at(0, 60, lastActivity=stamp(NOON - timedelta(hours=5)), severity="Low")
    assert set(rows_of(detail)["Execution"]) == {"▽", "·"}


def test_all_at_one_instant_say_so() -> None:
    detail = with_alerts_at(0, 0, 0)
    assert rows_of(detail) == {"Execution": "3"}
    assert f"all at {utc_text(NOON)}" in words_of(detail)


def test_alerts_without_any_time_are_listed_all_the_same() -> None:
    text = words_of(opened(alerts=[{"title": "First"}, {"title": "Second", "firstActivity": "0001-01-01T00:00:00Z"}]))
    assert "None of its alerts came with a time." in text
    assert text.index("First") < text.index("Second")


def test_the_list_is_in_order_and_those_without_a_time_come_last() -> None:
    detail = opened(
        alerts=[
            {"title": "no time"},
            {"title": "later", "firstActivity": stamp(NOON)},
            {"title": "earlier", "creationTime": stamp(NOON - timedelta(days=900))},
        ]
    )
    listed = words_of(detail).split("In order")[1]
    assert listed.index("earlier") < listed.index("later") < listed.index("no time")
    assert "one column is" in words_of(detail)


@given(st.lists(MOMENTS, min_size=1, max_size=6), st.integers(12, 140))
def test_the_axis_holds_every_moment_in_its_order(moments: list[datetime], most: int) -> None:
    axis = axis_for(min(moments), max(moments), most)
    assert 1 <= axis.columns <= most
    columns = [axis.column(moment) for moment in sorted(moments)]
    assert columns == sorted(columns)
    assert all(0 <= column < axis.columns for column in columns)
    assert axis.columns - 1 in columns
    assert 0 in columns


@given(st.lists(MOMENTS, max_size=6), st.integers(20, 160))
def test_no_line_of_the_axis_is_wider_than_the_room(moments: list[datetime], width: int) -> None:
    alerts = [{"category": "Impact", "firstActivity": moment.isoformat()} for moment in moments]
    for line in timeline_lines(opened(alerts=alerts), NOON, width):
        if line.lead_width == LABEL:
            assert sum(len(span.text) for span in line.body) <= max(12, width - LABEL)


@pytest.mark.parametrize("width", [50, 80, 160])
def test_years_apart_fit_any_width(width: int) -> None:
    detail = with_alerts_at(0, 60 * 24 * 365 * 7)
    assert "year" in words_of(detail, width) or "days" in words_of(detail, width)
    row = rows_of(detail, width)["Execution"]
    assert len(row.replace("·", "")) == 2
