"""Signing in with a browser, at the simulated tenant: the page, the way back, and the code."""

from typing import Any

import pytest

from mtp_tui.sim.browser import StayedOnPage
from mtp_tui.sim.directory import SimApp
from tests.support.clocks import StoppedClock

from .conftest import Caller
from .users import REDIRECT, User, brought_back, claims_of, refusal_of

OTHER = "00000000-0000-4000-8000-00000000000b"


@pytest.fixture
def user(caller: Caller) -> User:
    return User(caller)


@pytest.mark.parametrize(
    ("mode", "method", "start"),
    [
        (None, "GET", f"{REDIRECT}?"),
        ("query", "GET", f"{REDIRECT}?"),
        ("fragment", "GET", f"{REDIRECT}#"),
        ("form_post", "POST", REDIRECT),
    ],
)
async def test_browser_brings_code_and_state_back_in_every_mode(
    user: User, mode: str | None, method: str, start: str
) -> None:
    landing = await user.browse(response_mode=mode)
    assert landing.method == method
    assert landing.url.startswith(start)
    given = brought_back(landing)
    assert set(given) == {"code", "state", "session_state"}
    assert given["state"] == "made-up&state"
    assert (await user.redeem(given["code"])).status_code == 200


async def test_browser_gets_a_form_that_sends_itself(user: User) -> None:
    answer = await user.caller.ask("GET", user.page(response_mode="form_post", state='"><script>'))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert f'action="{REDIRECT}"' in answer.text
    assert '"><script>' not in answer.text.partition("</form>")[0]
    assert "document.forms[0].submit()" in answer.text


async def test_tokens_are_those_of_whoever_is_signed_in_to_the_browser(user: User) -> None:
    user.tenant.entra.browser_user = "sasha@contoso-demo.example"
    given = brought_back(await user.browse(nonce="made-up-nonce", client_info="1"))
    body = (await user.redeem(given["code"])).json()
    assert claims_of(body["access_token"])["upn"] == "sasha@contoso-demo.example"
    assert claims_of(body["id_token"])["nonce"] == "made-up-nonce"
    assert given["client_info"] == body["client_info"]


async def test_user_who_declines_is_sent_back_without_a_code(user: User) -> None:
    user.tenant.entra.next_authorization = "access_denied"
    for mode in ("query", "form_post"):
        given = brought_back(await user.browse(response_mode=mode))
        assert (given["error"], given["state"]) == ("access_denied", "made-up&state")
        assert given["error_description"].startswith("AADSTS65004: ")
        assert "code" not in given
    user.tenant.entra.next_authorization = "approve"
    assert "code" in brought_back(await user.browse())


@pytest.mark.parametrize(
    ("params", "error", "number"),
    [
        ({"response_type": "token"}, "unsupported_response_type", 700003),
        ({"code_challenge": None}, "invalid_request", 501491),
        ({"code_challenge": "short"}, "invalid_request", 501491),
        ({"code_challenge_method": "plain"}, "invalid_request", 501491),
        ({"scope": "openid"}, "invalid_scope", 70011),
        ({"scope": "https://api.elsewhere.example/.default"}, "invalid_resource", 500011),
    ],
)
async def test_bad_question_is_sent_back_with_its_error(
    user: User, params: dict[str, str | None], error: str, number: int
) -> None:
    given = brought_back(await user.browse(**params))
    assert (given["error"], given["state"]) == (error, "made-up&state")
    assert given["error_description"].startswith(f"AADSTS{number}: ")


async def test_any_refusal_can_be_sent_back(user: User) -> None:
    user.tenant.entra.next_authorization = 50105
    given = brought_back(await user.browse())
    assert given["error_description"].startswith("AADSTS50105: ")


@pytest.mark.parametrize(
    ("params", "at", "number"),
    [
        ({"redirect_uri": "https://localhost"}, "common", 50011),
        ({"redirect_uri": "http://127.0.0.1:5123"}, "common", 50011),
        ({"redirect_uri": "http://localhost.evil.example"}, "common", 50011),
        ({"redirect_uri": "http://localhost:5123/elsewhere"}, "common", 50011),
        ({"redirect_uri": None}, "common", 50011),
        ({"client_id": OTHER}, "common", 700016),
        ({"client_id": None}, "common", 900144),
        ({}, "nobody.example", 90002),
        ({}, "consumers", 90133),
    ],
)
async def test_question_that_must_not_be_sent_back_stays_on_the_page(
    user: User, params: dict[str, str | None], at: str, number: int
) -> None:
    user.at = at
    with pytest.raises(StayedOnPage, match=f"AADSTS{number}: "):
        await user.browse(**params)


@pytest.mark.parametrize(
    "redirect", ["http://localhost", "http://localhost/", "http://localhost:1", "http://localhost:65535/"]
)
async def test_any_port_of_localhost_is_registered(user: User, redirect: str) -> None:
    given = brought_back(await user.browse(redirect_uri=redirect))
    assert (await user.redeem(given["code"], redirect_uri=redirect)).status_code == 200


async def test_code_works_once(user: User) -> None:
    code = brought_back(await user.browse())["code"]
    assert (await user.redeem(code)).status_code == 200
    assert refusal_of(await user.redeem(code)) == (400, "invalid_grant", [54005])


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"code": "nothing"}, 70008),
        ({"code": None}, 900144),
        ({"client_id": OTHER}, 70000),
        ({"redirect_uri": "http://localhost:5124"}, 500112),
        ({"redirect_uri": None}, 500112),
        ({"code_verifier": "another-verifier-of-more-than-forty-three-characters"}, 501481),
        ({"code_verifier": None}, 501481),
        ({"client_secret": "s"}, 7000215),
        ({"client_secret": "made-up~secret.of_the-simulated-tenant~00"}, 700025),
    ],
)
async def test_code_that_does_not_fit_is_refused_and_stays_good(
    user: User, fields: dict[str, Any], number: int
) -> None:
    user.tenant.apps[OTHER] = SimApp("s")
    code = brought_back(await user.browse())["code"]
    answer = await user.redeem(**{"code": code, **fields})
    assert answer.json()["error_codes"] == [number]
    assert (await user.redeem(code)).status_code == 200


async def test_code_runs_out_after_ten_minutes(user: User, clock: StoppedClock) -> None:
    code = brought_back(await user.browse())["code"]
    clock.advance(600)
    assert refusal_of(await user.redeem(code)) == (400, "invalid_grant", [70008])


async def test_localhost_needs_no_public_flows(user: User) -> None:
    user.tenant.apps[user.tenant.client_id].public_client = False
    code = brought_back(await user.browse())["code"]
    assert (await user.redeem(code)).status_code == 200
