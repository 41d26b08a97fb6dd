"""The list of views: what is replaced is asked about first, and what nobody here can take says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.dom import DOMNode

from mtp_tui.defender.narrowing.view import View
from mtp_tui.services.views import Views
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.ask_screen import AskScreen, ConfirmScreen
from mtp_tui.ui.views_screen import ViewsScreen
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock
from tests.support.modals import Front, in_front_of
from tests.support.quiet import until


@pytest.fixture
def views(tmp_path: Path, clock: StoppedClock) -> Views:
    return Views(tmp_path / "views.toml", clock)


@asynccontextmanager
async def saving_as(views: Views, name: str) -> AsyncIterator[Front[View | None]]:
    """Somebody who has given this name to what is shown."""
    async with in_front_of(ViewsScreen(views, View("", "severity:high"))) as front:
        await front.press("n")
        await front.type(name)
        await front.press("enter")
        yield front


async def until_in_front(front: Front[View | None], kind: type[DOMNode]) -> None:
    """Wait for a screen: views are read and written in a thread."""
    await until(front.pilot, lambda: isinstance(front.app.screen, kind))
    await front.settle()


def saved(views: Views, name: str) -> str:
    view = views.load().named(name)
    return view.narrow if view else ""


@pytest.mark.parametrize("name", ["mine", " MINE "])
async def test_a_view_that_is_built_in_is_covered_only_after_a_question(views: Views, name: str) -> None:
    async with saving_as(views, name) as front:
        await until_in_front(front, ConfirmScreen)
        assert front.question.startswith("The view Mine is built in.")
        await front.press("n")
        await until_in_front(front, AskScreen)  # another name may be given
        assert saved(views, "Mine") == "is:open owner:me"
        await front.press("enter")
        await until_in_front(front, ConfirmScreen)
        await front.press("y")
        await until_in_front(front, ViewsScreen)
        assert saved(views, "Mine") == "severity:high"


async def test_a_view_of_ones_own_is_replaced_only_after_a_question(views: Views) -> None:
    views.save(View("hosts", "device:ws"))
    async with saving_as(views, "Hosts") as front:
        await until_in_front(front, ConfirmScreen)
        assert "device:ws" in front.question
        await front.press("escape")
        await until_in_front(front, AskScreen)
        await front.press("escape")
        await until_in_front(front, ViewsScreen)
        assert saved(views, "hosts") == "device:ws"


async def test_a_free_name_is_saved_at_once(views: Views) -> None:
    async with saving_as(views, "hosts") as front:
        await until_in_front(front, ViewsScreen)
        assert saved(views, "hosts") == "severity:high"


async def open_views(analyst: Analyst) -> None:
    await analyst.press("V")
    assert isinstance(analyst.app.screen, ViewsScreen)


async def test_an_application_is_nobody_whose_incidents_could_be_shown(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await open_views(analyst)
        assert "is:open owner:me  (not now)" in analyst.screen_text
        await analyst.press("down", "enter")
        assert isinstance(analyst.app.screen, ViewsScreen)
        assert "There is no “me”: an application is signed in" in analyst.notices
        await analyst.press("down", "enter")
        assert len(analyst.incidents) < 362
