"""Access tokens of the simulated tenant: made as Entra makes them, and judged as the API judges them.

Source of the claims: Microsoft Learn, "Access token claims reference"; the app-only v1.0 shape as in the fixtures of
microsoft/msticpy. `idtyp` and the `xms_` claims are seen in tokens of first-party resources; for this one *unconfirmed*.
"""

import json
import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mtp_tui.sim.directory import Directory, SimApp
from mtp_tui.sim.keys import SigningKey, b64url, from_b64url
from mtp_tui.sim.payload import JsonObject, json_bytes
from mtp_tui.sim.resources import MTP, Resource, audiences

ISSUERS = {"1.0": "https://sts.windows.net/{tid}/", "2.0": "https://login.microsoftonline.com/{tid}/v2.0"}
"""By token version; the slash behind the first belongs to it."""


def signed(header: JsonObject, payload: JsonObject, key: SigningKey) -> str:
    """A compact JWS."""
    signing_input = f"{b64url(json_bytes(header))}.{b64url(json_bytes(payload))}"
    return f"{signing_input}.{b64url(key.sign(signing_input.encode()))}"


def app_token(
    directory: Directory, client_id: str, resource: Resource, asked_for: str, *, now: datetime, dice: random.Random
) -> str:
    """An app-only token of `client_id` for `resource`; `asked_for` is the name by which the request had it."""
    app, key = directory.apps[client_id], directory.keys.current
    if app.access_token is not None:
        return app.access_token
    header: JsonObject = {"typ": "JWT", "alg": "RS256", "x5t": key.kid, "kid": key.kid}
    is_v1 = app.token_version == "1.0"  # noqa: S105 - not a password
    if not is_v1:
        del header["x5t"]
    payload = _claims(directory, client_id, resource, asked_for, now=now, dice=dice)
    return signed(_laid_over(header, app.extra_header), _laid_over(payload, app.extra_claims), key)


def _claims(
    directory: Directory, client_id: str, resource: Resource, asked_for: str, *, now: datetime, dice: random.Random
) -> JsonObject:
    app, tid = directory.apps[client_id], directory.tenant_id
    is_v1 = app.token_version == "1.0"  # noqa: S105 - not a password
    epoch = int(now.timestamp())
    issuer = ISSUERS["1.0" if is_v1 else "2.0"].format(tid=tid)
    object_id = directory.object_id(client_id)
    claims: JsonObject = {
        "aud": asked_for if is_v1 else resource.app_id,
        "iss": issuer,
        "iat": epoch - app.backdated_s,
        "nbf": epoch - app.backdated_s,
        "exp": epoch + app.token_lifetime_s,
        "aio": b64url(dice.randbytes(30)),
        "appid" if is_v1 else "azp": client_id,
        "appidacr" if is_v1 else "azpacr": "1",
        "idp": issuer,
        "idtyp": "app",
        "oid": object_id,
        "rh": "1." + b64url(b"\x01" + UUID(tid).bytes_le + UUID(resource.app_id).bytes_le) + ".",
        "roles": list(_roles(app, resource)),
        "sub": object_id,
        "tenant_region_scope": directory.region,
        "tid": tid,
        "uti": b64url(dice.randbytes(16)),
        "ver": app.token_version,
        "xms_idrel": "7 24",
        "xms_tcdt": 1577836800,
    }
    if not is_v1:
        del claims["idp"], claims["tenant_region_scope"]
    if not claims["roles"]:
        del claims["roles"]  # missing consent shows nowhere else (Microsoft Learn, client credentials flow)
    return claims


def _roles(app: SimApp, resource: Resource) -> tuple[str, ...]:
    return app.roles if resource is MTP else app.roles_elsewhere.get(resource.key, ())


def _laid_over(base: JsonObject, extra: JsonObject) -> JsonObject:
    return {name: value for name, value in {**base, **extra}.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who calls the API."""

    client_id: str
    roles: frozenset[str]
    """Application permissions (`roles`)."""
    scopes: frozenset[str]
    """Delegated permissions (`scp`)."""


class TokenNotAccepted(Exception):
    """The API does not accept a token; the text says why."""


def bearer_of(authorization: str, directory: Directory, now: datetime) -> Bearer:
    """The caller, from the Authorization header. Raises TokenNotAccepted.

    The signature is checked with the tenant's published keys, by this module's own means, not by those of the clients
    under test; then audience, tenant and times, without any leeway.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenNotAccepted("The request has no bearer token.")
    payload = _verified_payload(token.strip(), directory)
    epoch = now.timestamp()
    if payload.get("aud") not in audiences(MTP):
        raise TokenNotAccepted("The token was issued for another audience.")
    if payload.get("tid") != directory.tenant_id or payload.get("iss") not in [
        issuer.format(tid=directory.tenant_id) for issuer in ISSUERS.values()
    ]:
        raise TokenNotAccepted("The token was issued by another tenant.")
    if not _is_within(payload, epoch):
        raise TokenNotAccepted("The token has expired or is not valid yet.")
    roles, scopes = payload.get("roles"), payload.get("scp")
    return Bearer(
        str(payload.get("appid") or payload.get("azp") or ""),
        frozenset(roles if isinstance(roles, list) else ()),
        frozenset(scopes.split() if isinstance(scopes, str) else ()),
    )


def _is_within(payload: JsonObject, epoch: float) -> bool:
    not_before, expires = payload.get("nbf", 0), payload.get("exp")
    return isinstance(not_before, int) and isinstance(expires, int) and not_before <= epoch < expires


def _verified_payload(token: str, directory: Directory) -> JsonObject:
    try:
        header_text, payload_text, signature_text = token.split(".")
        header, payload = json.loads(from_b64url(header_text)), json.loads(from_b64url(payload_text))
        signature = from_b64url(signature_text)
    except ValueError as error:
        raise TokenNotAccepted("The token is malformed.") from error
    key = directory.keys.find(header.get("kid")) if isinstance(header, dict) and isinstance(payload, dict) else None
    if (
        key is None
        or header.get("alg") != "RS256"
        or not key.has_signed(f"{header_text}.{payload_text}".encode(), signature)
    ):
        raise TokenNotAccepted("The signature of the token is not valid.")
    return dict(payload)
