"""The documents of the detail: all that was sent is there, and nothing that is odd breaks them."""

import json

import pytest
from hypothesis import given

from mtp_tui.defender.evidence import evidence_of
from mtp_tui.defender.models import IncidentDetail, detail_from
from mtp_tui.errors import UnexpectedAnswer
from mtp_tui.sim.oddities import odd_incidents
from mtp_tui.sim.stories import build_incidents
from mtp_tui.ui.lines import Line, Role
from mtp_tui.ui.widgets.incident_lines import alert_page, comment_lines, device_page, entity_page, judged_span
from mtp_tui.ui.widgets.incident_overview import overview_lines
from mtp_tui.ui.widgets.incident_timeline import timeline_lines
from mtp_tui.ui.widgets.json_lines import lines_of_json
from tests.defender.shapes import incident_json, opened, raw
from tests.defender.test_any_json import ANY_JSON
from tests.support.clocks import NOON, StoppedClock

WRITTEN_FOR_PEOPLE = {"entityType", "filePath", "verdict", "remediationStatus"}
"""Keys whose values are there in another spelling: one name for a type, a path joined with its file name."""


def text_of(lines: list[Line]) -> str:
    """The words of a document."""
    return "\n".join((line.lead.text if line.lead else "") + "".join(span.text for span in line.body) for line in lines)


def documents_of(detail: IncidentDetail) -> dict[str, list[Line]]:
    """Every tab of one incident, with all the pages of its lists."""
    items = [item for group in evidence_of(detail) for item in group.items]
    return {
        "overview": overview_lines(detail, NOON),
        "alerts": [line for alert in detail.alerts for line in alert_page(alert, NOON)],
        "evidence": [line for item in items for line in entity_page(item)],
        "devices": [line for device in detail.devices for line in device_page(device, detail.alerts, NOON)],
        "timeline": timeline_lines(detail, NOON, 60),
        "comments": comment_lines(detail, NOON),
        "json": lines_of_json(detail.json_text),
    }


def pages_of(detail: IncidentDetail) -> dict[str, str]:
    """The words of every tab."""
    return {name: text_of(lines) for name, lines in documents_of(detail).items()}


@pytest.mark.parametrize("odd", odd_incidents(StoppedClock()))
def test_every_oddity_of_the_wild_makes_documents(odd: object) -> None:
    """Or is refused as a whole, with its place, when it is no incident at all."""
    body = json.dumps(odd).encode()
    if not isinstance(odd, dict) or not str(odd.get("incidentId") or "").strip():
        with pytest.raises(UnexpectedAnswer):
            detail_from(body)
        return
    shown = pages_of(detail_from(body))
    for name in ("overview", "timeline", "comments", "json"):
        assert shown[name]
    for text in shown.values():
        assert "None, None" not in text
        assert "datetime" not in text


@given(ANY_JSON, ANY_JSON)
def test_any_json_makes_documents(alert: object, entity: object) -> None:
    detail = opened(alerts=[alert, {"title": alert, "category": entity, "entities": [entity, {"url": alert}]}])
    for text in pages_of(detail).values():
        text.encode()


def test_every_value_of_a_story_is_in_the_detail() -> None:
    """Nothing that was sent is left out: alert titles, device names, entity values, comments."""
    for incident in build_incidents(2020, NOON):
        shown = pages_of(detail_from(json.dumps(incident).encode()))
        for comment in incident["comments"]:
            assert comment["comment"].splitlines()[0] in shown["comments"]
        for alert in incident["alerts"]:
            assert alert["title"] in shown["alerts"]
            assert alert["title"] in shown["timeline"]
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
    assert pages_of(detail_from(deep))["json"].count("[") == 940


def test_missing_values_read_not_given() -> None:
    shown = pages_of(detail_from(b'{"incidentId": 7, "alerts": [{"entities": [{"entityType": "Ip"}]}]}'))
    assert shown["overview"].count("not given") >= 8
    assert shown["alerts"].count("not given") >= 14
    assert "Verdictnot given" in shown["evidence"]
    assert not any("None" in text for text in (shown["overview"], shown["alerts"], shown["evidence"]))


def test_the_tactics_stand_in_the_order_of_an_attack_with_their_worst_severity() -> None:
    detail = opened(
        alerts=[
            {"category": "Impact", "severity": "High"},
            {"category": "Malware", "severity": "Low"},
            {"category": "initial-access", "severity": "Medium"},
            {"category": "Impact", "severity": "Low"},
            {"category": None},
        ]
    )
    line = next(line for line in overview_lines(detail, NOON) if line.lead and line.lead.text == "Tactics")
    assert "".join(span.text for span in line.body) == "◆ Initial access → ▲ Impact ×2 · ▽ Malware"


def test_what_is_affected_is_counted_by_type() -> None:
    user = {"entityType": "User", "userPrincipalName": "ana@contoso.example"}
    detail = opened(
        alerts=[
            {"entities": [user, {"entityType": "Ip", "ipAddress": "192.0.2.1"}, {"entityType": "Robot", "name": "R2"}]},
            {"entities": [user], "devices": [{"deviceDnsName": "pc1"}]},
        ]
    )
    shown = text_of(overview_lines(detail, NOON)).splitlines()
    assert "Users  1  ana@contoso.example" in shown
    assert "Addresses  1  192.0.2.1" in shown
    assert "Robot  1  R2" in shown
    assert "Devices  1  pc1" in shown


@pytest.mark.parametrize(
    ("sent", "text", "role"),
    [
        ("Malicious", "✗ Malicious", Role.HIGH),
        ("suspicious", "! suspicious", Role.MEDIUM),
        ("NoThreatsFound", "✓ NoThreatsFound", Role.GOOD),
        ("Suspicious, Malicious", "✗ Malicious, Suspicious", Role.HIGH),
        ("Remediated, None", "· None, Remediated", Role.DIM),
        ("Prevented", "✓ Prevented", Role.GOOD),
        ("SomethingNew", "· SomethingNew", Role.DIM),
        ("", "not given", Role.DIM),
    ],
)
def test_verdict_and_remediation_are_sign_word_and_colour(sent: str, text: str, role: Role) -> None:
    span = judged_span(sent)
    assert (span.text, span.role) == (text, role)


def test_an_alert_page_names_its_entities_and_devices() -> None:
    alert = {
        "title": "A",
        "entities": [{"entityType": "Url", "url": "u.example"}],
        "devices": [{"deviceDnsName": "pc"}],
    }
    page = text_of(alert_page(detail_from(raw(incident_json(alerts=[alert]))).alerts[0], NOON))
    assert "Urlu.example" in page
    assert "pc" in page
