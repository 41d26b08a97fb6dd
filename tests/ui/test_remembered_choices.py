"""The queue begins as it was left: in the next start, and after signing out and in again."""

from pathlib import Path
from threading import Event

from textual.widgets import Input

from mtp_tui.services.choices import QueueChoices, keep_choices
from mtp_tui.services.memory import Memory
from mtp_tui.sim.payload import stamp
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.narrow_line import NarrowLine
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock
from tests.support.incidents import tenant_with


def line(analyst: Analyst) -> str:
    return analyst.app.screen.query_one("#narrow", Input).value


async def test_the_next_start_has_columns_order_words_and_cursor_and_nothing_opened(
    clock: StoppedClock, tmp_path: Path
) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, data_folder=tmp_path) as analyst:
        await analyst.sign_in()
        await analyst.press("slash")
        await analyst.type("status:active ")
        await analyst.press("enter")
        await analyst.press("S")
        await analyst.pilot.press("space", *"jjj", "s", "plus", "enter")
        await analyst.press("j", "j", "j", "enter", "tab")
        shown, cursor, columns = analyst.incidents, analyst.grid.cursor_key, analyst.grid.arrangement
        assert columns.sorted_by == "name"
        assert cursor != shown[0]
    async with analyst_at(tenant, clock, data_folder=tmp_path) as analyst:
        await analyst.sign_in()
        assert line(analyst) == "status:active "
        assert (analyst.incidents, analyst.grid.cursor_key) == (shown, cursor)
        assert analyst.grid.arrangement == columns
        assert not analyst.incidents_pane.opened
        assert analyst.app.screen.focused is analyst.grid
        await analyst.press("j", "1", "o")
        assert analyst.incidents == []
        await analyst.sign_in()
        assert analyst.grid.cursor_key == shown[shown.index(str(cursor)) + 1]


async def test_words_that_mean_nothing_any_more_are_there_to_be_mended(clock: StoppedClock, tmp_path: Path) -> None:
    tenant = tenant_with(clock, 5)
    memory = Memory(tmp_path, SimulatedTenant.tenant_id, clock, 180.0)
    await keep_choices(memory, QueueChoices(narrow="severty:high", cursor="1003"))
    await memory.close()
    async with analyst_at(tenant, clock, data_folder=tmp_path) as analyst:
        await analyst.sign_in()
        assert line(analyst) == "severty:high"
        assert analyst.app.screen.query_one(NarrowLine).has_class("-faulty")
        assert len(analyst.incidents) == 5
        assert analyst.grid.cursor_key == "1003"
        assert "✗" not in analyst.problem


async def test_signing_out_while_the_store_is_still_writing_ends_nothing_else(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 5)
    async with analyst_at(tenant, clock) as analyst:
        await analyst.sign_in()
        feed = analyst.incidents_pane.reading.feed
        assert feed is not None
        store, gate = feed.memory._store, Event()
        assert store is not None
        store._thread.submit(gate.wait, 30)
        body = {"incidentId": 99, "incidentName": "late", "lastUpdateTime": stamp(clock())}
        tenant.incidents.upsert(body)
        analyst.incidents_pane.queue.ask()
        while "99" not in feed.incidents:
            await analyst.pilot.pause(0.01)
        await analyst.pilot.pause()
        analyst.incidents_pane.forget()
        await analyst.pilot.pause()
        gate.set()
        await analyst.settle()
        assert analyst.incidents == []


async def test_a_column_that_is_moved_twice_is_two_places_further(clock: StoppedClock) -> None:
    async with analyst_at(tenant_with(clock, 3), clock, demo=True) as analyst:
        before = [column.title for column in analyst.grid.every_column if not column.hidden and column.key]
        await analyst.press("S")
        await analyst.press("J", "J", "enter")
        by_key = {column.key: column.title for column in analyst.grid.every_column}
        shown = [by_key[key] for key, _ in analyst.grid.arrangement.columns]
        assert shown[:3] == [before[1], before[2], before[0]]
