"""Leaving by a key: what is filled in is asked about, what is being sent is waited for, and no half file is left."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from mtp_tui.defender.models import Incident
from mtp_tui.services.export import About, Format
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.ask_screen import ConfirmScreen
from mtp_tui.ui.export_screen import Exportable, ExportScreen
from mtp_tui.ui.triage_screen import Page, TriageScreen
from tests.support.analyst import analyst_at
from tests.support.bursts import press_at_once
from tests.support.clocks import NOON, StoppedClock
from tests.support.incidents import plain_incidents
from tests.support.triager import sent, triager_at
from tests.ui.test_export_screen import names
from tests.ui.test_triage_screen import incident


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    """Five plain incidents, and an application that may change them."""
    tenant = SimulatedTenant(clock=clock, incidents=plain_incidents(5))
    tenant.apps[tenant.client_id].roles = ("Incident.ReadWrite.All",)
    return tenant


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


@pytest.mark.parametrize("is_one_read", [True, False])
async def test_a_change_that_is_being_sent_is_waited_for(
    tenant: SimulatedTenant, clock: StoppedClock, is_one_read: bool
) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("space", "space", "t", "right", "right", "enter")
        screen = analyst.triage
        async with tenant.holding_answers("/api/incidents/1000") as gate:
            if is_one_read:
                press_at_once(analyst.app, "y", "ctrl+q")
            else:
                await analyst.pilot.press("y")
                await analyst.until(lambda: screen.busy)
                await analyst.pilot.press("ctrl+q")
            await analyst.until(lambda: "ends once its answer is here" in analyst.notices)
            assert analyst.app.return_code is None
            gate.open()
        await analyst.until(lambda: analyst.app.return_code is not None)
        assert len(sent(tenant)) == 1, "the next one is not sent any more"
        assert incident(tenant, 1000)["status"] == "InProgress"
        written = await screen._desk.written()
        assert [each.incident_id for each in written] == ["1000"]


async def test_a_file_that_is_being_written_is_asked_about_and_not_left_half(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    ids = tuple(str(number) for number in range(300))
    reached, goes_on = asyncio.Event(), asyncio.Event()

    async def wholes(wanted: Iterable[str]) -> AsyncIterator[Incident]:
        for key in wanted:
            if key == "120":
                reached.set()
                await goes_on.wait()
            yield Incident(key)

    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        screen = ExportScreen(wholes, [Exportable("300 shown", ids, (Format.CSV,), About(NOON, known=300))])
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
