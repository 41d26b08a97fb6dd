"""Where there is little room: what does not fit is left out whole, or has a sign, and the ways out are always said."""

import pytest

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.analyst import analyst_at
from tests.support.clocks import StoppedClock


@pytest.mark.parametrize(
    ("key", "hints", "more"),
    [
        ("S", "Enter keeps · Esc leaves", "s Sort"),
        ("V", "Enter takes it · Esc closes", "n Save this"),
        ("x", "Enter writes · Esc closes", "← → Choose"),
        ("s", "Esc closes · y copies", "x QR code"),
    ],
)
async def test_hints_and_keys_leave_no_way_out_unsaid(
    tenant: SimulatedTenant, clock: StoppedClock, key: str, hints: str, more: str
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press(key)
        assert hints in analyst.screen_text
        assert more in analyst.screen_text.splitlines()[-1]
        for width in (40, 60):
            await analyst.pilot.resize_terminal(width, 12)
            await analyst.settle()
            frame = next(line for line in reversed(analyst.screen_text.splitlines()) if "╰" in line)
            assert hints in frame
            assert "…" not in frame
            assert "  esc " in analyst.screen_text.splitlines()[-1]


async def test_a_choice_says_which_of_how_many_it_shows(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(40, 12)) as analyst:
        await analyst.press("x")
        assert "…› 1/2 │" in analyst.screen_text


async def test_tabs_say_that_there_are_more_on_either_side(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(40, 12)) as analyst:
        await analyst.press("enter")
        tabs = analyst.screen_text.splitlines()[3]
        assert tabs.startswith(" Overview")
        assert tabs.endswith("›")
        await analyst.press("left")
        tabs = analyst.screen_text.splitlines()[3]
        assert tabs.startswith("‹")
        assert tabs.rstrip().endswith("JSON")
        await analyst.press("left", "left")
        tabs = analyst.screen_text.splitlines()[3]
        assert (tabs[0], tabs[-1]) == ("‹", "›")
        assert "Timeline" in tabs
