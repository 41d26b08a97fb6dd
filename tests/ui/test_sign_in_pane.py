"""Signing in by the form: what is said before anything is sent, while it works, and when it is refused."""

import httpx
import pytest
from textual.widgets import Input

from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.said import Said
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock


def fault(analyst: Analyst, field: str) -> str:
    """What stands below a field."""
    return analyst.app.screen.query_one(f"#field-{field} .fault", Said).text


async def test_enter_signs_in_and_the_incidents_come(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        assert analyst.pane == "sign-in"
        await analyst.sign_in()
        assert analyst.pane == "incidents"
        assert len(analyst.incidents) == len(tenant.incidents.all())
        assert analyst.verdict.startswith("✓ Accepted for incidents")


async def test_one_token_request_serves_all_calls(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in()
        await analyst.press("r", "r", "r")
    token_requests = [seen for seen in tenant.requests if seen.path.endswith("/token")]
    api_requests = [seen for seen in tenant.requests if seen.host == "api.security.microsoft.com"]
    assert len(token_requests) == 1
    assert len(api_requests) > 5
    assert len({seen.headers["authorization"] for seen in api_requests}) == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("tenant", "", "missing"),
        ("tenant", "not a tenant", "neither a GUID nor a domain"),
        ("tenant", "common", "cannot sign in to “common”"),
        ("client_id", "", "missing"),
        ("client_id", "1234", "not a GUID"),
        ("secret", "7d5f1c9e-0000-4000-8000-00000000beef", "Secret ID"),
    ],
)
async def test_malformed_fields_are_said_at_the_field_before_anything_is_sent(
    tenant: SimulatedTenant, clock: StoppedClock, field: str, typed: str, said: str
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in(**{field: typed})
        assert said in fault(analyst, field)
        assert analyst.app.screen.focused is analyst.app.screen.query_one(f"#input-{field}")
    assert tenant.requests == []


async def test_values_pasted_with_quotes_and_blanks_are_understood(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in(tenant=f'  "{tenant.tenant_id.upper()}",', client_id=f" '{tenant.client_id}' ")
        assert analyst.pane == "incidents"


@pytest.mark.parametrize(
    ("typed", "number", "said"),
    [
        ({"secret": "wrong~secret.value"}, "AADSTS7000215", "Value"),
        ({"client_id": "11111111-2222-4333-8444-555555555555"}, "AADSTS700016", "11111111-2222-4333-8444-555555555555"),
        ({"tenant": "99999999-2222-4333-8444-555555555555"}, "AADSTS90002", "99999999-2222-4333-8444-555555555555"),
        ({"tenant": "no-such-tenant.example"}, "AADSTS90002", "no-such-tenant.example"),
    ],
)
async def test_a_refusal_ends_in_a_sentence_with_a_next_step(
    tenant: SimulatedTenant, clock: StoppedClock, typed: dict[str, str], number: str, said: str
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in(**typed)
        assert analyst.pane == "sign-in"
        assert "✗" in analyst.problem
        assert "→" in analyst.problem
        assert number in analyst.problem
        assert said in analyst.problem
        assert "trace" in analyst.problem
        assert "wrong~secret" not in analyst.problem


async def test_an_expired_secret_is_said(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    tenant.apps[tenant.client_id].secret_expired = True
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in()
        assert "AADSTS7000222" in analyst.problem
        assert "expired" in analyst.problem


async def test_after_a_refusal_the_next_try_asks_again_at_once(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    """MSAL would answer from memory for a minute after a 400."""
    tenant.apps[tenant.client_id].disabled = True
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in()
        assert "AADSTS7000112" in analyst.problem
        tenant.apps[tenant.client_id].disabled = False
        await analyst.sign_in()
        assert analyst.pane == "incidents"


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (httpx.ConnectError("All connection attempts failed"), "No connection to login.microsoftonline.com"),
        (httpx.ConnectTimeout("timed out"), "did not take the connection"),
        (httpx.ReadTimeout("timed out"), "did not answer"),
        (httpx.RemoteProtocolError("peer closed connection"), "broke off"),
        (httpx.ProxyError("407 Proxy Authentication Required"), "proxy refused"),
    ],
)
async def test_a_network_failure_says_which_step_failed(
    tenant: SimulatedTenant, clock: StoppedClock, failure: Exception, said: str
) -> None:
    tenant.faults.add("login.microsoftonline.com", failure, times=9)
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in()
        assert said in analyst.problem
        assert "→" in analyst.problem


async def test_a_page_that_is_no_json_is_said_to_be_no_answer_of_entra(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.faults.add(
        "login.microsoftonline.com",
        lambda _: httpx.Response(200, html="<html>Please log in to the network</html>"),
    )
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in()
        assert "not JSON" in analyst.problem
        assert "Please log in to the network" in analyst.problem


async def test_escape_stops_a_sign_in_and_its_late_answer_is_dropped(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst, tenant.holding_answers("/token") as gate:
        await analyst.pilot.press("escape", "1")
        analyst.app.screen.query_one("#input-tenant", Input).focus()
        await analyst.pilot.press("enter")
        await gate.waiting()
        assert "Asking for a token" in analyst.screen_text
        await analyst.press("escape")
        assert "Stopped." in analyst.screen_text
        gate.open()
        await analyst.settle()
        assert analyst.pane == "sign-in"
        assert analyst.services.session.current is None


async def test_the_secret_is_never_on_the_screen(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        assert tenant.client_secret not in analyst.screen_text
        await analyst.sign_in(secret="typed~secret.value")
        assert "typed~secret" not in analyst.screen_text
        assert "•" in analyst.screen_text


async def test_signing_out_forgets_token_and_rows(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in()
        await analyst.press("1", "escape", "o")
        assert analyst.services.session.current is None
        assert analyst.incidents == []
        await analyst.press("2")
        assert "No token yet" in analyst.verdict
