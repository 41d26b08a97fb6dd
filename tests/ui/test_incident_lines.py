"""The documents of the detail: all that was sent is there, and nothing that is odd breaks them."""

import json

import pytest

from mtp_tui.defender.models import detail_from
from mtp_tui.errors import UnexpectedAnswer
from mtp_tui.sim.oddities import odd_incidents
from mtp_tui.sim.stories import build_incidents
from mtp_tui.ui.lines import Line
from mtp_tui.ui.widgets.incident_lines import (
    alert_lines,
    comment_lines,
    device_lines,
    evidence_lines,
    json_lines,
    overview_lines,
)
from tests.support.clocks import NOON, StoppedClock

WRITTEN_FOR_PEOPLE = {"entityType", "filePath", "verdict", "remediationStatus"}
"""Keys whose values are there in another spelling: one name for a type, a path joined with its file name."""


def text_of(lines: list[Line]) -> str:
    """The words of a document."""
    return "\n".join((line.lead.text if line.lead else "") + "".join(span.text for span in line.body) for line in lines)


def documents(raw: bytes) -> dict[str, str]:
    """Every tab of one incident."""
    detail = detail_from(raw)
    return {
        "overview": text_of(overview_lines(detail, NOON)),
        "alerts": text_of(alert_lines(detail, NOON)),
        "evidence": text_of(evidence_lines(detail)),
        "devices": text_of(device_lines(detail, NOON)),
        "comments": text_of(comment_lines(detail, NOON)),
        "json": text_of(json_lines(detail)),
    }


@pytest.mark.parametrize("odd", odd_incidents(StoppedClock()))
def test_every_oddity_of_the_wild_makes_documents(odd: object) -> None:
    """Or is refused as a whole, with its place, when it is no incident at all."""
    raw = json.dumps(odd).encode()
    if not isinstance(odd, dict) or not str(odd.get("incidentId") or "").strip():
        with pytest.raises(UnexpectedAnswer):
            documents(raw)
        return
    shown = documents(raw)
    for text in shown.values():
        assert text
        assert "None, None" not in text
        assert "datetime" not in text


def test_every_value_of_a_story_is_in_the_detail() -> None:
    """Nothing that was sent is left out: alert titles, device names, entity values, comments."""
    for incident in build_incidents(2020, NOON):
        shown = documents(json.dumps(incident).encode())
        for comment in incident["comments"]:
            assert comment["comment"].splitlines()[0] in shown["comments"]
        for alert in incident["alerts"]:
            assert alert["title"] in shown["alerts"]
            for device in alert["devices"]:
                assert device["deviceDnsName"] in shown["devices"]
            for entity in alert["entities"]:
                for key, value in entity.items():
                    if value and key not in WRITTEN_FOR_PEOPLE and not key.endswith("Time"):
                        assert str(value) in shown["evidence"], (incident["incidentId"], key)
            for key in (
                "alertId",
                "providerAlertId",
                "detectorId",
                "actorName",
                "threatFamilyName",
                "investigationState",
            ):
                assert str(alert.get(key) or "") in shown["alerts"], key


def test_json_that_is_nested_very_deep_is_shown_whole() -> None:
    deep = b'{"incidentId": 7, "x": ' + b"[" * 940 + b"]" * 940 + b"}"
    assert documents(deep)["json"].count("[") == 940


def test_the_json_tab_is_the_incident_itself() -> None:
    incident = build_incidents(2020, NOON)[0]
    lines = json_lines(detail_from(json.dumps(incident).encode()))
    assert json.loads(text_of(lines)) == incident


def test_missing_values_read_not_given() -> None:
    overview = documents(b'{"incidentId": 7}')["overview"]
    assert overview.count("not given") >= 8
    assert "None" not in overview
