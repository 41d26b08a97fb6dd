"""Signing in by the form in every way that there is, and what each shows on its way."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from textual.widgets import Input

from mtp_tui.identity.credentials import CredentialKind
from mtp_tui.identity.progress import EnterCode, OpenBrowser
from mtp_tui.sim.browser import browse
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.elsewhere import Elsewhere
from mtp_tui.ui.widgets.said import Said
from mtp_tui.ui.widgets.sign_in_form import SignInFormView
from tests.sim.assertions import pair
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock

API = "api.security.microsoft.com"


def api_hosts(tenant: SimulatedTenant) -> set[str]:
    return {seen.host for seen in tenant.requests if seen.path.startswith("/api/")}


def signed_in_as(analyst: Analyst) -> str:
    """What the form says below itself."""
    return analyst.app.screen.query_one("#signed-in-as", Said).text


async def a_token(analyst: Analyst) -> str:
    """A token got by the secret, to be pasted."""
    await analyst.sign_in()
    current = analyst.services.session.current
    assert current is not None
    token = current.token.value.reveal()
    await analyst.press("1", "escape", "o")
    return token


# device code


async def test_a_device_code_is_shown_large_and_signs_in_once_it_is_entered(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, size=(120, 40)) as analyst:
        await analyst.choose("kind", "device-code")
        assert not analyst.app.screen.query_one("#field-secret").display
        async with tenant.holding_answers("/token"):
            await analyst.begin_sign_in()
            await analyst.until_waiting()
            waiting = analyst.waiting
            assert isinstance(waiting, EnterCode)
            assert waiting.user_code in analyst.screen_text
            assert waiting.address in analyst.screen_text
            assert "█▀▀" in analyst.screen_text, "a QR code, or large letters"
            assert "left" in analyst.screen_text
            await analyst.pilot.press("y")
            await analyst.until(lambda: analyst.app.clipboard == waiting.user_code)
            await analyst.pilot.press("u")
            await analyst.until(lambda: analyst.app.clipboard == waiting.address)
            tenant.entra.device_codes[-1].approve()
        await analyst.settle()
        assert analyst.pane == "incidents"
        assert len(analyst.incidents) == len(tenant.incidents.all())
        await analyst.press("2")
        assert "user" in analyst.verdict
        assert not analyst.app.screen.query_one(Elsewhere).display


async def test_a_declined_code_is_said_and_the_form_is_there_again(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, size=(80, 24)) as analyst:
        await analyst.choose("kind", "device-code")
        async with tenant.holding_answers("/token"):
            await analyst.begin_sign_in()
            await analyst.until_waiting()
            await analyst.pilot.press("x")
            tenant.entra.device_codes[-1].decline()
        await analyst.settle()
        assert "declined" in analyst.problem
        assert analyst.app.screen.query_one("#kind").display
        await analyst.begin_sign_in()
        await analyst.settle()
        assert "run out" in analyst.problem or "expired" in analyst.problem


async def test_a_qr_code_takes_the_place_of_the_code_where_it_can_be_read(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, size=(80, 24)) as analyst:
        await analyst.choose("kind", "device-code")
        async with tenant.holding_answers("/token"):
            await analyst.begin_sign_in()
            await analyst.until_waiting()
            code = analyst.app.screen.query_one("#elsewhere-qr")
            assert "Esc leaves the field" not in analyst.screen_text, "there is none"
            await analyst.pilot.press("x")
            await analyst.until(lambda: "x Show code" in analyst.screen_text)
            assert code.region.height == code.size.height > 0
            assert analyst.app.screen.region.contains_region(code.region)
            await analyst.pilot.resize_terminal(60, 18)
            await analyst.until(lambda: "Enlarge the terminal" in analyst.screen_text)
            await analyst.pilot.press("x")
            await analyst.until(lambda: analyst.waiting.address in analyst.screen_text)
            await analyst.pilot.resize_terminal(120, 40)  # there is room for both
            await analyst.until(lambda: "Show code" not in analyst.screen_text and "QR code" not in analyst.screen_text)
            await analyst.pilot.press("escape")


async def test_escape_stops_waiting_for_a_code(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.choose("kind", "device-code")
        async with tenant.holding_answers("/token"):
            await analyst.begin_sign_in()
            await analyst.until_waiting()
            await analyst.press("escape")
            assert "Stopped." in analyst.screen_text
            tenant.entra.device_codes[-1].approve()
        await analyst.settle()
        assert analyst.services.session.current is None
        assert analyst.pane == "sign-in"


# browser


async def test_a_browser_comes_back_and_the_incidents_come(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.choose("kind", "browser")
        clock.holds = True
        await analyst.begin_sign_in()
        await analyst.until_waiting()
        waiting = analyst.waiting
        assert isinstance(waiting, OpenBrowser)
        assert "Choose Device code" in analyst.screen_text, "there is no browser here"
        landing = await browse(tenant.handle, waiting.address)
        async with httpx.AsyncClient(trust_env=False) as browser:
            page = await browser.request(landing.method, landing.url, data=landing.form)
        assert "back to the terminal" in page.text
        clock.wake()
        await analyst.settle()
        assert analyst.pane == "incidents"


# certificate


async def test_a_certificate_is_shown_before_it_is_used_and_proves_itself(tmp_path: Path) -> None:
    clock = StoppedClock(datetime.now(UTC))  # MSAL dates what it signs by the machine's own time
    tenant = SimulatedTenant(clock=clock)
    tenant.apps[tenant.client_id].certificates.append(pair().pem)
    path = tmp_path / "app.pfx"
    lock = serialization.BestAvailableEncryption(b"a~passphrase")
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            None, pair().key, x509.load_pem_x509_certificate(pair().pem.encode()), None, lock
        )
    )
    async with analyst_at(tenant, clock) as analyst:
        await analyst.choose("kind", "certificate")
        await analyst.fill("certificate_path", f'"{path}"')
        await analyst.press("enter")
        assert "passphrase" in analyst.fault("passphrase")
        await analyst.fill("passphrase", "a~passphrase")
        await analyst.press("shift+tab")
        assert pair().sha1.hex().upper() in analyst.screen_text
        assert "left" in analyst.screen_text
        async with tenant.holding_answers("/token"):
            await analyst.pilot.press("enter")
            await analyst.pilot.pause()
            assert pair().sha1.hex().upper() in analyst.screen_text, "it is told once, and stays"
        await analyst.settle()
        assert analyst.problem == ""
        assert analyst.pane == "incidents"


async def test_a_wrong_path_is_said_at_its_field(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.choose("kind", "certificate")
        await analyst.fill("certificate_path", "/no/such/file.pfx")
        await analyst.press("enter")
        assert "file" in analyst.fault("certificate_path")
    assert tenant.requests == []


# any of them


async def test_enter_on_a_choice_goes_to_the_first_gap_and_signs_in_without_one(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.choose("kind", "certificate")
        await analyst.press("enter")
        assert analyst.app.focused is analyst.app.screen.query_one("#input-certificate_path")
        await analyst.choose("kind", "secret")
        await analyst.press("enter")
        assert analyst.pane == "incidents"


async def test_on_a_small_terminal_a_refusal_is_read_without_scrolling(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, size=(60, 18)) as analyst:
        await analyst.sign_in(secret="wrong~secret.value")
        for words in ("✗ The client secret is wrong.", "AADSTS7000215", "e copies evidence"):
            assert words in analyst.screen_text
        await analyst.sign_in(secret=tenant.apps[tenant.client_id].secret)
        assert analyst.screen_text.splitlines()[0].endswith(" min "), "how long the token lasts, whole"


# token


async def test_a_pasted_token_is_judged_and_used_until_it_ends(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        token = await a_token(analyst)
        await analyst.choose("kind", "token")
        answer = json.dumps({"token_type": "Bearer", "access_token": token}, indent=1)
        await analyst.fill("token", answer)
        await analyst.press("enter")
        assert analyst.pane == "incidents"
        assert analyst.incidents
        assert analyst.verdict.startswith("✓ Accepted for incidents")
        assert "pasted, and not renewed" in signed_in_as(analyst)
        clock.advance(7200)
        asked = len(tenant.requests)
        await analyst.press("r")
        assert "cannot be renewed" in analyst.problem
        assert len(tenant.requests) == asked
        await analyst.press("1", "escape")
        file = tmp_path / "Latest-token.txt"
        file.write_text(f"Bearer {token}\n", encoding="utf-16")
        await analyst.fill("token_file", str(file))
        await analyst.press("enter")
        assert analyst.pane == "token"
        assert "expired" in analyst.verdict


async def test_a_token_for_another_api_is_never_sent_to_this_one(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    tenant.apps[tenant.client_id].roles_elsewhere["mde"] = ("Alert.Read.All",)
    async with analyst_at(tenant, clock) as analyst:
        await analyst.choose("audience", "https://api.securitycenter.windows.com")
        token = await a_token(analyst)
        tenant.requests.clear()
        await analyst.choose("kind", "token")
        await analyst.fill("token", token)
        await analyst.press("enter")
        assert analyst.pane == "token"
        assert "WindowsDefenderATP" in analyst.verdict
        assert api_hosts(tenant) == set()
        await analyst.press("3")
        assert "was not sent" in analyst.problem


async def test_whatever_is_no_token_stays_here(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.choose("kind", "token")
        await analyst.fill("token", "not a token at all")
        await analyst.press("enter")
        assert "too short" in analyst.fault("token")
        await analyst.fill("token", "eyJ0eXAiOiJKV1QifQ.eyJh")
        await analyst.press("enter")
        assert analyst.pane == "token"
        assert "cannot be read here" in signed_in_as(analyst)
        assert "✓" not in signed_in_as(analyst)
        await analyst.press("3", "r")
    assert api_hosts(tenant) == set()


# where


async def test_a_region_decides_the_api_host_alone(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.choose("region", "eu")
        await analyst.sign_in()
        assert analyst.pane == "incidents"
    assert api_hosts(tenant) == {f"eu.{API}"}
    assert [seen.form["scope"] for seen in tenant.requests if "scope" in seen.form] == [f"https://{API}/.default"]


async def test_a_government_cloud_is_asked_at_its_own_hosts(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    tenant.directory.cloud = "usgov"
    async with analyst_at(tenant, clock) as analyst:
        await analyst.choose("cloud", "gcc-high")
        assert not analyst.app.screen.query_one("#region").display
        await analyst.sign_in()
        assert analyst.pane == "incidents"
        assert analyst.verdict.startswith("✓ Accepted for incidents")
    assert {seen.host for seen in tenant.requests} == {"login.microsoftonline.us", "api-gov.security.microsoft.us"}


async def test_a_page_of_the_portal_fills_in_both_ids(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    page = (
        "Display name\n: mtp-tui\nApplication (client) ID\n: 00000000-de00-4a99-8000-00000000c11e\n"
        "Object ID\n: 00000000-de00-4a99-8000-0000000000b1\nDirectory (tenant) ID\n: 00000000-de00-4000-8000-00000000c0de\n"
    )
    async with analyst_at(tenant, clock, environ={}) as analyst:
        await analyst.fill("tenant", page)
        typed = {name: analyst.app.screen.query_one(f"#input-{name}", Input).value for name in ("tenant", "client_id")}
        assert typed == {"tenant": tenant.tenant_id, "client_id": tenant.client_id}
        await analyst.fill("secret", "typed~before")
        await analyst.choose("kind", CredentialKind.TOKEN)
        assert "Client secret" not in analyst.screen_text
        await analyst.choose("kind", CredentialKind.SECRET)
        form = analyst.app.screen.query_one(SignInFormView).typed
        assert (form.tenant, form.secret.reveal()) == (tenant.tenant_id, "typed~before"), (
            "kept while another kind was shown"
        )
