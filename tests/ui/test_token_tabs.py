"""The tabs of the token pane: what each call would come to, every claim whole, JSON, what changed, and the file."""

import asyncio
import json
import os
import stat
from pathlib import Path

import httpx
import pytest
from textual.widgets import ContentSwitcher

from mtp_tui.errors import MtpError
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.token_views import TokenViews
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock


async def test_can_do_says_what_is_missing_and_copies_what_the_fix_needs(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("2", "right")
        screen = analyst.screen_text
        assert screen.count("✓ allowed") == 2
        assert "PATCH /api/incidents/{id}      needs Incident.ReadWrite.All" in screen
        assert "Will be accepted" in analyst.document("token-diagnosis")
        await analyst.press("y")
        assert analyst.app.clipboard == ""
        await analyst.press("end")
        assert "AdvancedHunting.Read.All is missing" in analyst.document("token-diagnosis")
        await analyst.press("y")
        assert analyst.app.clipboard == "Microsoft Threat Protection: AdvancedHunting.Read.All (application permission)"
        await analyst.press("enter", "Y")
        assert analyst.app.clipboard.startswith("az ad app permission add")


async def test_an_expired_token_is_refused_though_its_permission_is_there(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("2", "right")
        tenant.faults.add("login.microsoftonline.com", httpx.ConnectError("no route"), times=99)
        clock.advance(7200)
        analyst.token_pane.tick()
        await analyst.settle()
        assert analyst.screen_text.count("✗ refused") == 2
        assert "ended 1 h 00 min ago · renewed with the next call" in analyst.screen_text


async def test_a_claim_is_shown_whole_and_its_value_copied(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("2", "right", "right")
        claims = {claim.key: index for index, claim in enumerate(analyst.token_pane.views.claims.grid.rows)}
        analyst.token_pane.views.claims.grid.cursor = claims["payload tid"]
        await analyst.press("y")
        assert analyst.app.clipboard == tenant.tenant_id
        assert "Copy value" in analyst.screen_text
        analyst.token_pane.views.claims.grid.cursor = claims["payload exp"]
        await analyst.settle()
        assert "in 59 min" in analyst.document("token-claim")
        analyst.token_pane.views.claims.grid.cursor = claims["request ID"]
        await analyst.press("enter")
        assert len(analyst.app.clipboard) == 36


async def test_json_is_copied_without_the_signature(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("2", "right", "right", "right", "y")
        copied = json.loads(analyst.app.clipboard)
        assert copied["payload"]["tid"] == tenant.tenant_id
        assert copied["header"]["alg"] == "RS256"
        assert f'"tid": "{tenant.tenant_id}"' in analyst.document("token-json")


async def test_a_new_sign_in_says_which_permissions_came_and_went(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        tenant.apps[tenant.client_id].roles = ("Incident.ReadWrite.All", "AdvancedHunting.Read.All")
        await analyst.sign_in()
        await analyst.press("2", "left")
        assert "Compared −1 +2" in analyst.screen_text
        compared = analyst.document("token-compared")
        assert "− lost    Incident.Read.All" in compared
        assert "+ gained  Incident.ReadWrite.All" in compared
        await analyst.press("y")
        assert "Lost: Incident.Read.All" in analyst.app.clipboard
        tenant.apps["00000000-de00-4a99-8000-0000000000ff"] = tenant.apps[tenant.client_id]
        await analyst.sign_in(client_id="00000000-de00-4a99-8000-0000000000ff")
        await analyst.press("2")
        assert "Compared" not in analyst.screen_text
        assert "Permissions" in analyst.document("token-report")


async def test_a_failed_renewal_is_said_while_the_token_still_works(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("2")
        session = analyst.services.session
        session.renewal_problem = MtpError("The client secret has expired.", "Make a new one.")
        analyst.token_pane.show_renewal_problem(session.renewal_problem)
        await analyst.settle()
        assert "! Renewal failed: The client secret has expired. The token still works" in analyst.screen_text
        session.renewal_problem = None
        analyst.token_pane.show_renewal_problem(None)
        await analyst.settle()
        assert "Renewal failed" not in analyst.screen_text


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def press_and_look(analyst: Analyst, *keys: str) -> str:
    """Press keys where a question stands in front, which a worker waits for."""
    await analyst.press(*keys)
    return analyst.screen_text


async def test_the_token_is_saved_after_a_question_and_replaces_a_file_after_another(
    tenant: SimulatedTenant, clock: StoppedClock, folder: Path
) -> None:
    file = folder / "Latest-token.txt"
    async with analyst_at(tenant, clock, demo=True) as analyst:
        current = analyst.services.session.current
        assert current is not None
        await analyst.press("2")
        asked = await press_and_look(analyst, "w")
        assert "Whoever has the token can act as the application" in asked
        assert "Latest-token.txt" in asked
        await press_and_look(analyst, "escape")
        await analyst.settle()
        assert not file.exists()
        await press_and_look(analyst, "w")
        await press_and_look(analyst, "enter")
        await analyst.settle()
        assert f"saved to {file}" in analyst.notices
        assert file.read_text() == current.token.value.reveal()
        assert os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o600
        file.write_text("something else")
        await press_and_look(analyst, "w")
        assert "exists already" in await press_and_look(analyst, "enter")
        await press_and_look(analyst, "n")
        await analyst.settle()
        assert file.read_text() == "something else"
        await press_and_look(analyst, "w")
        await press_and_look(analyst, "enter")
        await press_and_look(analyst, "y")
        await analyst.settle()
        assert file.read_text() == current.token.value.reveal()


async def test_without_a_token_there_is_nothing_to_turn_copy_or_save(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.press("2", "y", "w", "right", "v")
        assert "No token yet" in analyst.screen_text
        assert analyst.app.clipboard == ""
        assert analyst.pane == "token"
        assert analyst.token_pane.views.open_tab == "report"


async def test_a_tab_that_is_still_being_put_together_is_asked_for_nothing(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    """The line of keys asks what can be copied at any moment, also between a view and what it holds."""
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("2")
        views = analyst.app.screen.query_one(TokenViews)
        making = asyncio.ensure_future(views.query_one(ContentSwitcher).add_content(views._made("claims")))
        while not making.done():
            assert isinstance(views.to_copy("claim"), tuple)
            await asyncio.sleep(0)
        await making
