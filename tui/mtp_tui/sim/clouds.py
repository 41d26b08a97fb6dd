"""The sign-in services of Microsoft's clouds: their hosts, and what differs between their documents.

Source: Microsoft Learn, "National clouds"; the page for device codes and the metadata of US Government are *unconfirmed*.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoginCloud:
    """One sign-in service. A tenant and its applications live in one of them and are unknown to the others."""

    key: str
    hosts: tuple[str, ...]
    """All serve the same; the first stands in v2 issuers."""
    cache_host: str
    """What instance discovery calls `preferred_cache`."""
    instance_name: str
    graph_host: str
    rbac_host: str
    device_page: str
    """Where a device code is typed in."""

    def issuer(self, version: str, tid: str) -> str:
        """The issuer of tokens of version `1.0` or `2.0`; the slash behind the first belongs to it."""
        return f"https://sts.windows.net/{tid}/" if version == "1.0" else f"https://{self.hosts[0]}/{tid}/v2.0"


GLOBAL = LoginCloud(
    "global",
    ("login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"),
    "login.windows.net",
    "microsoftonline.com",
    "graph.microsoft.com",
    "pas.windows.net",
    "https://microsoft.com/devicelogin",
)
USGOV = LoginCloud(
    "usgov",
    ("login.microsoftonline.us", "login.usgovcloudapi.net"),
    "login.microsoftonline.us",
    "microsoftonline.us",
    "graph.microsoft.us",
    "pasff.usgovcloudapi.net",
    "https://microsoft.com/deviceloginus",
)
CLOUDS = {cloud.key: cloud for cloud in (GLOBAL, USGOV)}
LOGIN_HOSTS = frozenset(host for cloud in CLOUDS.values() for host in cloud.hosts)


def cloud_at(host: str | None) -> LoginCloud | None:
    """The sign-in service that a host belongs to."""
    return next((cloud for cloud in CLOUDS.values() if host in cloud.hosts), None)
