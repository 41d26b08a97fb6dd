"""Signing in on another device, at the simulated tenant."""

import re

import httpx
import pytest

from mtp_tui.sim.directory import SimApp
from tests.support.clocks import StoppedClock

from .conftest import Caller
from .users import SCOPE, User, claims_of, refusal_of

PENDING = (400, "authorization_pending", [70016])


@pytest.fixture
def user(caller: Caller) -> User:
    return User(caller)


async def test_code_is_handed_out_with_its_page_and_times(user: User) -> None:
    answer = await user.begin()
    body = answer.json()
    assert answer.status_code == 200
    assert re.fullmatch("[A-Z0-9]{9}", body["user_code"])
    assert len(body["device_code"]) > 100
    assert (body["verification_uri"], body["expires_in"], body["interval"]) == (
        "https://microsoft.com/devicelogin",
        900,
        5,
    )
    assert body["user_code"] in body["message"]
    assert body["verification_uri"] in body["message"]
    assert "verification_uri_complete" not in body
    assert user.tenant.entra.device_codes[-1].user_code == body["user_code"]


async def test_tokens_come_once_the_user_approves(user: User, clock: StoppedClock) -> None:
    code = (await user.begin()).json()["device_code"]
    assert refusal_of(await user.poll(code)) == PENDING
    clock.advance(5)
    assert refusal_of(await user.poll(code)) == PENDING
    handed_out = user.tenant.entra.device_codes[-1]
    assert not handed_out.is_decided
    handed_out.approve("robin@contoso-demo.example")
    assert handed_out.is_decided
    answer = await user.poll(code)
    assert claims_of(answer.json()["access_token"])["upn"] == "robin@contoso-demo.example"


async def test_declined_code_has_a_word_and_no_number(user: User) -> None:
    code = (await user.begin()).json()["device_code"]
    user.tenant.entra.device_codes[-1].decline()
    answer = await user.poll(code)
    assert refusal_of(answer) == (400, "authorization_declined", None)
    assert "AADSTS" not in answer.text


@pytest.mark.parametrize(
    ("waited_s", "expected"),
    [(0, (400, "slow_down", None)), (4, (400, "slow_down", None)), (4.6, PENDING), (5, PENDING)],
)
async def test_poll_before_its_time_is_told_to_slow_down(
    user: User, clock: StoppedClock, waited_s: float, expected: tuple[int, str, list[int] | None]
) -> None:
    code = (await user.begin()).json()["device_code"]
    await user.poll(code)
    clock.advance(waited_s)
    assert refusal_of(await user.poll(code)) == expected


async def test_code_runs_out_after_fifteen_minutes_even_if_approved(user: User, clock: StoppedClock) -> None:
    code = (await user.begin()).json()["device_code"]
    user.tenant.entra.device_codes[-1].approve()
    clock.advance(900)
    assert refusal_of(await user.poll(code)) == (400, "expired_token", [70020])


async def test_code_is_good_until_its_last_second(user: User, clock: StoppedClock) -> None:
    code = (await user.begin()).json()["device_code"]
    user.tenant.entra.device_codes[-1].approve()
    clock.advance(899)
    assert (await user.poll(code)).status_code == 200


async def test_code_works_once_and_an_unknown_one_never(user: User) -> None:
    code = (await user.begin()).json()["device_code"]
    user.tenant.entra.device_codes[-1].approve()
    assert (await user.poll(code)).status_code == 200
    for bad in (code, "nothing"):
        assert refusal_of(await user.poll(bad)) == (400, "bad_verification_code", [70018])


async def test_code_is_approved_by_itself_after_that_many_polls(user: User, clock: StoppedClock) -> None:
    user.tenant.apps[user.tenant.client_id].auto_approve_after_polls = 2
    code = (await user.begin()).json()["device_code"]
    assert refusal_of(await user.poll(code)) == PENDING
    assert refusal_of(await user.poll(code)) == (400, "slow_down", None)  # which does not count
    clock.advance(5)
    assert refusal_of(await user.poll(code)) == PENDING
    clock.advance(5)
    assert (await user.poll(code)).status_code == 200


async def test_code_may_be_approved_from_the_start_and_still_be_declined(user: User) -> None:
    user.tenant.apps[user.tenant.client_id].auto_approve_after_polls = 0
    assert (await user.poll((await user.begin()).json()["device_code"])).status_code == 200
    code = (await user.begin()).json()["device_code"]
    user.tenant.entra.device_codes[-1].decline()
    assert refusal_of(await user.poll(code)) == (400, "authorization_declined", None)


async def test_application_without_public_flows_learns_it_when_it_asks(user: User) -> None:
    user.tenant.apps[user.tenant.client_id].public_client = False
    code = (await user.begin()).json()["device_code"]
    user.tenant.entra.device_codes[-1].approve()
    assert refusal_of(await user.poll(code)) == (401, "invalid_client", [7000218])
    answer = await user.poll(code, client_secret=user.tenant.client_secret)
    assert claims_of(answer.json()["access_token"])["appidacr"] == "1"


async def test_public_client_must_not_send_a_secret(user: User) -> None:
    code = (await user.begin()).json()["device_code"]
    assert refusal_of(await user.poll(code, client_secret=user.tenant.client_secret)) == (
        401,
        "invalid_client",
        [700025],
    )


@pytest.mark.parametrize("at", ["common", "organizations", "contoso-demo.example"])
async def test_shared_names_mean_this_tenant(user: User, at: str) -> None:
    user.at = at
    answer = await user.sign_in()
    assert claims_of(answer.json()["access_token"])["tid"] == user.tenant.tenant_id


@pytest.mark.parametrize(
    ("at", "fields", "expected"),
    [
        ("consumers", {}, (400, "invalid_request", [90133])),
        ("nobody.example", {}, (400, "invalid_request", [90002])),
        ("no domain", {}, (400, "invalid_request", [900023])),
        ("common", {"client_id": "00000000-0000-4000-8000-000000000001"}, (400, "unauthorized_client", [700016])),
        ("common", {"client_id": None}, (400, "invalid_request", [900144])),
        ("common", {"scope": None}, (400, "invalid_request", [900144])),
        ("common", {"scope": "openid profile"}, (400, "invalid_scope", [70011])),
        ("common", {"scope": "https://api.elsewhere.example/.default"}, (400, "invalid_resource", [500011])),
    ],
)
async def test_bad_request_gets_no_code(
    user: User, at: str, fields: dict[str, str | None], expected: tuple[int, str, list[int]]
) -> None:
    user.at = at
    assert refusal_of(await user.begin(**fields)) == expected
    assert user.tenant.entra.device_codes == []


async def test_only_a_post_is_answered(user: User) -> None:
    url = f"{user.login}/{user.at}/oauth2/v2.0/devicecode"
    answer: httpx.Response = await user.caller.ask("GET", url, params={"scope": SCOPE})
    assert refusal_of(answer) == (400, "invalid_request", [900561])


async def test_code_of_another_application_is_unknown(user: User) -> None:
    other = "00000000-0000-4000-8000-00000000000b"
    user.tenant.apps[other] = SimApp("s")
    code = (await user.begin()).json()["device_code"]
    user.tenant.entra.device_codes[-1].approve()
    assert refusal_of(await user.poll(code, client_id=other)) == (400, "bad_verification_code", [70018])
