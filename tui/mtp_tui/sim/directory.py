"""What the simulated Entra knows: one tenant, its applications, its keys. Mutable, so that a test arranges its case."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from mtp_tui.sim.keys import KeyRing
from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.resources import RESOURCES

_NAMESPACE = UUID("00000000-5170-5170-5170-000000000000")


@dataclass(slots=True)
class SimApp:
    """An app registration. Every attribute may be changed while the tenant runs."""

    secret: str
    roles: tuple[str, ...] = ("Incident.Read.All",)
    """Consented application permissions of Microsoft Threat Protection; empty means that no consent was given."""
    roles_elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The same for `mde` and `graph`."""
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
    """Laid over the token's payload; a value of None takes the claim away."""
    extra_header: JsonObject = field(default_factory=dict)
    """The same for the token's header."""
    access_token: str | None = None
    """Handed out in place of a real token, to see what a client makes of it."""
    refuse_with: int | None = None
    """An AADSTS number; every request for a token is refused with it until it is None again."""


class Directory:
    """The tenant as Entra knows it."""

    def __init__(self, tenant_id: str, domains: Iterable[str], apps: dict[str, SimApp]) -> None:
        self.tenant_id = tenant_id
        self.domains = set(domains)
        self.apps = apps
        self.keys = KeyRing()
        self.region = "EU"
        self.resources = {resource.key for resource in RESOURCES}
        """Keys of the resources that have a service principal here; without `mtp` no Defender was ever activated."""

    def is_here(self, tenant: str) -> bool:
        """Whether a tenant GUID or a domain name means this tenant."""
        return tenant.lower() == self.tenant_id or tenant.lower() in self.domains

    def object_id(self, client_id: str) -> str:
        """The object ID of the app's service principal in this tenant."""
        return str(uuid5(_NAMESPACE, f"{self.tenant_id}/{client_id}"))
