"""With what somebody signs in: which application in which tenant of which cloud, and how it is proved."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from mtp_tui.identity.clouds import GLOBAL, Cloud
from mtp_tui.secret import Secret

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")

ANY_ORGANIZATION = "organizations"
"""In place of a tenant: whichever the user who signs in belongs to."""

SHARED_TENANTS = frozenset({"common", ANY_ORGANIZATION, "consumers"})
"""Names that stand for no tenant in particular."""


class CredentialKind(StrEnum):
    """The ways to get a token, by their words in a profile."""

    SECRET = "secret"  # noqa: S105 - a word, not a secret
    CERTIFICATE = "certificate"
    DEVICE_CODE = "device-code"
    BROWSER = "browser"
    TOKEN = "token"  # noqa: S105


class Field(StrEnum):
    """The names by which a BadInput says where it belongs."""

    TENANT = "tenant"
    CLIENT_ID = "client_id"
    SECRET = "secret"  # noqa: S105 - the name of a field
    CERTIFICATE = "certificate_path"
    PASSPHRASE = "passphrase"  # noqa: S105
    TOKEN = "token"  # noqa: S105
    TOKEN_FILE = "token_file"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Credentials:
    """What all kinds have in common."""

    kind: ClassVar[CredentialKind]

    tenant: str
    """Tenant ID (GUID, lower case), a verified domain, or for users one of `SHARED_TENANTS`."""
    client_id: str
    """Application (client) ID, GUID in lower case."""
    cloud: Cloud = field(default=GLOBAL, kw_only=True)
    audience: str = field(default="", kw_only=True)
    """The resource to ask a token for, if it is another one than the cloud's own API."""

    @property
    def resource(self) -> str:
        """What a token is asked for, without the trailing `/.default`."""
        return self.audience or self.cloud.resource

    @property
    def scope(self) -> str:
        """The scope of the request: everything that the application was granted there."""
        return f"{self.resource}/.default"

    @property
    def is_for_user(self) -> bool:
        """Whether a person signs in, not the application itself."""
        return self.kind in (CredentialKind.DEVICE_CODE, CredentialKind.BROWSER)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must not be seen of it."""
        return ()

    @property
    def expected_tenant(self) -> str:
        """The tenant that the token has to belong to; empty if that is for the user or the token to say."""
        return "" if self.tenant in SHARED_TENANTS else self.tenant


@dataclass(frozen=True, slots=True)
class ClientSecret(Credentials):
    """An application that proves itself with a client secret."""

    kind = CredentialKind.SECRET
    secret: Secret

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self.secret,)


@dataclass(frozen=True, slots=True)
class ClientCertificate(Credentials):
    """An application that proves itself with a certificate's private key. The file is read with each token request."""

    kind = CredentialKind.CERTIFICATE
    path: str
    """As it was typed; may begin with `~`."""
    passphrase: Secret
    """Empty if the file has none."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self.passphrase,)


@dataclass(frozen=True, slots=True)
class DeviceCode(Credentials):
    """A person who confirms in a browser anywhere, with a code shown here."""

    kind = CredentialKind.DEVICE_CODE


@dataclass(frozen=True, slots=True)
class BrowserSignIn(Credentials):
    """A person who signs in with a browser on this machine."""

    kind = CredentialKind.BROWSER


@dataclass(frozen=True, slots=True)
class PastedToken(Credentials):
    """A token that was got elsewhere. It cannot be renewed, and names its tenant and application itself."""

    kind = CredentialKind.TOKEN
    token: Secret
    """Whatever was pasted; empty if it stands in a file."""
    path: str = ""
    """The file that holds it."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self.token,)
