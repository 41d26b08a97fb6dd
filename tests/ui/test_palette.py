"""The palette: every command by name, by what it does and by its key, and why some cannot be done."""

import pytest

from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.export_screen import ExportScreen
from mtp_tui.ui.palette_screen import CommandGrid, PaletteScreen
from mtp_tui.ui.widgets.key_line import KeyLine
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock


def offered(analyst: Analyst) -> list[str]:
    """The commands that the words leave, the best first."""
    return [command.name for command in analyst.app.screen.query_one(CommandGrid).rows]


@pytest.mark.parametrize("words", ["", "light"])
async def test_enter_that_comes_twice_in_one_read_does_one_thing_once(
    tenant: SimulatedTenant, clock: StoppedClock, words: str
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        theme, marked = analyst.app.theme, len(analyst.grid.selected)
        await analyst.press("colon")
        await analyst.type(words)
        await analyst.press_at_once("enter", "enter")
        assert len(analyst.app.screen_stack) == 1
        assert (analyst.app.theme != theme, len(analyst.grid.selected) - marked) in ((True, 0), (False, 1))


async def test_a_command_can_be_typed_in_one_go(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press_at_once("colon", *"export", "enter")
        assert isinstance(analyst.app.screen, ExportScreen)
        await analyst.press("escape")
        assert analyst.grid.selected == set(), "nor is what stands first done"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("theme", "Light/dark"),
        ("sort", "Columns"),
        ("timeline", "Tabs"),
        ("exp", "Export"),
        ("incident file", "Export"),
    ],
)
async def test_a_command_is_found_by_what_it_does(
    tenant: SimulatedTenant, clock: StoppedClock, words: str, name: str
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("ctrl+p")
        await analyst.type(words)
        assert name in offered(analyst)
        await analyst.type(" xyzzy")
        assert offered(analyst) == []
        assert "No command has these words." in analyst.screen_text


@pytest.mark.parametrize(("key", "name"), [("T", "Light/dark"), ("t", "Triage"), ("u", "Undo"), ("^q", "Quit")])
async def test_the_key_of_a_command_finds_it_first(
    tenant: SimulatedTenant, clock: StoppedClock, key: str, name: str
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("ctrl+p")
        await analyst.type(key)
        assert offered(analyst)[0] == name


async def test_names_stand_before_what_only_speaks_of_the_word_and_keys_beside_them(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("ctrl+p")
        await analyst.type("copy")
        assert offered(analyst)[:2] == ["Copy", "Copy link"]
        assert "▌y     Copy  " in analyst.screen_text
        await analyst.press("down", "enter")
        assert "Portal link of incident" in analyst.notices


async def test_what_cannot_be_done_stands_behind_the_rest_and_says_why(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("ctrl+p")
        rows = analyst.app.screen.query_one(CommandGrid).rows
        commands = {command.name: command for command in rows}
        assert "--write" in commands["Undo"].why_not
        assert "an opened incident" in commands["Others with this"].why_not
        assert "the token pane (2)" in commands["Show token"].why_not
        can = [not command.why_not for command in rows]
        assert can == sorted(can, reverse=True)
        await analyst.type("undo")
        await analyst.press("enter")
        assert "--write" in analyst.notices
        assert isinstance(analyst.app.screen, PaletteScreen)


async def test_the_line_of_keys_is_that_of_the_palette(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("ctrl+p")
        words = analyst.app.screen.query_one(KeyLine).render().plain
        assert words.split("  ")[:3] == [" ⏎ Do it", "esc Close", "↑ ↓ Choose"]
        await analyst.press("ctrl+p")
        assert len(analyst.app.screen_stack) == 1


async def test_in_front_of_a_screen_it_lists_what_that_one_can_do(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(40, 12)) as analyst:
        await analyst.press("x")
        await analyst.press("ctrl+p")
        assert "Triage" not in offered(analyst)
        await analyst.type("close")
        await analyst.press("enter")
        assert not any(isinstance(screen, ExportScreen) for screen in analyst.app.screen_stack)
