"""Keys that come in one go, as over a slow line, are those that somebody types who waits after each."""

import asyncio

import pytest
from textual import events
from textual.widgets import Input

from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.palette_screen import CommandInput
from tests.support.analyst import Analyst, analyst_at
from tests.support.bursts import press_at_once
from tests.support.clocks import StoppedClock


async def type_at_once(analyst: Analyst, text: str) -> None:
    """All keys before the program has handled the first one; ⏎ and ⎋ are those keys."""
    await analyst.press_at_once(*({"⏎": "enter", "⎋": "escape"}.get(char, char) for char in text))


@pytest.mark.parametrize("line", ["ransom", "powershell", "status", "device:srv-dc01"])
async def test_letters_behind_a_slash_are_words(tenant: SimulatedTenant, clock: StoppedClock, line: str) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await type_at_once(analyst, f"/{line}")
        field = analyst.app.screen.focused
        assert isinstance(field, Input)
        assert (field.id, field.value) == ("narrow", line)


async def test_letters_behind_a_slash_in_an_opened_incident_are_words(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await type_at_once(analyst, "jj⏎")
        assert analyst.incidents_pane.opened
        await type_at_once(analyst, "⎋/severity:high⏎")
        assert analyst.app.screen.focused is analyst.grid
        assert {row.severity for row in analyst.grid.rows} == {"High"}


async def test_a_name_behind_a_colon_is_looked_for_among_the_commands(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await type_at_once(analyst, ":journal")
        assert analyst.app.screen.query_one(CommandInput).value == "journal"


async def test_what_is_typed_while_a_screen_opens_is_for_that_screen(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await type_at_once(analyst, "Vn")
        await analyst.until(lambda: bool(analyst.app.screen.query(Input)))


async def test_keys_behind_one_that_moves_the_cursor_arrive_in_their_order(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await type_at_once(analyst, "jjjkjj")
        assert analyst.grid.cursor == 4
        await type_at_once(analyst, "gGk")
        assert analyst.grid.cursor == len(analyst.grid.rows) - 2


async def test_a_widget_that_is_gone_holds_no_key(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await type_at_once(analyst, "?⎋jj")
        assert analyst.grid.cursor == 2


async def test_a_paste_waits_for_the_keys_before_it(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        press_at_once(analyst.app, "/", "a", "b")
        analyst.app.post_message(events.Paste("cd"))
        await analyst.press_at_once("e")
        assert analyst.app.screen.query_one("#narrow", Input).value == "abcde"


@pytest.mark.parametrize("turns", range(0, 24, 3))
async def test_a_key_overtakes_none_before_it_whenever_it_comes(
    tenant: SimulatedTenant, clock: StoppedClock, turns: int
) -> None:
    """So many turns of the event loop behind the one before, which may be anywhere on its way through the widgets."""
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        for key in "/ab":
            press_at_once(analyst.app, key)
            for _ in range(turns):
                await asyncio.sleep(0)
        await analyst.press_at_once("c")
        assert analyst.app.screen.query_one("#narrow", Input).value == "abc"
