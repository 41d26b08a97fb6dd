"""The queue arrives page by page, stays live, and keeps its place."""

import re
from dataclasses import replace

import httpx

from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.incident_grid import Mark
from mtp_tui.ui.widgets.queue_state import QueueState, in_words, why_empty
from tests.support.analyst import analyst_at
from tests.support.clocks import StoppedClock
from tests.support.incidents import plain_incidents, tenant_with


async def test_500_incidents_over_5_pages_are_all_there_and_none_twice(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 500)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert analyst.incidents == [str(1000 + number) for number in range(500)]
        assert analyst.status.startswith("500 incidents")
        assert "as of 12:00:00 UTC" in analyst.status


def test_rows_that_are_not_all_yet_are_told_to_be_some(clock: StoppedClock) -> None:
    some = QueueState(total=362, shown=57, is_whole=True, as_of=clock(), is_looking=True)
    assert in_words(some, clock()).startswith("57 of 362 incidents, looking on …")
    assert in_words(replace(some, is_looking=False), clock()).startswith("57 of 362 incidents · ")
    assert "57 match, looking on …" in in_words(replace(some, is_whole=False, is_busy=True), clock())
    assert why_empty(replace(some, shown=0)) == "Looking …"
    assert why_empty(replace(some, shown=0, is_looking=False)).startswith("No incident has all these words.")


async def test_an_incident_that_changes_place_between_two_pages_is_not_lost(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 500)
    tenant.faults.add("skip=200", lambda request: moving(tenant, request))
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert sorted(analyst.incidents) == [str(1000 + number) for number in range(500)]
        assert analyst.incidents[0] == "1350"


def moving(tenant: SimulatedTenant, _: httpx.Request) -> httpx.Response:
    """Moves a row from behind the pages read to the front, and has the client ask again."""
    tenant.incidents.change("1350", severity="High")
    return httpx.Response(500, json={"error": {"code": "InternalServerError", "message": ""}})


async def test_rows_appear_as_pages_arrive_with_progress(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 300)
    async with analyst_at(tenant, clock) as analyst, tenant.holding_answers("skip=200") as gate:
        await analyst.begin_sign_in()
        await gate.waiting()
        await analyst.until(lambda: "200 loaded, loading more" in analyst.status)
        assert len(analyst.incidents) == 200
        gate.open()
        await analyst.settle()
        assert analyst.status.startswith("300 incidents")


async def test_escape_stops_a_load_and_r_goes_on(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 300)
    async with analyst_at(tenant, clock) as analyst:
        async with tenant.holding_answers("skip=200") as gate:
            await analyst.begin_sign_in()
            await gate.waiting()
            await analyst.press("escape")
            assert "more available" in analyst.status
            assert "stopped" in analyst.status
        await analyst.press("r")
        assert analyst.status.startswith("300 incidents")


async def test_a_refresh_brings_what_is_new_and_changed_and_the_cursor_stays(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("j", "j")
        assert analyst.grid.cursor_key == "1002"
        clock.advance(31)
        tenant.incidents.upsert({**plain_incidents(1)[0], "incidentId": 2000, "lastUpdateTime": "2026-11-20T12:00:20Z"})
        tenant.incidents.change("1010", severity="High")
        analyst.tick()
        await analyst.settle()
        assert analyst.incidents[:3] == ["1010", "2000", "1000"]
        assert analyst.grid.cursor_key == "1002"
        assert analyst.grid.marks == {"2000": Mark.NEW, "1010": Mark.CHANGED}
        assert analyst.status.startswith("» 1 new, 1 raised to High · 31 incidents")
        await analyst.press("k")
        assert "· 1 new, 1 changed ·" in analyst.status
        await analyst.press("home")
        assert "1010" not in analyst.grid.marks
        assert "· 1 new ·" in analyst.status


async def test_a_live_refresh_costs_one_call(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 250)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        before = len(tenant.requests)
        for _ in range(10):
            clock.advance(31)
            analyst.tick()
            await analyst.settle()
        assert len(tenant.requests) - before == 10


async def test_nobody_signed_in_is_said_from_the_start(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.press("escape", "3")
        assert "Nobody is signed in" in analyst.screen_text
        await analyst.press("2")
        assert "No token yet" in analyst.screen_text


async def test_signing_in_again_keeps_rows_and_place(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("j", "j", "j")
        key = analyst.grid.cursor_key
        await analyst.press("1", "enter")
        assert analyst.pane == "incidents"
        assert analyst.grid.cursor_key == key


async def test_after_hours_asleep_and_with_a_clock_set_back_it_asks_once_and_has_a_good_token(
    clock: StoppedClock,
) -> None:
    tenant = tenant_with(clock, 30)

    async def asked_in_three_seconds() -> tuple[int, int]:
        """Calls of the API, and tokens that were got."""
        del tenant.requests[:]
        for _ in range(3):
            clock.advance(1)
            analyst.tick()
            await analyst.settle()
        paths = [seen.path for seen in tenant.requests]
        return sum(path.startswith("/api/") for path in paths), sum(path.endswith("/token") for path in paths)

    async with analyst_at(tenant, clock, demo=True) as analyst:
        clock.advance(9 * 3600)
        assert await asked_in_three_seconds() == (1, 1)
        assert "as of 21:00:01 UTC" in analyst.status
        assert "token 59 min" in analyst.screen_text
        assert " 9 h " in analyst.screen_text
        clock.advance(-10 * 3600)
        tenant.server_clock_offset_s = 10 * 3600.0  # theirs was not set back
        assert await asked_in_three_seconds() == (1, 0)
        assert "as of 11:00:0" in analyst.status
        assert " 0 s " in analyst.screen_text
        assert not re.search(r"-\d+ (s|min|h|d)\b", analyst.screen_text)


async def test_a_narrow_name_leaves_out_the_words_that_all_names_share(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 2)
    name = "Multi-stage incident involving Initial access & Exfiltration on one endpoint"
    tenant.incidents.change("1000", incidentName=name)
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        assert "… Initial access & E" in analyst.screen_text
        await analyst.pilot.resize_terminal(200, 24)
        await analyst.settle()
        assert name in analyst.screen_text
