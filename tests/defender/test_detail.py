"""An incident opened: alerts, devices, comments, and the oddities that real bodies have."""

import pytest

from mtp_tui.defender.models import Comment, Entity
from mtp_tui.defender.sources import detector_name, service_name
from mtp_tui.moments import parse_moment
from tests.defender.shapes import opened, with_alert


def test_an_incident_without_anything_opens_empty() -> None:
    detail = opened(alerts=None, comments=None)
    assert (detail.alerts, detail.devices, detail.entities, detail.comments) == ((), (), (), ())
    assert (detail.first_activity, detail.last_activity, detail.extra) == (None, None, ())


def test_a_lone_alert_device_and_entity_are_lists_of_one() -> None:
    detail = opened(
        alerts={
            "alertId": "da1",
            "devices": {"deviceDnsName": "pc1"},
            "entities": {"entityType": "Ip", "ipAddress": "::1"},
        }
    )
    assert [alert.id for alert in detail.alerts] == ["da1"]
    assert [device.title for device in detail.devices] == ["pc1"]
    assert [entity.title for entity in detail.entities] == ["::1"]


def test_repeated_alert_ids_are_told_apart_by_position() -> None:
    detail = opened(alerts=[{"alertId": "da637_-1"}, {"alertId": "da637_-1"}])
    assert [alert.key for alert in detail.alerts] == ["0:da637_-1", "1:da637_-1"]


def test_alerts_that_are_no_objects_are_reported_among_the_extra() -> None:
    detail = opened(alerts=[{"alertId": "da1"}, "da2", 3])
    assert len(detail.alerts) == 1
    assert detail.extra == (("alerts[1]", "da2"), ("alerts[2]", "3"))


def test_the_incident_of_an_alert_is_the_one_it_came_in() -> None:
    detail = with_alert(incidentId=28282)
    assert detail.incident.id == "924565"
    assert detail.alerts[0].extra == ()


def test_an_alert_is_read_whole() -> None:
    alert = with_alert(
        serviceSource="MicrosoftDefenderForOffice365", detectionSource="OfficeATP", category="InitialAccess",
        severity="low", status="InProgress", classification=None, investigationId=11, investigationState="UnsupportedOs",
        mitreTechniques=["T1566.001"], creationTime="2026-11-22T09:00:00Z", lastUpdatedTime="2026-11-22T10:00:00Z",
        resolvedTime=None, firstActivity="2026-11-22T08:00:00Z", lastActivity="2026-11-22T08:30:00Z",
        providerAlertId="p1", detectorId="UnfamiliarLocation", actorName="A", threatFamilyName="F",
    ).alerts[0]  # fmt: skip
    assert (alert.service_source, alert.detection_source) == ("Defender for Office 365", "Defender for Office 365")
    assert (alert.category, alert.severity, alert.status) == ("InitialAccess", "low", "InProgress")
    assert (alert.classification, alert.investigation_id, alert.investigation_state) == ("", "11", "UnsupportedOs")
    assert alert.techniques == ("T1566.001",)
    assert alert.created_at == parse_moment("2026-11-22T09:00:00Z")
    assert alert.updated_at == parse_moment("2026-11-22T10:00:00Z")
    assert alert.resolved_at is None
    assert (alert.provider_id, alert.detector_id, alert.actor_name, alert.threat_family) == (
        "p1",
        "UnfamiliarLocation",
        "A",
        "F",
    )
    assert alert.extra == ()


def test_the_category_none_is_not_given() -> None:
    assert with_alert(category="None").alerts[0].category == ""


def test_a_description_keeps_its_lines_and_blanks() -> None:
    text = " a\r\nb\tc\x00"
    assert with_alert(description=text).alerts[0].description == text


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("MicrosoftDefenderATP", "Defender for Endpoint"),
        ("microsoftDefenderForEndpoint", "Defender for Endpoint"),
        ("Microsoft Defender for Endpoint", "Defender for Endpoint"),
        ("MicrosoftCloudAppSecurity", "Defender for Cloud Apps"),
        ("AADIdentityProtection", "Entra ID Protection"),
        ("Microsoft 365 Defender", "Defender XDR"),
        ("SomethingNew", "SomethingNew"),
        ("", ""),
    ],
)
def test_services_have_one_name_whatever_they_were_called(sent: str, shown: str) -> None:
    assert service_name(sent) == shown


@pytest.mark.parametrize(
    ("sent", "shown"),
    [("WindowsDefenderAv", "Antivirus"), ("antivirus", "Antivirus"), ("MCAS", "Defender for Cloud Apps"), ("CustomerTI", "Custom indicator"), ("DefenderForDatabases", "Defender for Databases"), ("New One", "New One")],
)  # fmt: skip
def test_detectors_have_one_name_whatever_they_were_called(sent: str, shown: str) -> None:
    assert detector_name(sent) == shown


@pytest.mark.parametrize("key", ["mdatpDeviceId", "DeviceId", "mdeDeviceId", "deviceId"])
def test_a_device_id_is_found_under_each_spelling(key: str) -> None:
    assert with_alert(devices=[{key: "c" * 40}]).devices[0].id == "c" * 40


def test_devices_are_merged_by_id_and_list_both_names() -> None:
    detail = opened(
        alerts=[
            {
                "devices": [
                    {"mdatpDeviceId": "AB", "deviceDnsName": "old.contoso.example", "tags": ["x"], "osBuild": None}
                ]
            },
            {
                "devices": [
                    {"deviceId": "ab", "deviceDnsName": "new", "tags": ["y"], "osBuild": 19044},
                    {"deviceDnsName": "other"},
                ]
            },
            {"devices": [{"mdeDeviceId": "ab", "deviceDnsName": "NEW"}, {"deviceDnsName": "OTHER"}]},
        ]
    )
    merged, other = detail.devices
    assert merged.names == ("old.contoso.example", "new")
    assert (merged.tags, merged.build) == (("x", "y"), "19044")
    assert other.names == ("other",)


def test_devices_without_id_and_name_are_not_thrown_together() -> None:
    detail = with_alert(devices=[{"osPlatform": "Other"}, {"osPlatform": "Linux"}])
    assert [(device.title, device.os_platform) for device in detail.devices] == [("", "Other"), ("", "Linux")]


def test_a_device_keeps_the_words_and_keys_of_the_service() -> None:
    device = with_alert(
        devices=[{"deviceDnsName": "pc", "riskScore": "None", "aadDeviceId": None, "vmMetadata": {"vmId": "v"}, "loggedOnUsers": [{"accountName": "ana", "domainName": "CONTOSO"}]}]
    ).devices[0]  # fmt: skip
    assert (device.risk, device.entra_id) == ("None", "")
    assert device.extra == (("vmMetadata", '{"vmId": "v"}'),)
    assert device.logged_on_users == ("CONTOSO\\ana",)


def test_a_device_with_all_four_names_for_its_id_loses_none() -> None:
    device = with_alert(devices=[{"mdatpDeviceId": "a", "deviceId": "b"}]).devices[0]
    assert (device.id, device.extra) == ("a", (("deviceId", "b"),))


def test_comments_are_read_under_both_spellings() -> None:
    noon = "2026-11-22T12:00:00Z"
    detail = opened(
        comments=[
            {"comment": "one", "createdBy": "ana", "createdTime": noon},
            {"comment": "two", "createdByDisplayName": "ben", "createdDateTime": noon},
            {"comment": "three", "createdBy": "cy", "createTime": noon},
            "bare",
            None,
        ]
    )
    moment = parse_moment(noon)
    assert detail.comments == (
        Comment("one", "ana", moment),
        Comment("two", "ben", moment),
        Comment("three", "cy", moment),
        Comment("bare"),
    )


def test_activity_and_techniques_span_all_alerts() -> None:
    detail = opened(
        alerts=[
            {
                "firstActivity": "2026-11-22T09:00:00Z",
                "lastActivity": "2026-11-22T10:00:00Z",
                "mitreTechniques": ["T1078", "T1566"],
            },
            {
                "firstActivity": "2026-11-22T08:00:00Z",
                "lastActivity": "0001-01-01T00:00:00Z",
                "mitreTechniques": ["T1566", "T1059"],
            },
        ]
    )
    assert detail.first_activity == parse_moment("2026-11-22T08:00:00Z")
    assert detail.last_activity == parse_moment("2026-11-22T10:00:00Z")
    assert detail.techniques == ("T1078", "T1566", "T1059")


def test_unknown_keys_are_kept_and_empty_or_protocol_ones_are_not() -> None:
    detail = opened(**{"priorityScore": 85, "summary": "", "entities": [], "systemTags": ["x"], "@odata.context": "c"})
    assert detail.extra == (("priorityScore", "85"), ("systemTags", '["x"]'))


def test_entities_beside_the_alerts_are_not_taken_for_those_of_alerts() -> None:
    detail = opened(entities=[{"entityType": "Ip", "ipAddress": "192.0.2.1"}])
    assert detail.entities == ()
    assert [key for key, _ in detail.extra] == ["entities"]


def test_a_time_that_cannot_be_read_is_shown_as_text() -> None:
    detail = opened(createdTime="10/31/2024 1:31:54 PM", lastUpdateTime="xxx")
    assert detail.incident.created_at is None
    assert detail.extra == (("createdTime", "10/31/2024 1:31:54 PM"), ("lastUpdateTime", "xxx"))


def test_no_entities_is_no_problem() -> None:
    entities: tuple[Entity, ...] = with_alert(entities=[]).entities
    assert entities == ()
