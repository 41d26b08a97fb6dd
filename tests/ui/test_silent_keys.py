"""A key of the program that does nothing where it is pressed says why, or where it works."""

from textual.widgets import Input

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock


async def said(analyst: Analyst, key: str) -> str:
    """What is said about a key; empty if nothing is."""
    analyst.app.clear_notifications()
    await analyst.press(key)
    return analyst.notices


async def test_keys_of_elsewhere_say_so_in_the_queue_and_in_the_token_pane(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        assert "--write" in await said(analyst, "u")
        pivot = "i works in an opened incident, on evidence and devices: other incidents with the evidence or device"
        assert pivot in await said(analyst, "i")
        assert await said(analyst, "m") == "This incident did not become part of another one."
        assert "n works in an opened incident, in its tab JSON" in await said(analyst, "n")
        assert "w works in the token pane (2): save the token" in await said(analyst, "w")
        assert "o works in the sign-in pane (1)" in await said(analyst, "o")
        for key in ("Z", "left", "escape"):
            assert await said(analyst, key) == ""
        await analyst.press("2")
        for key, sign in (("slash", "/"), ("x", "x"), ("t", "t"), ("O", "O")):
            assert f"{sign} works in the incidents pane (3)" in await said(analyst, key)
        assert pivot in await said(analyst, "i")
        assert "in the tab Can do" in await said(analyst, "Y")


async def test_without_a_token_its_keys_say_so(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, size=(80, 24)) as analyst:
        await analyst.press("escape", "2")
        for key in "vwl":
            assert await said(analyst, key) == "Nobody is signed in."


async def test_keys_in_an_opened_incident_say_which_tab_they_want(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        plain = next(incident for incident in analyst.grid.rows if not incident.redirect_id)
        analyst.grid.move_to(plain.id)
        await analyst.press("enter")
        whole = "No incident became part of this one. This incident did not become part of another one."
        assert await said(analyst, "m") == whole
        assert "Evidence and devices lead to other incidents" in await said(analyst, "i")
        await analyst.press("right")
        assert "Evidence and devices lead to other incidents" in await said(analyst, "i")
        assert "f works in the list of incidents (3)" in await said(analyst, "f")
        await analyst.press("right")
        assert "f works in the list of incidents (3)" in await said(analyst, "f")
        await analyst.press("left", "left", "left")
        assert "/ searches" in await said(analyst, "n")


async def test_the_help_gives_the_same_reasons(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(120, 40)) as analyst:
        await analyst.press("enter", "f1")
        text = " ".join(analyst.document("help-text").split())
        assert "(not now: Evidence and devices lead to other incidents: go to their tabs first.)" in text
        assert "(not now: read-only: start with --write)" in text
        assert "(not now: No incident became part of this one.)" in text


async def test_nothing_is_said_about_letters_that_are_typed(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("slash")
        await analyst.type("unimxo")
        assert isinstance(analyst.app.focused, Input)
        assert analyst.notices == ""
