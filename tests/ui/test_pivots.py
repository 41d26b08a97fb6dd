"""From a piece of evidence to the other incidents that have it, and back to where that was asked."""

from pathlib import Path

from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.pivot_line import PivotLine
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock


def busiest(analyst: Analyst) -> str:
    return max(analyst.grid.rows, key=lambda incident: incident.alert_count).id


def said(analyst: Analyst) -> str:
    line = analyst.app.screen.query_one(PivotLine)
    return line.text if line.display else ""


async def go_to_common_evidence(analyst: Analyst, asked: str) -> None:
    """Put the cursor on something, not the first, that other incidents have too."""
    view, feed = analyst.incidents_pane.view, analyst.incidents_pane.reading.feed
    assert feed is not None
    for _ in range(3, len(view.evidence.grid.rows)):
        await analyst.press("j")
        pivot = view.pivot
        others = pivot and await feed.memory.others_with(pivot.kind, pivot.value, asked)
        if others and others.ids:
            return
    raise AssertionError("no other incident has any of this")


async def test_a_pivot_shows_the_others_and_escape_leads_back_to_the_evidence(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        asked = busiest(analyst)
        analyst.grid.move_to(asked)
        await analyst.press("enter", "right", "right")
        view = analyst.incidents_pane.view
        await go_to_common_evidence(analyst, asked)
        looked_at = view.pivot
        await analyst.press("i")
        assert "other incident" in said(analyst)
        assert asked not in analyst.incidents
        assert 0 < len(analyst.incidents) < 362
        assert analyst.status.startswith(f"{len(analyst.incidents)} of 362 incidents")
        await analyst.press("enter")
        assert analyst.incidents_pane.opened not in ("", asked)
        await analyst.press("escape", "escape")
        assert said(analyst) == ""
        assert len(analyst.incidents) == 362
        assert analyst.incidents_pane.opened == asked
        assert view.pivot == looked_at, "the cursor is on the evidence that was asked for"
        await analyst.press("escape")
        assert analyst.grid.cursor_key == asked


async def test_words_do_not_hide_what_a_pivot_finds_and_hold_again_behind_it(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        asked = busiest(analyst)
        await analyst.press("slash")
        await analyst.type(f"id:{asked}")
        await analyst.press("enter", "enter", "right", "right", "right", "i")
        found = len(analyst.incidents)
        assert said(analyst).startswith(f"{found} other incident")
        assert "Device ID" in said(analyst)
        await analyst.press("slash")
        await analyst.type("qqqq")
        assert analyst.incidents == []
        await analyst.press("escape")
        assert len(analyst.incidents) == found, "words that are typed here narrow what was found"
        await analyst.press("escape")
        assert analyst.incidents == [asked]
        assert analyst.incidents_pane.opened == asked
        await analyst.press("escape", "escape")
        assert len(analyst.incidents) == 362
        assert analyst.grid.cursor_key is not None


async def test_pivots_lead_on_and_each_escape_leads_back_one(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        analyst.grid.move_to(busiest(analyst))
        await analyst.press("enter", "right", "right", "right", "i")
        first, was_said = analyst.incidents, said(analyst)
        await analyst.press("enter", "i")
        assert analyst.incidents != first
        await analyst.press("escape")
        assert (analyst.incidents, said(analyst)) == (first, was_said)
        await analyst.press("escape", "escape")
        assert said(analyst) == ""
        assert len(analyst.incidents) == 362


async def test_an_answer_that_comes_late_takes_nothing_from_who_is_elsewhere(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        analyst.grid.move_to(busiest(analyst))
        await analyst.press("enter", "right", "right", "right")
        narrowed, asked = analyst.incidents_pane.narrowed, analyst.incidents_pane.opened
        await analyst.press("escape", "slash")
        await analyst.type("high")
        shown = analyst.incidents
        narrowed.others.post_message(PivotLine.Found(frozenset(["42053"]), asked, "1 other incident"))
        await analyst.settle()
        assert (analyst.incidents, said(analyst)) == (shown, "")
        assert narrowed.line.text == "high"
        assert narrowed.line.has_focus_within


async def test_what_is_shown_for_a_while_is_not_what_the_next_start_begins_with(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    async with analyst_at(tenant, clock, data_folder=tmp_path) as analyst:
        await analyst.sign_in()
        await analyst.press("slash")
        await analyst.type("severity:high ")
        await analyst.press("enter")
        analyst.grid.move_to(asked := busiest(analyst))
        await analyst.press("enter", "right", "right", "right", "i", "j")
        assert asked not in analyst.incidents
    async with analyst_at(tenant, clock, data_folder=tmp_path) as analyst:
        await analyst.sign_in()
        assert analyst.incidents_pane.narrowed.line.text == "severity:high "
        assert analyst.grid.cursor_key == asked


async def test_a_view_leaves_the_pivot(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        analyst.grid.move_to(busiest(analyst))
        await analyst.press("enter", "right", "right", "right", "i", "V", "enter")
        assert said(analyst) == ""
        assert len(analyst.incidents) > 20
        await analyst.press("escape")
        assert len(analyst.incidents) == 362
