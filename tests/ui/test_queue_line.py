"""The line above the queue: what it says in which order of weight, and nothing twice."""

from dataclasses import replace
from datetime import datetime

import pytest
from rich.cells import cell_len

from mtp_tui.services.news import News
from mtp_tui.sim.payload import stamp
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.queue_state import QueueState, on_one_line
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import NOON, StoppedClock
from tests.support.incidents import plain_incidents, tenant_with

STATE = QueueState(total=363, is_whole=True, as_of=NOON, calls_this_minute=12, live="live 6 s")
CAME = News(new={"1": "High"})


def said(state: QueueState, width: int = 78, now: datetime = NOON) -> str:
    """The line at the usual width; the meter behind two spaces at least."""
    line = on_one_line(state, now, width)
    assert cell_len(line) <= width
    return line


def test_what_came_and_is_all_that_nobody_has_looked_at_is_said_once() -> None:
    assert said(STATE) == f"{'363 incidents · as of 12:00:00 UTC · live 6 s':65}  12/50 a min"
    assert said(replace(STATE, unseen_new=1)).startswith("363 incidents · as of 12:00:00 UTC · 1 new · live 6 s  ")
    came = replace(STATE, came=CAME, unseen_new=1)
    assert said(came).startswith("» 1 new (1 High) · 363 incidents · as of 12:00:00 UTC · live 6 s  ")
    more = replace(came, unseen_new=3, unseen_changed=1)
    assert "· 3 new, 1 changed in all · live 6 s" in said(more, 120)
    assert "in all" not in said(more)


@pytest.mark.parametrize(
    ("width", "left", "has_meter"),
    [
        (101, "» 1 new (1 High) · 12 of 363 incidents · as of 12:00 UTC · 2 marked, 1 hidden · live 6 s", True),
        (100, "» 1 new (1 High) · 12 of 363 incidents · as of 12:00 · 2 marked, 1 hidden · live 6 s", True),
        (90, "» 1 new (1 High) · 12 of 363 · as of 12:00 · 2 marked, 1 hidden · live 6 s", True),
        (78, "» 1 new (1 High) · 12 of 363 · 2 marked, 1 hidden · live 6 s", True),
        (66, "» 1 new (1 High) · 12 of 363 · 2 marked, 1 hidden · live 6 s", False),
    ],
)
def test_what_is_needed_least_goes_first(width: int, left: str, has_meter: bool) -> None:
    state = replace(STATE, came=CAME, unseen_new=1, marked="2 marked, 1 hidden", shown=12)
    line = said(state, width)
    assert line.removesuffix("12/50 a min").rstrip() == left
    assert line.endswith("12/50 a min") is has_meter


def test_the_time_stays_where_nothing_is_asked_by_itself_and_an_order_goes_before_the_line_is_cut() -> None:
    stopped = replace(STATE, live="", marked="2 marked, 1 hidden", note="stopped", order="by Created ▾")
    assert said(stopped, 60) == "363 · as of 12:00 · 2 marked, 1 hidden · stopped"
    assert said(stopped, 20) == "363 · as of 12:00 ·…"


async def test_at_80_columns_what_comes_leaves_the_live_refresh_in_sight(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("j", "j", "space")
        clock.advance(31)
        body = {**plain_incidents(1)[0], "incidentId": 2000, "severity": "High", "lastUpdateTime": stamp(clock())}
        tenant.incidents.upsert(body)
        analyst.tick()
        await analyst.settle()
        assert analyst.status.startswith("» 1 new (1 High) · 31 · as of 12:00 · 1 marked · live 30 s  ")
        assert "…" not in analyst.status


async def arrange(analyst: Analyst, *keys: str) -> None:
    await analyst.press("S")
    await analyst.press(*keys, "enter")


async def test_an_order_is_said_where_no_title_shows_it(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        assert "▾Updated" in analyst.screen_text
        assert " by " not in analyst.status
        await arrange(analyst, "end", "s")
        assert "· by Age ▾ ·" in analyst.status
        assert "▾" not in analyst.screen_text.partition("Severity")[2]
        ages = [incident.created_at for incident in analyst.grid.rows if incident.created_at]
        assert ages == sorted(ages)
        await arrange(analyst, "end", "s")
        assert "· by Age ▴ ·" in analyst.status
        await arrange(analyst, "u", *["j"] * 7, "s")
        assert "· by Created" in analyst.status
        await analyst.pilot.resize_terminal(160, 24)
        await analyst.settle()
        assert "Created UTC" in analyst.screen_text
        assert " by " not in analyst.status
        await analyst.pilot.resize_terminal(80, 24)
        await analyst.settle()
        assert "· by Created" in analyst.status


async def test_a_click_on_the_title_of_the_usual_order_turns_it_round(clock: StoppedClock) -> None:
    async with analyst_at(tenant_with(clock, 3), clock, demo=True, size=(80, 24)) as analyst:
        await analyst.click("▾Updated")
        assert analyst.incidents == ["1002", "1001", "1000"]
        await analyst.click("▴Updated")
        assert analyst.incidents == ["1000", "1001", "1002"]
        assert analyst.grid.arrangement.sorted_by == ""


async def test_marks_that_escape_takes_away_are_said(clock: StoppedClock) -> None:
    async with analyst_at(tenant_with(clock, 3), clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("space", "space", "escape")
        assert "2 marks removed; no incident was changed." in analyst.notices
        assert analyst.grid.selected == set()
        await analyst.press("f1")
        assert "take all marks away" in " ".join(analyst.document("help-text").split())
