"""The token pane: verdict, permissions, claims, countdown, and the token itself, hidden until asked for."""

from datetime import timedelta

import httpx

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.analyst import analyst_at
from tests.support.clocks import StoppedClock


async def test_a_good_token_is_accepted_and_its_permissions_are_highlighted(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("2")
        report = analyst.document("token-report")
        assert analyst.verdict.startswith("✓ Accepted for incidents")
        assert "✓ granted" in report
        assert "Incident.Read.All" in report
        assert "Genuine" in report
        claims = analyst.document("token-claims")
        assert tenant.tenant_id in claims
        assert "https://api.security.microsoft.com" in claims


async def test_a_token_without_roles_leads_to_the_token_pane_with_the_way_out(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.apps[tenant.client_id].roles = ()
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert analyst.pane == "token"
        assert analyst.verdict.startswith("✗")
        assert "✗ missing" in analyst.document("token-report")
        assert "adminconsent?client_id=" in analyst.document("token-report")
        await analyst.press("3")
        assert "Incident.Read.All" in analyst.problem


async def test_unknown_permissions_are_shown_as_such(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    tenant.apps[tenant.client_id].roles = ("Incident.Read.All", "Incidents.Read.All", "Made.Up.All")
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("2")
        report = analyst.document("token-report")
        assert report.count("? unknown") == 2
        assert "the permission is called Incident.Read.All" in report


async def test_a_token_that_nobody_can_check_does_not_look_valid(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    tenant.faults.add("/keys", httpx.ConnectError("no route"), times=9)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert analyst.verdict.startswith("?")
        assert "not checked" in analyst.verdict


async def test_the_countdown_runs_and_the_end_is_said(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("2")
        assert "59:59 left" in analyst.screen_text
        clock.advance(60)
        analyst.token_pane.tick()
        await analyst.settle()
        assert "58:59 left" in analyst.screen_text
        tenant.faults.add("login.microsoftonline.com", httpx.ConnectError("no route"), times=99)
        clock.now += timedelta(hours=2)
        analyst.token_pane.tick()
        await analyst.settle()
        assert "ended 1 h 01 min ago" in analyst.screen_text
        assert analyst.verdict.startswith("✗")


async def test_the_token_is_hidden_until_asked_for_and_again_once_its_tab_is_left(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        current = analyst.services.session.current
        assert current is not None
        header = current.token.value.reveal().split(".")[0]
        await analyst.press("2", "left")
        assert "hidden: v shows it" in analyst.document("token-text")
        await analyst.press("v")
        assert header in analyst.document("token-text")
        assert "never needed to decode" in analyst.document("token-text")
        await analyst.press("left", "right")
        assert header not in analyst.document("token-text")
        assert "Show token" in analyst.screen_text


async def test_copying_the_token_says_what_was_copied_and_not_its_text(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("e", "2", "y")
        assert "evidence" not in analyst.notices, "one toast at a time: a pile hides the pane"
        current = analyst.services.session.current
        assert current is not None
        token = current.token.value.reveal()
        assert analyst.app.clipboard == "", (
            "the fields of the program have no use for it, and it would outlast a sign-out"
        )
        assert "clipboard" in analyst.notices
        assert "can act as the application until it ends" in analyst.notices
        assert token[:20] not in analyst.notices + analyst.screen_text


async def test_a_renewed_token_takes_the_place_of_the_old_one_and_says_what_changed(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        before = analyst.services.session.current
        await analyst.press("2")
        assert "Compared" not in analyst.screen_text
        clock.advance(3400)
        await analyst.press("3", "r")
        analyst.tick()
        await analyst.press("2", "left")
        after = analyst.services.session.current
        assert before is not None
        assert after is not None
        assert after.token is not before.token
        assert analyst.verdict.startswith("✓")
        assert "59:59 left" in analyst.screen_text
        assert "Same permissions as before." in analyst.document("token-compared")


async def test_hiding_the_token_goes_back_to_where_the_reader_was(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("2", "pagedown")
        place = analyst.token_view.scroll_y
        assert "Show token" in analyst.screen_text
        await analyst.press("v")
        assert "header.payload.signature" in analyst.screen_text
        assert "Hide token" in analyst.screen_text
        await analyst.press("v")
        assert analyst.token_view.scroll_y == place


async def test_keys_that_could_not_be_had_are_asked_for_again(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    tenant.faults.add("/keys", httpx.ConnectError("no route"), times=2)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert analyst.verdict.startswith("?")
        clock.advance(61)
        analyst.tick()
        await analyst.settle()
        assert analyst.verdict.startswith("✓")
