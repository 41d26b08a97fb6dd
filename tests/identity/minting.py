"""Tokens as Entra makes them, and a sign-in host that publishes the keys; written here, shared with nothing that is tested."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

import httpx
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import strategies as st

from mtp_tui.identity.clouds import GLOBAL, Cloud
from mtp_tui.identity.signing_keys import SigningKey, TenantMetadata
from mtp_tui.identity.token import TokenReading, read_token
from mtp_tui.identity.token_checks import Finding, TokenReport, Verdict, judge_token
from mtp_tui.secret import Secret

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EPOCH = int(NOW.timestamp())
TENANT = "11111111-aaaa-4bbb-8ccc-000000000001"
OTHER_TENANT = "22222222-aaaa-4bbb-8ccc-000000000002"
CLIENT = "33333333-aaaa-4bbb-8ccc-000000000003"
PRINCIPAL = "44444444-aaaa-4bbb-8ccc-000000000004"
KID = "nOo3ZDrODXEK1jKWhXslHR_KXEg"
ISSUER_1 = f"https://sts.windows.net/{TENANT}/"
ISSUER_2 = f"https://login.microsoftonline.com/{TENANT}/v2.0"
LOGIN = "https://login.microsoftonline.com"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
"""Anything that JSON can hold where something else was expected."""


@cache
def rsa_key(name: str) -> RSAPrivateKey:
    """One key per name and test run; making one takes a tenth of a second."""
    return generate_private_key(65537, 2048)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def part(value: object) -> str:
    return b64(json.dumps(value).encode())


def app_claims(**changes: object) -> dict[str, object]:
    """The payload of an application's token; a change to None leaves a claim out."""
    claims: dict[str, object] = {
        "aud": "https://api.security.microsoft.com",
        "iss": ISSUER_1,
        "iat": EPOCH - 300,
        "nbf": EPOCH - 300,
        "exp": EPOCH + 3300,
        "aio": "k2RgYFAAAA==",
        "appid": CLIENT,
        "appidacr": "1",
        "idp": ISSUER_1,
        "oid": PRINCIPAL,
        "rh": "0.AAAA.",
        "roles": ["Incident.Read.All", "AdvancedHunting.Read.All"],
        "sub": PRINCIPAL,
        "tid": TENANT,
        "uti": b64(bytes(range(16))),
        "ver": "1.0",
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


def user_claims(**changes: object) -> dict[str, object]:
    """The payload of a user's token."""
    return app_claims(
        **(
            {
                "roles": None,
                "scp": "Incident.Read AdvancedHunting.Read",
                "sub": "pairwise",
                "upn": "ana@contoso.example",
                "amr": ["pwd", "mfa"],
            }
            | changes
        )
    )


def mint(claims: Mapping[str, object] | None = None, *, key: str = "entra", **header: object) -> Secret:
    """A token signed with RS256; header members can be changed, None leaves one out."""
    members = {"typ": "JWT", "alg": "RS256", "kid": KID, "x5t": KID} | header
    signed = (
        f"{part({name: value for name, value in members.items() if value is not None})}.{part(claims or app_claims())}"
    )
    return Secret(f"{signed}.{b64(rsa_key(key).sign(signed.encode(), PKCS1v15(), SHA256()))}")


def metadata(
    *, kid: str = KID, key: str = "entra", issuer: str = "https://login.microsoftonline.com/{tenantid}/v2.0"
) -> TenantMetadata:
    numbers = rsa_key(key).public_key().public_numbers()
    keys = (SigningKey(kid, numbers.n, numbers.e, issuer, "2.0"), SigningKey(kid, numbers.n, numbers.e, "", "1.0"))
    return TenantMetadata(TENANT, {"1.0": ISSUER_1, "2.0": ISSUER_2}, keys, NOW)


def judged(
    token: Secret | TokenReading | None = None,
    *,
    tenant: str = TENANT,
    client_id: str = CLIENT,
    cloud: Cloud = GLOBAL,
    known: TenantMetadata | None = None,
    keys_problem: str = "",
    now: datetime = NOW,
    clock_offset_s: float | None = 0.0,
) -> TokenReport:
    """The report on a token; with the tenant's keys, unless `keys_problem` says why not."""
    reading = token if isinstance(token, TokenReading) else read_token(token or mint())
    return judge_token(
        reading,
        tenant=tenant,
        client_id=client_id,
        cloud=cloud,
        metadata=None if keys_problem else known or metadata(),
        keys_problem=keys_problem,
        now=now,
        clock_offset_s=clock_offset_s,
    )


def found(report: TokenReport, check: str) -> Finding:
    """The finding of one check, which must have been made."""
    finding = report.finding(check)
    assert finding is not None
    return finding


def verdict(check: str, claims: dict[str, object]) -> Verdict:
    """How one check comes out for an otherwise good token with these claims."""
    return found(judged(mint(app_claims(**claims))), check).verdict


def headline(report: TokenReport) -> str:
    """The verdict in one line, at the moment that all tokens here are made for."""
    return report.headline(NOW)[1]


def jwk(kid: str = KID, key: str = "entra", **changes: object) -> dict[str, object]:
    numbers = rsa_key(key).public_key().public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    item: dict[str, object] = {
        "kty": "RSA",
        "use": "sig",
        "kid": kid,
        "x5t": kid,
        "n": b64(numbers.n.to_bytes(size, "big")),
        "e": "AQAB",
    }
    return item | changes


class LoginHost:
    """Answers metadata and keys of one tenant, and remembers what was asked."""

    def __init__(self) -> None:
        self.keys_1: list[object] = [jwk()]
        self.keys_2: list[object] = [jwk(issuer="https://login.microsoftonline.com/{tenantid}/v2.0")]
        self.jwks_uri_1 = f"{LOGIN}/common/discovery/keys"
        self.jwks_uri_2 = f"{LOGIN}/{TENANT}/discovery/v2.0/keys"
        self.configuration_1: dict[str, object] = {
            "issuer": ISSUER_1,
            "token_endpoint": f"{LOGIN}/{TENANT}/oauth2/token",
        }
        self.configuration_2: dict[str, object] = {
            "issuer": ISSUER_2,
            "token_endpoint": f"{LOGIN}/{TENANT}/oauth2/v2.0/token",
        }
        self.prefix = b""
        self.asked: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        path = request.url.path
        if path.endswith("/discovery/keys"):
            return self._json({"keys": self.keys_1})
        if path.endswith("/discovery/v2.0/keys"):
            return self._json({"keys": self.keys_2})
        if OTHER_TENANT in path:
            return httpx.Response(
                400,
                json={
                    "error": "invalid_tenant",
                    "error_description": "AADSTS90002: Tenant not found.\r\nTrace ID: t1",
                    "error_codes": [90002],
                },
            )
        if path.endswith("/v2.0/.well-known/openid-configuration"):
            return self._json({"jwks_uri": self.jwks_uri_2} | self.configuration_2)
        return self._json({"jwks_uri": self.jwks_uri_1} | self.configuration_1)

    def _json(self, body: object) -> httpx.Response:
        return httpx.Response(
            200, content=self.prefix + json.dumps(body).encode(), headers={"Date": "Sun, 22 Nov 2026 12:02:00 GMT"}
        )
