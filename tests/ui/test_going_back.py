"""Escape leads back to the row, the order and the marks that were there before words, a view or a pivot."""

from mtp_tui.sim.payload import stamp
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.incident_grid import Mark
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock
from tests.support.incidents import plain_incidents, tenant_with


async def narrow(analyst: Analyst, words: str) -> None:
    await analyst.press("slash")
    await analyst.type(words)


async def let_one_come(analyst: Analyst, clock: StoppedClock, tenant: SimulatedTenant, name: str) -> str:
    """Half a minute later there is one more incident on top of the queue; its ID."""
    clock.advance(31)
    body = {**plain_incidents(1)[0], "incidentId": 2000, "incidentName": name, "lastUpdateTime": stamp(clock())}
    tenant.incidents.upsert(body)
    analyst.tick()
    await analyst.settle()
    return "2000"


async def test_from_words_without_a_row_escape_leads_back_and_looks_at_nothing_on_the_way(
    clock: StoppedClock,
) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("j", "j")
        await narrow(analyst, "zzzz")
        await analyst.press("enter")
        assert analyst.incidents == []
        new = await let_one_come(analyst, clock, tenant, "came meanwhile")
        await analyst.press("escape")
        assert analyst.incidents[0] == new
        assert analyst.grid.cursor_key == "1002"
        assert analyst.grid.marks == {new: Mark.NEW}


async def test_a_row_that_comes_under_kept_words_is_where_escape_stays(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("j", "j")
        await narrow(analyst, "zzzz")
        await analyst.press("enter")
        new = await let_one_come(analyst, clock, tenant, "zzzz came")
        assert analyst.incidents == [new]
        await analyst.press("escape")
        assert analyst.grid.cursor_key == new


async def test_who_types_has_not_looked_at_the_rows_that_come_under_the_cursor(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("end")
        new = await let_one_come(analyst, clock, tenant, "Quite another")
        await narrow(analyst, "quite")
        assert analyst.grid.cursor_key == new
        assert analyst.grid.marks == {new: Mark.NEW}
        await analyst.press("enter")
        assert analyst.grid.marks == {}


async def test_escape_from_a_view_leads_back_to_the_order_the_columns_and_the_place(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press(*"jjjjj")
        shown, key, scroll = analyst.incidents, analyst.grid.cursor_key, analyst.grid.scroll_y
        await analyst.press("V", "enter")
        assert analyst.grid.order == "severity"
        assert analyst.grid.cursor == 0
        await analyst.press("j", "j", "V", "down", "down", "enter")
        assert analyst.grid.order == "severity"
        await analyst.press("escape")
        assert (analyst.incidents, analyst.grid.order) == (shown, "updated")
        assert (analyst.grid.cursor_key, analyst.grid.scroll_y) == (key, scroll)


async def test_what_somebody_made_of_a_view_outlives_it(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("V", "enter")
        await narrow(analyst, " source:endpoint")
        await analyst.press("enter", "j", "S", *"jj", "s", "enter")
        assert analyst.grid.order == "id"
        found = analyst.grid.cursor_key
        await analyst.press("escape")
        assert len(analyst.incidents) == 362
        assert (analyst.grid.order, analyst.grid.cursor_key) == ("id", found)


async def test_a_pivot_in_a_view_leads_back_to_it_and_then_to_before_it(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("j", "j")
        key = analyst.grid.cursor_key
        await analyst.press("V", "enter")
        busiest = max(analyst.grid.rows, key=lambda incident: incident.alert_count).id
        analyst.grid.move_to(busiest)
        await analyst.press("enter", "right", "right", "right", "i")
        assert analyst.incidents_pane.opened == ""
        assert analyst.grid.cursor == 0, "a pivot begins on the first one"
        await analyst.press("escape", "escape")
        assert (analyst.grid.order, analyst.grid.cursor_key) == ("severity", busiest)
        await analyst.press("escape")
        assert (analyst.grid.order, analyst.grid.cursor_key) == ("updated", key)


async def test_a_pivot_from_far_down_begins_on_its_first_row(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await narrow(analyst, "is:open")
        await analyst.press("enter", *["down"] * 9, "enter", "right", "right", "i")
        assert 1 < len(analyst.incidents) < 20
        assert analyst.grid.cursor == 0
        await analyst.press("escape")
        assert analyst.incidents_pane.narrowed.line.text == "is:open"
