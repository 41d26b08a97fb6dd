"""What a user's sign-in yields: the tokens, whichever flow led there, and new ones for the refresh token.

Sources: Microsoft Learn, "Scopes and permissions in the Microsoft identity platform", "Refresh tokens"; RFC 6749,
section 6. That scopes of one request name one API, and that consent is there, is checked when tokens are made.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from mtp_tui.clock import Clock
from mtp_tui.sim.directory import Directory, SimApp
from mtp_tui.sim.keys import b64url
from mtp_tui.sim.payload import JsonObject, json_bytes, stamp
from mtp_tui.sim.refusals import Refused
from mtp_tui.sim.resources import Resource
from mtp_tui.sim.token_requests import TokenRequest, proof_of, resource_named, user_application
from mtp_tui.sim.tokens import Granted, access_token, id_token

REFRESH_TOKEN_DAYS = 90
"""A refresh token that is not used for so long is worth nothing."""
_OIDC = frozenset({"openid", "profile", "email", "offline_access"})


@dataclass(frozen=True, slots=True)
class AskedScopes:
    """A `scope` of a user flow, taken apart."""

    resource: str
    """The name of the one API, as it was written."""
    permissions: tuple[str, ...]
    """`.default`, or delegated permissions by name."""
    oidc: frozenset[str]


@dataclass(slots=True)
class _RefreshToken:
    client_id: str
    user: str
    scope: str
    issued_at: datetime
    is_revoked: bool = False


def asked_scopes(scope: str) -> AskedScopes:
    """Raises Refused unless there is exactly one API besides the scopes of OpenID Connect."""
    words = scope.split()
    pairs = [word.rpartition("/") for word in words if word not in _OIDC]
    resources, permissions = {resource for resource, _, _ in pairs}, tuple(name for _, _, name in pairs)
    is_mixed = ".default" in permissions and len(permissions) > 1
    if len(resources) != 1 or "" in resources or "" in permissions or is_mixed:
        raise Refused(70011, value=scope)
    return AskedScopes(resources.pop(), permissions, _OIDC.intersection(words))


def check_public_client(app: SimApp, proof: str) -> None:
    """A public client shows no proof, any other one must. Raises Refused."""
    if app.public_client and proof != "0":
        raise Refused(700025)
    if not app.public_client and proof == "0":
        raise Refused(7000218)


class UserGrants:
    """Who was given what in one tenant."""

    def __init__(self, directory: Directory, now: Clock, dice: random.Random) -> None:
        self._directory = directory
        self._now = now
        self._dice = dice
        self._refresh_tokens: dict[str, _RefreshToken] = {}

    def revoke_refresh_tokens(self) -> None:
        """As after a change of the password: what was issued so far is worth nothing."""
        for token in self._refresh_tokens.values():
            token.is_revoked = True

    def check_scope(self, scope: str, tenant: str) -> None:
        """Raises Refused for a scope that no flow should begin with."""
        resource_named(self._directory, asked_scopes(scope).resource, tenant)

    def answer(self, asked: TokenRequest, upn: str, scope: str, proof: str, *, nonce: str = "") -> JsonObject:
        """The tokens for a user who has signed in. Raises Refused if what is asked for was not consented to."""
        app, now, user = self._directory.apps[asked.app_key], self._now(), self._directory.user(upn)
        scopes = asked_scopes(scope)
        resource = resource_named(self._directory, scopes.resource, asked.tenant)
        self._check_consent(app, asked.client_id, resource, scopes)
        granted = Granted(asked.app_key, resource, scopes.resource, proof, user)
        names = dict.fromkeys([*app.scopes_for(resource), *scopes.permissions])
        body: JsonObject = {
            "token_type": "Bearer",
            "scope": " ".join(f"{scopes.resource}/{name}" for name in names),
            "expires_in": app.token_lifetime_s,
            "ext_expires_in": app.token_lifetime_s,
            "access_token": access_token(self._directory, granted, now=now, dice=self._dice),
        }
        if "offline_access" in scopes.oidc:
            body["refresh_token"] = self._refresh_token(_RefreshToken(asked.app_key, upn, scope, now))
        if "openid" in scopes.oidc:
            body["id_token"] = id_token(self._directory, asked.app_key, user, nonce=nonce, now=now, dice=self._dice)
        return {**body, "client_info": self.client_info(upn)}

    def client_info(self, upn: str) -> str:
        """Who signed in, as MSAL names accounts."""
        about = {"uid": self._directory.user(upn).object_id, "utid": self._directory.tenant_id}
        return b64url(json_bytes(about))

    def redeem(self, asked: TokenRequest) -> JsonObject:
        """New tokens for a refresh token; the old one stays good. Raises Refused."""
        app = user_application(self._directory, asked)
        now = self._now()
        proof = proof_of(self._directory, app, asked, now)
        if proof != "0":
            check_public_client(app, proof)
        known = self._refresh_tokens.get(asked.needs("refresh_token"))
        if known is None:
            raise Refused(700082)
        if known.client_id != asked.app_key:
            raise Refused(70000)
        if known.is_revoked:
            raise Refused(50173, value=stamp(known.issued_at))
        if now >= known.issued_at + timedelta(days=REFRESH_TOKEN_DAYS):
            raise Refused(700082, value=stamp(known.issued_at))
        return self.answer(asked, known.user, asked.form.get("scope") or known.scope, proof)

    def _check_consent(self, app: SimApp, client_id: str, resource: Resource, scopes: AskedScopes) -> None:
        granted = app.scopes_for(resource)
        if not granted or not set(scopes.permissions) <= {".default", *granted}:
            raise Refused(65001, client=client_id, name=app.name)

    def _refresh_token(self, token: _RefreshToken) -> str:
        text = f"1.AX{b64url(self._dice.randbytes(600))}"
        self._refresh_tokens[text] = token
        return text
