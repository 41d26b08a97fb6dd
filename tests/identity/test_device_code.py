"""A code, confirmed in any browser, becomes a token: in Entra's time, and whatever comes in between."""

from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.errors import UnexpectedAnswer, Unreachable
from mtp_tui.identity.msal_answers import sifted
from mtp_tui.identity.progress import EnterCode, SignInStep
from mtp_tui.identity.user_flows import MOST_FAILURES_IN_A_ROW
from mtp_tui.sim import faults

from .minting import json_values
from .users import CONFIGURATION, DEVICE_CODE, GOOD_TOKEN, TOKEN, User, claims_of, failure_of, refusal_of

GOOD_CODE = {
    "device_code": "made-up-device-code",
    "user_code": "MADEUP123",
    "verification_uri": "https://microsoft.com/devicelogin",
    "expires_in": 900,
    "interval": 5,
}


def refused_as(word: str) -> faults.Respond:
    return faults.wrong_json({"error": word}, 400)


async def test_a_code_that_is_confirmed_becomes_a_token(user: User) -> None:
    user.app.auto_approve_after_polls = 2
    grant = await user.enters_the_code()
    assert claims_of(grant)["scp"] == "Incident.Read"
    assert grant.token.expires_at == user.clock() + timedelta(seconds=3599)
    assert grant.clock_offset_s == 0
    assert grant.refresh
    assert user.steps == [SignInStep.LIBRARY, SignInStep.TENANT, EnterCode]


async def test_the_code_is_shown_with_its_address_and_its_end(user: User) -> None:
    started_at = user.clock()
    user.on_code = lambda user: user.tenant.entra.device_codes[-1].approve()
    await user.enters_the_code()
    assert user.code.user_code == user.tenant.entra.device_codes[-1].user_code
    assert user.code.address == "https://microsoft.com/devicelogin"
    assert user.code.expires_at == started_at + timedelta(seconds=900)


async def test_a_code_asks_for_everything_that_was_consented_to(user: User) -> None:
    user.app.auto_approve_after_polls = 0
    await user.enters_the_code()
    (asked,) = user.posted(DEVICE_CODE)
    wanted = {"https://api.security.microsoft.com/.default", "offline_access", "openid", "profile"}
    assert set(asked["scope"].split()) == wanted


async def test_questions_are_as_far_apart_as_entra_wants(user: User) -> None:
    user.app.auto_approve_after_polls = 3
    await user.enters_the_code()
    assert user.clock.slept_s == [5, 5, 5, 5]
    assert len(user.posted(TOKEN)) == 4


async def test_slow_down_makes_every_later_question_later(user: User) -> None:
    user.app.auto_approve_after_polls = 1
    user.tenant.faults.add(TOKEN, refused_as("slow_down"), times=2)
    await user.enters_the_code()
    assert user.clock.slept_s == [5, 10, 15, 15]


async def test_a_declined_code_is_said(user: User) -> None:
    user.on_code = lambda user: user.tenant.entra.device_codes[-1].decline()
    refusal = await refusal_of(user.enters_the_code())
    assert refusal.trace.error == "authorization_declined"
    assert refusal.summary == "The sign-in was declined in the browser."
    assert '"authorization_declined"' in refusal.raw


async def test_expired_code_says_start_again(user: User) -> None:
    """When Entra's clock is the first to say so."""

    def let_time_pass(user: User) -> None:
        user.tenant.server_clock_offset_s = 900

    user.on_code = let_time_pass
    refusal = await refusal_of(user.enters_the_code())
    assert refusal.trace.number == 70020
    assert "Start again" in refusal.hint
    assert len(user.posted(DEVICE_CODE)) == 1


async def test_a_code_ends_by_our_clock_too(user: User) -> None:
    user.tenant.faults.add(DEVICE_CODE, faults.wrong_json({**GOOD_CODE, "expires_in": 17}))
    user.tenant.faults.add(TOKEN, refused_as("authorization_pending"), times=faults.ALWAYS)
    refusal = await refusal_of(user.enters_the_code())
    assert refusal.summary == "The code has run out."
    assert refusal.raw == ""
    assert len(user.posted(TOKEN)) == 3
    assert len(user.posted(DEVICE_CODE)) == 1


@pytest.mark.parametrize(
    ("interval", "waited_s"),
    [
        (5, 5), (7, 7), ("8", 8), (60, 60), (61, 60), (10**9, 60), (1, 5), (0, 5), (-5, 5), (10**30, 5),
        ("soon", 5), (None, 5), ([], 5), ({}, 5), (True, 5), ("NaN", 5), (5.9, 5),
    ],
)  # fmt: skip
async def test_an_absurd_interval_is_bounded(user: User, interval: object, waited_s: float) -> None:
    user.tenant.faults.add(DEVICE_CODE, faults.wrong_json({**GOOD_CODE, "interval": interval}))
    user.tenant.faults.add(TOKEN, faults.wrong_json(GOOD_TOKEN))
    await user.enters_the_code()
    assert user.clock.slept_s == [waited_s]


@pytest.mark.parametrize(
    ("expires_in", "lasts_s"),
    [
        (900, 900), ("600", 600), (3600, 3600), (3601, 3600), (10**9, 3600), (10**30, 900), (0, 900), (-1, 900),
        ("soon", 900), (None, 900), ([], 900), (True, 900), ("1e400", 900),
    ],
)  # fmt: skip
async def test_an_absurd_lifetime_of_a_code_is_bounded(user: User, expires_in: object, lasts_s: float) -> None:
    user.tenant.faults.add(DEVICE_CODE, faults.wrong_json({**GOOD_CODE, "expires_in": expires_in}))
    user.tenant.faults.add(TOKEN, faults.wrong_json(GOOD_TOKEN))
    started_at = user.clock()
    await user.enters_the_code()
    assert user.code.expires_at == started_at + timedelta(seconds=lasts_s)


@pytest.mark.parametrize("name", ["interval", "expires_in"])
async def test_times_that_are_missing_are_those_of_the_documentation(user: User, name: str) -> None:
    answer = {member: value for member, value in GOOD_CODE.items() if member != name}
    user.tenant.faults.add(DEVICE_CODE, faults.wrong_json(answer))
    user.tenant.faults.add(TOKEN, faults.wrong_json(GOOD_TOKEN))
    started_at = user.clock()
    await user.enters_the_code()
    assert user.clock.slept_s == [5]
    assert user.code.expires_at == started_at + timedelta(seconds=900)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user_code", ""), ("user_code", "   "), ("user_code", 7), ("user_code", "A" * 65), ("user_code", "A\x1b[2J"),
        ("user_code", "A\nB"), ("user_code", "A\u202eB"), ("user_code", None), ("device_code", ""),
        ("device_code", None), ("device_code", "a b"), ("device_code", "a\r\nb"), ("device_code", ["a"]),
        ("verification_uri", "http://microsoft.com/devicelogin"), ("verification_uri", "https://"),
        ("verification_uri", "https://microsoft.com@evil.example/"), ("verification_uri", "javascript:alert(1)"),
        ("verification_uri", "https://microsoft.com/\x1b[2J"), ("verification_uri", "https://[/"),
        ("verification_uri", "https://microsoft.com:99999/"), ("verification_uri", "https://evil.example\\@microsoft.com"),
        ("verification_uri", "https://microsoft.com/" + "a" * 2000), ("verification_uri", None), ("verification_uri", 7),
    ],
)  # fmt: skip
async def test_a_code_that_cannot_be_shown_is_not_shown(user: User, name: str, value: object) -> None:
    user.tenant.faults.add(DEVICE_CODE, faults.wrong_json({**GOOD_CODE, name: value}))
    failure = await failure_of(user.enters_the_code())
    assert isinstance(failure, UnexpectedAnswer)
    assert failure.path == name
    assert EnterCode not in user.steps
    assert user.posted(TOKEN) == []


@pytest.mark.parametrize("body", [{}, {"message": "hello"}, {"error": 7}, GOOD_TOKEN, {"user_code": "A", "error": "x"}])
@pytest.mark.parametrize("status", [200, 400])
async def test_no_code_is_no_sign_in(user: User, body: dict[str, object], status: int) -> None:
    user.tenant.faults.add(DEVICE_CODE, faults.wrong_json(body, status))
    failure = await refusal_of(user.enters_the_code())
    assert "made.up.token" not in failure.raw
    assert user.posted(TOKEN) == []


async def test_a_cloud_that_gives_no_codes_is_said(user: User) -> None:
    login = "https://login.microsoftonline.com/t"
    metadata = {"token_endpoint": f"{login}/token", "authorization_endpoint": f"{login}/authorize"}
    user.tenant.faults.add(CONFIGURATION, faults.wrong_json(metadata))
    failure = await failure_of(user.enters_the_code())
    assert isinstance(failure, UnexpectedAnswer)
    assert "browser" in failure.hint


@pytest.mark.parametrize("number", [7000112, 90133, 65001, 53003])
async def test_a_refusal_of_the_code_itself_is_explained(user: User, number: int) -> None:
    user.app.refuse_with = number
    refusal = await refusal_of(user.enters_the_code())
    assert refusal.trace.number == number
    assert f"AADSTS{number}" in refusal.raw
    assert EnterCode not in user.steps


@pytest.mark.parametrize("number", [53003, 50076, 50105, 70018, 50020])
async def test_a_refusal_after_the_code_was_entered_is_explained(user: User, number: int) -> None:
    def refuse(user: User) -> None:
        user.app.refuse_with = number

    user.on_code = refuse
    refusal = await refusal_of(user.enters_the_code())
    assert refusal.trace.number == number
    assert f"AADSTS{number}" in refusal.raw
    assert len(user.posted(TOKEN)) == 1


async def test_a_throttled_tenant_does_not_end_the_waiting(user: User) -> None:
    def refuse(user: User) -> None:
        user.app.refuse_with = 90055

    user.on_code = refuse
    refusal = await refusal_of(user.enters_the_code())
    assert refusal.trace.error == "expired_token", "the code's own end, and not the tenant's 90055"


async def test_an_application_without_public_flows_is_told_which_switch_it_needs(user: User) -> None:
    user.app.public_client = False
    refusal = await refusal_of(user.enters_the_code())
    assert refusal.trace.number == 7000218
    assert "Allow public client flows" in refusal.hint


@pytest.mark.parametrize(
    "trouble", [httpx.ConnectError("no"), httpx.ReadTimeout("no"), faults.empty_body(503), faults.html_page(502)]
)
async def test_a_network_that_comes_back_loses_no_code(user: User, trouble: Exception | faults.Respond) -> None:
    user.app.auto_approve_after_polls = 1
    user.tenant.faults.add(TOKEN, trouble, times=MOST_FAILURES_IN_A_ROW - 1)
    await user.enters_the_code()
    assert set(user.clock.slept_s) == {5}
    assert len(user.posted(DEVICE_CODE)) == 1


async def test_failures_are_counted_in_a_row(user: User) -> None:
    for _ in range(3):
        user.tenant.faults.add(TOKEN, httpx.ConnectError("no"), times=MOST_FAILURES_IN_A_ROW - 1)
        user.tenant.faults.add(TOKEN, refused_as("authorization_pending"))
    user.app.auto_approve_after_polls = 0
    assert (await user.enters_the_code()).refresh


async def test_a_network_that_stays_away_is_said(user: User) -> None:
    user.tenant.faults.add(TOKEN, httpx.ConnectError("no"), times=faults.ALWAYS)
    assert isinstance(await failure_of(user.enters_the_code()), Unreachable)
    assert len(user.clock.slept_s) == MOST_FAILURES_IN_A_ROW


async def test_a_service_that_stays_ill_is_said(user: User) -> None:
    user.tenant.faults.add(TOKEN, faults.empty_body(503), times=faults.ALWAYS)
    assert "HTTP 503" in (await refusal_of(user.enters_the_code())).summary
    assert len(user.clock.slept_s) == MOST_FAILURES_IN_A_ROW


async def test_a_page_in_between_is_said_at_once(user: User) -> None:
    user.tenant.faults.add(TOKEN, faults.html_page(200))
    assert isinstance(await failure_of(user.enters_the_code()), UnexpectedAnswer)
    assert len(user.posted(TOKEN)) == 1


@given(json_values | st.fixed_dictionaries(dict.fromkeys(GOOD_CODE, json_values)))
def test_whatever_comes_in_place_of_a_code_has_bounds(body: object) -> None:
    try:
        seen = sifted(body if isinstance(body, dict) else {}, "login.microsoftonline.com")
    except UnexpectedAnswer:
        return
    if "user_code" in seen:
        assert isinstance(seen["interval"], int)
        assert isinstance(seen["expires_in"], int)
        assert 5 <= seen["interval"] <= 60
        assert 0 < seen["expires_in"] <= 3600
        assert str(seen["user_code"]).isprintable()
    else:
        assert isinstance(seen.get("error", ""), str)
