"""How often all is laid out for what somebody waits for: counted, since each time takes longer than what is waited for."""

from collections.abc import Iterator
from contextlib import contextmanager

from textual.screen import Screen

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock
from tests.support.incidents import tenant_with


class Layouts:
    """Counts those of one screen."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, _: Screen[object]) -> None:
        self.count += 1


@contextmanager
def layouts_of(analyst: Analyst) -> Iterator[Layouts]:
    layouts, screen = Layouts(), analyst.app.screen
    screen.screen_layout_refresh_signal.subscribe(screen, layouts.note, immediate=True)
    yield layouts
    screen.screen_layout_refresh_signal.unsubscribe(screen)


async def test_rows_that_come_and_go_lay_nothing_out(clock: StoppedClock) -> None:
    """From none to more than fit, one by one, and to none again: the grid says why, and its bar was there before."""
    async with analyst_at(tenant_with(clock, 200), clock, demo=True, size=(120, 40)) as analyst:
        grid, rows = analyst.grid, tuple(analyst.grid.rows)
        with layouts_of(analyst) as layouts:
            for count in (0, 1, 38, 39, 200, 39, 0):
                grid.show(rows[:count])
                await analyst.settle()
            grid.say_when_empty("Nothing to see.")
            await analyst.settle()
            assert "Nothing to see." in analyst.screen_text
        assert layouts.count == 0


async def test_a_sign_in_lays_out_the_form_hardly_and_the_queue_once(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(120, 40)) as analyst:
        await analyst.press("1", "o")
        await analyst.sign_in()  # what stands in the panes is mounted by now
        await analyst.press("1", "o")
        with layouts_of(analyst) as layouts:
            await analyst.sign_in()
        assert analyst.pane == "incidents"
        assert analyst.incidents
        assert layouts.count <= 2


async def test_an_incident_opens_and_closes_in_one_layout_each(clock: StoppedClock) -> None:
    for size in ((120, 40), (80, 24)):
        async with analyst_at(tenant_with(clock, 60), clock, demo=True, size=size) as analyst:
            await analyst.press("home", "enter", "escape")  # mounts what is mounted once
            for key in ("enter", "escape"):
                with layouts_of(analyst) as layouts:
                    await analyst.press(key)
                assert layouts.count == 1, (size, key)


async def test_a_document_that_grows_past_its_height_lays_nothing_out(clock: StoppedClock) -> None:
    async with analyst_at(tenant_with(clock, 5), clock, demo=True, size=(120, 40)) as analyst:
        await analyst.press("home", "enter")
        with layouts_of(analyst) as layouts:
            await analyst.press("j", "k")
            text = analyst.incidents_pane.view.text
            lines = list(text._lines)
            text.show(lines * 30)
            await analyst.settle()
            assert text.max_scroll_y > 0
            text.show(lines[:3])
            await analyst.settle()
            assert text.max_scroll_y == 0
        assert layouts.count == 0
