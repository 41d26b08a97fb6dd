"""Evidence by type with the alerts that name it, pivots, and alerts along time and tactics."""

import pytest
from hypothesis import given

from mtp_tui.defender.detail import in_time_order
from mtp_tui.defender.evidence import Pivot, evidence_of, pivot_of, pivot_of_device
from mtp_tui.defender.tactics import TACTICS, by_tactic, tactic_name
from tests.defender.shapes import opened, with_alert
from tests.defender.test_any_json import ANY_JSON

IP = {"entityType": "Ip", "ipAddress": "192.0.2.1"}
USER = {"entityType": "User", "userPrincipalName": "ana@contoso.example", "userSid": "S-1-5-21-1"}


def test_an_entity_stands_once_with_every_alert_that_names_it() -> None:
    detail = opened(
        alerts=[
            {"title": "one", "entities": [IP, IP, USER]},
            {"title": "two", "entities": [IP]},
            {"title": "three", "entities": []},
        ]
    )
    users, addresses = evidence_of(detail)
    assert (users.type, addresses.type) == ("User", "Ip")
    assert [alert.title for alert in users.items[0].alerts] == ["one"]
    (address,) = addresses.items
    assert [alert.title for alert in address.alerts] == ["one", "two"]


def test_alerts_with_one_id_both_name_their_entity() -> None:
    detail = opened(alerts=[{"alertId": "da1", "entities": [IP]}, {"alertId": "da1", "entities": [IP]}])
    assert len(evidence_of(detail)[0].items[0].alerts) == 2


def test_a_file_says_the_name_of_its_device_if_an_alert_names_that() -> None:
    entities = [{"entityType": "File", "fileName": "a.exe", "deviceId": each} for each in ("AB", "cd")]
    detail = with_alert(entities=entities, devices=[{"mdatpDeviceId": "ab", "deviceDnsName": "pc1"}])
    assert [item.device_name for item in evidence_of(detail)[0].items] == ["pc1", ""]


def test_spellings_of_a_type_are_one_group() -> None:
    detail = with_alert(entities=[{"entityType": "Robot", "name": "a"}, {"entityType": "robot", "name": "b"}])
    assert [len(group.items) for group in evidence_of(detail)] == [2]


@given(ANY_JSON, ANY_JSON)
def test_any_json_gives_every_entity_one_place_and_one_key(entity: object, value: object) -> None:
    detail = opened(alerts=[{"entities": [entity, {"url": value}, IP]}, {"entities": [{"url": value}]}])
    items = [item for group in evidence_of(detail) for item in group.items]
    assert sorted(item.entity.facts for item in items) == sorted(entity.facts for entity in detail.entities)
    assert len({item.key for item in items}) == len(items)
    assert all(item.alerts for item in items)
    for item in items:
        found = pivot_of(item.entity)
        assert found is None or (found.value and found.label)


@pytest.mark.parametrize(
    ("sent", "pivot"),
    [
        (USER, Pivot("user", "ana@contoso.example", "User principal name")),
        ({"entityType": "User", "userSid": "S-1-5"}, Pivot("user", "S-1-5", "SID")),
        (IP, Pivot("address", "192.0.2.1", "Address")),
        ({"entityType": "Url", "url": "https://x.example"}, Pivot("url", "https://x.example", "URL")),
        ({"entityType": "File", "fileName": "a", "sha1": "1", "sha256": "2"}, Pivot("hash", "2", "SHA-256")),
        ({"entityType": "File", "fileName": "a"}, Pivot("file", "a", "File name")),
        ({"entityType": "MailMessage", "subject": "s", "sender": "b@x.example"}, Pivot("sender", "b@x.example", "Sender")),
        ({"entityType": "MailBox", "mailboxAddress": "m@x.example"}, Pivot("mailbox", "m@x.example", "Mailbox")),
        ({"entityType": "Robot", "name": "R2"}, Pivot("entity", "R2", "Robot")),
        ({"entityType": "Ip"}, None),
    ],
)  # fmt: skip
def test_the_surest_value_of_an_entity_is_what_others_would_share(sent: dict[str, object], pivot: Pivot | None) -> None:
    assert pivot_of(with_alert(entities=[sent]).entities[0]) == pivot


def test_a_device_is_looked_for_by_id_else_by_name() -> None:
    with_id, with_name, bare = with_alert(
        devices=[{"mdatpDeviceId": "ab", "deviceDnsName": "pc"}, {"deviceDnsName": "pc2"}, {"osPlatform": "Other"}]
    ).devices
    assert pivot_of_device(with_id) == Pivot("device", "ab", "Device ID", called="pc")
    assert pivot_of_device(with_name) == Pivot("device", "pc2", "Device")
    assert pivot_of_device(bare) is None


def test_alerts_stand_in_order_of_time_and_those_without_last() -> None:
    detail = opened(
        alerts=[
            {"title": "none"},
            {"title": "b", "firstActivity": "2026-11-22T10:00:00Z"},
            {"title": "a", "firstActivity": "0001-01-01T00:00:00Z", "creationTime": "2026-11-22T09:00:00Z"},
            {"title": "c", "firstActivity": "2026-11-22T10:00:00Z"},
        ]
    )
    assert [alert.title for alert in in_time_order(detail.alerts)] == ["a", "b", "c", "none"]


@pytest.mark.parametrize(
    "sent", ["CommandAndControl", "command and control", "Command-And-Control", "COMMANDANDCONTROL"]
)
def test_every_spelling_of_a_tactic_is_known(sent: str) -> None:
    assert tactic_name(sent) == "Command and control"


def test_tactics_follow_the_attack_then_other_words_then_none() -> None:
    sent = ["Ransomware", "", "Impact", "None", "Malware", *reversed(TACTICS)]
    found = by_tactic(opened(alerts=[{"category": category} for category in sent]).alerts)
    assert list(found) == [*TACTICS, "Ransomware", "Malware", ""]
    assert (len(found["Impact"]), len(found[""])) == (2, 2)
