"""Marks for triage: what they mean where an incident is read, and that those out of sight are said."""

import pytest

from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.export_screen import ExportScreen
from mtp_tui.ui.widgets.marked_rows import MarkedRows
from tests.support.clocks import StoppedClock
from tests.support.triager import Triager, sent, triager_at, writable_tenant


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    """Five plain incidents, and an application that may change them."""
    return writable_tenant(clock)


def test_marks_are_told_with_those_that_cannot_be_seen() -> None:
    assert MarkedRows().in_words("incident") == ""
    assert MarkedRows(("1",)).in_words("incident") == "1 marked incident"
    assert MarkedRows(("1",), ("2", "3")).in_words() == "3 marked, 2 hidden"
    assert MarkedRows((), ("2",)).in_words("incident") == "1 marked incident, hidden"
    assert MarkedRows((), ("2", "3")).in_words("incident") == "2 marked incidents, all hidden"


async def narrow(analyst: Triager, words: str) -> None:
    await analyst.press("slash")
    await analyst.type(words)
    await analyst.press("enter")


async def change_status(analyst: Triager) -> None:
    """From the form on: another status, looked at and sent."""
    await analyst.press("right", "right", "enter", "y", "enter")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_in_an_opened_incident_triage_is_for_that_one_whatever_is_marked(
    tenant: SimulatedTenant, clock: StoppedClock, size: tuple[int, int]
) -> None:
    async with triager_at(tenant, clock, size=size) as analyst:
        await analyst.press("space", "space")
        await narrow(analyst, "id:1003")
        assert "2 marked, all hidden" in analyst.status
        await analyst.press("enter", "t")
        assert "Triage · incident 1003, not the 2 marked ones · what is wanted" in analyst.screen_text
        await change_status(analyst)
        assert [path for path, _ in sent(tenant)] == ["/api/incidents/1003"]
        assert analyst.grid.selected == {"1000", "1001"}


async def test_in_the_list_beside_an_opened_incident_the_marks_count(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock, size=(160, 45)) as analyst:
        await analyst.press("space", "space", "j", "enter")
        analyst.grid.focus()
        await analyst.press("t")
        assert "Triage · 2 marked incidents · what is wanted" in analyst.screen_text


async def test_marks_out_of_sight_are_said_before_anything_is_done_with_them(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("space", "space")
        await narrow(analyst, "id:1001")
        assert "2 marked, 1 hidden" in analyst.status
        await analyst.press("t")
        assert "Triage · 2 marked incidents, 1 hidden · what is wanted" in analyst.screen_text
        await analyst.press("escape", "x")
        assert isinstance(analyst.app.screen, ExportScreen)
        assert "2 marked incidents, 1 hidden" in analyst.screen_text
        await analyst.press("escape", "t")
        await change_status(analyst)
        assert [path for path, _ in sent(tenant)] == ["/api/incidents/1001", "/api/incidents/1000"]
        assert "marked" not in analyst.status
