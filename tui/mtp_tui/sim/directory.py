"""What the simulated Entra knows: one tenant, its applications, its keys. Mutable, so that a test arranges its case."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from mtp_tui.sim.clouds import CLOUDS, LoginCloud
from mtp_tui.sim.demo_app import DOMAIN
from mtp_tui.sim.keys import KeyRing
from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.resources import MTP, RESOURCES, Resource

_NAMESPACE = UUID("00000000-5170-5170-5170-000000000000")
DEFAULT_USER = f"avery@{DOMAIN}"
"""Who signs in where a user does and no other is named."""


@dataclass(slots=True)
class SimApp:
    """An app registration. Every attribute may be changed while the tenant runs."""

    secret: str
    roles: tuple[str, ...] = ("Incident.Read.All",)
    """Consented application permissions of Microsoft Threat Protection; empty means that no consent was given."""
    roles_elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The same for `mde` and `graph`."""
    scopes: tuple[str, ...] = ("Incident.Read",)
    """Consented delegated permissions of Microsoft Threat Protection; empty means that no consent was given."""
    scopes_elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The same for `mde` and `graph`."""
    certificates: list[str] = field(default_factory=list)
    """Registered certificates, the public part in PEM; a secret goes on working besides them."""
    public_client: bool = True
    """The portal's "Allow public client flows": whether a device code is redeemed without a secret."""
    auto_approve_after_polls: int | None = None
    """A device code is approved by itself after that many polls were told to wait; None: only when a test says so."""
    name: str = "mtp-tui demo"
    secret_expired: bool = False
    disabled: bool = False
    multi_tenant: bool = False
    token_lifetime_s: int = 3599
    token_version: str = "1.0"  # noqa: S105 - not a password
    """`1.0` or `2.0`; in truth the resource decides. 1.0 for this API is expected, *unconfirmed*."""
    backdated_s: int = 300
    """How long before the request `iat` and `nbf` lie; Entra allows for clocks that are late."""
    extra_claims: JsonObject = field(default_factory=dict)
    """Laid over the access token's payload; a value of None takes the claim away."""
    extra_header: JsonObject = field(default_factory=dict)
    """The same for the token's header."""
    access_token: str | None = None
    """Handed out in place of a real token, to see what a client makes of it."""
    refuse_with: int | None = None
    """An AADSTS number; every request for a token or a device code is refused with it until it is None again."""

    def roles_for(self, resource: Resource) -> tuple[str, ...]:
        """Application permissions of one API."""
        return self.roles if resource is MTP else self.roles_elsewhere.get(resource.key, ())

    def scopes_for(self, resource: Resource) -> tuple[str, ...]:
        """Delegated permissions of one API."""
        return self.scopes if resource is MTP else self.scopes_elsewhere.get(resource.key, ())


@dataclass(frozen=True, slots=True)
class SimUser:
    """An account of the tenant."""

    upn: str
    name: str
    object_id: str


class Directory:
    """The tenant as Entra knows it."""

    def __init__(self, tenant_id: str, domains: Iterable[str], apps: dict[str, SimApp]) -> None:
        self.tenant_id = tenant_id
        self.domains = set(domains)
        self.apps = apps
        self.keys = KeyRing()
        self.region = "EU"
        self.cloud = "global"
        """Where the tenant lives, `global` or `usgov`; the sign-in hosts of the other cloud do not know it."""
        self.resources = {resource.key for resource in RESOURCES}
        """Keys of the resources that have a service principal here; without `mtp` no Defender was ever activated."""

    @property
    def login_cloud(self) -> LoginCloud:
        """The sign-in service of the tenant's cloud."""
        return CLOUDS[self.cloud]

    def is_here(self, tenant: str) -> bool:
        """Whether a tenant GUID or a domain name means this tenant."""
        return tenant.lower() == self.tenant_id or tenant.lower() in self.domains

    def object_id(self, name: str) -> str:
        """The object ID in this tenant of an app's service principal (by client ID) or of a user (by UPN)."""
        return str(uuid5(_NAMESPACE, f"{self.tenant_id}/{name}"))

    def user(self, upn: str) -> SimUser:
        """The account of that user principal name; everybody has one."""
        name = upn.partition("@")[0].replace(".", " ").title()
        return SimUser(upn, name, self.object_id(upn.lower()))
