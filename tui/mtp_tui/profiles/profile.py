"""A profile: everything about a sign-in but the secret, and where the secret comes from.

Imports nothing heavy: the start may read the environment with it before anything is painted. The file is read by
`profile_file`, secrets are looked up by `secret_sources`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mtp_tui.errors import BadInput

ENVIRONMENT = "environment"
"""The name of the profile that the `AZURE_*` variables make; no profile of the file may have it."""

_CLOUD_OF_HOST = {
    "login.microsoftonline.com": "global",
    "login.microsoft.com": "global",
    "login.windows.net": "global",
    "login.microsoftonline.us": "gcc-high",
    "login.usgovcloudapi.net": "gcc-high",
}
"""GCC signs in where Global does and DoD where GCC High does: the host alone gives the first of each pair."""


class SecretSource(StrEnum):
    """Where a secret can come from, in the order in which they are tried."""

    VARIABLE = "environment variable"
    COMMAND = "command"
    KEYRING = "keyring"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class SecretFrom:
    """Where the secret of a profile is to be looked for; with nothing set, it is asked for each time.

    For a certificate this is its passphrase.
    """

    variable: str = ""
    """Name of an environment variable."""
    command: tuple[str, ...] = ()
    """Program and arguments; the first line that it prints is the secret. No shell reads it."""
    keyring: bool = False
    """Whether it was put into the operating system's keyring."""
    command_refused: str = ""
    """Why the command may not be run, as a sentence: others could have written it. Not part of the file."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One named sign-in. Empty texts are what the person still has to say."""

    name: str
    tenant: str = ""
    """Tenant ID or a verified domain."""
    client_id: str = ""
    """Application (client) ID."""
    kind: str = "secret"
    """One of `Choices.kinds`."""
    cloud: str = "global"
    """One of `Choices.clouds`."""
    region: str = "global"
    """One of `Choices.regions`."""
    audience: str = ""
    """The resource to ask a token for, if it is another one than the cloud's own API."""
    secret_from: SecretFrom = field(default_factory=SecretFrom)
    certificate_path: str = ""
    """As it was written; may begin with `~`."""
    last_used_at: datetime | None = None
    """Aware UTC; None if it was never signed in with."""
    may_write: bool = False
    """Whether incidents may be changed while this profile is signed in with; only a person puts that into the file."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The words that a profile may use."""

    kinds: tuple[str, ...] = ("secret", "certificate", "device-code", "browser", "token")
    clouds: tuple[str, ...] = ("global", "gcc", "gcc-high", "dod")
    regions: tuple[str, ...] = ("global", "us", "eu", "uk", "au", "swa", "ina", "aea")


def environment_profile(environ: Mapping[str, str]) -> Profile | None:
    """The profile that the variables of Azure's own libraries make; None if neither tenant nor application is named.

    A secret goes before a certificate, as it does there. Raises BadInput if AZURE_AUTHORITY_HOST is no host of a cloud
    that has this API. Source: Azure Identity documentation, "Environment variables" and "EnvironmentCredential".
    """
    tenant = environ.get("AZURE_TENANT_ID", "").strip()
    client_id = environ.get("AZURE_CLIENT_ID", "").strip()
    if not (tenant or client_id):
        return None
    certificate_path = environ.get("AZURE_CLIENT_CERTIFICATE_PATH", "").strip()
    kind, variable = "secret", "AZURE_CLIENT_SECRET"
    if certificate_path and not environ.get("AZURE_CLIENT_SECRET", "").strip():
        kind, variable = "certificate", "AZURE_CLIENT_CERTIFICATE_PASSWORD"
    return Profile(
        ENVIRONMENT,
        tenant,
        client_id,
        kind,
        cloud=_cloud_of(environ.get("AZURE_AUTHORITY_HOST", "")),
        secret_from=SecretFrom(variable=variable if environ.get(variable) else ""),
        certificate_path=certificate_path if kind == "certificate" else "",
    )


def _cloud_of(authority: str) -> str:
    host = authority.strip().lower().removeprefix("https://").partition("/")[0].removesuffix(":443")
    if not host:
        return "global"
    if host in _CLOUD_OF_HOST:
        return _CLOUD_OF_HOST[host]
    raise BadInput(
        "AZURE_AUTHORITY_HOST",
        f"AZURE_AUTHORITY_HOST names {host}, which is no sign-in host of a cloud with the Defender XDR API.",
        "It is login.microsoftonline.com, or login.microsoftonline.us for GCC High and DoD; unset it for Global and GCC.",
    )
