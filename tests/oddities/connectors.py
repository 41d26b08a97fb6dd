"""Whole incidents in the shapes in which public connectors keep them for their tests, with every value made up.

What is odd about each is what was seen there; the rest is ordinary. None of it was copied.
"""

from collections.abc import Mapping

TENANT = "00000000-0000-4000-8000-0000000000aa"

ELASTIC_LOG: Mapping[str, object] = {
    "incidentId": 924518,
    "incidentUri": f"https://security.microsoft.com/incidents/924518?tid={TENANT}",
    "redirectIncidentId": None,
    "incidentName": "12",
    "createdTime": "2026-11-18T08:00:00.5Z",
    "lastUpdateTime": "2026-11-20T09:30:31.8566667Z",
    "assignedTo": None,
    "classification": "Unknown",
    "determination": "NotAvailable",
    "status": "Active",
    "severity": "Medium",
    "tags": [],
    "alerts": {
        "alertId": "da637_-118",
        "providerAlertId": "637_-118",
        "incidentId": 924518,
        "serviceSource": "MicrosoftDefenderATP",
        "creationTime": "2026-11-18T07:59:59.4Z",
        "lastUpdatedTime": "2026-11-18T08:00:00Z",
        "resolvedTime": None,
        "firstActivity": "2026-11-18T07:50:00.1234567Z",
        "lastActivity": "2026-11-18T07:51:00Z",
        "title": "Suspicious PowerShell download",
        "description": "a",
        "category": "None",
        "status": "New",
        "severity": "Informational",
        "investigationId": 77,
        "investigationState": "UnsupportedOs",
        "classification": None,
        "determination": None,
        "detectionSource": "CustomerTI",
        "detectorId": "d-1",
        "assignedTo": "Automation",
        "mitreTechniques": [],
        "devices": [
            {"mdatpDeviceId": "c" * 40, "aadDeviceId": None, "deviceDnsName": "host-a", "osPlatform": "Other", "version": "Other", "osProcessor": "x64", "osBuild": None, "healthStatus": "Inactive", "riskScore": "None", "rbacGroupName": None, "rbacGroupId": 0, "firstSeen": "2026-01-01T00:00:00Z"},
            {"mdatpDeviceId": "c" * 40, "deviceDnsName": "HOST-B.contoso.example", "osPlatform": "WindowsServer2016", "riskScore": "High"},
        ],
        "entities": {"entityType": "File", "sha1": None, "sha256": None, "fileName": "x.ps1", "filePath": "C:\\Temp\\x.ps1", "processId": None, "accountName": ""},
    },
}  # fmt: skip
"""As a log collector splits them: `alerts` and `entities` are objects, comments are absent."""

DEMISTO_2026: Mapping[str, object] = {
    "incidentId": 2972395,
    "incidentUri": f"https://security.microsoft.com/incident2/2972395/overview?tid={TENANT}",
    "incidentName": "Unfamiliar sign-in properties\u200b",
    "status": "New",
    "severity": "High",
    "tags": ["Credential Phish"],
    "comments": [],
    "entities": [],
    "alerts": [
        {
            "alertId": "ad1",
            "incidentId": 28282,
            "serviceSource": "AADIdentityProtection",
            "creationTime": "2026-11-20T01:02:03Z",
            "firstActivity": "2026-11-20T01:00:00Z",
            "title": "Unfamiliar sign-in properties",
            "category": "InitialAccess",
            "status": "New",
            "severity": "High",
            "detectionSource": "AAD",
            "detectorId": "UnfamiliarLocation",
            "devices": [],
            "entities": [
                {"entityType": "User", "aadUserId": "00000000-0000-4000-8000-0000000000bb", "accountName": "", "verdict": "Suspicious", "remediationStatus": "None", "evidenceCreationTime": "2026-11-20T01:02:03.1Z"},
                {"entityType": "Ip", "ipAddress": "2001:db8:85a3:8d3:1319:8a2e:370:7348", "verdict": "Suspicious", "remediationStatus": "None"},
            ],
        },
        {"alertId": "ad1", "title": "Unfamiliar sign-in properties", "severity": "High", "serviceSource": "AADIdentityProtection", "entities": []},
    ],
}  # fmt: skip
"""Of 2026: six keys of the incident are not there, an alert ID comes twice, entities carry only what matters."""

SEKOIA_GRAPH: Mapping[str, object] = {
    "@odata.type": "#microsoft.graph.security.incident",
    "id": "29",
    "tenantId": "",
    "status": "awaitingAction",
    "incidentWebUrl": "https://security.microsoft.com/incidents/?tid=tenantId",
    "redirectIncidentId": None,
    "displayName": "Multi-stage incident on one endpoint",
    "createdDateTime": "2026-11-18T08:00:00.5Z",
    "lastUpdateDateTime": "2026-11-20T09:30:31.8566667Z",
    "assignedTo": "ana@contoso.example",
    "classification": "unknownFutureValue",
    "determination": "unknown",
    "severity": "medium",
    "customTags": ["Demo"],
    "systemTags": ["Defender Experts"],
    "description": None,
    "lastModifiedBy": "API-App:Blue",
    "resolvingComment": None,
    "summary": "Seen twice.\nAgain today.",
    "priorityScore": None,
    "comments": [{"comment": "Test", "createdByDisplayName": "Ana", "createdDateTime": "2026-11-19T08:00:00Z"}],
    "alerts": [
        {
            "@odata.type": "#microsoft.graph.security.alert",
            "id": "da637_1",
            "providerAlertId": "da637_1",
            "incidentId": "29",
            "status": "resolved",
            "severity": "low",
            "classification": None,
            "serviceSource": "microsoftDefenderForEndpoint",
            "detectionSource": "antivirus",
            "title": "“Dirtelti” backdoor was prevented",
            "description": "\ufffd\tA list\n\ufffd\tof bullets",
            "recommendedActions": "Collect artifacts\tand scope.",
            "category": "DefenseEvasion",
            "actorDisplayName": None,
            "threatDisplayName": "Backdoor:Win32/Dirtelti",
            "threatFamilyName": None,
            "mitreTechniques": ["T1564.001"],
            "createdDateTime": "2026-11-18T08:00:00Z",
            "lastUpdateDateTime": "2026-11-18T09:00:00Z",
            "resolvedDateTime": "2026-11-18T08:30:00Z",
            "firstActivityDateTime": "2026-11-18T07:00:00Z",
            "lastActivityDateTime": "2026-11-18T07:30:00Z",
            "comments": [],
            "evidence": [
                {"@odata.type": "#microsoft.graph.security.deviceEvidence", "mdeDeviceId": "e" * 40, "azureAdDeviceId": None, "deviceDnsName": "ws-07", "osPlatform": "Windows11", "riskScore": "high", "healthStatus": "active", "verdict": "unknown", "roles": ["compromised"], "vmMetadata": {"vmId": "v1"}, "loggedOnUsers": [{"accountName": "ana", "domainName": "CONTOSO"}], "firstSeenDateTime": "2026-01-01T00:00:00Z"},
                {"@odata.type": "#microsoft.graph.security.fileEvidence", "mdeDeviceId": "e" * 40, "verdict": "malicious", "remediationStatus": "prevented", "createdDateTime": "2026-11-18T08:00:00Z", "roles": [], "tags": [], "fileDetails": {"sha1": "a" * 40, "sha256": None, "fileName": "evil.exe", "filePath": "C:\\Temp", "fileSize": 1024, "signer": None}},
                {"@odata.type": "#microsoft.graph.security.processEvidence", "mdeDeviceId": "e" * 40, "processId": 4780, "processCommandLine": "evil.exe /x", "processCreationDateTime": "2026-11-18T07:59:00Z", "parentProcessId": 668, "imageFile": {"fileName": "evil.exe", "filePath": "C:\\Temp"}, "parentProcessImageFile": {"fileName": "cmd.exe", "filePath": "C:\\Windows\\System32", "sha1": "b" * 40}, "userAccount": {"accountName": "ana", "domainName": "CONTOSO", "userSid": "S-1-5-21", "azureAdUserId": None}},
                {"@odata.type": "#microsoft.graph.security.userEvidence", "userAccount": {"accountName": "", "userPrincipalName": "ana@contoso.example", "azureAdUserId": "00000000-0000-4000-8000-0000000000bb", "displayName": "Ana"}},
                {"@odata.type": "#microsoft.graph.security.mailboxEvidence", "primaryAddress": "desk@contoso.example", "displayName": "Front desk", "upn": "desk@contoso.example"},
                {"@odata.type": "#microsoft.graph.security.analyzedMessageEvidence", "subject": "Invoice", "recipientEmailAddress": "ana@contoso.example", "p1Sender": {"emailAddress": "bounce@mail.example"}, "p2Sender": {"emailAddress": "eve@evil.example", "displayName": "Eve"}, "deliveryAction": "deliveredToJunk", "urls": ["https://evil.example/a", "https://evil.example/b"]},
                {"@odata.type": "#microsoft.graph.security.securityGroupEvidence", "displayName": "Admins", "securityGroupId": "g1"},
                {"@odata.type": "#microsoft.graph.security.registryValueEvidence", "registryHive": "HKEY_LOCAL_MACHINE", "registryKey": "SOFTWARE\\Run", "registryValueName": "x", "registryValue": "evil.exe", "registryValueType": "string"},
                {"@odata.type": "#microsoft.graph.security.cloudApplicationEvidence", "appId": 11161, "displayName": "Microsoft 365", "instanceId": 0},
            ],
        }
    ],
}  # fmt: skip
"""Graph's own names throughout, one evidence of most types, and a link without an ID."""

RAPID7: Mapping[str, object] = {
    "IncidentId": "12",
    "IncidentName": "Impossible travel",
    "Severity": "Medium",
    "Status": "Resolved",
    "Classification": None,
    "Determination": "NotAvailable",
    "CreatedTime": "2026-11-18T08:00:00",
    "LastUpdateTime": "2026-11-18T08:00:01.12",
    "AssignedTo": "Unassigned",
    "Tags": [{"comment": "Seen before", "createdBy": "ana@contoso.example", "createdTime": "2026-11-18T08:00:00"}],
    "Comments": [{"comment": "Closed", "createdBy": "ana@contoso.example", "createTime": "xxx", "id": 4}],
    "Alerts": [{"AlertId": "ca1", "Title": "Impossible travel", "ServiceSource": "MCAS", "Severity": "low"}],
}
"""Keys with capitals, times without a zone, tags that are comments."""

CONNECTORS = {"elastic": ELASTIC_LOG, "demisto": DEMISTO_2026, "sekoia": SEKOIA_GRAPH, "rapid7": RAPID7}
