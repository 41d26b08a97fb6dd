"""Group C, devices and entities: each deviation of the wild, and what an analyst sees of it."""

import pytest

from tests.oddities.seen import Expected, case, check, with_alerts, with_devices, with_entities

ID = "c" * 40
OLD_BODY = dict.fromkeys(
    (
        "sha1", "sha256", "fileName", "filePath", "processId", "processCommandLine", "processCreationTime", "parentProcessId", "parentProcessCreationTime",
        "registryHive", "registryKey", "registryValueType", "registryValue", "mailboxAddress", "mailboxDisplayName", "sender", "recipient", "subject",
        "deliveryAction", "securityGroupId", "securityGroupName", "accountName", "domainName", "userSid", "aadUserId", "userPrincipalName", "url",
        "clusterBy", "clusterByValue", "emailCount", "deviceId",
    )
)  # fmt: skip
"""The keys of a body of 2020, in which every entity has all of them."""
LONG_IPV6 = "2001:0db8:85a3:0000:0000:8a2e:0370:7334"


def of_graph(kind: str, **fields: object) -> dict[str, object]:
    return with_alerts({"evidence": [{"@odata.type": f"#microsoft.graph.security.{kind}", **fields}]})


EMPTY: tuple[object, ...] = ([], None, {})

CASES = [
    *(case(f"C1 {key}", with_devices({key: ID, "deviceDnsName": "pc1"}), {"devices": f"Device ID: {ID}", "devices Device": "pc1", "row Devices": "1"}) for key in ("mdatpDeviceId", "DeviceId", "deviceId", "mdeDeviceId")),
    case("C1 no ID in any spelling", with_devices({"deviceDnsName": "pc1"}), {"devices": "Device ID: not given", "row Devices": "1"}),
    case("C1 an ID without a name", with_devices({"DeviceId": ID}), {"devices Device": ID, "devices": "name not sent", "row Devices": "1"}),
    case(
        "C2 one ID, two names, another case",
        with_devices({"mdatpDeviceId": ID, "deviceDnsName": "old.contoso.example"}, {"mdatpDeviceId": ID.upper(), "deviceDnsName": "OLD.contoso.example"}, {"mdatpDeviceId": ID, "deviceDnsName": "new"}),
        {"devices Device": "old.contoso.example", "devices": "old.contoso.example / new", "row Devices": "1", "overview": "Devices:   1  old.contoso.example"},
    ),
    case(
        "C3 nulls",
        with_devices({"deviceDnsName": "pc1", "aadDeviceId": None, "rbacGroupName": None, "vmMetadata": None, "osBuild": None}),
        {"devices": ("Entra device ID: not given", "Device group: not given", "System: not given"), "devices Group": "not given", "no devices": "vmMetadata"},
    ),
    case("C3 an object for the machine", with_devices({"deviceDnsName": "pc1", "vmMetadata": {"vmId": "v1", "cloudProvider": "azure"}}), {"devices": 'vmMetadata: {"vmId": "v1", "cloudProvider": "azure"}'}),
    case(
        "C4 keys that no table has",
        with_devices({"deviceDnsName": "pc1", "osPlatform": "Windows10", "osProcessor": "x64", "version": "1909", "rbacGroupId": 7, "tags": ["vip"], "defenderAvStatus": "Updated", "onboardingStatus": "Onboarded", "loggedOnUsers": [{"accountName": "ana", "domainName": "CONTOSO"}, {"userSid": "S-1-5"}, "bob"]}),
        {"devices": ("System: Windows10 1909 x64", "Device group: 7", "Tags: vip", "Defender Antivirus: Updated", "Onboarding: Onboarded", "Logged on: CONTOSO\\ana, S-1-5", "loggedOnUsers[2]: bob"), "devices Antivirus": "Updated"},
    ),
    case("C5 the words None and Other", with_devices({"deviceDnsName": "pc1", "riskScore": "None", "osPlatform": "Other"}), {"devices Risk": "None", "devices System": "Other", "devices": "Risk: None"}),
    case("C5 lower case, of Graph", with_devices({"deviceDnsName": "pc1", "riskScore": "high", "healthStatus": "inactive"}), {"devices Risk": "▲ high", "devices Health": "inactive"}),
    case("C5 words of tomorrow", with_devices({"deviceDnsName": "pc1", "riskScore": "Glowing", "healthStatus": "Cursed", "osPlatform": "Plan9"}), {"devices Risk": "· Glowing", "devices Health": "Cursed", "devices System": "Plan9"}),
    case("C5 nothing at all", with_devices({}), {"devices Risk": "not given", "devices Health": "not given", "devices System": "not given", "devices Device": "not given"}),
    case("C6 entities of a device", with_devices({"deviceDnsName": "pc1", "entities": [{"entityType": "Ip", "ipAddress": "192.0.2.1"}]}), {"devices": 'entities: [{"entityType": "Ip", "ipAddress": "192.0.2.1"}]', "report": "## Entities (0)"}),
    case("C7 an older body, mostly null", with_entities(OLD_BODY | {"entityType": "Ip", "ipAddress": "192.0.2.1"}), {"evidence": "192.0.2.1  Ip\nVerdict: not given\nRemediation: not given\nAddress: 192.0.2.1\nEvidence since: not given\nNamed by: · not given  Alert 0"}),
    case(
        "C7 a newer body, with what matters",
        with_entities({"entityType": "Ip", "ipAddress": "192.0.2.1", "verdict": "Suspicious", "remediationStatus": "None", "evidenceCreationTime": "2026-11-19T01:00:00.5Z"}),
        {"evidence": ("Verdict: ! Suspicious", "Remediation: · None", "Evidence since: 2026-11-19 01:00:00 UTC"), "evidence Verdict": ["", "! Suspicious"], "report": "verdict `Suspicious`, remediation `None`"},
    ),
    *(case(f"C8 {word}", with_entities({"entityType": word, "mailboxAddress": "ana@contoso.example"}), {"evidence Evidence by type": ["▾ Mailboxes 1", "  ana@contoso.example"]}) for word in ("MailBox", "Mailbox", "mailbox", " MAILBOX ")),
    case("C8 a group, described but not listed", with_entities({"entityType": "SecurityGroup", "securityGroupName": "Admins", "securityGroupId": "g1"}), {"evidence Evidence by type": ["▾ Groups 1", "  Admins"], "evidence": ("Group: Admins", "Group ID: g1")}),
    *(case(f"C8 {word}, unknown", with_entities({"entityType": word, "name": "X", "details": {"a": [1]}}), {"evidence Evidence by type": [f"▾ {word} 1", "  X"], "evidence": (f"X  {word}", "name: X", 'details: {"a": [1]}')}) for word in ("MalwareFamily", "DlpRuleMatch", "MaliciousUrl", "Machine")),
    case("C8 no type", with_entities({"entityType": None, "ipAddress": "192.0.2.7"}), {"evidence Evidence by type": ["▾ Type not given 1", "  192.0.2.7"], "evidence": "ipAddress: 192.0.2.7"}),
    case("C9 nothing but a name", with_entities({"entityType": "File", "fileName": "b.exe", "filePath": None, "sha1": None, "sha256": None}), {"evidence": ("b.exe  File", "File name: b.exe"), "no evidence": ("SHA", "Path")}),
    case("C9 a path that ends in the name", with_entities({"entityType": "File", "fileName": "a.exe", "filePath": "C:\\Temp\\a.exe"}), {"evidence": "Path: C:\\Temp\\a.exe\n", "evidence #2": ["Path", "C:\\Temp\\a.exe"]}),
    case("C9 a path that does not", with_entities({"entityType": "File", "fileName": "a.exe", "filePath": "C:\\Temp"}), {"evidence": "Path: C:\\Temp\\a.exe\n"}),
    *(
        case(f"C10 {what}", with_entities({"entityType": "User", "accountName": ""} | fields), {"evidence Evidence by type": ["▾ Users 1", f"  {title}"], "row Users": "1"})
        for what, fields, title in (
            ("only a UPN", {"userPrincipalName": "ana@contoso.example"}, "ana@contoso.example"), ("only an object ID", {"aadUserId": "guid-1"}, "guid-1"), ("only a SID", {"userSid": "S-1-5-21"}, "S-1-5-21"),
            ("a domain in capitals", {"accountName": "ana", "domainName": "CONTOSO"}, "CONTOSO\\ana"),
        )
    ),
    case("C10 nothing that names it", with_entities({"entityType": "User", "accountName": ""}), {"evidence Evidence by type": ["▾ Users 1", "  no name"], "row Users": "0"}),
    *(case(f"C11 {address}", with_entities({"entityType": "Ip", "ipAddress": address}), {"evidence Evidence by type": ["▾ Addresses 1", f"  {address}"]}) for address in (LONG_IPV6, "fe80::1ff:fe23:4567:890a%eth2", "203.0.113.7")),
    case("C12 a lone object", with_entities(entities={"entityType": "Ip", "ipAddress": "192.0.2.1"}), {"evidence": "192.0.2.1", "overview": "Addresses:   1  192.0.2.1"}),
    *(case(f"C12 {sent!r}", with_entities(entities=sent), {"alerts": "Entities  0\nThe service sent no entities with this alert.\n", "report": "## Entities (0)\n\nNone were sent."}) for sent in EMPTY),
    case("C12 no devices either", with_alerts({"devices": []}), {"alerts": "Devices  0\nThe service sent no devices with this alert."}),
    case("C12 a text among them", with_entities("bare", None, 7), {"alerts": ("entities[0]: bare", "entities[2]: 7")}),
    case(
        "C13 roles and detailed roles",
        of_graph("ipEvidence", ipAddress="192.0.2.1", countryLetterCode="NL", roles=["compromised", "source"], detailedRoles=["Main device", "IP of the attacker"], verdict="suspicious"),
        {"evidence": ("192.0.2.1  Ip", "Verdict: ! suspicious", "countryLetterCode: NL", "roles: compromised, source", "detailedRoles: Main device, IP of the attacker")},
    ),
    case("C13 a device without a name", of_graph("deviceEvidence", mdeDeviceId=ID, deviceDnsName=None, osPlatform="Linux", verdict="malicious"), {"devices Device": ID, "devices": ("name not sent", "System: Linux", "verdict: malicious"), "row Devices": "1"}),
    case("C13 a type outside the list", of_graph("kubernetesPodEvidence", name="pod-1", podIp={"ipAddress": "192.0.2.1"}), {"evidence Evidence by type": ["▾ KubernetesPod 1", "  pod-1"], "evidence": 'podIp: {"ipAddress": "192.0.2.1"}'}),
    case("C13 a type that is none", with_alerts({"evidence": [{"@odata.type": 7, "what": "x"}, {"@odata.type": "odd", "what": "y"}, "bare"]}), {"evidence Evidence by type": ["▾ Type not given 1", "  x", "▾ Odd 1", "  y"], "alerts": "evidence: [\"bare\"]"}),
]  # fmt: skip


@pytest.mark.parametrize(("incident", "expected"), CASES)
def test_what_an_alert_names_is_seen(incident: object, expected: Expected) -> None:
    check(incident, expected)


def test_nothing_is_offered_for_copying_that_did_not_come() -> None:
    """C9: a file without hashes has no hash to copy, a nameless one nothing at all."""
    file = check(with_entities({"entityType": "File", "fileName": "b.exe", "sha256": None}), {})
    labels = [copy.label for copy in file.copies if copy.text == "b.exe"]
    assert "Value, raw" in labels
    assert not any("SHA" in copy.label for copy in file.copies)
    assert not any(copy.label.startswith("Value") for copy in check(with_entities({"entityType": "File"}), {}).copies)
