"""Leaving by a key: what is filled in is asked about, what is being sent is waited for, and no half file is left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from textual.screen import Screen

from mtp_tui.sim.gates import Gate
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.ask_screen import ConfirmScreen
from mtp_tui.ui.triage_screen import Page, TriageScreen
from tests.support.analyst import analyst_at
from tests.support.bursts import press_at_once
from tests.support.clocks import StoppedClock
from tests.support.triager import Triager, sent, triager_at, writable_tenant
from tests.ui.test_export_screen import held_export, names
from tests.ui.test_triage_screen import incident


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    """Five plain incidents, and an application that may change them."""
    return writable_tenant(clock)


async def test_a_form_that_is_filled_in_is_not_thrown_away_unasked(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("t", "right", "ctrl+q")
        assert isinstance(analyst.app.screen, ConfirmScreen)
        assert "Forget what is chosen and typed here?" in analyst.screen_text
        await analyst.press("ctrl+q")
        assert [type(screen) for screen in analyst.app.screen_stack[1:]] == [TriageScreen, ConfirmScreen]
        await analyst.press("n")
        assert analyst.app.return_code is None
        await analyst.press("enter")
        assert analyst.triage.page is Page.PREVIEW
        await analyst.press("ctrl+q", "n", "ctrl+q")
        assert analyst.app.return_code is None
        await analyst.pilot.press("y")
        await analyst.until(lambda: analyst.app.return_code == 0)
        assert sent(tenant) == []


async def test_with_nothing_to_lose_it_leaves_at_once(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("t", "ctrl+q")
        assert analyst.app.return_code == 0


FIRST = "/api/incidents/1000"
TWO_SHOWN = "space", "space", "t", "right", "right", "enter"
"""Keys until what would be sent of two incidents is shown."""


@asynccontextmanager
async def change_on_its_way(tenant: SimulatedTenant, analyst: Triager) -> AsyncIterator[Gate]:
    """The first of two changes has left, and its answer is held until the gate is opened."""
    await analyst.press(*TWO_SHOWN)
    async with tenant.holding_answers(FIRST) as read_again:
        await analyst.pilot.press("y")
        await analyst.until(lambda: read_again.held)
        async with tenant.holding_answers(FIRST) as gate:
            read_again.open()
            await analyst.until(lambda: gate.held)
            yield gate


async def ends(analyst: Triager) -> list[str]:
    """How the writes of the journal ended."""
    await analyst.until(lambda: analyst.app.return_code is not None)
    return [f"{each.incident_id} {each.end}" for each in await analyst.triage._desk.written()]


async def test_a_change_that_has_left_is_waited_for(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with triager_at(tenant, clock) as analyst:
        async with change_on_its_way(tenant, analyst) as gate:
            await analyst.pilot.press("ctrl+q")
            await analyst.until(lambda: "ends once its answer is here" in analyst.notices)
            await analyst.pilot.press("ctrl+q")
            assert analyst.app.return_code is None
            gate.open()
            assert await ends(analyst) == ["1000 done"]
        assert len(sent(tenant)) == 1, "the next one is not sent any more"
        assert incident(tenant, 1000)["status"] == "InProgress"


async def test_a_change_that_was_refused_for_its_quota_is_not_sent_again(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        tenant.faults.add(FIRST, tenant.defender.answer, times=2)  # shown, and read again
        tenant.faults.add(FIRST, slow_down)
        async with change_on_its_way(tenant, analyst) as gate:
            await analyst.pilot.press("ctrl+q")
            await analyst.until(lambda: "ends once its answer is here" in analyst.notices)
            clock.holds = True
            gate.open()
            assert await ends(analyst) == ["1000 not done"]
        assert len(sent(tenant)) == 1


async def test_a_change_that_waits_for_the_quota_does_not_leave_any_more(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press(*TWO_SHOWN)
        tenant.faults.add(FIRST, slow_down)
        clock.holds = True
        await analyst.pilot.press("y")
        await clock.sleeping()
        await analyst.pilot.press("ctrl+q")
        assert await ends(analyst) == []
        assert sent(tenant) == []


async def test_leaving_in_the_same_read_as_the_yes_sends_nothing(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press(*TWO_SHOWN)
        async with tenant.holding_answers(FIRST):
            press_at_once(analyst.app, "y", "ctrl+q")
            assert await ends(analyst) == []
        assert sent(tenant) == []


async def test_what_is_waited_for_may_end_in_any_way(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with triager_at(tenant, clock) as analyst, change_on_its_way(tenant, analyst):
        await analyst.pilot.press("ctrl+q")
        await analyst.until(lambda: "ends once its answer is here" in analyst.notices)
        analyst.app.workers.cancel_group(analyst.triage, "triage")
        assert await ends(analyst) == ["1000 unknown"]
        assert analyst.app.return_code == 0


class Unsure(Screen[None]):
    """A screen that may not be asked more than once without an answer."""

    async def may_leave(self) -> bool:
        """Never comes to an end the first time."""
        self.is_asked = True
        await asyncio.Event().wait()
        return True


async def test_leaving_that_was_cut_off_can_be_begun_again(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.app.push_screen(Unsure())
        await analyst.pilot.press("ctrl+q")
        await analyst.until(lambda: hasattr(analyst.app.screen, "is_asked"))
        analyst.app.workers.cancel_group(analyst.app, "leave")
        analyst.app.pop_screen()
        await analyst.settle()
        await analyst.pilot.press("ctrl+q")
        await analyst.until(lambda: analyst.app.return_code == 0)


def slow_down(_: httpx.Request) -> httpx.Response:
    return httpx.Response(429, headers={"Retry-After": "600"}, json={})


async def test_a_file_that_is_being_written_is_asked_about_and_not_left_half(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    screen, reached, goes_on = held_export()
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.app.push_screen(screen)
        screen.path.value = str(tmp_path / "out.csv")
        await analyst.pilot.press("enter")
        await reached.wait()
        await analyst.pilot.press("ctrl+q")
        await analyst.until(lambda: isinstance(analyst.app.screen, ConfirmScreen))
        assert "A file is being written. Leave without it?" in analyst.screen_text
        await analyst.pilot.press("y")
        goes_on.set()
        await analyst.until(lambda: analyst.app.return_code == 0)
        assert names(tmp_path) == []
