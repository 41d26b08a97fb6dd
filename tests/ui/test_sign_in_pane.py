"""Signing in by the form: what is said before anything is sent, while it works, and when it is refused."""

import httpx
import pytest
from textual import events
from textual.widgets import Input

from mtp_tui.errors import MtpError
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.secret import Secret
from mtp_tui.sim.tenant import SimApp, SimulatedTenant
from mtp_tui.store.failures import Closed
from mtp_tui.ui.messages import SignedInTo
from mtp_tui.ui.widgets.choice import Choice
from mtp_tui.ui.widgets.key_line import KeyLine
from tests.support.analyst import analyst_at, services_for
from tests.support.clocks import StoppedClock


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


async def test_malformed_fields_are_said_at_the_field_before_anything_is_sent(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    good = {"tenant": tenant.tenant_id, "client_id": tenant.client_id, "secret": ""}
    async with analyst_at(tenant, clock) as analyst:
        for field, typed, said in (
            ("tenant", "", "missing"),
            ("tenant", "not a tenant", "neither a GUID nor a domain"),
            ("tenant", "common", "cannot sign in to “common”"),
            ("client_id", "", "missing"),
            ("client_id", "1234", "not a GUID"),
            ("secret", "7d5f1c9e-0000-4000-8000-00000000beef", "Secret ID"),
        ):
            await analyst.sign_in(**good | {field: typed})
            assert said in analyst.fault(field)
            assert analyst.app.screen.focused is analyst.app.screen.query_one(f"#input-{field}")
    assert tenant.requests == []


async def test_values_pasted_with_quotes_and_blanks_are_understood(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in(tenant=f'  "{tenant.tenant_id.upper()}",', client_id=f" '{tenant.client_id}' ")
        assert analyst.pane == "incidents"


async def test_a_refusal_ends_in_a_sentence_with_a_next_step(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    good = {"tenant": tenant.tenant_id, "client_id": tenant.client_id, "secret": tenant.client_secret}
    unknown = "11111111-2222-4333-8444-555555555555"
    async with analyst_at(tenant, clock) as analyst:
        for typed, number, said in (
            ({"secret": "wrong~secret.value"}, "AADSTS7000215", "Value"),
            ({"client_id": unknown}, "AADSTS700016", unknown),
            ({"tenant": unknown}, "AADSTS90002", unknown),
            ({"tenant": "no-such-tenant.example"}, "AADSTS90002", "no-such-tenant.example"),
        ):
            await analyst.sign_in(**good | typed)
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


async def test_a_network_failure_says_which_step_failed(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        for failure, said in (
            (httpx.ConnectError("All connection attempts failed"), "No connection to login.microsoftonline.com"),
            (httpx.ConnectTimeout("timed out"), "did not take the connection"),
            (httpx.ReadTimeout("timed out"), "sent nothing for 60 s"),
            (httpx.RemoteProtocolError("peer closed connection"), "broke off"),
            (httpx.ProxyError("407 Proxy Authentication Required"), "proxy refused"),
        ):
            tenant.faults.clear()
            tenant.faults.add("login.microsoftonline.com", failure, times=9)
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
        await analyst.begin_sign_in()
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
        feed = analyst.incidents_pane.reading.feed
        assert feed is not None
        await analyst.press("1", "escape", "o")
        assert analyst.services.session.current is None
        assert analyst.incidents == []
        assert feed.memory._store is not None
        with pytest.raises(Closed):
            await feed.memory._store.info()
        await analyst.press("2")
        assert "No token yet" in analyst.verdict


async def test_enter_says_all_that_is_missing_and_goes_to_the_first_of_it(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        for field in ("tenant", "client_id"):
            analyst.app.screen.query_one(f"#input-{field}", Input).value = ""
        analyst.app.screen.query_one("#input-tenant", Input).focus()
        await analyst.type("contoso.com")
        await analyst.press("enter")
        assert analyst.app.screen.focused is analyst.app.screen.query_one("#input-client_id")
        assert "missing" in analyst.fault("client_id")
        assert "missing" in analyst.fault("secret")
        await analyst.type("1")
        assert analyst.fault("client_id") == ""
        assert "missing" in analyst.fault("secret"), "it is still"


async def test_a_fault_stays_until_its_own_field_is_right(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        tenant_field, app_field = (
            analyst.app.screen.query_one(f"#input-{name}", Input) for name in ("tenant", "client_id")
        )
        tenant_field.value, app_field.value = "not a tenant", "abc"
        app_field.focus()
        await analyst.press("enter")
        assert [bool(analyst.fault(name)) for name in ("tenant", "client_id", "secret")] == [True, True, True]
        secret = analyst.app.screen.query_one("#input-secret", Input)
        assert "taken from" not in secret.placeholder, "it belongs to another application"
        tenant_field.value = "contoso.com"
        await analyst.settle()
        assert [bool(analyst.fault(name)) for name in ("tenant", "client_id", "secret")] == [False, True, True]
        app_field.value = tenant.client_id
        await analyst.settle()
        assert [bool(analyst.fault(name)) for name in ("tenant", "client_id", "secret")] == [False, False, False]
        assert "taken from" in secret.placeholder
        tenant_field.value = tenant.client_id
        await analyst.press("enter")
        assert "the same ID" in analyst.fault("client_id")
        tenant_field.value = tenant.tenant_id
        await analyst.settle()
        assert analyst.fault("client_id") == ""


async def test_pane_keys_never_land_in_a_field(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        for field in ("tenant", "client_id"):
            analyst.app.screen.query_one(f"#input-{field}", Input).value = ""
        await analyst.press("escape", "2", "3", "1", "2", "1", "3")
        assert analyst.pane == "incidents"
        assert analyst.app.screen.query_one("#input-tenant", Input).value == ""


async def test_a_failed_second_sign_in_says_that_the_first_still_holds(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in()
        await analyst.sign_in(secret="wrong~secret.value")
        assert "AADSTS7000215" in analyst.problem
        assert "Still signed in, with the token from before" in analyst.screen_text
        await analyst.press("escape", "3", "r")
        assert analyst.problem == ""


async def test_escape_after_the_token_came_changes_nothing(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    """Whoever stops a sign-in stays who they were, even if the answer is already on its way through the program."""
    other = "22222222-2222-4333-8444-555555555555"
    tenant.apps[other] = SimApp("other~secret.value")
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in()
        before = analyst.services.session.current
        async with tenant.holding_answers("/token") as gate:
            analyst.app.screen.query_one("#input-client_id", Input).value = other
            analyst.app.screen.query_one("#input-secret", Input).value = "other~secret.value"
            await analyst.begin_sign_in()
            await gate.waiting()
            await analyst.pilot.press("escape")
        await analyst.settle()
        assert analyst.services.session.current is before


async def test_a_secret_cannot_be_copied_out_of_its_field(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        field = analyst.app.screen.query_one("#input-secret", Input)
        field.focus()
        await analyst.type("typed~secret.value")
        await analyst.press("shift+home", "ctrl+c", "ctrl+x")
        assert analyst.app.clipboard == ""


async def test_a_wrapped_secret_is_said_and_not_cut(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        field = analyst.app.screen.query_one("#input-secret", Input)
        field.focus()
        field.post_message(events.Paste("\nabc~def\nghi\n"))
        await analyst.settle()
        assert field.value == "abc~def\nghi"
        await analyst.press("enter")
        assert "line" in analyst.fault("secret")
    assert tenant.requests == []


async def test_the_environments_secret_goes_to_its_own_application_only(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in(client_id="22222222-2222-4333-8444-555555555555")
        assert "missing" in analyst.fault("secret")
    assert tenant.requests == []


@pytest.mark.parametrize(
    "body",
    [
        {"error": "invalid_client", "error_description": "AADSTS7000215: x", "suberror": ["x"]},
        {"error": "x", "refresh_in": None},
        {"token_type": "Bearer", "id_token": None},
        {"token_type": "Bearer", "client_info": "x"},
        {"error": 7, "error_description": ["x"], "error_codes": "7000215"},
        {},
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401])
async def test_odd_token_answers_end_in_a_sentence(
    tenant: SimulatedTenant, clock: StoppedClock, body: dict[str, object], status: int
) -> None:
    tenant.faults.add("/token", lambda _: httpx.Response(status, json=body))
    with pytest.raises(MtpError) as raised:
        await services_for(tenant, clock, tenant_name=tenant.tenant_id, demo=True).session.sign_in(
            ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
        )
    assert raised.value.summary


async def test_a_date_from_the_end_of_time_hurts_nobody(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    tenant.server_clock_offset_s = 7900 * 365.25 * 86400
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("2")
        analyst.tick()
        await analyst.settle()
        assert analyst.verdict


async def test_two_ids_that_were_the_same_are_forgiven_by_mending_either(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in(tenant=tenant.client_id)
        assert "same ID" in analyst.fault("client_id")
        analyst.app.screen.query_one("#input-tenant", Input).value = "contoso.com"
        await analyst.settle()
        assert analyst.fault("client_id") == ""


async def test_signing_out_says_who_still_holds_the_secret(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, size=(80, 24)) as analyst:
        await analyst.sign_in()
        await analyst.press("1", "escape", "o")
        assert "held by" in analyst.screen_text
        assert "AZURE_CLIENT_SECRET." in analyst.screen_text


async def test_what_an_empty_field_says_can_be_read_in_both_themes(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.press("escape")
        for _ in range(2):
            await analyst.press("T")
            style = analyst.app.screen.query_one("#input-secret").get_component_rich_style("input--placeholder")
            assert style.color is not None
            assert style.bgcolor is not None
            light, dark = sorted(
                (luminance(*each.get_truecolor()) for each in (style.color, style.bgcolor)), reverse=True
            )
            assert (light + 0.05) / (dark + 0.05) >= 4.5, "WCAG 2.1, 1.4.3"


def luminance(*rgb: int) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    red, green, blue = (each / 3294 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_a_second_that_ends_before_the_queue_is_there_keeps_it_from_nobody(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    """The session knows of a sign-in before the screen is told, and the screen looks at the session each second."""
    other = "00000000-de00-4000-8000-0000000000b2"
    tenant.apps[other] = SimApp("other~secret.value")
    async with analyst_at(tenant, clock) as analyst:
        feeds = []
        for client_id in (tenant.client_id, other):
            credentials = ClientSecret(tenant.tenant_id, client_id, Secret(tenant.apps[client_id].secret))
            signed_in = await analyst.services.session.sign_in(credentials)
            analyst.tick()
            analyst.app.screen.post_message(SignedInTo(signed_in))
            await analyst.settle()
            assert len(analyst.incidents) == len(tenant.incidents.all())
            feeds.append(analyst.incidents_pane.reading.feed)
        assert feeds[0] is not feeds[1], "another application does not go on with the rows of the one before"


async def test_up_and_down_go_from_line_to_line_as_tab_does(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, size=(80, 24)) as analyst:
        await analyst.press("escape")
        lines = ["kind", "cloud", "region", "audience", "input-tenant", "input-client_id", "input-secret"]
        screen = analyst.app.screen
        assert "⏎ Sign in" in screen.query_one(KeyLine).render().plain
        for key, names in (("down", lines), ("up", [*reversed(lines[:-1]), "sign-in-button"])):
            for name in names:
                await analyst.press(key)
                assert screen.focused is not None
                assert screen.focused.id == name
        await analyst.press("down", "down", "right")
        assert screen.query_one("#cloud", Choice).chosen != "global"
