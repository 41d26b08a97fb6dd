"""Evidence of every type: what names it, and which facts it has."""

import pytest

from mtp_tui.defender.models import Entity, full_path
from tests.defender.shapes import opened, with_alert


def entity(**fields: object) -> Entity:
    (found,) = with_alert(entities=[fields]).entities
    return found


def test_a_file_shows_only_what_was_sent_in_reading_order() -> None:
    file = entity(
        entityType="File", sha256="b" * 64, sha1=None, fileName="evil.exe", filePath="C:\\Temp", deviceId="d1",
        verdict="Suspicious", remediationStatus="None", evidenceCreationTime="2026-11-22T09:00:00Z",
        url=None, ipAddress=None, accountName="",
    )  # fmt: skip
    assert file.title == "evil.exe"
    assert file.facts == (
        ("File name", "evil.exe"),
        ("Path", "C:\\Temp\\evil.exe"),
        ("SHA-256", "b" * 64),
        ("Device ID", "d1"),
    )
    assert (file.verdict, file.remediation, file.device_id) == ("Suspicious", "None", "d1")
    assert file.seen_at is not None


def test_null_padded_and_sparse_bodies_give_the_same_entity() -> None:
    sparse = {"entityType": "Ip", "ipAddress": "2001:db8:1111:2222:3333:4444:5555:6666"}
    padded = dict.fromkeys(("accountName", "userSid", "sha1", "fileName", "processId", "url", "verdict")) | sparse
    assert entity(**sparse) == entity(**padded)


@pytest.mark.parametrize(
    ("folder", "name", "whole"),
    [
        ("C:\\Temp", "a.exe", "C:\\Temp\\a.exe"),
        ("C:\\Temp\\", "a.exe", "C:\\Temp\\a.exe"),
        ("C:\\Temp\\A.EXE", "a.exe", "C:\\Temp\\A.EXE"),
        ("/usr/bin", "ls", "/usr/bin/ls"),
        ("/usr/bin/ls", "ls", "/usr/bin/ls"),
        ("/opt/tools", "ls", "/opt/tools/ls"),
        ("/opt/tools/cools", "ls", "/opt/tools/cools/ls"),
        ("a.exe", "a.exe", "a.exe"),
        ("", "a.exe", "a.exe"),
        ("C:\\Temp", "", "C:\\Temp"),
    ],
)
def test_a_file_path_that_already_ends_in_the_name_is_not_given_it_twice(folder: str, name: str, whole: str) -> None:
    assert full_path(folder, name) == whole


def test_a_file_without_path_or_name_is_named_by_its_hash() -> None:
    file = entity(entityType="File", sha1="a" * 40, filePath=None, fileName=None)
    assert file.title == "a" * 40
    assert file.facts == (("SHA-1", "a" * 40),)


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"userPrincipalName": "ana@contoso.example", "accountName": "ana", "domainName": "CONTOSO"}, "ana@contoso.example"),
        ({"userPrincipalName": "", "accountName": "ana", "domainName": "CONTOSO", "userSid": "S-1"}, "CONTOSO\\ana"),
        ({"accountName": "ana"}, "ana"),
        ({"accountName": "", "domainName": "CONTOSO", "userSid": "S-1-5-21", "aadUserId": "guid"}, "S-1-5-21"),
        ({"accountName": None, "aadUserId": "guid"}, "guid"),
        ({}, ""),
    ],
)  # fmt: skip
def test_a_user_is_named_by_upn_then_account_then_sid_then_object_id(fields: dict[str, object], title: str) -> None:
    assert entity(entityType="User", **fields).title == title


@pytest.mark.parametrize("spelling", ["MailBox", "Mailbox", "mailbox"])
def test_mailboxes_are_one_type_in_every_spelling(spelling: str) -> None:
    box = entity(entityType=spelling, mailboxAddress="ana@contoso.example", mailboxDisplayName="Ana")
    assert (box.type, box.title) == ("Mailbox", "ana@contoso.example")


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"entityType": "Process", "processId": 42, "fileName": "cmd.exe", "processCommandLine": "cmd /c x"}, "cmd /c x"),
        ({"entityType": "Process", "processId": 42}, "process 42"),
        ({"entityType": "Url", "url": "https://evil.example/"}, "https://evil.example/"),
        ({"entityType": "MailMessage", "subject": "", "internetMessageId": "<m@x>"}, "<m@x>"),
        ({"entityType": "MailCluster", "clusterBy": "Subject;P2Sender", "clusterByValue": "Hi"}, "Subject;P2Sender: Hi"),
        ({"entityType": "Registry", "registryHive": "HKLM", "registryKey": "SOFTWARE\\Run"}, "HKLM\\SOFTWARE\\Run"),
        ({"entityType": "SecurityGroup", "securityGroupName": "Admins", "securityGroupId": "g"}, "Admins"),
    ],
)  # fmt: skip
def test_each_type_has_its_best_name(fields: dict[str, object], title: str) -> None:
    assert entity(**fields).title == title


def test_an_unknown_type_shows_its_keys_and_values_as_they_came() -> None:
    sent = entity(entityType="DlpRuleMatch", ruleName="Cards", matches=[1, 2], empty="", accountName="ana")
    assert sent.type == "DlpRuleMatch"
    assert sent.facts == (("ruleName", "Cards"), ("matches", "[1, 2]"), ("accountName", "ana"))
    assert sent.title == "ana"


def test_an_entity_without_a_type_still_shows() -> None:
    sent = entity(whatever="x")
    assert (sent.type, sent.title, sent.facts) == ("", "x", (("whatever", "x"),))


def test_a_known_type_keeps_keys_that_do_not_belong_to_it() -> None:
    sent = entity(entityType="Ip", ipAddress="192.0.2.1", countryLetterCode="NL", deviceId="d")
    assert sent.facts == (("Address", "192.0.2.1"), ("Device ID", "d"), ("countryLetterCode", "NL"))


def test_times_among_the_facts_are_for_people_and_year_one_is_left_out() -> None:
    sent = entity(
        entityType="Process", processId=1, processCreationTime="2026-11-22T09:00:00.1234567Z",
        parentProcessCreationTime="0001-01-01T00:00:00Z",
    )  # fmt: skip
    assert dict(sent.facts) == {"Process ID": "1", "Started": "2026-11-22 09:00:00 UTC"}


def test_entities_of_all_alerts_are_each_there_once_grouped_by_type() -> None:
    ip = {"entityType": "Ip", "ipAddress": "192.0.2.1"}
    detail = opened(
        alerts=[
            {
                "entities": [
                    {"entityType": "Oddity", "name": "o"},
                    ip | {"verdict": "Suspicious", "evidenceCreationTime": "2026-11-22T09:00:00Z"},
                ]
            },
            {
                "entities": [
                    {"entityType": "user", "accountName": "ana"},
                    ip | {"verdict": "Malicious", "evidenceCreationTime": "2026-11-21T09:00:00Z"},
                    ip,
                ]
            },
        ]
    )
    assert [found.type for found in detail.entities] == ["User", "Ip", "Oddity"]
    assert detail.entities[1].verdict == "Suspicious, Malicious"
    assert f"{detail.entities[1].seen_at}" == "2026-11-21 09:00:00+00:00"
    assert len(detail.alerts[1].entities) == 3
