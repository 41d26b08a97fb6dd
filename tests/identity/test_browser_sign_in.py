"""A browser on this machine is sent to Entra, comes back with a code, and nobody else can."""

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from mtp_tui.identity.progress import OpenBrowser, SignInStep
from mtp_tui.identity.user_flows import BROWSER_WAIT

from .users import TOKEN, User, claims_of, refusal_of


async def test_a_browser_that_comes_back_brings_a_token(user: User) -> None:
    grant = await user.uses_the_browser()
    assert claims_of(grant)["scp"] == "Incident.Read"
    assert grant.refresh
    assert user.steps == [SignInStep.LIBRARY, SignInStep.TENANT, OpenBrowser, SignInStep.TOKEN]


async def test_the_address_is_entras_and_asks_for_a_code_by_post(user: User) -> None:
    await user.uses_the_browser()
    split = urlsplit(user.browser.address)
    asked = {name: value for name, (value,) in parse_qs(split.query).items()}
    assert (split.scheme, split.netloc) == ("https", "login.microsoftonline.com")
    assert asked["redirect_uri"] == user.browser.comes_back_to
    assert re.fullmatch(r"http://localhost:\d+", user.browser.comes_back_to)
    assert (asked["response_mode"], asked["prompt"], asked["code_challenge_method"]) == (
        "form_post",
        "select_account",
        "S256",
    )
    assert asked["client_id"] == user.tenant.client_id
    assert user.browser.expires_at == user.clock() + BROWSER_WAIT


async def test_no_code_and_no_verifier_stand_in_an_address(user: User) -> None:
    await user.uses_the_browser()
    (posted,) = user.posted(TOKEN)
    for seen in user.tenant.requests:
        for secret in (posted["code"], posted["code_verifier"]):
            assert secret not in seen.url
            assert all(secret not in value for value in seen.headers.values())


async def test_somebody_elses_answer_does_not_end_the_waiting(user: User) -> None:
    async def come_back_twice(user: User) -> None:
        assert "Nothing here" in await user.comes_back(state="forged", code="forged")
        assert "You are signed in" in await user.comes_back()

    await user.uses_the_browser(come_back_twice)
    (posted,) = user.posted(TOKEN)
    assert posted["code"] != "forged"


async def test_a_forged_code_gets_nothing(user: User) -> None:
    refusal = await refusal_of(user.uses_the_browser(lambda user: user.comes_back(code="forged")))
    assert refusal.trace.number == 70008


async def test_declined_consent_is_said_with_the_link_for_an_administrator(user: User) -> None:
    user.tenant.entra.next_authorization = "access_denied"
    refusal = await refusal_of(user.uses_the_browser())
    assert refusal.trace.number == 65004
    assert "adminconsent" in refusal.hint
    assert refusal.raw == ""
    assert user.posted(TOKEN) == []


async def test_a_refusal_without_number_is_said_in_entras_own_words(user: User) -> None:
    async def come_back(user: User) -> None:
        assert "The sign-in failed" in await user.comes_back(
            code="", error="access_denied", error_description="The user canceled the authentication."
        )

    refusal = await refusal_of(user.uses_the_browser(come_back))
    assert "access_denied" in refusal.summary
    assert "The user canceled the authentication." in refusal.summary


@pytest.mark.parametrize("number", [53003, 50105, 90094])
async def test_a_refusal_in_the_browser_is_explained(user: User, number: int) -> None:
    user.tenant.entra.next_authorization = number
    assert (await refusal_of(user.uses_the_browser())).trace.number == number


@pytest.mark.parametrize("number", [50076, 53003, 7000218])
async def test_a_refusal_of_the_code_that_came_back_is_explained(user: User, number: int) -> None:
    async def come_back(user: User) -> None:
        user.app.refuse_with = number
        await user.comes_back()

    refusal = await refusal_of(user.uses_the_browser(come_back))
    assert refusal.trace.number == number
    assert f"AADSTS{number}" in refusal.raw


async def test_nobody_who_comes_back_is_said_after_ten_minutes(user: User) -> None:
    async def stay_away(user: User) -> None:
        await user.clock.sleeping()
        user.clock.wake()

    refusal = await refusal_of(user.uses_the_browser(stay_away))
    assert user.clock.slept_s == [600]
    assert "10 minutes" in refusal.summary
    assert "device code" in refusal.hint
    assert not await user.is_awaited()


async def test_nothing_goes_on_after_a_sign_in(user: User) -> None:
    await user.uses_the_browser()
    assert not await user.is_awaited()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_whoever_gives_up_leaves_no_listener_behind(user: User) -> None:
    async def give_up(user: User) -> None:
        assert await user.is_awaited()
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await user.uses_the_browser(give_up)
    await asyncio.sleep(0.01)
    assert not await user.is_awaited()
