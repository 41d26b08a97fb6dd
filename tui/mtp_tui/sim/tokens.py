"""Tokens of the simulated tenant: made as Entra makes them, and judged as the API judges them.

Sources of the claims: Microsoft Learn, "Access token claims reference" and "ID token claims reference"; the app-only v1.0
shape as in the fixtures of microsoft/msticpy. `idtyp` and the `xms_` claims are seen in tokens of first-party resources;
for this one *unconfirmed*.
"""

import hashlib
import json
import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mtp_tui.sim.directory import Directory, SimApp, SimUser
from mtp_tui.sim.keys import SigningKey, b64url, from_b64url
from mtp_tui.sim.payload import JsonObject, json_bytes
from mtp_tui.sim.resources import MTP, Resource, audiences


@dataclass(frozen=True, slots=True)
class Granted:
    """What an access token is made for."""

    client_id: str
    """In lower case."""
    resource: Resource
    asked_for: str
    """The name by which the request had the resource."""
    proof: str
    """How the application proved who it is, as `appidacr` has it: `0` not at all, `1` secret, `2` certificate."""
    user: SimUser | None = None
    """Who signed in; None if the application did so itself."""


def signed(header: JsonObject, payload: JsonObject, key: SigningKey) -> str:
    """A compact JWS."""
    signing_input = f"{b64url(json_bytes(header))}.{b64url(json_bytes(payload))}"
    return f"{signing_input}.{b64url(key.sign(signing_input.encode()))}"


def access_token(directory: Directory, granted: Granted, *, now: datetime, dice: random.Random) -> str:
    """An access token, app-only or of a user."""
    app, key = directory.apps[granted.client_id], directory.keys.current
    if app.access_token is not None:
        return app.access_token
    header: JsonObject = {"typ": "JWT", "alg": "RS256", "x5t": key.kid, "kid": key.kid}
    if not _is_v1(app):
        del header["x5t"]
    payload = _claims(directory, granted, now=now, dice=dice)
    return signed(_laid_over(header, app.extra_header), _laid_over(payload, app.extra_claims), key)


def id_token(
    directory: Directory, client_id: str, user: SimUser, *, nonce: str, now: datetime, dice: random.Random
) -> str:
    """Who signed in, told to the application; always v2.0 and good for an hour. `nonce` is left out if it is empty."""
    key, epoch = directory.keys.current, int(now.timestamp())
    payload: JsonObject = {
        "aud": client_id,
        "iss": directory.login_cloud.issuer("2.0", directory.tenant_id),
        "iat": epoch - 300,
        "nbf": epoch - 300,
        "exp": epoch + 3600,
        "name": user.name,
        "nonce": nonce or None,
        "oid": user.object_id,
        "preferred_username": user.upn,
        "sub": _pairwise(user, client_id),
        "tid": directory.tenant_id,
        "uti": b64url(dice.randbytes(16)),
        "ver": "2.0",
    }
    return signed({"typ": "JWT", "alg": "RS256", "kid": key.kid}, _laid_over(payload, {}), key)


def _claims(directory: Directory, granted: Granted, *, now: datetime, dice: random.Random) -> JsonObject:
    app, tid, user = directory.apps[granted.client_id], directory.tenant_id, granted.user
    is_v1 = _is_v1(app)
    epoch = int(now.timestamp())
    issuer = directory.login_cloud.issuer(app.token_version, tid)
    common: JsonObject = {
        "aio": b64url(dice.randbytes(30)),
        "appid" if is_v1 else "azp": granted.client_id,
        "appidacr" if is_v1 else "azpacr": granted.proof,
        "rh": "1." + b64url(b"\x01" + UUID(tid).bytes_le + UUID(granted.resource.app_id).bytes_le) + ".",
        "tid": tid,
        "uti": b64url(dice.randbytes(16)),
        "ver": app.token_version,
        "xms_tcdt": 1577836800,
    }
    if is_v1:
        common["tenant_region_scope"] = directory.region
    own = _app_claims(directory, app, granted, issuer) if user is None else _user_claims(app, granted, user, dice)
    return {
        "aud": granted.asked_for if is_v1 else granted.resource.app_id,
        "iss": issuer,
        "iat": epoch - app.backdated_s,
        "nbf": epoch - app.backdated_s,
        "exp": epoch + app.token_lifetime_s,
        **dict(sorted({**common, **own}.items())),
    }


def _app_claims(directory: Directory, app: SimApp, granted: Granted, issuer: str) -> JsonObject:
    object_id = directory.object_id(granted.client_id)
    claims: JsonObject = {"idtyp": "app", "oid": object_id, "sub": object_id, "xms_idrel": "7 24"}
    if _is_v1(app):
        claims["idp"] = issuer
    roles = app.roles_for(granted.resource)
    # missing consent shows nowhere else (Microsoft Learn, client credentials flow)
    return {**claims, "roles": list(roles)} if roles else claims


def _user_claims(app: SimApp, granted: Granted, user: SimUser, dice: random.Random) -> JsonObject:
    claims: JsonObject = {
        "idtyp": "user",
        "name": user.name,
        "oid": user.object_id,
        "scp": " ".join(app.scopes_for(granted.resource)),
        "sid": str(UUID(int=dice.getrandbits(128), version=4)),
        "sub": _pairwise(user, granted.resource.app_id),
        "xms_idrel": "1 24",
    }
    if not _is_v1(app):
        return {**claims, "preferred_username": user.upn}
    return {
        **claims,
        "acr": "1",
        "amr": ["pwd", "mfa"],
        "given_name": user.name.partition(" ")[0],
        "ipaddr": "203.0.113.20",
        "unique_name": user.upn,
        "upn": user.upn,
    }


def _is_v1(app: SimApp) -> bool:
    return app.token_version == "1.0"  # noqa: S105 - not a password


def _pairwise(user: SimUser, audience: str) -> str:
    """`sub` of a user, another one for each application."""
    return b64url(hashlib.sha256(f"{user.object_id}/{audience}".encode()).digest())


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
        directory.login_cloud.issuer(version, directory.tenant_id) for version in ("1.0", "2.0")
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
