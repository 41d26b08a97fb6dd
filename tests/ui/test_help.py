"""The help: a key leads to it wherever no text is typed, and it lists keys for what they do there."""

import pytest
from textual.widgets import Input

from mtp_tui.defender.narrowing.fields import FIELDS
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.help_screen import HelpScreen
from mtp_tui.ui.palette_screen import PaletteScreen
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock


def listed(analyst: Analyst, words: str) -> list[str]:
    """The keys beside these words of the help."""
    assert isinstance(analyst.app.screen, HelpScreen)
    lines = [line for line in analyst.document("help-text").splitlines() if words in line]
    return [key for line in lines for key in line.partition(words)[0].split()]


@pytest.mark.parametrize(
    ("key", "words"), [("V", "Views"), ("S", "Columns"), ("y", "Copy"), ("x", "Export"), ("J", "Journal")]
)
async def test_a_question_mark_helps_on_every_screen(
    tenant: SimulatedTenant, clock: StoppedClock, key: str, words: str
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.pilot.press(key)
        await analyst.until(lambda: len(analyst.app.screen_stack) == 2)
        in_front = analyst.app.screen
        await analyst.pilot.press("question_mark")
        await analyst.until(lambda: bool(analyst.app.screen.query("#help-text")))
        await analyst.until(lambda: words in analyst.document("help-text"))
        await analyst.pilot.press("question_mark")
        await analyst.until(lambda: analyst.app.screen is in_front)


async def test_a_colon_lists_the_commands_of_a_screen_in_front(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.pilot.press("V")
        await analyst.until(lambda: len(analyst.app.screen_stack) == 2)
        await analyst.pilot.press("colon")
        await analyst.until(lambda: isinstance(analyst.app.screen, PaletteScreen))


async def test_a_question_mark_is_typed_where_a_text_is_typed(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.pilot.press("x")
        await analyst.until(lambda: bool(analyst.app.screen.query("#export-path")))
        await analyst.pilot.press("down", "end", "question_mark")
        path = analyst.app.screen.query_one("#export-path", Input)
        await analyst.until(lambda: path.value.endswith("?"))
        assert not isinstance(analyst.app.screen, HelpScreen)


async def test_the_line_that_narrows_lists_every_field(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("slash")
        await analyst.press("f1")
        text = analyst.document("help-text")
        assert all(f"{field.name}:{field.example}" in text for field in FIELDS)


async def test_a_key_is_listed_for_what_it_does_there_and_for_nothing_else(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("question_mark")
        assert listed(analyst, "Go down a page") == ["pgdn", "^f"]
        assert "space" in listed(analyst, "Mark the row")
        await analyst.press("escape")
        await analyst.press("enter")
        await analyst.press("question_mark")
        assert "space" in listed(analyst, "Go down a page"), "in a text it turns the page"
