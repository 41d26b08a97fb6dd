"""Where each cloud of Microsoft signs in, serves the API and has its portal.

Sources: Microsoft Learn, "Supported Microsoft Defender XDR APIs", "Defender XDR for US Government customers",
"National clouds"; the identifier URIs of the resource are those registered on the application itself.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from mtp_tui.errors import BadInput

MTP_APP_ID = "8ee8fdad-f234-4243-8f3b-15c294843740"
"""Microsoft Threat Protection: the Entra resource behind this API, under the name that it still has there."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud; the hosts go together and tokens do not travel between clouds."""

    name: str
    login_host: str
    api_host: str
    portal_host: str
    login_aliases: tuple[str, ...] = ()
    """Other hosts that stand in issuers or in old scripts for the same sign-in service."""
    region: str = "global"
    """One of `REGIONS`; decides the API host alone."""
    resource_host: str = ""
    """The host in the name under which tokens are asked for, where it is another than `api_host`."""

    def signs_in_at(self, address: object) -> bool:
        """Whether an address lies at this cloud's sign-in service: https, one of its hosts, with a path, no port, no user.

        Only there may a secret be sent, and only there are signing keys fetched from.
        """
        if not (isinstance(address, str) and address.isascii() and address.isprintable()):
            return False
        try:
            split = urlsplit(address)
        except ValueError:
            return False
        is_host = split.netloc.lower() in (self.login_host, *self.login_aliases)
        return split.scheme == "https" and is_host and split.path.strip("/") != ""

    @property
    def resource(self) -> str:
        """What a token is asked for, without the trailing `/.default`."""
        return f"https://{self.resource_host or self.api_host}"

    @property
    def api_base(self) -> str:
        """Scheme and host of every call."""
        return f"https://{self.api_host}"

    def in_region(self, region: str) -> "Cloud":
        """The same cloud, with its API called in a region; tokens are asked for under the cloud's own name all the same.

        Raises BadInput for a region that is not known, or a cloud that has none. Source: Microsoft Learn, "Supported
        Microsoft Defender XDR APIs": the regional hosts take tokens for the global resource.
        """
        if region == self.region:
            return self
        if region not in REGIONS:
            raise BadInput("region", f"There is no API region “{region}”.", f"There are: {', '.join(REGIONS)}.")
        if self.name != GLOBAL.name:
            raise BadInput(
                "region", f"The cloud {self.name} has one API host, and no regions.", "Choose the region global."
            )
        if region == GLOBAL.region:
            return GLOBAL
        return replace(GLOBAL, region=region, api_host=f"{region}.{GLOBAL.api_host}", resource_host=GLOBAL.api_host)

    @property
    def scope(self) -> str:
        """The scope of a client credentials request."""
        return f"{self.resource}/.default"


GLOBAL = Cloud(
    "Global", "login.microsoftonline.com", "api.security.microsoft.com", "security.microsoft.com",
    ("login.microsoft.com", "login.windows.net", "sts.windows.net"),
)  # fmt: skip
GCC = Cloud(
    "GCC", "login.microsoftonline.com", "api-gcc.security.microsoft.us", "security.microsoft.com",
    ("login.microsoft.com", "login.windows.net", "sts.windows.net"),
)  # fmt: skip
GCC_HIGH = Cloud(
    "GCC High", "login.microsoftonline.us", "api-gov.security.microsoft.us", "security.microsoft.us",
    ("login.usgovcloudapi.net", "sts.windows.net"),
)  # fmt: skip
DOD = Cloud(
    "DoD", "login.microsoftonline.us", "api-gov.security.microsoft.us", "security.apps.mil",
    ("login.usgovcloudapi.net", "sts.windows.net"),
)  # fmt: skip

REGIONS = ("global", "us", "eu", "uk", "au", "swa", "ina", "aea")
"""Where the Global cloud serves its API; “global” leaves the choice to the service."""

CLOUDS = (GLOBAL, GCC, GCC_HIGH, DOD)
AUDIENCES = (
    "",
    "https://api.securitycenter.microsoft.com",
    "https://api.securitycenter.windows.com",
    "https://securitycenter.onmicrosoft.com/windowsatpservice",
)
"""What the 2020 guide's samples ask tokens for: the cloud's own API (empty), and Defender for Endpoint by three names."""

BY_KEY = {"global": GLOBAL, "gcc": GCC, "gcc-high": GCC_HIGH, "dod": DOD}
"""The words for them in a profile."""
