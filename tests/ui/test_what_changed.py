"""What changed since somebody looked is said in the queue line, and before and after in the opened incident."""

from dataclasses import replace
from pathlib import Path

from mtp_tui.sim.payload import stamp
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.app import MtpApp
from mtp_tui.ui.widgets.incident_detail import IncidentDetailView
from mtp_tui.ui.widgets.incident_grid import Mark
from tests.defender.shapes import incident_json
from tests.support.analyst import Analyst, analyst_at, services_for
from tests.support.clocks import NOON, StoppedClock
from tests.support.incidents import plain_incidents, tenant_with


async def refresh(analyst: Analyst, clock: StoppedClock) -> None:
    """Half a minute later the queue asks by itself."""
    clock.advance(31)
    analyst.tick()
    await analyst.settle()


async def test_an_opened_incident_says_what_has_changed_until_it_is_left(clock: StoppedClock, tmp_path: Path) -> None:
    tenant = tenant_with(clock, 5)
    async with analyst_at(tenant, clock, demo=True, data_folder=tmp_path, size=(80, 24)) as analyst:
        tenant.incidents.change("1003", severity="High", assignedTo="ana@contoso.example")
        await refresh(analyst, clock)
        assert analyst.status.startswith("» 1 raised to High · 5 incidents")
        assert analyst.incidents_pane.queue.has_class("-news")
        await analyst.press("g")
        assert analyst.status.startswith("5 incidents")
        await analyst.press("j", "k", "enter")  # passed, and then opened
        shown = analyst.document("detail-text")
        assert "Since you last looked  2026-11-20 12:00:00 UTC, 31 s ago" in shown
        assert "◆ Medium → ▲ High  raised" in shown
        assert "nobody → ana@contoso.example" in shown
        tenant.incidents.change("1003", tags=["vip"])
        await refresh(analyst, clock)
        shown = analyst.document("detail-text")
        assert "◆ Medium → ▲ High  raised" in shown
        assert "none → vip" in shown
        await analyst.press("escape", "enter")
        assert "Since you last looked" not in analyst.document("detail-text")


async def test_what_the_cursor_was_on_is_no_news_to_the_next_start(clock: StoppedClock, tmp_path: Path) -> None:
    tenant = tenant_with(clock, 5)
    async with analyst_at(tenant, clock, demo=True, data_folder=tmp_path, size=(80, 24)) as analyst:
        await analyst.press("end")
        for key in ("1003", "1002"):
            tenant.incidents.change(key, severity="High")
        await refresh(analyst, clock)
        assert analyst.grid.marks == {"1002": Mark.CHANGED, "1003": Mark.CHANGED}
        analyst.grid.move_to("1003")
        await analyst.settle()
        assert "1 changed" in analyst.status
    async with analyst_at(tenant, clock, demo=True, data_folder=tmp_path, size=(80, 24)) as analyst:
        assert analyst.grid.marks == {"1002": Mark.CHANGED}


async def test_readings_add_up_in_the_line_and_the_bell_rings_for_high_unless_somebody_types(
    clock: StoppedClock,
) -> None:
    tenant = tenant_with(clock, 5)
    services = services_for(tenant, clock, demo=True)
    app = MtpApp(replace(services, settings=replace(services.settings, bell=True)))
    rung: list[str] = []
    app.bell = lambda: rung.append(app.screen.query_one("QueueLine").text)  # type: ignore[method-assign, attr-defined]
    async with app.run_test() as pilot:
        analyst = Analyst(app, pilot, services)
        await analyst.settle()
        for number, severity in enumerate(("Medium", "High", "High")):
            if number == 2:
                app.screen.query_one("#narrow").focus()
                analyst.incidents_pane.narrowed.action_narrow()
                await analyst.settle()
            body = {**plain_incidents(1)[0], "incidentId": 2000 + number, "severity": severity}
            tenant.incidents.upsert({**body, "lastUpdateTime": stamp(clock())})
            await refresh(analyst, clock)
        assert analyst.status.startswith("» 3 new (2 High) · 8 incidents")
        assert len(rung) == 1
        await refresh(analyst, clock)
        assert len(rung) == 1
        assert analyst.status.startswith("» 3 new (2 High) · 8 incidents")


async def test_a_survivor_shows_what_was_merged_into_it(clock: StoppedClock) -> None:
    merged = [
        incident_json(incidentId=number, status="Redirected", redirectIncidentId=7, lastUpdateTime=stamp(NOON))
        for number in (8, 9)
    ]
    tenant = SimulatedTenant(clock=clock, incidents=[*merged, incident_json(incidentId=7), incident_json(incidentId=6)])
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("enter")
        assert "→ merged into incident 7  m goes there\n  7  ◆ Medium  Active" in analyst.document("detail-text")
        await analyst.press("m")
        assert "← 2 merged incidents are part of this one" in analyst.document("detail-text")
        await analyst.press("m")
        assert sorted(analyst.incidents) == ["8", "9"]
        assert "2 incidents were merged into incident 7. Esc goes back." in analyst.screen_text
        await analyst.press("escape")
        assert len(analyst.incidents) == 4
        assert analyst.incidents_pane.opened == "7"
        await analyst.press("escape")
        analyst.grid.move_to("6")
        await analyst.press("enter")
        view = analyst.app.screen.query_one(IncidentDetailView)
        assert view.check_action("merged", ()) is False
