"""The three APIs that a token may be for, under every name by which it may be asked for.

Source: identifier URIs and application IDs of the first-party service principals (dirkjanm/ROADtools, 2026-01).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """One API as Entra knows it."""

    key: str
    """`mtp`, `mde` or `graph`."""
    name: str
    app_id: str
    uris: tuple[str, ...]
    """Identifier URIs, without the trailing slash that may stand behind any of them."""


MTP = Resource(
    "mtp",
    "Microsoft Threat Protection",
    "8ee8fdad-f234-4243-8f3b-15c294843740",
    (
        "https://api.security.microsoft.com",
        "https://api-us.security.microsoft.com",
        "https://api-eu.security.microsoft.com",
        "https://api-uk.security.microsoft.com",
        "https://api-gcc.security.microsoft.us",
        "https://api-gov.security.microsoft.us",
        "https://security.microsoft.com/mtp",
    ),
)
MDE = Resource(
    "mde",
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
)
GRAPH = Resource(
    "graph",
    "Microsoft Graph",
    "00000003-0000-0000-c000-000000000000",
    ("https://graph.microsoft.com", "https://graph.microsoft.us", "https://dod-graph.microsoft.us"),
)

RESOURCES = (MTP, MDE, GRAPH)


def find_resource(asked: str) -> Resource | None:
    """The API that was asked for by URI (with or without a slash behind it) or by application ID."""
    name = asked.removesuffix("/").lower()
    return next((each for each in RESOURCES if name == each.app_id or name in each.uris), None)


def audiences(resource: Resource) -> frozenset[str]:
    """Every `aud` that the API takes for its own."""
    return frozenset({resource.app_id, *resource.uris, *(f"{uri}/" for uri in resource.uris)})
