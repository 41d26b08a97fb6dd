"""A tenant's keys come from the cloud that was chosen, are remembered for a day, and the token has no say in it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from mtp_tui.errors import SignInError, UnexpectedAnswer
from mtp_tui.identity.clouds import GLOBAL
from mtp_tui.identity.signing_keys import SigningKeys
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import StoppedClock

from .minting import ISSUER_1, ISSUER_2, KID, LOGIN, NOW, OTHER_TENANT, TENANT, LoginHost, jwk, rsa_key


@pytest.fixture
def time() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def login() -> LoginHost:
    return LoginHost()


@pytest.fixture
async def keys(login: LoginHost, time: StoppedClock) -> AsyncIterator[SigningKeys]:
    wire = Wire(transport=lambda: httpx.MockTransport(login.answer))
    yield SigningKeys(wire, time)
    await wire.aclose()


async def test_issuers_and_keys_of_both_versions_are_fetched(keys: SigningKeys, login: LoginHost) -> None:
    found = await keys.of_tenant(TENANT, GLOBAL)
    assert found.tenant_id == TENANT
    assert found.issuers == {"1.0": ISSUER_1, "2.0": ISSUER_2}
    assert {(key.kid, key.version) for key in found.keys} == {(KID, "1.0"), (KID, "2.0")}
    assert {key.modulus for key in found.keys} == {rsa_key("entra").public_key().public_numbers().n}
    assert found.fetched_at == NOW
    assert found.clock_offset_s == 120
    assert len(login.asked) == 4


async def test_a_domain_is_resolved_to_the_tenant_id(keys: SigningKeys, login: LoginHost) -> None:
    assert (await keys.of_tenant("contoso.example", GLOBAL)).tenant_id == TENANT
    assert f"{LOGIN}/contoso.example/.well-known/openid-configuration" in login.asked


async def test_keys_are_remembered_for_a_day(keys: SigningKeys, login: LoginHost, time: StoppedClock) -> None:
    first = await keys.of_tenant(TENANT, GLOBAL)
    time.advance(timedelta(hours=23).total_seconds())
    assert await keys.of_tenant(TENANT.upper(), GLOBAL, kid=KID) is first
    time.advance(timedelta(hours=2).total_seconds())
    assert await keys.of_tenant(TENANT, GLOBAL) is not first
    assert len(login.asked) == 8


async def test_an_unknown_key_is_looked_for_once(keys: SigningKeys, login: LoginHost, time: StoppedClock) -> None:
    await keys.of_tenant(TENANT, GLOBAL)
    login.keys_2.append(jwk("rolled-over", "next"))
    assert (await keys.of_tenant(TENANT, GLOBAL, kid="rolled-over")).knows("rolled-over")
    assert len(login.asked) == 8
    for _ in range(3):
        assert not (await keys.of_tenant(TENANT, GLOBAL, kid="forged")).knows("forged")
    assert len(login.asked) == 12
    time.advance(301)
    await keys.of_tenant(TENANT, GLOBAL, kid="forged")
    assert len(login.asked) == 16


async def test_a_tenant_that_entra_does_not_know_is_explained(keys: SigningKeys) -> None:
    with pytest.raises(SignInError) as raised:
        await keys.of_tenant(OTHER_TENANT, GLOBAL)
    assert raised.value.trace.number == 90002
    assert OTHER_TENANT in raised.value.summary


@pytest.mark.parametrize(
    "address",
    [
        "http://login.microsoftonline.com/common/discovery/keys",
        "https://evil.example/keys",
        "https://login.microsoftonline.com.evil.example/keys",
        "https://login.microsoftonline.com@evil.example/keys",
        "https://evil.example\\@login.microsoftonline.com/keys",
        "https://login.microsoftonline.com:8443/keys",
        "https://[broken/keys",
        "/common/discovery/keys",
    ],
)
async def test_keys_are_fetched_from_the_sign_in_host_only(keys: SigningKeys, login: LoginHost, address: str) -> None:
    login.jwks_uri_2 = address
    with pytest.raises(UnexpectedAnswer) as raised:
        await keys.of_tenant(TENANT, GLOBAL)
    assert raised.value.path == "jwks_uri"
    assert raised.value.detail == address
    assert {httpx.URL(url).host for url in login.asked} == {"login.microsoftonline.com"}


async def test_an_alias_of_the_sign_in_host_is_followed(keys: SigningKeys, login: LoginHost) -> None:
    login.jwks_uri_1 = "https://login.windows.net/common/discovery/keys"
    assert (await keys.of_tenant(TENANT, GLOBAL)).knows(KID)


@pytest.mark.parametrize(
    "unreadable",
    [
        jwk("bad", kty="EC"),
        jwk("bad", kty="quantum"),
        jwk("bad", use="enc"),
        jwk("bad", alg="PS512"),
        jwk("bad", n="not base64!"),
        jwk("bad", n="AQAB"),
        jwk("bad", n="A" * 5000),
        jwk("bad", n=17),
        jwk("bad", e=""),
        jwk(""),
        {"kty": "RSA"},
        "a text",
        None,
    ],
)
async def test_a_key_that_cannot_be_read_is_skipped(keys: SigningKeys, login: LoginHost, unreadable: object) -> None:
    login.keys_2 = [unreadable, jwk(use=None, alg="RS256")]
    found = await keys.of_tenant(TENANT, GLOBAL)
    assert [key.kid for key in found.keys] == [KID, KID]


async def test_a_byte_order_mark_is_dropped(keys: SigningKeys, login: LoginHost) -> None:
    login.prefix = b"\xef\xbb\xbf"
    assert (await keys.of_tenant(TENANT, GLOBAL)).knows(KID)


@pytest.mark.parametrize("member", ["issuer", "jwks_uri"])
async def test_a_missing_member_is_named(keys: SigningKeys, login: LoginHost, member: str) -> None:
    login.configuration_2[member] = None
    with pytest.raises(UnexpectedAnswer) as raised:
        await keys.of_tenant(TENANT, GLOBAL)
    assert raised.value.path == member
    assert member in raised.value.summary


async def test_a_key_document_without_keys_is_named(keys: SigningKeys, login: LoginHost) -> None:
    login.keys_1 = None  # type: ignore[assignment]
    with pytest.raises(UnexpectedAnswer) as raised:
        await keys.of_tenant(TENANT, GLOBAL)
    assert raised.value.path == "keys"


async def test_a_page_of_a_proxy_is_no_metadata() -> None:
    wire = Wire(
        transport=lambda: httpx.MockTransport(lambda _: httpx.Response(200, html="<html>Sign in to the network</html>"))
    )
    with pytest.raises(UnexpectedAnswer):
        await SigningKeys(wire, StoppedClock(NOW)).of_tenant(TENANT, GLOBAL)
    await wire.aclose()


async def test_one_version_is_enough_when_the_other_cannot_be_had(clock: StoppedClock) -> None:
    """A token has one version and one key; that the other version's document is away must not leave it unchecked."""
    tenant = SimulatedTenant(clock=clock)
    tenant.faults.add(f"{tenant.tenant_id}/.well-known", httpx.ConnectError("no route"), times=9)
    metadata = await SigningKeys(Wire(tenant.transport), clock).of_tenant(tenant.tenant_id, GLOBAL)
    assert set(metadata.issuers) == {"2.0"}
    assert metadata.tenant_id == tenant.tenant_id
    assert metadata.keys


async def test_no_version_at_all_is_said(clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock)
    tenant.faults.add("openid-configuration", lambda _: httpx.Response(404, html="<h1>Not here</h1>"), times=9)
    with pytest.raises(SignInError):
        await SigningKeys(Wire(tenant.transport), clock).of_tenant(tenant.tenant_id, GLOBAL)
