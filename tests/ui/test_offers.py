"""The set-up guide and the requests as code: filled in, shown whole, copied with a key."""

from mtp_tui.sim.faults import forbidden
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.offers_screen import OffersScreen
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock


def offers_of(analyst: Analyst) -> OffersScreen:
    """The list in front."""
    screen = analyst.app.screen
    assert isinstance(screen, OffersScreen)
    return screen


async def go_to(analyst: Analyst, label: str) -> None:
    """Put the cursor on the first offer with these words."""
    screen = offers_of(analyst)
    screen.grid.cursor = next(index for index, offer in enumerate(screen.grid.rows) if label in offer.label)
    await analyst.settle()


async def test_the_guide_is_filled_in_with_the_ids_of_the_session(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("s")
        text = "\n".join(offer.text for offer in offers_of(analyst).grid.rows)
        assert f"--id {tenant.client_id}" in text
        assert "Microsoft Threat Protection" in text
        assert "Incident.Read.All" in text
        await analyst.press("y")
        assert analyst.app.clipboard == offers_of(analyst).offer.text
        await analyst.press("escape")
        assert analyst.pane == "incidents"


async def test_a_consent_link_becomes_a_qr_code(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(120, 50)) as analyst:
        await analyst.press("s")
        screen = offers_of(analyst)
        screen.grid.cursor = next(index for index, offer in enumerate(screen.grid.rows) if offer.is_link)
        screen.action_show_qr()  # before anybody has been told that the cursor moved
        await analyst.settle()
        assert "█" in screen.view.plain_text
        await analyst.press("x")
        assert "https://" in screen.view.plain_text


async def test_code_in_four_languages_names_the_secrets_variable_only(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("c")
        for language in ("cURL", "PowerShell", "Python", "C#"):
            for request in ("token", "incidents"):
                await go_to(analyst, f"{language}: {request}")
                await analyst.press("enter")
                assert tenant.client_id in analyst.app.clipboard
                assert "AZURE_CLIENT_SECRET" in analyst.app.clipboard
                assert tenant.client_secret not in analyst.app.clipboard


async def test_without_ids_what_is_missing_is_said(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, tenant_name="") as analyst:
        await analyst.press("escape", "s")
        await go_to(analyst, "   ")
        incomplete = next(index for index, offer in enumerate(offers_of(analyst).grid.rows) if offer.gap)
        offers_of(analyst).grid.cursor = incomplete
        await analyst.press("y")
        assert "Not filled in yet" in analyst.notices
        assert analyst.app.clipboard == ""


async def test_evidence_of_a_refused_sign_in_holds_the_trace_and_no_secret(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in(secret="wrong~secret.value")
        await analyst.press("escape", "e")
        evidence = analyst.app.clipboard
        for part in ("AADSTS", "7000215", "login.microsoftonline.com", tenant.tenant_id, tenant.client_id, "mtp-tui"):
            assert part in evidence
        assert "wrong~secret" not in evidence


async def test_evidence_of_a_refused_call_holds_its_request_id_and_no_token(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        tenant.faults.add("/api/incidents", forbidden())
        await analyst.press("r", "e")
        evidence = analyst.app.clipboard
        current = analyst.services.session.current
        assert current is not None
        assert "403" in evidence
        assert "00000000-0000-4000-8000-00000000fa17" in evidence
        assert current.token.value.reveal()[:40] not in evidence
        await analyst.press("r", "e")
        assert "There is no problem on this pane" in analyst.notices


async def test_a_qr_code_is_whole_or_not_drawn(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    """Half a code cannot be read; the terminal's size decides again whenever it changes."""
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("s")
        screen = offers_of(analyst)
        longest = max((offer for offer in screen.grid.rows if offer.is_link), key=lambda offer: len(offer.text))
        screen.grid.cursor = list(screen.grid.rows).index(longest)
        await analyst.press("x")
        assert "Enlarge the terminal" in analyst.screen_text
        await analyst.pilot.resize_terminal(80, 40)
        await analyst.settle()
        code = screen.view.plain_text.splitlines()
        assert "█" in screen.view.plain_text
        assert len(code) <= 40
        assert screen.view.max_scroll_y == 0


async def test_help_and_leaving_work_above_a_list_too(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("s", "f1")
        assert "Copy the text under the cursor" in analyst.screen_text
        await analyst.press("end")
        assert "F1              Keys and help of what is in front; ? too  " in analyst.screen_text, "and works here"
        assert "Every command by name; : too" in analyst.screen_text
        await analyst.press("f1")
        assert offers_of(analyst)
        await analyst.press("x")
        assert "Only a link has a QR code" in analyst.notices
        await analyst.press("ctrl+q")
        assert analyst.app.return_code == 0
