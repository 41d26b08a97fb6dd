"""What is said in the corner: one thing at a time, no longer than needed, and never over what somebody went to."""

from textual.widgets._toast import Toast

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.analyst import analyst_at
from tests.support.clocks import StoppedClock


async def test_the_same_key_again_says_it_once(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24), toasts=True) as analyst:
        await analyst.press_at_once("t", "t", "t")
        assert len(analyst.app.screen.query(Toast)) == 1
        await analyst.press("t", "u", "t")
        assert len(analyst.app.screen.query(Toast)) == 1
        assert analyst.screen_text.count("start with --write") == 1


async def test_what_a_copy_needs_is_said_the_first_time_only(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("Y")
        assert "by the terminal, which does not confirm it." in analyst.notices
        await analyst.press("Y")
        assert analyst.notices.endswith("bytes sent to the clipboard by the terminal.")


async def test_a_screen_in_front_is_not_covered_by_what_was_said_before(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24), toasts=True) as analyst:
        await analyst.press("2", "y")
        assert "Whoever has the token" in analyst.notices
        await analyst.press("c")
        assert analyst.notices == ""
        assert not any(screen.query(Toast) for screen in analyst.app.screen_stack)
        await analyst.press("x")
        lines = analyst.screen_text.splitlines()
        assert any("Only a link has a QR code" in line for line in lines)
        assert "Esc closes · y copies · x QR code of a link · Tab to the text" in analyst.screen_text
        assert "esc Close" in lines[-1]
