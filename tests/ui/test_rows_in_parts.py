"""Rows that are not all found yet: the cursor keeps its place, and nobody sees rows go and come back."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.match import Marks, matcher
from mtp_tui.defender.narrowing.narrowing import Narrowing
from mtp_tui.services.incidents import FoundRows, IncidentFeed
from mtp_tui.ui.cursor_place import CursorPlace
from mtp_tui.ui.themes import THEMES
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from tests.defender.narrowings import incident, read
from tests.support.clocks import StoppedClock
from tests.support.quiet import until, until_quiet


class Halves:
    """Finds the last half of what fits at once, and the rest when it is told to."""

    def __init__(self) -> None:
        self.incidents = {
            str(number): incident(incidentId=number, incidentName="odd" if number % 2 else "even")
            for number in range(1, 41)
        }
        self.go_on = asyncio.Event()
        self.waits = False
        """Whether somebody has the last half, and wants the rest."""

    def rows(self) -> tuple[Incident, ...]:
        return tuple(self.incidents.values())

    async def find(self, narrowing: Narrowing, _: Marks) -> AsyncGenerator[FoundRows, None]:
        found = tuple(filter(matcher(narrowing), self.rows()))
        yield FoundRows(found[len(found) // 2 :], is_all=False)
        self.waits = True
        await self.go_on.wait()
        self.waits = False
        yield FoundRows(found, is_all=True)


class Front(App[None]):
    """A list, and where its cursor belongs."""

    def __init__(self, halves: Halves) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.halves = halves
        self.place = CursorPlace()

    def compose(self) -> ComposeResult:
        yield IncidentGrid(StoppedClock(), id="grid")

    @property
    def grid(self) -> IncidentGrid:
        return self.query_one(IncidentGrid)

    @on(IncidentGrid.Shown)
    def arrive(self, event: IncidentGrid.Shown) -> None:
        self.place.arrive(self.grid, is_narrowed_anew=event.is_narrowed_anew, is_all=event.is_all, is_typing=False)

    def narrow(self, words: str) -> None:
        self.place.leave(self.grid)
        self.grid.narrow(read(words))


@asynccontextmanager
async def front() -> AsyncIterator[tuple[Front, Pilot[None]]]:
    """Forty rows with odd and even names, narrowed to nothing, the cursor on the first one."""
    halves = Halves()
    app = Front(halves)
    async with app.run_test() as pilot:
        app.grid.follow(cast("IncidentFeed", halves))
        await until_quiet(pilot)
        yield app, pilot


async def some_of_them(app: Front, pilot: Pilot[None]) -> None:
    """Wait until some have been found, and are shown."""
    await until(pilot, lambda: app.halves.waits)
    await pilot.pause()


async def all_of_them(app: Front, pilot: Pilot[None]) -> None:
    """Wait until the rest has been found."""
    app.halves.go_on.set()
    await until_quiet(pilot)
    app.halves.go_on.clear()


@pytest.mark.parametrize("key", ["6", "30"])
async def test_the_row_that_was_left_has_the_cursor_once_all_are_there(key: str) -> None:
    async with front() as (app, pilot):
        app.grid.move_to(key)
        app.narrow("even")
        await some_of_them(app, pilot)
        assert (len(app.grid.rows), app.grid.is_looking) == (10, True)
        await all_of_them(app, pilot)
        assert (len(app.grid.rows), app.grid.cursor_key, app.grid.is_looking) == (20, key, False)


async def test_who_has_gone_elsewhere_among_the_first_ones_stays_there() -> None:
    async with front() as (app, pilot):
        app.grid.move_to("6")
        app.narrow("even")
        await some_of_them(app, pilot)
        app.grid.move_to("34")
        await pilot.pause()
        await all_of_them(app, pilot)
        assert app.grid.cursor_key == "34"


async def test_the_same_words_after_a_refresh_take_no_row_away_for_a_moment() -> None:
    async with front() as (app, pilot):
        app.narrow("even")
        await some_of_them(app, pilot)
        await all_of_them(app, pilot)
        app.grid.move_to("6")
        app.grid.redraw()
        await some_of_them(app, pilot)
        assert (len(app.grid.rows), app.grid.cursor_key) == (20, "6")
        await all_of_them(app, pilot)
        assert (len(app.grid.rows), app.grid.cursor_key) == (20, "6")


async def test_a_view_begins_on_top_of_all_of_them() -> None:
    async with front() as (app, pilot):
        app.grid.move_to("30")
        app.place.begin_on_top(app.grid, is_other=True)
        app.grid.narrow(read("even"))
        await some_of_them(app, pilot)
        await all_of_them(app, pilot)
        assert app.grid.cursor == 0
