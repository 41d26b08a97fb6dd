"""Group B, alerts in an incident: each deviation of the wild, and what an analyst sees of it."""

import pytest

from mtp_tui.defender.models import incident_from
from tests.defender.narrowings import lets_through
from tests.defender.shapes import raw
from tests.oddities.seen import Expected, case, check, with_alerts

CASES = [
    case("B1 a lone object", with_alerts(alerts={"alertId": "da1", "title": "Alone", "severity": "Low"}), {"row Alerts": "1", "alerts Alert": ["Alone"], "timeline": "▽ Low  Alone"}),
    case("B1 null", with_alerts(alerts=None), {"row Alerts": "0", "timeline": "The service sent no alerts with this incident.", "report": "## Alerts (0)\n\nNone were sent."}),
    case("B1 a text among them", with_alerts({}, "da2", 7), {"row Alerts": "1", "overview": ("alerts[1]: da2", "alerts[2]: 7")}),
    case("B1 a text in their place", with_alerts(alerts="see portal"), {"row Alerts": "0", "overview": "alerts[0]: see portal"}),
    case("B2 one ID twice", with_alerts({"alertId": "da637_-1", "title": "One"}, {"alertId": "da637_-1", "title": "Two"}), {"row Alerts": "2", "alerts Alert": ["One", "Two"], "alerts": "Alert ID: da637_-1"}),
    case("B2 no ID, no title", with_alerts({"alertId": None, "title": None}, {}), {"row Alerts": "2", "alerts Alert": ["not given", "Alert 1"], "alerts": ("no title", "Alert ID: not given")}),
    case("B3 the ID of another incident", with_alerts({"incidentId": 28282}), {"row ID": "924565", "json": '"incidentId": 28282', "no alerts": "28282", "no overview": "28282"}),
    case("B3 no ID of an incident", with_alerts({"incidentId": None}), {"row ID": "924565", "row Alerts": "1"}),
    *(case(f"B4 {word}", with_alerts({"status": word}), {"alerts Status": word, "alerts": f"Status: {word}"}) for word in ("InProgress", "new", "resolved", "Active", "Frozen")),
    case("B4 none", with_alerts({"status": None}), {"alerts Status": "not given", "alerts": "Status: not given"}),
    case("B5 higher than the incident's", with_alerts({"severity": "High"}, severity="Low"), {"row Severity": "▽ Low", "alerts Severity": "▲ High", "overview": ("Severity: ▽ Low", "▲ High 1"), "timeline": "▲ High  Alert 0"}),
    case("B5 lower than the incident's", with_alerts({"severity": "low"}, severity="High"), {"row Severity": "▲ High", "alerts Severity": "▽ low"}),
    case("B5 none", with_alerts({"severity": None}), {"alerts Severity": "· –", "overview": "· not given 1"}),
    *(
        case(f"B6 {sent}", with_alerts({"serviceSource": sent}), {"alerts Source": name, "row Sources": name.removeprefix("Defender for "), "csv serviceSources": name})
        for sent, name in (
            ("MicrosoftDefenderATP", "Defender for Endpoint"), ("MicrosoftDefenderForEndpoint", "Defender for Endpoint"), ("Microsoft Defender for Endpoint", "Defender for Endpoint"),
            ("OfficeATP", "Defender for Office 365"), ("MicrosoftCloudAppSecurity", "Defender for Cloud Apps"), ("MCAS", "Defender for Cloud Apps"),
            ("MicrosoftDefenderForCloud", "Defender for Cloud"), ("Microsoft365Defender", "Defender XDR"), ("Microsoft 365 Defender", "Defender XDR"), ("BrandNewProduct", "BrandNewProduct"),
        )
    ),
    case("B6 none", with_alerts({"serviceSource": None}), {"alerts Source": "not given", "row Sources": "–", "overview": "Sources: not given"}),
    *(
        case(f"B7 {sent}", with_alerts({"detectionSource": sent}), {"alerts": f"Source: {name}"})
        for sent, name in (
            ("CustomerTI", "Custom indicator"), ("customTi", "Custom indicator"), ("MCAS", "Defender for Cloud Apps"), ("cloudAppSecurity", "Defender for Cloud Apps"), ("Manual", "Manual"),
            ("DefenderForDatabases", "Defender for Databases"), ("AutomatedInvestigation", "Automated investigation"), ("automatedInvestigation", "Automated investigation"), ("BrandNewDetector", "BrandNewDetector"),
        )
    ),
    case("B8 the word None", with_alerts({"category": "None"}), {"alerts Tactic": "not given", "alerts": "Tactic: not given", "overview": "Tactics: not given"}),
    case("B8 null", with_alerts({"category": None}), {"alerts Tactic": "not given"}),
    case("B8 no tactic, but a word", with_alerts({"category": "SuspiciousActivity"}), {"alerts Tactic": "SuspiciousActivity", "overview": "Tactics: · SuspiciousActivity"}),
    case("B9 null", with_alerts({"investigationId": None, "investigationState": None}), {"alerts": "Investigation: not given"}),
    case("B9 a number", with_alerts({"investigationId": 77, "investigationState": "Running"}), {"alerts": "Investigation: Running 77"}),
    case("B9 a number in quotes, and a broken one", with_alerts({"investigationId": "77"}, {"investigationId": 7.5}), {"alerts": ("Investigation: 77", "Investigation: 7.5")}),
    *(case(f"B10 {word}", with_alerts({"investigationState": word}), {"alerts": f"Investigation: {word}"}) for word in ("UnsupportedOs", "UnsupportedAlertType", "InnerFailure", "terminatedBySystem", "NeverHeardOf")),
    case("B10 absent", with_alerts({}), {"alerts": "Investigation: not given"}),
    case(
        "B11 keys that no table of the documentation has",
        with_alerts({"lastActivity": "2026-11-19T01:00:00Z", "detectorId": "UnfamiliarLocation", "providerAlertId": "p-1", "recommendedActions": "Call the user", "x": {"deep": [1]}, "empty": ""}),
        {"alerts": ("Last activity: 2026-11-19 01:00:00 UTC", "Detector ID: UnfamiliarLocation", "Provider's ID: p-1", "recommendedActions: Call the user", 'x: {"deep": [1]}'), "no alerts": "empty", "json": '"empty": ""'},
    ),
    case(
        "B12 made before its incident, updated after it was resolved",
        with_alerts({"creationTime": "2026-11-18T07:59:59Z", "resolvedTime": "2026-11-19T00:00:00Z", "lastUpdatedTime": "2026-11-19T05:00:00Z"}, createdTime="2026-11-18T08:00:00Z"),
        {"alerts": ("Created: 2026-11-18 07:59:59 UTC", "Resolved: 2026-11-19 00:00:00 UTC", "Last update: 2026-11-19 05:00:00 UTC"), "no overview": ": -", "report": "2026-11-18 07:59:59 UTC: created"},
    ),
    case("B12 ended before it began", with_alerts({"firstActivity": "2026-11-19T05:00:00Z", "lastActivity": "2026-11-19T04:00:00Z"}), {"overview": "Last activity: 2026-11-19 04:00:00 UTC", "no overview": "after the first"}),
    case("B12 in the future", with_alerts({"creationTime": "2027-01-01T00:00:00Z"}), {"alerts": "Created: 2027-01-01 00:00:00 UTC  in 41 d"}),
    case("B13 one letter", with_alerts({"description": "a"}), {"alerts": "Description\na\n", "overview": "Description  of the first alert\na"}),
    case("B13 lines, tabs and control marks", with_alerts({"description": " first\r\nsecond\n\tthird\x00\x1b[31m"}), {"alerts": "Description\nfirst\nsecond\n␉third␀␛[31m\n", "report": "first\n\nsecond", "no report": "\x1b"}),
    case("B13 12,000 characters", with_alerts({"description": "x" * 12_000}), {"alerts": "x" * 12_000, "report": "x" * 12_000}),
    case("B13 absent", with_alerts({}), {"alerts": "Description\nnot given"}),
    case("B13 an object", with_alerts({"description": {"text": "inside"}}), {"alerts": 'Description\n{"text": "inside"}'}),
    case("B14 a sub-technique", with_alerts({"mitreTechniques": ["T1564.001", "T1078"]}), {"alerts": "Techniques: T1564.001, T1078", "overview": "T1564.001, T1078"}),
    case("B14 empty", with_alerts({"mitreTechniques": []}), {"alerts": "Techniques: not given", "overview": "MITRE ATT&CK techniques\nnot given"}),
    case("B14 absent, a lone text, and odd ones", with_alerts({}, {"mitreTechniques": "T1059"}, {"mitreTechniques": [None, 7, {"name": "T1"}, "not a technique"]}), {"overview": "T1059, 7, T1, not a technique"}),
]  # fmt: skip


@pytest.mark.parametrize(("incident", "expected"), CASES)
def test_an_alert_is_seen(incident: object, expected: Expected) -> None:
    check(incident, expected)


@pytest.mark.parametrize(
    "sent", ["MicrosoftDefenderATP", "microsoftDefenderForEndpoint", "Microsoft Defender for Endpoint"]
)
def test_the_queue_is_narrowed_by_the_name_of_a_source_whatever_was_sent(sent: str) -> None:
    """B6, B7: filters work on the alias."""
    incident = incident_from(raw(with_alerts({"serviceSource": sent})))
    assert lets_through("source:endpoint", incident)
    assert not lets_through("source:office", incident)


def test_what_is_copied_of_a_description_is_what_was_sent() -> None:
    """B13: the screen folds and marks, the copy keeps."""
    text = " first\n\tsecond\x00"
    shown = check(with_alerts({"description": text}), {})
    assert shown.detail.alerts[0].description == text
    assert any("second" in copy.text for copy in shown.copies)


def test_alerts_with_one_id_have_rows_of_their_own() -> None:
    """B2: keys are made of place and ID."""
    shown = check(with_alerts(*[{"alertId": "da1"}] * 30), {"row Alerts": "30"})
    assert len({alert.key for alert in shown.detail.alerts}) == 30
