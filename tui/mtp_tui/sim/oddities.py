"""Incidents as they come in the wild and not in the documentation: groups A to D of the collected payload oddities.

Every value is JSON-able, and each of these forms was seen in a public repository's captures or fixtures, except for the
hostile texts, which anybody who names a file or a mail can write.
"""

from datetime import timedelta

from mtp_tui.clock import Clock
from mtp_tui.sim.attacks import ATTACKS
from mtp_tui.sim.payload import JsonObject, stamp

HOSTILE_TEXTS = {
    name: ATTACKS[name]
    for name in (
        *("erase screen", "colour", "OSC 0", "OSC 52", "C1 CSI", "C1 next line", "NUL", "BEL", "CR LF", "separators"),
        *(
            "Rich markup",
            "closing tag",
            "brackets",
            "right to left override",
            "isolates",
            "zero width space",
            "joiners",
        ),
        *("wide", "high surrogate", "long word"),
    )
}
"""Names that nobody would give in good faith: some of each kind of attack."""

MOMENTS = (
    "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.1Z", "2026-01-02T03:04:05.12Z", "2026-01-02T03:04:05.123Z", "2026-01-02T03:04:05.1234Z",
    "2026-01-02T03:04:05.12345Z", "2026-01-02T03:04:05.123456Z", "2026-01-02T03:04:05.1234567Z", "2026-01-02T03:04:05", "2026-01-02T03:04:05+00:00",
    "2026-01-02 03:04:05Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "10/31/2024 1:31:54 PM", "xxx", "",
)  # fmt: skip
"""Times in every form that was seen (D1 to D6), readable and not."""


def odd_incidents(clock: Clock) -> list[object]:
    """A page of oddities, each a value of the list that `GET /api/incidents` answers; not all are objects."""
    now = clock()
    updated = stamp(now - timedelta(minutes=5))
    items: list[object] = [
        *_odd_heads(updated),
        *_odd_alerts(updated),
        *_odd_evidence(updated),
        *(_incident(9400 + number, createdTime=text, lastUpdateTime=text) for number, text in enumerate(MOMENTS)),
        *(_hostile(9500 + number, text, updated) for number, text in enumerate(HOSTILE_TEXTS.values())),
        "an item that is a bare string",
        None,
        17,
        {"error": {"code": "InternalServerError", "message": ""}},
        [],
    ]
    return items


def _odd_heads(updated: str) -> list[object]:
    """Group A: the incident itself."""
    six = ("createdTime", "lastUpdateTime", "assignedTo", "classification", "determination", "redirectIncidentId")
    without_six = {key: value for key, value in _incident(9104).items() if key not in six}
    return [
        _incident(9101, status="New", lastUpdateTime=updated),
        _incident(9102, status="awaitingAction", severity="high", lastUpdateTime=updated),
        _incident(
            9103,
            status="Redirected",
            severity="UnSpecified",
            redirectIncidentId=9101,
            alerts=[],
            lastUpdateTime=updated,
        ),
        _incident(
            9113,
            status="Redirected",
            severity="UnSpecified",
            redirectIncidentId=None,
            alerts=[],
            lastUpdateTime=updated,
        ),
        without_six,
        _incident(9105, comments=None, lastUpdateTime=updated),
        {
            key: value
            for key, value in _incident(9106, lastUpdateTime=updated).items()
            if key not in ("comments", "tags", "alerts")
        },
        _incident(
            9107,
            severity="Catastrophic",
            classification="Undecided",
            determination="Apt",
            status="Frozen",
            lastUpdateTime=updated,
        ),
        _incident(9108, entities=[], lastUpdateTime=updated),
        _incident(
            9109,
            tags=[{"comment": "a tag that is a comment", "createdBy": "somebody"}, "plain", None, 4],
            lastUpdateTime=updated,
        ),
        _incident(
            9110,
            incidentName="12",
            assignedTo="Suppression rule",
            incidentUri="javascript:alert(1)",
            lastUpdateTime=updated,
        ),
        _incident(924521, incidentName="The first name of it", lastUpdateTime=updated),
        _incident(924521, incidentName="The second name of it", severity="Low", lastUpdateTime=updated),
        _incident("9111", incidentName=12, severity=None, status=None, tags=None, alerts=None, lastUpdateTime=updated),
        _incident(
            9112,
            severity=3,
            status=["Active"],
            assignedTo={"upn": "x"},
            comments="none",
            lastUpdateTime=20261122,
            aNewKey={"nested": [1, {"deep": None}]},
        ),
        _incident(
            9114,
            comments=[
                {"comment": "createTime, as one page says", "createdBy": "a", "createTime": updated},
                "a bare comment",
                None,
            ],
            lastUpdateTime=updated,
        ),
        {"incidentName": "an incident without an ID", "lastUpdateTime": updated},
        _incident(None, incidentName="an incident whose ID is null", lastUpdateTime=updated),
        {"incidentId": 9115},
    ]


def _odd_alerts(updated: str) -> list[object]:
    """Group B: alerts."""
    twins = [
        _alert("da637_-1"),
        _alert("da637_-1", title="The same ID again"),
        _alert("da637_-1", lastUpdatedTime="2026-01-02T03:04:06Z"),
    ]
    unusual = _alert(
        "ad1", incidentId=28282, status="InProgress", category="None", severity="Informational", investigationId=77, serviceSource="Microsoft Defender for Something",
        investigationState="terminatedBySystem", mitreTechniques=["T1564.001", "not a technique", 7, None], resolvedTime="2020-01-01T00:00:00Z", description=" a\r\n\tb",
    )  # fmt: skip
    sources = (
        "MicrosoftDefenderATP", "MicrosoftDefenderForEndpoint", "OfficeATP", "MicrosoftDefenderForOffice365", "MicrosoftCloudAppSecurity", "AADIdentityProtection",
        "MicrosoftDefenderForCloud", "Microsoft365Defender", "Microsoft Defender for Endpoint", "somethingNew", "", None,
    )  # fmt: skip
    return [
        _incident(9201, alerts=_alert("alone", title="alerts is an object"), lastUpdateTime=updated),
        _incident(9202, alerts=twins, lastUpdateTime=updated),
        _incident(9203, alerts=[unusual, {"alertId": "only an id"}, {}, "a bare string", None], lastUpdateTime=updated),
        _incident(
            9204,
            alerts=[_alert(f"s{number}", serviceSource=source) for number, source in enumerate(sources)],
            lastUpdateTime=updated,
        ),
        _incident(
            9205,
            alerts=[_alert(f"m{number}", creationTime="2026-01-02T03:04:05Z") for number in range(120)],
            lastUpdateTime=updated,
        ),
        _incident(
            9206,
            alerts=[
                _alert("e1", entities={"entityType": "User", "accountName": "lone"}),
                _alert("e2", entities=None),
                _alert("e3", devices=None),
            ],
            lastUpdateTime=updated,
        ),
    ]


def _odd_evidence(updated: str) -> list[object]:
    """Group C: devices and entities."""
    ids = [
        {
            "mdatpDeviceId": "d" * 40,
            "deviceDnsName": "HOST-A.contoso-demo.example",
            "riskScore": "None",
            "osPlatform": "Other",
        },
        {"DeviceId": "d" * 40, "deviceDnsName": "host-a.contoso-demo.example"},
        {
            "mdeDeviceId": "d" * 40,
            "deviceDnsName": "host-b.contoso-demo.example",
            "vmMetadata": {"vmId": "x", "tags": [1]},
        },
        {
            "deviceId": "d" * 40,
            "osBuild": None,
            "rbacGroupName": None,
            "aadDeviceId": None,
            "tags": None,
            "loggedOnUsers": [{"accountName": "someone"}],
        },
        {"deviceDnsName": "no-id.contoso-demo.example"},
        {},
        "a device by name",
    ]
    entities: list[object] = [
        {"entityType": "File", "fileName": "a.exe", "filePath": "C:\\Temp\\a.exe", "sha1": None, "sha256": None},
        {"entityType": "File", "fileName": "b.exe", "filePath": None},
        {
            "entityType": "User",
            "accountName": "",
            "domainName": "CONTOSO",
            "userPrincipalName": "only-upn@contoso-demo.example",
        },
        {"entityType": "User", "aadUserId": "00000000-0000-4000-8000-0000000000aa"},
        {"entityType": "user"},
        {"entityType": "Mailbox", "mailboxAddress": "front.desk@contoso-demo.example"},
        {"entityType": "MailBox", "mailboxAddress": "front.desk@contoso-demo.example"},
        {"entityType": "Ip", "ipAddress": "fe80::1ff:fe23:4567:890a%eth2"},
        {"entityType": "Ip", "ipAddress": "2001:0db8:85a3:0000:0000:8a2e:0370:7334"},
        {"entityType": "MalwareFamily", "name": "an unknown type", "details": {"a": [1, 2]}},
        {"entityType": "DlpRuleMatch", "matches": 3, "severity": None},
        {"entityType": None, "ipAddress": "192.0.2.7"},
        {"ipAddress": "192.0.2.8"},
        {
            "entityType": "Process",
            "processId": "4242",
            "processCommandLine": ATTACKS["OSC 52"],
            "processCreationTime": "xxx",
        },
        {"entityType": "Registry", "registryHive": None, "registryKey": "K", "registryValue": 7},
        {
            "entityType": "SecurityGroup",
            "securityGroupName": "Domain Admins",
            "verdict": "suspicious",
            "remediationStatus": None,
        },
        {"entityType": "Url", "url": "https://[::1]:99999/%00?\u202e"},
        "a bare entity",
        None,
    ]
    return [
        _incident(
            9301,
            alerts=[_alert("c1", devices=ids, entities=entities), _alert("c2", devices=ids[:1], entities=entities)],
            lastUpdateTime=updated,
        )
    ]


def _hostile(number: int, text: str, updated: str) -> JsonObject:
    """One hostile text wherever a stranger could have put it."""
    entity = {"entityType": "File", "fileName": text, "filePath": text}
    mail = {"entityType": "MailMessage", "subject": text, "sender": text, "recipient": text}
    alert = _alert(
        "h" + text[:20],
        title=text,
        description=text,
        category=text,
        entities=[entity, mail],
        devices=[{"mdatpDeviceId": "e" * 40, "deviceDnsName": text}],
    )
    comment = {"comment": text, "createdBy": text, "createdTime": updated}
    return _incident(
        number,
        incidentName=text,
        assignedTo=text,
        tags=[text],
        comments=[comment],
        alerts=[alert],
        lastUpdateTime=updated,
    )


def _incident(incident_id: object, **fields: object) -> JsonObject:
    """An ordinary incident, but for `fields`."""
    return {
        "incidentId": incident_id,
        "redirectIncidentId": None,
        "incidentName": "An ordinary name",
        "createdTime": "2026-01-02T03:04:05.5Z",
        "lastUpdateTime": "2026-01-02T03:05:00Z",
        "assignedTo": None,
        "classification": "Unknown",
        "determination": "NotAvailable",
        "status": "Active",
        "severity": "Medium",
        "tags": [],
        "comments": [],
        "alerts": [_alert("da1")],
        **fields,
    }


def _alert(alert_id: str, **fields: object) -> JsonObject:
    """An ordinary alert, but for `fields`."""
    return {
        "alertId": alert_id,
        "incidentId": 1,
        "serviceSource": "MicrosoftDefenderForEndpoint",
        "creationTime": "2026-01-02T03:04:04.25Z",
        "lastUpdatedTime": "2026-01-02T03:05:00Z",
        "resolvedTime": None,
        "firstActivity": "2026-01-02T03:00:00Z",
        "lastActivity": "2026-01-02T03:04:00Z",
        "title": "An ordinary alert",
        "description": "What it says.",
        "category": "Execution",
        "status": "New",
        "severity": "Medium",
        "investigationId": None,
        "investigationState": "UnsupportedAlertType",
        "classification": None,
        "determination": None,
        "detectionSource": "WindowsDefenderAtp",
        "assignedTo": None,
        "actorName": None,
        "threatFamilyName": None,
        "mitreTechniques": ["T1059"],
        "devices": [],
        "entities": [],
        **fields,
    }
