"""What has changed is told before and after, in words, the weightiest first."""

from datetime import timedelta

import pytest

from mtp_tui.services.last_looks import FieldChange, LastLook
from mtp_tui.ui.widgets.incident_changes import change_lines
from mtp_tui.ui.widgets.incident_overview import Around, overview_lines, row_lines
from tests.defender.shapes import opened
from tests.support.clocks import NOON
from tests.ui.test_incident_lines import text_of

DETAIL = opened(
    severity="High",
    alerts=[
        {"alertId": "a1", "title": "Old", "severity": "Low"},
        {"alertId": "a2", "title": "New [/x]", "severity": "High", "firstActivity": "2026-11-20T09:00:00Z"},
        *({"alertId": f"b{number}", "title": f"Another {number}"} for number in range(6)),
    ],
    comments=[
        {"comment": "Bridge\nis open", "createdBy": "sasha", "createdTime": "2026-11-20T11:00:00Z"},
        {"comment": "before", "createdTime": "2026-11-20T10:00:00Z"},
    ],
)


def told(*changes: FieldChange) -> list[str]:
    """The block, without its title."""
    look = LastLook(NOON - timedelta(hours=2), changes)
    return text_of(list(change_lines(look, DETAIL, NOON))).splitlines()[1:]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (FieldChange("severity", "Medium", "High"), "Severity◆ Medium → ▲ High  raised"),
        (FieldChange("severity", "Medium", "Low"), "Severity◆ Medium → ▽ Low  lowered"),
        (FieldChange("severity", "Strange", "Low"), "Severity· Strange → ▽ Low"),
        (FieldChange("severity", "Low", ""), "Severity▽ Low → · not given"),
        (FieldChange("assigned_to", "", "ana@contoso.example"), "Assigned tonobody → ana@contoso.example"),
        (FieldChange("assigned_to", "ana@contoso.example", ""), "Assigned toana@contoso.example → nobody"),
        (FieldChange("tags", "", "vip"), "Tagsnone → vip"),
        (FieldChange("redirect_id", "", "17"), "Merged intonone → 17"),
        (FieldChange("comments", "", "2"), "Comments0 → 2  “Bridge is open” sasha"),
        (FieldChange("comments", "3", "2"), "Comments3 → 2"),
        (FieldChange("alerts"), "Alertschanged"),
        (FieldChange("summary", "", "as sent"), "summarynot given → as sent"),
        (FieldChange("status", "Active", "Resolved", NOON - timedelta(minutes=5)), "StatusActive → Resolved  5 min ago"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_words(change: FieldChange, words: str) -> None:
    assert told(change) == [words]


def test_added_alerts_are_named_and_many_are_counted() -> None:
    ids = "\n".join(alert.id for alert in DETAIL.alerts)
    assert told(FieldChange("alert_count", "1", "2"), FieldChange("alert_ids", ids.replace("\na2", ""), ids)) == [
        "Alerts1 → 2",
        "+ ▲ High  New [/x]",
    ]
    assert told(FieldChange("alert_ids", "gone\na1", ids)) == [
        "Alerts+ ▲ High  New [/x]",
        *(f"+ · not given  Another {number}" for number in range(4)),
        "and 2 more in their tab",
        "1 moved away",
    ]


def test_the_block_stands_in_the_overview_with_the_weightiest_first() -> None:
    look = LastLook(NOON - timedelta(hours=2), (FieldChange("tags", "", "vip"), FieldChange("severity", "Low", "High")))
    for lines in (
        overview_lines(DETAIL, NOON, Around(look)),
        row_lines(DETAIL.incident, NOON, Around(look)),
    ):
        shown = text_of(lines)
        assert "Since you last looked  2026-11-20 10:00:00 UTC, 2 h 00 min ago" in shown
        assert 0 < shown.index("▽ Low → ▲ High") < shown.index("none → vip") < shown.index("Incident ID")
    assert "Since you last looked" not in text_of(overview_lines(DETAIL, NOON, Around(LastLook(NOON))))


def test_what_was_merged_is_told_on_both_sides() -> None:
    survivor = opened(incidentId=17, incidentName="Survivor", severity="High").incident
    parts = tuple(opened(incidentId=number, incidentName=f"Part {number}").incident for number in range(6))
    merged = text_of(
        overview_lines(opened(redirectIncidentId=17, status="Redirected"), NOON, Around(survivor=survivor))
    )
    assert "→ merged into incident 17  m goes there\n17  ▲ High  Active  Survivor" in merged
    shown = text_of(overview_lines(DETAIL, NOON, Around(merged=parts)))
    assert "← 6 merged incidents are part of this one  m shows them" in shown
    assert "Part 3" in shown
    assert "Part 4" not in shown
    assert "and 2 more" in shown
