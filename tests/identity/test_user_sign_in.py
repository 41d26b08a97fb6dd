"""Users sign in through real MSAL, with a code or with a browser, and again without either."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import httpx
import pytest

from mtp_tui.errors import Unreachable
from mtp_tui.identity.clouds import DOD, GCC, GCC_HIGH, Cloud
from mtp_tui.identity.credentials import BrowserSignIn, Credentials, DeviceCode
from mtp_tui.identity.sign_in import Grant
from mtp_tui.secret import Secret
from mtp_tui.sim import faults

from .users import CONFIGURATION, DEVICE_CODE, GOOD_TOKEN, TOKEN, User, claims_of, failure_of, refusal_of

SignIn = Callable[..., Awaitable[Grant]]


@pytest.fixture(params=[User.enters_the_code, User.uses_the_browser])
def sign_in(request: pytest.FixtureRequest, user: User) -> SignIn:
    user.app.auto_approve_after_polls = 0
    way: SignIn = request.param
    return way


@pytest.mark.parametrize("shared", ["organizations", "common"])
async def test_a_user_need_not_know_the_tenant(user: User, sign_in: SignIn, shared: str) -> None:
    assert claims_of(await sign_in(user, tenant=shared))["tid"] == user.tenant.tenant_id


@pytest.mark.parametrize(
    ("cloud", "host"),
    [(GCC, "login.microsoftonline.com"), (GCC_HIGH, "login.microsoftonline.us"), (DOD, "login.microsoftonline.us")],
)
async def test_each_cloud_signs_in_at_home(user: User, sign_in: SignIn, cloud: Cloud, host: str) -> None:
    user.tenant.directory.cloud = "usgov" if host.endswith(".us") else "global"
    grant = await sign_in(user, cloud=cloud)
    assert claims_of(grant)["aud"] == cloud.resource
    assert {seen.host for seen in user.tenant.requests} == {host}


@pytest.mark.parametrize("name", ["id_token", "client_info", "refresh_in", "scope", "foci"])
@pytest.mark.parametrize("value", ["no token", 7, None, [], {"uid": 1}, "eyJ.eyJ.x", ""])
async def test_what_is_not_used_of_an_answer_cannot_spoil_it(
    user: User, sign_in: SignIn, name: str, value: object
) -> None:
    user.tenant.faults.add(TOKEN, faults.wrong_json({**GOOD_TOKEN, "refresh_token": "made-up", name: value}))
    grant = await sign_in(user)
    assert grant.token.value.reveal() == "made.up.token"
    assert grant.refresh is not None
    assert grant.refresh.reveal() == "made-up"


@pytest.mark.parametrize("token", [None, "", 7, ["x"], "a b", "a\nb", "tökén"])
async def test_what_is_no_refresh_token_is_none(user: User, sign_in: SignIn, token: object) -> None:
    user.tenant.faults.add(TOKEN, faults.wrong_json({**GOOD_TOKEN, "refresh_token": token}))
    assert (await sign_in(user)).refresh is None


async def test_nothing_shows_what_was_granted(user: User, sign_in: SignIn) -> None:
    grant = await sign_in(user)
    assert grant.refresh is not None
    assert grant.token.value.reveal() not in repr(grant)
    assert grant.refresh.reveal() not in repr(grant)


async def test_no_log_holds_what_was_granted(user: User, sign_in: SignIn, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        grant = await sign_in(user)
    assert grant.refresh is not None
    assert caplog.records
    assert grant.token.value.reveal() not in caplog.text
    assert grant.refresh.reveal() not in caplog.text


@pytest.mark.parametrize(
    ("kind", "where", "requests"),
    [
        (DeviceCode, CONFIGURATION, 1),
        (DeviceCode, DEVICE_CODE, 2),
        (DeviceCode, TOKEN, 3),
        (BrowserSignIn, CONFIGURATION, 1),
    ],
)
async def test_a_sign_in_that_is_stopped_leaves_no_thread_behind(
    user: User, kind: type[Credentials], where: str, requests: int
) -> None:
    async with user.tenant.holding_answers(where) as gate:
        signing_in = asyncio.create_task(user.entra.acquire(user.credentials(kind)))
        await gate.waiting()
        signing_in.cancel()
        with pytest.raises(asyncio.CancelledError):
            await signing_in
        async with asyncio.timeout(5):
            await asyncio.get_running_loop().shutdown_default_executor()
        assert gate.held == 0
    assert len(user.tenant.requests) == requests


async def test_a_sign_in_that_is_stopped_while_it_waits_asks_no_more(user: User) -> None:
    user.clock.holds = True
    signing_in = asyncio.create_task(user.enters_the_code())
    await user.clock.sleeping()
    signing_in.cancel()
    user.clock.wake()
    with pytest.raises(asyncio.CancelledError):
        await signing_in
    assert user.posted(TOKEN) == []


# again, without the user


async def renewal_of(user: User, kind: type[Credentials], refresh: Secret) -> Grant:
    return await user.entra.renew(user.credentials(kind), refresh)


@pytest.mark.parametrize("kind", [DeviceCode, BrowserSignIn])
async def test_a_refresh_token_brings_the_next_token(user: User, kind: type[Credentials]) -> None:
    user.app.auto_approve_after_polls = 0
    first = await user.enters_the_code()
    assert first.refresh is not None
    user.clock.advance(3000)
    second = await renewal_of(user, kind, first.refresh)
    assert second.token.value.reveal() != first.token.value.reveal()
    assert second.token.obtained_at == user.clock()
    assert second.refresh is not None
    assert second.refresh.reveal() != first.refresh.reveal()
    assert "https://api.security.microsoft.com/.default" in user.posted(TOKEN)[-1]["scope"].split()


async def test_a_refresh_token_is_in_the_body_of_one_request_only(user: User) -> None:
    user.app.auto_approve_after_polls = 0
    refresh = (await user.enters_the_code()).refresh
    assert refresh is not None
    user.tenant.requests.clear()
    await renewal_of(user, DeviceCode, refresh)
    assert [refresh.reveal() in str(seen.form) for seen in user.tenant.requests] == [False, True]
    for seen in user.tenant.requests:
        assert refresh.reveal() not in f"{seen.url} {seen.headers}"


@pytest.mark.parametrize("token", [None, "", 7, "a b"])
async def test_the_old_refresh_token_is_kept_if_there_is_no_other(user: User, token: object) -> None:
    user.tenant.faults.add(TOKEN, faults.wrong_json({**GOOD_TOKEN, "refresh_token": token}))
    old = Secret("made-up")
    assert (await renewal_of(user, DeviceCode, old)).refresh is old


async def test_a_revoked_refresh_token_says_sign_in_again(user: User) -> None:
    user.app.auto_approve_after_polls = 0
    refresh = (await user.enters_the_code()).refresh
    assert refresh is not None
    user.tenant.entra.revoke_refresh_tokens()
    refusal = await refusal_of(renewal_of(user, DeviceCode, refresh))
    assert refusal.trace.number == 50173
    assert refusal.hint == "Sign in again."
    assert refresh.reveal() not in f"{refusal.summary} {refusal.hint} {refusal.detail} {refusal.raw}"


async def test_an_unknown_refresh_token_says_sign_in_again(user: User) -> None:
    refusal = await refusal_of(renewal_of(user, BrowserSignIn, Secret("made-up")))
    assert refusal.hint == "Sign in again."


async def test_a_renewal_without_network_is_no_refusal(user: User) -> None:
    user.tenant.faults.add(TOKEN, httpx.ConnectError("no"))
    assert isinstance(await failure_of(renewal_of(user, DeviceCode, Secret("made-up"))), Unreachable)
