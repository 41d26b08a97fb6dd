"""One incident as a row: whatever the service sends, there is a row, and nothing in it is invented."""

from datetime import UTC, datetime

import pytest

from mtp_tui.defender.models import Incident, incident_from, portal_link, same_content, severity_rank, status_rank
from mtp_tui.errors import UnexpectedAnswer
from tests.defender.shapes import incident_json, raw

SIX_OFTEN_MISSING = (
    "createdTime", "lastUpdateTime", "assignedTo", "classification", "determination", "redirectIncidentId",
)  # fmt: skip


def row(**fields: object) -> Incident:
    return incident_from(raw(incident_json(**fields)))


def test_a_documented_incident_is_read_whole() -> None:
    body = raw(
        incident_json(
            assignedTo="ana@contoso.example",
            tags=["Critical"],
            incidentUri="https://security.microsoft.com/incidents/924565?tid=t",
            alerts=[{"serviceSource": "MicrosoftDefenderATP"}, {"serviceSource": "OfficeATP"}],
        )
    )
    incident = incident_from(body)
    assert incident.id == "924565"
    assert (incident.name, incident.severity, incident.status) == ("Multi-stage incident", "Medium", "Active")
    assert incident.assigned_to == "ana@contoso.example"
    assert incident.created_at == datetime(2026, 11, 18, 8, 0, 0, 500000, tzinfo=UTC)
    assert incident.updated_at == datetime(2026, 11, 20, 9, 30, 31, 856666, tzinfo=UTC)
    assert incident.tags == ("Critical",)
    assert incident.alert_count == 2
    assert incident.sources == ("Defender for Endpoint", "Defender for Office 365")
    assert incident.raw == body


def test_six_keys_may_be_missing() -> None:
    body = {key: value for key, value in incident_json().items() if key not in SIX_OFTEN_MISSING}
    incident = incident_from(raw(body))
    assert (incident.created_at, incident.updated_at) == (None, None)
    assert (incident.assigned_to, incident.classification, incident.determination) == ("", "", "")
    assert incident.redirect_id == ""


def test_an_id_is_all_an_incident_needs() -> None:
    assert incident_from(b'{"incidentId": 7}') == Incident("7", sent=b'{"incidentId": 7}')


@pytest.mark.parametrize("sent", [29, "29", " 29 ", 29.0])
def test_the_id_is_text(sent: object) -> None:
    assert row(incidentId=sent).id == "29"


@pytest.mark.parametrize("sent", [None, "", " ", True, [], {}, [29], {"id": 29}])
def test_without_a_usable_id_there_is_no_incident(sent: object) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        row(incidentId=sent)
    assert caught.value.path == "incidentId"


@pytest.mark.parametrize("body", [b"", b"[]", b'"text"', b"null", b"17", b"{", b"<html>", b"\xff\xfe"])
def test_what_is_no_object_is_no_incident(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        incident_from(body)


def test_keys_may_be_spelt_in_another_case() -> None:
    incident = incident_from(b'{"IncidentID": 5, "INCIDENTNAME": "Loud", "Severity": "high", "severity": "low"}')
    assert (incident.id, incident.name, incident.severity) == ("5", "Loud", "low")


@pytest.mark.parametrize("word", ["New", "AwaitingAction", "Weird", ""])
def test_an_unknown_status_is_kept_and_counts_as_open(word: str) -> None:
    assert row(status=word).status == word
    assert row(status=word).is_open


@pytest.mark.parametrize(
    ("word", "is_open"), [("Active", True), ("inProgress", True), ("RESOLVED", False), ("redirected", False)]
)
def test_known_statuses_are_compared_without_case(word: str, is_open: bool) -> None:
    assert row(status=word).is_open is is_open


def test_a_redirected_incident_names_its_survivor() -> None:
    incident = row(status="Redirected", redirectIncidentId=924000, severity="UnSpecified", alerts=[])
    assert incident.is_redirected
    assert not incident.is_open
    assert incident.redirect_id == "924000"


def test_a_redirected_incident_may_hide_its_survivor() -> None:
    incident = row(status="Redirected", redirectIncidentId=None)
    assert incident.is_redirected
    assert incident.redirect_id == ""


def test_severity_is_ranked_without_case_and_the_unknown_is_last() -> None:
    words = ["UnSpecified", "whatever", "HIGH", "low", "Informational", "medium", ""]
    assert sorted(words, key=severity_rank, reverse=True) == [
        "HIGH", "medium", "low", "Informational", "UnSpecified", "whatever", "",
    ]  # fmt: skip


def test_an_unknown_status_ranks_before_the_closed_ones() -> None:
    assert status_rank("weird") > status_rank("active") > status_rank("Resolved") > status_rank("REDIRECTED")


def test_tags_may_be_objects() -> None:
    tags = [{"comment": "Look here", "createdBy": "ana"}, "Plain", None, "", 7, {"odd": [1]}]
    assert row(tags=tags).tags == ("Look here", "Plain", "7", '{"odd": [1]}')


def test_a_lone_tag_is_a_list_of_one() -> None:
    assert row(tags="Critical").tags == ("Critical",)


def test_a_title_that_looks_like_a_number_stays_text() -> None:
    assert row(incidentName="12").name == "12"
    assert row(incidentName=12).name == "12"


def test_control_and_zero_width_characters_are_kept_as_they_came() -> None:
    name = "Phish\u200b \x1b[31m[bold]\u202ered\n"
    assert row(incidentName=name).name == name


def test_bytes_that_are_not_utf8_are_replaced_not_fatal() -> None:
    assert incident_from(b'{"incidentId": 1, "incidentName": "caf\xe9"}').name == "caf\ufffd"


def test_half_a_character_is_replaced_so_that_it_can_be_shown() -> None:
    incident = incident_from(b'{"incidentId": 1, "incidentName": "\\ud83d!", "status": "\\ud83d\\ude00"}')
    assert (incident.name, incident.status) == ("\ufffd!", "😀")
    incident.name.encode()


def test_a_lone_alert_is_a_list_of_one() -> None:
    incident = row(alerts={"alertId": "da1", "serviceSource": "MCAS"})
    assert (incident.alert_count, incident.sources) == (1, ("Defender for Cloud Apps",))


@pytest.mark.parametrize(
    ("person", "is_person"),
    [
        ("ana@contoso.example", True),
        ("Unassigned", False),
        ("Automation", False),
        ("Suppression rule", False),
        (None, False),
    ],
)
def test_fixed_words_in_the_place_of_an_owner_are_not_people(person: str | None, is_person: bool) -> None:
    assert row(assignedTo=person).is_assigned_to_person is is_person


def test_year_one_means_never() -> None:
    assert row(createdTime="0001-01-01T00:00:00Z").created_at is None


@pytest.mark.parametrize("digits", range(8))
def test_times_with_any_number_of_fraction_digits_are_read(digits: int) -> None:
    fraction = f".{'1234567'[:digits]}" if digits else ""
    moment = row(lastUpdateTime=f"2026-11-22T09:30:31{fraction}Z").updated_at
    assert moment is not None
    assert moment.microsecond == int(f"{'1234567'[:digits]:0<6}"[:6])


def test_a_time_without_a_zone_is_utc() -> None:
    assert row(createdTime="2026-11-22 09:30:31").created_at == datetime(2026, 11, 22, 9, 30, 31, tzinfo=UTC)


def test_the_portal_link_is_used_only_if_it_leads_to_the_portal() -> None:
    good = "https://security.microsoft.com/incidents/924565?tid=00000000-0000-4000-8000-0000000000aa"
    assert portal_link(row(incidentUri=good), "security.microsoft.com") == good
    for bad in (
        "http://security.microsoft.com/incidents/1",
        "https://security.microsoft.com.evil.example/",
        "https://security.microsoft.com@evil.example/",
        "https://security.microsoft.com:8443/",
        "https://[broken",
        "https://security.microsoft.com/\x1b[31m",
        "javascript:alert(1)",
        "",
    ):
        built = portal_link(row(incidentUri=bad), "security.microsoft.com", "a b")
        assert built == "https://security.microsoft.com/incidents/924565?tid=a%20b"


def test_the_same_incident_in_other_words_is_the_same() -> None:
    page, single = incident_json(), {"@odata.context": "https://x/$entity", **dict(reversed(incident_json().items()))}
    assert same_content(incident_from(raw(page)), incident_from(raw(single)))


def test_an_unread_key_that_changed_is_a_change() -> None:
    assert not same_content(row(), row(comments=[{"comment": "hello"}]))
