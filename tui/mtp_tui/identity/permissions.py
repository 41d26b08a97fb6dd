"""What a token may do: which call needs which permission, which ones it holds, and what each of them is worth here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mtp_tui.identity.permission_catalogue import (
    GRAPH,
    MDE,
    MTP,
    PERMISSIONS,
    KnownApi,
    Permission,
    PermissionKind,
    find_permission,
    resource_of,
)

__all__ = [
    "CALLS",
    "GRAPH",
    "MDE",
    "MTP",
    "PERMISSIONS",
    "ApiCall",
    "JudgedPermission",
    "KnownApi",
    "Permission",
    "PermissionKind",
    "Standing",
    "TokenKind",
    "allowed_by",
    "allows",
    "find_permission",
    "granted_as",
    "judge",
    "kind_of",
    "permissions_in",
    "resource_of",
]

READ_INCIDENTS = "Incident.Read.All"
READ_INCIDENTS_AS_USER = "Incident.Read"


class TokenKind(StrEnum):
    """For whom a token speaks."""

    APPLICATION = "application"
    USER = "user"
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """What one permission means for this program."""

    GRANTED = "granted"
    MISSING = "missing"
    OPTIONAL = "optional"
    """Not granted, and only needed for something that can be done without."""
    EXCESS = "more than used"
    OTHER_API = "other API"
    """Held, but for another API than the one with the incidents."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of the API and the permissions of which any one opens it.

    Source: Microsoft Learn, "Microsoft Defender XDR incidents APIs" and "Advanced hunting API".
    """

    key: str
    title: str
    method: str
    path: str
    """Below the API's host, with `{id}` for an incident's ID."""
    application: tuple[str, ...]
    """Least privilege first."""
    delegated: tuple[str, ...]
    is_needed: bool = False
    """Whether this program is of no use without it."""

    def permissions(self, kind: TokenKind) -> tuple[str, ...]:
        """Those for a token of this kind; an unknown kind is taken for an application's."""
        return self.delegated if kind is TokenKind.USER else self.application

    @property
    def request(self) -> str:
        """Method and path, as documentation writes them: `PATCH /api/incidents/{id}`."""
        return f"{self.method} {self.path}"


_READ = (READ_INCIDENTS, "Incident.ReadWrite.All")
_READ_AS_USER = (READ_INCIDENTS_AS_USER, "Incident.ReadWrite")

CALLS = (
    ApiCall("list", "list incidents", "GET", "/api/incidents", _READ, _READ_AS_USER, is_needed=True),
    ApiCall("get", "open an incident", "GET", "/api/incidents/{id}", _READ, _READ_AS_USER, is_needed=True),
    ApiCall("update", "change an incident", "PATCH", "/api/incidents/{id}", _READ[1:], _READ_AS_USER[1:]),
    ApiCall(
        "hunt", "run advanced hunting queries", "POST", "/api/advancedhunting/run",
        ("AdvancedHunting.Read.All",), ("AdvancedHunting.Read",),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JudgedPermission:
    """One permission that a token holds or lacks."""

    value: str
    standing: Standing
    display_name: str
    unlocks: str
    note: str
    """One sentence for what the standing alone does not say; may be empty."""


def kind_of(payload: Mapping[str, object]) -> TokenKind:
    """Whether an application or a user speaks, from `idtyp`, `scp`, `roles`, `sub` and `oid` in this order."""
    if payload.get("idtyp") == "app":
        return TokenKind.APPLICATION
    if payload.get("scp"):
        return TokenKind.USER
    oid = payload.get("oid")
    if payload.get("roles") or (oid is not None and payload.get("sub") == oid):
        return TokenKind.APPLICATION
    return TokenKind.UNKNOWN


def permissions_in(payload: Mapping[str, object]) -> tuple[str, ...]:
    """The permissions that count for this kind of token, each once: `roles` of an application's, `scp` of a user's."""
    claim = payload.get("scp" if kind_of(payload) is TokenKind.USER else "roles")
    values = claim.split() if isinstance(claim, str) else claim
    return tuple(dict.fromkeys(value for value in values if isinstance(value, str))) if isinstance(values, list) else ()


def allowed_by(call: ApiCall, payload: Mapping[str, object]) -> str:
    """Which held permission opens a call, the least that does; empty if none does, or the token is for another API."""
    held = permissions_in(payload) if resource_of(payload.get("aud")) is MTP else ()
    return next((value for value in call.permissions(kind_of(payload)) if value in held), "")


def allows(call: ApiCall, payload: Mapping[str, object]) -> bool:
    """Whether a token with these claims opens a call: right API, and any one of the call's permissions."""
    return bool(allowed_by(call, payload))


def granted_as(kind: TokenKind) -> PermissionKind:
    """Which permissions count for a token of this kind; an unknown kind is taken for an application's."""
    return PermissionKind.DELEGATED if kind is TokenKind.USER else PermissionKind.APPLICATION


def judge(payload: Mapping[str, object]) -> tuple[JudgedPermission, ...]:
    """Every permission that the token holds, in its order, then those that it lacks: the needed ones, then the optional.

    Optional ones are not listed for a token of another API, which lacks more than them.
    """
    api, kind, held = resource_of(payload.get("aud")), kind_of(payload), permissions_in(payload)
    judged = [_held_here(value, kind, held) if api is MTP else _held_elsewhere(value, kind, api) for value in held]
    useful = frozenset(held) if api is MTP else frozenset()
    lacking: dict[str, JudgedPermission] = {}
    for call in CALLS:
        wanted = call.permissions(kind)
        if not useful & set(wanted) and (api is MTP or call.is_needed):
            lacking.setdefault(wanted[0], _lacking(call, wanted, kind, api))
    return (*judged, *lacking.values())


def _held_here(value: str, kind: TokenKind, held: tuple[str, ...]) -> JudgedPermission:
    permission = find_permission(MTP, granted_as(kind), value)
    if permission is None:
        return JudgedPermission(value, Standing.UNKNOWN, "", "", _why_unknown(value, kind))
    opened = [call for call in CALLS if value in call.permissions(kind)]
    if not opened:
        return _judged(permission, Standing.EXCESS, "This program does not use it; take it away if nothing else does.")
    narrower = next(
        (call.permissions(kind)[0] for call in opened if call.is_needed and call.permissions(kind)[0] != value), ""
    )
    if not narrower:
        return _judged(permission, Standing.GRANTED, "")
    if narrower in held:
        return _judged(
            permission,
            Standing.EXCESS,
            f"Only needed to change incidents; {narrower} is granted too and is enough for reading.",
        )
    return _judged(permission, Standing.GRANTED, f"Reading is included. To read only, {narrower} would be enough.")


def _held_elsewhere(value: str, kind: TokenKind, api: KnownApi | None) -> JudgedPermission:
    permission = find_permission(api, granted_as(kind), value) if api else None
    where = f"{api.name} ({api.purpose})" if api else "an API that is not known here"
    note = f"Belongs to {where}, and opens nothing at {MTP.name}."
    if permission is None:
        return JudgedPermission(value, Standing.OTHER_API, "", "", note)
    return _judged(permission, Standing.OTHER_API, note)


def _lacking(call: ApiCall, wanted: tuple[str, ...], kind: TokenKind, api: KnownApi | None) -> JudgedPermission:
    permission = find_permission(MTP, granted_as(kind), wanted[0])
    assert permission is not None, wanted[0]  # noqa: S101 - CALLS and the catalogue are one table
    if not call.is_needed:
        return _judged(permission, Standing.OPTIONAL, f"Not granted; only needed to {call.title}.")
    if api is not MTP:
        return _judged(permission, Standing.MISSING, f"Needed to read incidents, in a token for {MTP.name}.")
    return _judged(
        permission, Standing.MISSING, f"Needed to read incidents: add it under {MTP.name} and grant admin consent."
    )


def _judged(permission: Permission, standing: Standing, note: str) -> JudgedPermission:
    return JudgedPermission(permission.value, standing, permission.display_name, permission.unlocks, note)


def _why_unknown(value: str, kind: TokenKind) -> str:
    """Why a word in a Microsoft Threat Protection token is none of its permissions."""
    here = {permission.value for permission in PERMISSIONS if permission.resource == MTP.name}
    singular = value.replace("Incidents.", "Incident.", 1)
    if value != singular and singular in here:
        return f"The spelling of the 2020 guide; the permission is called {singular}."
    respelt = next((known for known in here if known.casefold() == value.casefold()), "")
    if respelt and respelt != value:
        return f"Upper and lower case count; the permission is called {respelt}."
    if respelt:
        return f"It is no {granted_as(kind)} permission, so it opens nothing for {'a user' if kind is TokenKind.USER else 'an application'}."
    return (
        _LOOK_ALIKES.get(value.split(".", 1)[0])
        or _FIRST_PARTY.get(value)
        or f"Not a permission of {MTP.name} that is known here."
    )


_LOOK_ALIKES = {
    "AdvancedQuery": f"{MDE.name}'s name for hunting; {MTP.name} calls it AdvancedHunting.",
    "ThreatHunting": f"{GRAPH.name}'s name for hunting; {MTP.name} calls it AdvancedHunting.",
    "SecurityIncident": f"{GRAPH.name}'s name for incidents; {MTP.name} calls it Incident.",
    "CustomDetection": f"{GRAPH.name}'s name for detection rules; {MTP.name} calls it CustomDetections.",
    "SecurityAlert": f"A permission of {GRAPH.name}; this API has no such name.",
    "Machine": f"A permission of {MDE.name}; this API has no such name.",
    "Alert": f"A permission of {MDE.name}; this API has no such name.",
}
_FIRST_PARTY = {
    "user_impersonation": "Only Microsoft's own applications get it; which calls it opens is not documented.",
    "mdm_delegation": "Only Microsoft's own applications get it; which calls it opens is not documented.",
}
