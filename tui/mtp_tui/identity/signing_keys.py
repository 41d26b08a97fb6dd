"""A tenant's public signing keys: fetched from Entra, remembered for a day.

The token under examination has no say in where they come from: the address is made of the cloud that was chosen and the
tenant that was signed in to, never of the token's `iss`, `jku` or `x5u`.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from mtp_tui.clock import Clock
from mtp_tui.errors import SignInError, UnexpectedAnswer, Unreachable
from mtp_tui.identity.clouds import Cloud
from mtp_tui.identity.credentials import GUID
from mtp_tui.identity.entra_errors import explain_refusal
from mtp_tui.identity.token import decode_base64url
from mtp_tui.wire import Answer, Wire

REMEMBERED_FOR = timedelta(days=1)
"""Microsoft asks to look for new keys once a day."""

ASKED_AGAIN_AFTER = timedelta(minutes=5)
"""How long an unknown key is not asked for again, so that a forged `kid` costs one request and not one per look."""

SMALLEST_KEY_BITS = 2048
"""RFC 7518, section 3.3: a smaller RSA key must not be used with RS256."""

LARGEST_KEY_CHARS = 4096
"""Of a modulus in base64url; keys of 16,384 bits have about 2,700."""

_CONFIGURATION = {"1.0": "/.well-known/openid-configuration", "2.0": "/v2.0/.well-known/openid-configuration"}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One RSA public key of a tenant."""

    kid: str
    modulus: int
    exponent: int
    issuer: str = ""
    """Whose tokens the key may sign, with `{tenantid}` as placeholder; only version 2.0 documents say so."""
    version: str = ""
    """Version of the document it came from: `1.0` or `2.0`."""


@dataclass(frozen=True, slots=True)
class TenantMetadata:
    """What Entra publishes about a tenant."""

    tenant_id: str
    """GUID in lower case, also when a domain was asked for."""
    issuers: Mapping[str, str]
    """By token version, `1.0` and `2.0`; one may be missing if its document could not be had."""
    keys: tuple[SigningKey, ...]
    """Of both versions; the same key may occur in both."""
    fetched_at: datetime
    clock_offset_s: float | None = None
    """Entra's clock minus ours, as measured with the answer; None if it did not say."""

    def knows(self, kid: str) -> bool:
        """Whether one of the keys has this identifier."""
        return any(key.kid == kid for key in self.keys)


@dataclass(frozen=True, slots=True)
class _Published:
    """What Entra publishes for one version of tokens."""

    version: str
    issuer: str
    token_endpoint: str
    keys: tuple[SigningKey, ...]
    clock_offset_s: float | None


class SigningKeys:
    """Asks Entra for a tenant's keys when they are needed, and remembers them."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock
        self._known: dict[tuple[str, str], TenantMetadata] = {}
        self._asked_again: dict[tuple[str, str, str], datetime] = {}
        self._asking = asyncio.Lock()

    async def of_tenant(self, tenant: str, cloud: Cloud, *, kid: str = "") -> TenantMetadata:
        """Issuers and keys of a tenant (ID or domain); fetched once again if `kid` is not among the known keys.

        Raises SignInError for a tenant that Entra does not know, UnexpectedAnswer for documents that are not as
        documented, and what `Wire.send` raises. Source: Microsoft Learn, "OpenID Connect on the Microsoft identity
        platform", the metadata document; no authentication is needed.
        """
        key = (cloud.login_host, tenant.lower())
        async with self._asking:
            known = self._known.get(key)
            if (
                known is None
                or self._clock() - known.fetched_at >= REMEMBERED_FOR
                or self._is_worth_asking(known, key, kid)
            ):
                known = self._known[key] = await self._fetch(tenant, cloud)
        return known

    def _is_worth_asking(self, known: TenantMetadata, key: tuple[str, str], kid: str) -> bool:
        if not kid or known.knows(kid):
            return False
        now = self._clock()
        self._asked_again = {
            wish: asked_at for wish, asked_at in self._asked_again.items() if now - asked_at < ASKED_AGAIN_AFTER
        }
        if (*key, kid) in self._asked_again:
            return False
        self._asked_again[(*key, kid)] = now
        return True

    async def _fetch(self, tenant: str, cloud: Cloud) -> TenantMetadata:
        """Both versions at once; one is enough if the other cannot be had, but an odd answer is never passed over."""
        results = await asyncio.gather(
            *(self._published(tenant, cloud, version) for version in _CONFIGURATION), return_exceptions=True
        )
        published = [result for result in results if isinstance(result, _Published)]
        for failure in results:
            is_absence = isinstance(failure, SignInError | Unreachable)
            if isinstance(failure, BaseException) and not (is_absence and published):
                raise failure
        return TenantMetadata(
            _tenant_id(published, cloud),
            {each.version: each.issuer for each in published},
            tuple(key for each in reversed(published) for key in each.keys),
            self._clock(),
            published[0].clock_offset_s,
        )

    async def _published(self, tenant: str, cloud: Cloud, version: str) -> _Published:
        configuration, offset_s = await self._configuration(tenant, cloud, version)
        keys = await self._keys(configuration, cloud, version)
        token_endpoint = configuration.get("token_endpoint")
        issuer = _member(configuration, "issuer", cloud)
        return _Published(version, issuer, str(token_endpoint), keys, offset_s)

    async def _configuration(
        self, tenant: str, cloud: Cloud, version: str
    ) -> tuple[Mapping[str, object], float | None]:
        answer = await self._wire.send(
            "GET", f"https://{cloud.login_host}/{quote(tenant, safe='')}{_CONFIGURATION[version]}"
        )
        if answer.status != 200:
            raise _refusal(answer, tenant, cloud)
        body = answer.json_object()
        return body, answer.clock_offset_s(self._clock())

    async def _keys(self, configuration: Mapping[str, object], cloud: Cloud, version: str) -> tuple[SigningKey, ...]:
        url = _member(configuration, "jwks_uri", cloud)
        if not cloud.signs_in_at(url):
            raise UnexpectedAnswer(
                "jwks_uri",
                f"{cloud.login_host} names an address for its signing keys that is not its own; it was not followed.",
                "Something between you and Entra may have changed the answer.",
                detail=url,
            )
        answer = await self._wire.send("GET", url)
        body = answer.json_object()
        listed = body.get("keys")
        if answer.status != 200 or not isinstance(listed, list):
            raise _not_as_documented("keys", cloud, f"the key document (HTTP {answer.status})")
        return tuple(key for item in listed if (key := _key_from(item, version)) is not None)


def _refusal(answer: Answer, tenant: str, cloud: Cloud) -> SignInError:
    try:
        body = answer.json_object()
    except UnexpectedAnswer:
        body = {}
    return explain_refusal(
        body, tenant=tenant, client_id="", scope=cloud.scope, status=answer.status, cloud=cloud, raw=answer.text
    )


def _key_from(item: object, version: str) -> SigningKey | None:
    """A key of a key document, or None for one that cannot have signed an RS256 token or cannot be read."""
    if not isinstance(item, Mapping) or item.get("kty") != "RSA":
        return None
    if item.get("use") not in (None, "sig") or item.get("alg") not in (None, "RS256"):
        return None
    kid, issuer = item.get("kid"), item.get("issuer")
    modulus, exponent = _number(item.get("n")), _number(item.get("e"))
    if not isinstance(kid, str) or not kid or modulus.bit_length() < SMALLEST_KEY_BITS or exponent < 3:
        return None
    return SigningKey(kid, modulus, exponent, issuer if isinstance(issuer, str) else "", version)


def _number(text: object) -> int:
    """A base64url number; 0 for what is not one."""
    if not isinstance(text, str) or len(text) > LARGEST_KEY_CHARS:
        return 0
    try:
        return int.from_bytes(decode_base64url(text), "big")
    except ValueError:
        return 0


def _tenant_id(published: Iterable[_Published], cloud: Cloud) -> str:
    for text in (text for each in published for text in (each.issuer, each.token_endpoint)):
        match = GUID.search(text.lower())
        if match:
            return match.group()
    raise _not_as_documented("issuer", cloud, "a tenant ID in the tenant's metadata")


def _member(document: Mapping[str, object], name: str, cloud: Cloud) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise _not_as_documented(name, cloud, f"“{name}” in the tenant's metadata")
    return value


def _not_as_documented(path: str, cloud: Cloud, what: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        path,
        f"{cloud.login_host} sent its metadata without {what}.",
        "Try again; if it repeats, a proxy may be changing answers.",
    )
