"""MSAL on our wire: what Entra's answers become, whatever shape they come in, and what reaches Entra."""

import asyncio
import json
from datetime import timedelta

import httpx
import pytest

from mtp_tui.errors import MtpError, SignInError, UnexpectedAnswer, Unreachable
from mtp_tui.identity.clouds import GCC_HIGH
from mtp_tui.identity.credentials import ClientSecret, PastedToken
from mtp_tui.identity.progress import Progress, SignInStep
from mtp_tui.identity.sign_in import DEFAULT_LIFETIME_S, EntraSignIn, Grant
from mtp_tui.secret import Secret
from mtp_tui.sim import faults
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import StoppedClock

TOKEN = "/oauth2/v2.0/token"
CONFIGURATION = "openid-configuration"
ENDPOINTS = {
    "token_endpoint": "https://login.microsoftonline.com/t/oauth2/v2.0/token",
    "authorization_endpoint": "https://login.microsoftonline.com/t/oauth2/v2.0/authorize",
    "device_authorization_endpoint": "https://login.microsoftonline.com/t/oauth2/v2.0/devicecode",
}


def credentials_of(tenant: SimulatedTenant, **others: object) -> ClientSecret:
    fields: dict[str, object] = {
        "tenant": tenant.tenant_id,
        "client_id": tenant.client_id,
        "secret": Secret(tenant.apps[tenant.client_id].secret),
    }
    return ClientSecret(**{**fields, **others})  # type: ignore[arg-type]


async def sign_in(tenant: SimulatedTenant, clock: StoppedClock) -> Grant:
    return await EntraSignIn(Wire(tenant.transport), clock).acquire(credentials_of(tenant))


async def failure_of(tenant: SimulatedTenant, clock: StoppedClock) -> MtpError:
    with pytest.raises(MtpError) as caught:
        await sign_in(tenant, clock)
    assert caught.value.summary
    return caught.value


def token_answer(**fields: object) -> faults.Respond:
    """A good answer of the token endpoint with fields laid over it; None as text leaves one out."""
    body = {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": "made.up.token"}
    return faults.wrong_json({name: value for name, value in {**body, **fields}.items() if value != "none at all"})


# what is asked


async def test_one_metadata_and_one_token_request_are_all(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    await sign_in(tenant, clock)
    assert [(seen.method, seen.path.partition("/v2.0")[2]) for seen in tenant.requests] == [
        ("GET", "/.well-known/openid-configuration"),
        ("POST", "/token"),
    ]


async def test_the_steps_are_told_in_order(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    told: list[Progress] = []
    await EntraSignIn(Wire(tenant.transport), clock).acquire(credentials_of(tenant), told.append)
    assert told == [SignInStep.LIBRARY, SignInStep.TENANT, SignInStep.TOKEN]


async def test_another_api_is_asked_for_by_its_own_name(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    """As in the 2020 guide's samples, which fetch tokens for Defender for Endpoint."""
    credentials = credentials_of(tenant, audience="https://api.securitycenter.windows.com")
    await EntraSignIn(Wire(tenant.transport), clock).acquire(credentials)
    assert tenant.requests[-1].form["scope"] == "https://api.securitycenter.windows.com/.default"


async def test_an_api_that_is_not_known_is_named_as_it_was_asked_for(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    credentials = credentials_of(tenant, audience="https://api.nowhere.example")
    with pytest.raises(SignInError) as caught:
        await EntraSignIn(Wire(tenant.transport), clock).acquire(credentials)
    assert "https://api.nowhere.example" in caught.value.summary


async def test_a_pasted_token_is_not_asked_for(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    pasted = PastedToken("", "", Secret("made.up.token"))
    with pytest.raises(TypeError):
        await EntraSignIn(Wire(tenant.transport), clock).acquire(pasted)
    with pytest.raises(TypeError):
        await EntraSignIn(Wire(tenant.transport), clock).renew(credentials_of(tenant), Secret("made-up"))
    assert tenant.requests == []


async def test_an_application_gets_no_refresh_token(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    tenant.faults.add(TOKEN, token_answer(refresh_token="made-up"))
    assert (await sign_in(tenant, clock)).refresh is None


@pytest.mark.parametrize("secret", ["+/=~&;%+% ?#", "a+b/c=d~e&f", "Ünïcödé~✓", "100%25&client_id=other", "x" * 2000])
async def test_a_secret_reaches_the_tenant_as_it_is(tenant: SimulatedTenant, clock: StoppedClock, secret: str) -> None:
    tenant.apps[tenant.client_id].secret = secret
    await sign_in(tenant, clock)
    posted = tenant.requests[-1]
    assert posted.form["client_secret"] == secret
    assert posted.form["client_id"] == tenant.client_id
    assert posted.form["scope"] == "https://api.security.microsoft.com/.default"


async def test_the_secret_is_in_the_body_of_one_request_only(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    await sign_in(tenant, clock)
    for seen in tenant.requests:
        assert tenant.client_secret not in seen.url
        assert all(tenant.client_secret not in value for value in seen.headers.values())
    assert [tenant.client_secret.encode() in seen.content for seen in tenant.requests] == [False, True]


async def test_the_environment_does_not_move_the_sign_in_to_another_region(
    tenant: SimulatedTenant, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSAL_FORCE_REGION", "westeurope")
    monkeypatch.setenv("REGION_NAME", "westeurope")
    await sign_in(tenant, clock)
    assert {seen.host for seen in tenant.requests} == {"login.microsoftonline.com"}


async def test_each_sign_in_asks_anew(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    entra = EntraSignIn(Wire(tenant.transport), clock)
    first, second = await entra.acquire(credentials_of(tenant)), await entra.acquire(credentials_of(tenant))
    assert first.token.value.reveal() != second.token.value.reveal()
    assert len([seen for seen in tenant.requests if seen.method == "POST"]) == 2


@pytest.mark.parametrize("name", ["token_endpoint", "authorization_endpoint", "device_authorization_endpoint"])
@pytest.mark.parametrize(
    "endpoint",
    [
        "https://login.evil.example/t/oauth2/v2.0/token",
        "https://login.microsoftonline.com.evil.example/t/oauth2/v2.0/token",
        "https://login.microsoftonline.com@evil.example/t/token",
        "https://login.microsoftonline.com:8443/t/oauth2/v2.0/token",
        "http://login.microsoftonline.com/t/oauth2/v2.0/token",
        "https://[/t/token",
        "",
        7,
        ["https://login.microsoftonline.com/t/token"],
    ],
)
async def test_nothing_goes_to_an_address_that_is_not_entras_own(
    tenant: SimulatedTenant, clock: StoppedClock, name: str, endpoint: object
) -> None:
    """The metadata names the endpoints, and whoever can change it must not be sent the secret."""
    tenant.faults.add(CONFIGURATION, faults.wrong_json({**ENDPOINTS, name: endpoint}))
    failure = await failure_of(tenant, clock)
    assert isinstance(failure, UnexpectedAnswer)
    assert failure.path == name
    assert [seen.method for seen in tenant.requests] == ["GET"]


@pytest.mark.parametrize("name", ["token_endpoint", "authorization_endpoint"])
async def test_metadata_without_an_endpoint_is_not_metadata(
    tenant: SimulatedTenant, clock: StoppedClock, name: str
) -> None:
    tenant.faults.add(CONFIGURATION, faults.wrong_json({**ENDPOINTS, name: None}))
    failure = await failure_of(tenant, clock)
    assert isinstance(failure, UnexpectedAnswer)
    assert failure.path == name
    assert [seen.method for seen in tenant.requests] == ["GET"]


# what the answers become


@pytest.mark.parametrize(
    ("expires_in", "expected_s"),
    [
        (3599, 3599),
        ("3599", 3599),
        ("3599.7", 3599),
        (4500.5, 4500),
        ("none at all", DEFAULT_LIFETIME_S),
        (None, DEFAULT_LIFETIME_S),
        ("soon", DEFAULT_LIFETIME_S),
        ([3599], DEFAULT_LIFETIME_S),
        ({"seconds": 3599}, DEFAULT_LIFETIME_S),
        (True, DEFAULT_LIFETIME_S),
        (0, DEFAULT_LIFETIME_S),
        (-60, DEFAULT_LIFETIME_S),
        (10**30, DEFAULT_LIFETIME_S),
        ("1e400", DEFAULT_LIFETIME_S),
        ("NaN", DEFAULT_LIFETIME_S),
    ],
)
async def test_a_lifetime_is_read_in_every_form_and_guessed_if_it_is_none(
    tenant: SimulatedTenant, clock: StoppedClock, expires_in: object, expected_s: int
) -> None:
    tenant.faults.add(TOKEN, token_answer(expires_in=expires_in, ext_expires_in=expires_in, refresh_in="1800"))
    grant = await sign_in(tenant, clock)
    assert grant.token.expires_in_s == expected_s
    assert grant.token.expires_at == clock() + timedelta(seconds=expected_s)
    assert grant.token.obtained_at == clock()


async def test_the_lifetime_of_the_program_is_the_one_that_was_sent(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.apps[tenant.client_id].token_lifetime_s = 4711
    grant = await sign_in(tenant, clock)
    assert (grant.token.expires_in_s, grant.token.ext_expires_in_s, grant.token.token_type) == (4711, 4711, "Bearer")


@pytest.mark.parametrize("token", [None, "", "   ", 42, ["a.b.c"], "zwei\nZeilen", "tökén", "a\u0000b", "a b"])
async def test_what_cannot_be_sent_as_a_token_is_not_taken_for_one(
    tenant: SimulatedTenant, clock: StoppedClock, token: object
) -> None:
    tenant.faults.add(TOKEN, token_answer(access_token=token))
    failure = await failure_of(tenant, clock)
    assert isinstance(failure, UnexpectedAnswer | SignInError)


@pytest.mark.parametrize("where", [CONFIGURATION, TOKEN])
@pytest.mark.parametrize("status", [200, 302, 403, 407, 503])
async def test_a_page_in_the_place_of_json_is_said(
    tenant: SimulatedTenant, clock: StoppedClock, where: str, status: int
) -> None:
    tenant.faults.add(where, faults.html_page(status))
    failure = await failure_of(tenant, clock)
    assert "DOCTYPE html" in failure.detail
    assert isinstance(failure, UnexpectedAnswer | SignInError)


@pytest.mark.parametrize("where", [CONFIGURATION, TOKEN])
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b'"text"', b"{", b"\xff\xfe", b'{"error":7}', b"[" * 9999]
)
@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
async def test_no_body_at_all_is_a_bug_of_ours(
    tenant: SimulatedTenant, clock: StoppedClock, where: str, body: bytes, status: int
) -> None:
    tenant.faults.add(where, faults.raw(status, body))
    await failure_of(tenant, clock)


@pytest.mark.parametrize("where", [CONFIGURATION, TOKEN])
async def test_a_failure_of_the_service_keeps_its_number(
    tenant: SimulatedTenant, clock: StoppedClock, where: str
) -> None:
    body = {"error": "temporarily_unavailable", "error_codes": [90033], "error_description": "AADSTS90033: Transient."}
    tenant.faults.add(where, faults.wrong_json(body, 503))
    failure = await failure_of(tenant, clock)
    assert isinstance(failure, SignInError)
    assert failure.trace.number == 90033


async def test_a_failure_of_the_service_without_words_is_one_of_the_service(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.faults.add(TOKEN, faults.empty_body(502))
    failure = await failure_of(tenant, clock)
    assert isinstance(failure, SignInError)
    assert "502" in failure.summary


@pytest.mark.parametrize("line_break", ["\r\n", " ", "\n"])
async def test_a_refusal_is_explained_however_its_lines_are_broken(
    tenant: SimulatedTenant, clock: StoppedClock, line_break: str
) -> None:
    tenant.entra.line_break = line_break
    tenant.apps[tenant.client_id].secret_expired = True
    failure = await failure_of(tenant, clock)
    assert isinstance(failure, SignInError)
    assert failure.trace.number == 7000222
    assert failure.trace.trace_id


async def test_bare_line_feeds_in_a_refusal_are_forgiven(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    """Not JSON by the letter, and MSAL reads it by the letter."""
    body = (
        b'{"error":"invalid_client","error_codes":[7000215],"error_description":"AADSTS7000215: Invalid\nTrace ID: 1"}'
    )
    tenant.faults.add(TOKEN, faults.raw(401, body))
    failure = await failure_of(tenant, clock)
    assert isinstance(failure, SignInError)
    assert failure.trace.number == 7000215


@pytest.mark.parametrize(
    "fields", [{"error": 1}, {"error": None, "error_codes": "x"}, {"error": ["a"], "suberror": {}}]
)
async def test_a_refusal_of_odd_types_is_still_a_refusal(
    tenant: SimulatedTenant, clock: StoppedClock, fields: dict[str, object]
) -> None:
    tenant.faults.add(TOKEN, faults.wrong_json({"error_description": 7, "correlation_id": [], **fields}, 400))
    assert isinstance(await failure_of(tenant, clock), SignInError)


async def test_a_refusal_is_explained_for_the_cloud_it_comes_from(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    tenant.directory.cloud = "usgov"
    tenant.apps[tenant.client_id].refuse_with = 65001
    with pytest.raises(SignInError) as caught:
        await EntraSignIn(Wire(tenant.transport), clock).acquire(credentials_of(tenant, cloud=GCC_HIGH))
    assert f"https://login.microsoftonline.us/{tenant.tenant_id}/adminconsent" in caught.value.hint


async def test_a_refusal_is_not_remembered(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    """MSAL would answer a 400 from memory for a minute after the fault was mended in the portal."""
    tenant.apps[tenant.client_id].disabled = True
    await failure_of(tenant, clock)
    tenant.apps[tenant.client_id].disabled = False
    await sign_in(tenant, clock)


@pytest.mark.parametrize("failure", [httpx.ConnectError("no"), httpx.ReadTimeout("no"), httpx.ReadError("no")])
@pytest.mark.parametrize("where", [CONFIGURATION, TOKEN])
async def test_a_network_failure_passes_through_msal_as_it_is(
    tenant: SimulatedTenant, clock: StoppedClock, where: str, failure: Exception
) -> None:
    tenant.faults.add(where, failure)
    assert isinstance(await failure_of(tenant, clock), Unreachable)


@pytest.mark.parametrize("where", [CONFIGURATION, TOKEN])
async def test_a_refusal_is_kept_as_it_came(tenant: SimulatedTenant, clock: StoppedClock, where: str) -> None:
    body = b'{"error":"invalid_client",  "error_description":"AADSTS7000215: Invalid", "odd":[1.50]}'
    tenant.faults.add(where, faults.raw(401, body))
    failure = await failure_of(tenant, clock)
    assert isinstance(failure, SignInError)
    assert failure.raw == body.decode()


async def test_a_refusal_with_a_token_in_it_is_not_kept(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    """MSAL passes on the words of a refusal only, so that they do not tell what else came with them."""
    tenant.faults.add(TOKEN, faults.raw(400, b'{"error":"odd","refresh_token":"0.made-up"}'))
    failure = await failure_of(tenant, clock)
    assert isinstance(failure, SignInError)
    assert "0.made-up" not in f"{failure.raw} {failure.detail} {failure.summary}"


@pytest.mark.parametrize("token_type", [None, 7, "", "\x1b[31m", "two words", {"x": ["y"] * 100}, "x" * 1000])
async def test_a_kind_of_token_that_is_no_word_is_the_usual_one(
    tenant: SimulatedTenant, clock: StoppedClock, token_type: object
) -> None:
    tenant.faults.add(TOKEN, token_answer(token_type=token_type))
    assert (await sign_in(tenant, clock)).token.token_type == "Bearer"


async def test_no_failure_repeats_the_secret(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"error": "invalid_request", "error_description": "You sent something."})

    tenant.faults.add(TOKEN, echo)
    failure = await failure_of(tenant, clock)
    said = f"{failure.summary} {failure.hint} {failure.detail} {failure!r}"
    assert tenant.client_secret not in said


# the clock


@pytest.mark.parametrize("ahead_s", [0, 90, -3600])
async def test_entras_clock_is_compared_with_ours(tenant: SimulatedTenant, clock: StoppedClock, ahead_s: int) -> None:
    tenant.server_clock_offset_s = ahead_s
    assert (await sign_in(tenant, clock)).clock_offset_s == ahead_s


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Fri, 20 Nov 99999999999999999999 12:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2300",
        "1 2 3 4 5 6",
    ],
)
async def test_a_date_that_cannot_be_read_is_no_comparison(
    tenant: SimulatedTenant, clock: StoppedClock, date: str
) -> None:
    def dated(request: httpx.Request) -> httpx.Response:
        answer = json.dumps({"access_token": "made.up.token", "expires_in": 3599})
        return httpx.Response(200, headers={"Date": date}, content=answer)

    tenant.faults.add(TOKEN, dated)
    assert (await sign_in(tenant, clock)).clock_offset_s is None


# stopping


async def test_a_request_that_the_loop_gives_up_ends_the_sign_in(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    """As when the program ends: MSAL's thread is told by an exception of its own kind, and it must not end as a bug."""
    before = asyncio.all_tasks()
    async with tenant.holding_answers(TOKEN) as gate:
        signing_in = asyncio.create_task(sign_in(tenant, clock))
        await gate.waiting()
        for request in asyncio.all_tasks() - before - {signing_in}:
            request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await signing_in


@pytest.mark.parametrize("where", [CONFIGURATION, TOKEN])
async def test_a_sign_in_that_is_stopped_leaves_no_thread_behind(
    tenant: SimulatedTenant, clock: StoppedClock, where: str
) -> None:
    async with tenant.holding_answers(where) as gate:
        signing_in = asyncio.create_task(sign_in(tenant, clock))
        await gate.waiting()
        signing_in.cancel()
        with pytest.raises(asyncio.CancelledError):
            await signing_in
        # joins MSAL's thread, which would wait for an answer that never comes
        async with asyncio.timeout(5):
            await asyncio.get_running_loop().shutdown_default_executor()
        assert gate.held == 0
    assert len(tenant.requests) == (1 if where == CONFIGURATION else 2)
