"""The permissions that Microsoft's security APIs register in Entra, and the APIs that a token may be for.

Values are those of the resources' own service principals. Published lists often differ: the 2020 guide prints
`Incidents.Read.All`, which never existed. What a token may do with them is judged in `permissions.py`.
"""

from dataclasses import dataclass
from enum import StrEnum

from mtp_tui.identity.clouds import MTP_APP_ID


class PermissionKind(StrEnum):
    """To whom a permission is granted."""

    APPLICATION = "application"
    """To the application itself; stands in `roles`."""
    DELEGATED = "delegated"
    """To the application on behalf of a user; stands in `scp`."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission of one API."""

    value: str
    """The word in the token; upper and lower case count."""
    kind: PermissionKind
    id: str
    display_name: str
    """As the portal shows it; empty if no source was found."""
    unlocks: str
    """What it opens, as a phrase."""
    access: str
    """`read`, `write`, or `action` for what changes a device or runs on it."""
    resource: str
    """The API's name as the portal shows it."""


@dataclass(frozen=True, slots=True)
class KnownApi:
    """A resource that Entra issues tokens for."""

    name: str
    """As the portal shows it under "APIs my organization uses"."""
    app_id: str
    uris: tuple[str, ...]
    """Identifier URIs without trailing slash; a token's `aud` is one of them or the application ID."""
    purpose: str
    """What it is known as, for those who do not know the portal's name."""


MTP = KnownApi(
    "Microsoft Threat Protection",
    MTP_APP_ID,
    (
        "https://api.security.microsoft.com",
        "https://api-us.security.microsoft.com",
        "https://api-eu.security.microsoft.com",
        "https://api-uk.security.microsoft.com",
        "https://api-gcc.security.microsoft.us",
        "https://api-gov.security.microsoft.us",
        "https://security.microsoft.com/mtp",
    ),
    "the Defender XDR API with its incidents",
)
MDE = KnownApi(
    "WindowsDefenderATP",
    "fc780465-2017-40d4-a0c5-307022471b92",
    (
        "https://api.securitycenter.microsoft.com",
        "https://api-us.securitycenter.microsoft.com",
        "https://api-eu.securitycenter.microsoft.com",
        "https://api-uk.securitycenter.microsoft.com",
        "https://api.securitycenter.windows.com",
        "https://api.securitycenter.windows.us",
        "https://api-gcc.securitycenter.microsoft.us",
        "https://api-gov.securitycenter.microsoft.us",
        "https://securitycenter.onmicrosoft.com/windowsatpservice",
        "https://securitycenter.microsoft.com/mtp",
        "https://securityoperations.microsoft.com",
    ),
    "the Defender for Endpoint API",
)
GRAPH = KnownApi(
    "Microsoft Graph",
    "00000003-0000-0000-c000-000000000000",
    (
        "https://graph.microsoft.com",
        "https://graph.microsoft.us",
        "https://dod-graph.microsoft.us",
        "https://microsoftgraph.chinacloudapi.cn",
    ),
    "Microsoft's general API",
)
OTHER_APIS = (
    KnownApi(
        "Microsoft Defender XDR unified RBAC",
        "9abd8443-d92a-40e6-a9ec-e5b6d29bc724",
        ("https://security.microsoft.com/mtp/rbac",),
        "Defender's roles",
    ),
    KnownApi(
        "Windows Azure Service Management API",
        "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        ("https://management.azure.com", "https://management.core.windows.net", "https://management.usgovcloudapi.net"),
        "Azure management",
    ),
    KnownApi(
        "Windows Azure Active Directory",
        "00000002-0000-0000-c000-000000000000",
        ("https://graph.windows.net",),
        "the retired Azure AD Graph",
    ),
    KnownApi("Microsoft Cloud App Security", "05a65629-4c1b-48c1-a78b-804c4abdd4af", (), "Defender for Cloud Apps"),
    KnownApi(
        "Office 365 Management APIs",
        "c5393580-f805-4401-95e8-94b7a6ef2fc2",
        ("https://manage.office.com",),
        "the Office 365 audit log",
    ),
    KnownApi(
        "Office 365 Exchange Online",
        "00000002-0000-0ff1-ce00-000000000000",
        ("https://outlook.office365.com", "https://outlook.office.com"),
        "Exchange",
    ),
    KnownApi(
        "Log Analytics API",
        "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5",
        ("https://api.loganalytics.io",),
        "Azure Monitor logs",
    ),
    KnownApi(
        "Azure Key Vault", "cfa8b339-82a2-471a-a3c9-0fc0be7a4093", ("https://vault.azure.net",), "Azure Key Vault"
    ),
)
APIS = (MTP, MDE, GRAPH, *OTHER_APIS)

_APP, _DELEGATED = PermissionKind.APPLICATION, PermissionKind.DELEGATED
_ACCESS = {"R": "read", "W": "write", "A": "action"}


def _of(api: KnownApi, kind: PermissionKind, *rows: tuple[str, str, str, str, str]) -> tuple[Permission, ...]:
    """Rows are value, id, display name, what it unlocks, R | W | A."""
    return tuple(
        Permission(value, kind, id_, shown, unlocks, _ACCESS[access], api.name)
        for value, id_, shown, unlocks, access in rows
    )


_MTP_PERMISSIONS = (
    *_of(
        MTP, _APP,
        ("Incident.Read.All", "a9790345-4595-42e4-971a-ccdc79f19b7c", "Read all incidents", "list and open incidents", "R"),
        ("Incident.ReadWrite.All", "8d90f441-09cf-4fdc-ab45-e874fa3a28e8", "Read and write all incidents", "list, open and change incidents", "W"),
        ("AdvancedHunting.Read.All", "7734e8e5-8dde-42fc-b5ae-6eafea078693", "Run advanced hunting queries", "run advanced hunting queries", "R"),
        ("CustomDetections.ReadWrite.All", "a7deff90-e2f5-4e4e-83a3-2c74e7002e28", "Read and write all custom detection rules", "read and change custom detection rules", "W"),
    ),
    *_of(
        MTP, _DELEGATED,
        ("Incident.Read", "12c153a4-4204-4224-aa3c-4626e2f47c2b", "Read incidents", "list and open incidents as the user", "R"),
        ("Incident.ReadWrite", "2af415cc-88cf-4146-a0c8-444c3a80d5db", "Read and write incidents", "list, open and change incidents as the user", "W"),
        ("AdvancedHunting.Read", "15f11de4-5113-4268-a2d1-0bad43d781f9", "Run advanced hunting queries", "run advanced hunting queries as the user", "R"),
        ("CustomDetections.ReadWrite", "ddbb8d0c-c86b-4ece-bcb7-0f031a9cf103", "", "read and change custom detection rules as the user", "W"),
    ),
)  # fmt: skip

_MDE_PERMISSIONS = (
    *_of(
        MDE, _APP,
        ("AdvancedQuery.Read.All", "93489bf5-0fbc-4f2d-b901-33f2fe08ff05", "", "run queries over Defender for Endpoint's tables", "R"),
        ("Alert.Read.All", "71fe6b80-7034-4028-9ed8-0f316df9c3ff", "", "read Defender for Endpoint's alerts", "R"),
        ("Alert.ReadWrite.All", "0f7000ec-157b-497f-b70e-ef0b0584f140", "", "read and change Defender for Endpoint's alerts", "W"),
        ("Machine.Read.All", "ea8291d3-4b9a-44b5-bc3a-6cea3026dc79", "", "read devices", "R"),
        ("Machine.ReadWrite.All", "aa027352-232b-4ed4-b963-a705fc4d6d2c", "", "read and change devices and their tags", "W"),
        ("Machine.Isolate", "7e4e1300-e1b9-4102-88ba-f0cb6e6d5974", "", "cut devices off the network", "A"),
        ("Machine.LiveResponse", "1629b959-c0af-42a1-92f0-f6162060bdf1", "", "run commands on devices", "A"),
        ("Machine.Offboard", "594435bf-36dd-4548-83bd-1bdafe157d7a", "", "take devices out of Defender", "A"),
        ("Machine.RestrictExecution", "96b6b35d-074d-4e2d-b167-8d68d9269648", "", "keep programs from running on devices", "A"),
        ("Machine.StopAndQuarantine", "96e72b5e-7e68-4171-aad1-3937599e4751", "", "stop files and lock them away on devices", "A"),
        ("Machine.Scan", "a86d9824-b2b6-45f8-b042-16bc4922ed4e", "", "start antivirus scans on devices", "A"),
        ("Machine.CollectForensics", "15405ab2-2103-4a3c-ad80-e829841cedcc", "", "collect investigation packages from devices", "A"),
        ("Library.Manage", "41d209c7-2511-4fc9-b899-8008a3976f09", "", "change the scripts of live response", "A"),
        ("File.Read.All", "8788f1a9-beca-4e26-ba58-10513f3b896f", "", "read file profiles", "R"),
        ("Ip.Read.All", "47bf842d-354b-49ef-b741-3a6dd815bc13", "", "read IP address profiles", "R"),
        ("Url.Read.All", "721af526-ffa8-42d7-9b84-1a56244dd99d", "", "read URL profiles", "R"),
        ("User.Read.All", "a833834a-4cf1-4732-8acf-bbcfa13fb610", "", "read user profiles in Defender for Endpoint", "R"),
        ("Ti.Read.All", "528ca142-c849-4a5b-935e-10b8b9c38a84", "", "read indicators", "R"),
        ("Ti.ReadWrite", "a8bc2240-f96a-46a1-bad5-6a960b7327a1", "", "read and change this application's own indicators", "W"),
        ("Ti.ReadWrite.All", "fc511a58-3adf-4d71-af24-00f13e35e479", "", "read and change all indicators", "W"),
        ("Vulnerability.Read.All", "41269fc5-d04d-4bfd-bce7-43a51cea049a", "", "read vulnerabilities", "R"),
        ("Software.Read.All", "37f71c98-d198-41ae-964d-2c49aab74926", "", "read the software inventory", "R"),
        ("SecurityRecommendation.Read.All", "6443965c-7dd2-4cfd-b38f-bb7772bee163", "", "read security recommendations", "R"),
        ("Score.Read.All", "02b005dd-f804-43b4-8fc7-078460413f74", "", "read exposure scores", "R"),
        ("RemediationTasks.Read.All", "6a33eedf-ba73-4e5a-821b-f057ef63853a", "", "read remediation tasks", "R"),
        ("SecurityBaselinesAssessment.Read.All", "e870c0c1-c1a2-41ca-948e-a33912d2d3f0", "", "read security baseline assessments", "R"),
        ("SecurityConfiguration.Read.All", "227f2ea0-c2c2-4428-b7af-9ff40f1a720e", "", "read security configurations", "R"),
        ("SecurityConfiguration.ReadWrite.All", "e5e05709-32a3-4c85-89c8-67596eb94f24", "", "read and change security configurations", "W"),
        ("Event.Write", "84ddd701-5fac-4c30-b0ad-aa73a67bea1a", "", "write events", "W"),
        ("IntegrationConfiguration.ReadWrite", "7c6f6912-60e9-4fcd-bb2a-c25bc35e8c59", "", "read and change integration settings", "W"),
    ),
    *_of(
        MDE, _DELEGATED,
        ("AdvancedQuery.Read", "1fb6e712-1bd9-4184-b1c0-5e71e759196b", "", "run queries over Defender for Endpoint's tables as the user", "R"),
        ("Alert.Read", "b2069dc0-9fe9-4e6d-9aca-ccf3dd503819", "", "read Defender for Endpoint's alerts as the user", "R"),
        ("Alert.ReadWrite", "cbc3b413-21e6-416d-95a4-af87687efbd0", "", "read and change Defender for Endpoint's alerts as the user", "W"),
        ("Machine.Read", "fbd3d33a-b1f5-4573-906c-51b39682fbcf", "", "read devices as the user", "R"),
        ("Machine.ReadWrite", "f6846c57-9e3c-4a65-81aa-2f5e09ff4f0b", "", "read and change devices as the user", "W"),
        ("Vulnerability.Read", "63a677ce-818c-4409-9d12-5c6d2e2a6bfe", "", "read vulnerabilities as the user", "R"),
    ),
)  # fmt: skip

_GRAPH_ROWS = (
    ("SecurityIncident.Read.All", "45cc0394-e837-488b-a098-1918f48d186c", "b9abcc4f-94fc-4457-9141-d20ce80ec952", "Read all security incidents", "list and open incidents through Graph", "R"),
    ("SecurityIncident.ReadWrite.All", "34bf0e97-1971-4929-b999-9e2442d941d7", "128ca929-1a19-45e6-a3b8-435ec44a36ba", "Read and write to all security incidents", "list, open and change incidents through Graph", "W"),
    ("SecurityAlert.Read.All", "472e4a4d-bb4a-4026-98d1-0b0d74cb74a5", "bc257fb8-46b4-4b15-8713-01e91bfbe4ea", "Read all security alerts", "read alerts through Graph", "R"),
    ("SecurityAlert.ReadWrite.All", "ed4fca05-be46-441f-9803-1873825f8fdb", "471f2a7f-2a42-4d45-a2bf-594d0838070d", "Read and write to all security alerts", "read and change alerts through Graph", "W"),
    ("ThreatHunting.Read.All", "dd98c7f5-2d42-42d3-a0e4-633161547251", "b152eca8-ea73-4a48-8c98-1a6742673d99", "Run hunting queries", "run advanced hunting queries through Graph", "R"),
    ("CustomDetection.Read.All", "673a007a-9e0f-4c97-b066-3c0164486909", "b13ff42e-f321-4d7d-a462-141c46a1b832", "Read all custom detection rules", "read custom detection rules through Graph", "R"),
    ("CustomDetection.ReadWrite.All", "e0fd9c8d-a12e-4cc9-9827-20c8c3cd6fb8", "c34088fb-0649-4714-af0b-bcbfec155897", "Read and write all custom detection rules", "read and change custom detection rules through Graph", "W"),
    ("SecurityEvents.Read.All", "bf394140-e372-4bf9-a898-299cfc7564e5", "64733abd-851e-478a-bffb-e47a14b18235", "Read your organization's security events", "read Graph's old alerts", "R"),
    ("SecurityEvents.ReadWrite.All", "d903a879-88e0-4c09-b0c9-82f6a1333f84", "6aedf524-7e1c-45a7-bd76-ded8cab8d0fc", "Read and update your organization's security events", "read and change Graph's old alerts", "W"),
)  # fmt: skip
_GRAPH_PERMISSIONS = (
    *_of(GRAPH, _APP, *((value, app, shown, unlocks, access) for value, app, _, shown, unlocks, access in _GRAPH_ROWS)),
    *_of(GRAPH, _DELEGATED, *((value, user, shown, unlocks, access) for value, _, user, shown, unlocks, access in _GRAPH_ROWS)),
)  # fmt: skip

PERMISSIONS = (*_MTP_PERMISSIONS, *_MDE_PERMISSIONS, *_GRAPH_PERMISSIONS)

_BY_KEY = {(permission.resource, permission.kind, permission.value): permission for permission in PERMISSIONS}


def find_permission(api: KnownApi, kind: PermissionKind, value: str) -> Permission | None:
    """The catalogue's entry; the same word can mean different things in two APIs (`User.Read.All`)."""
    return _BY_KEY.get((api.name, kind, value))


_BY_AUDIENCE = {name.casefold(): api for api in APIS for name in (api.app_id, *api.uris)}


def resource_of(audience: object) -> KnownApi | None:
    """Which API a token is for, from its `aud`: an identifier URI with or without trailing slashes, or an application ID."""
    if not isinstance(audience, str):
        return None
    return _BY_AUDIENCE.get(audience.strip().rstrip("/").casefold())
