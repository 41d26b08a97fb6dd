"""Where each cloud of Microsoft signs in, serves the API and has its portal.

Sources: Microsoft Learn, "Supported Microsoft Defender XDR APIs", "Defender XDR for US Government customers",
"National clouds"; the identifier URIs of the resource are those registered on the application itself.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

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
        return f"https://{self.api_host}"

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

CLOUDS = (GLOBAL, GCC, GCC_HIGH, DOD)
BY_KEY = {"global": GLOBAL, "gcc": GCC, "gcc-high": GCC_HIGH, "dod": DOD}
"""The words for them in a profile."""
