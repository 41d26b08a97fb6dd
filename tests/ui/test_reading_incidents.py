"""Narrowing, opening, copying: by keys, palette and mouse, at any size."""

import asyncio
import json

import pytest

from mtp_tui.defender.models import Incident
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.said import Said
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock
from tests.support.incidents import plain_incidents, tenant_with


async def test_slash_narrows_and_escape_widens(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        whole = len(analyst.incidents)
        await analyst.press("slash")
        await analyst.type("high spray")
        assert 0 < len(analyst.incidents) < whole
        assert f"{len(analyst.incidents)} of {whole} incidents" in analyst.status
        await analyst.press("enter")
        assert analyst.app.screen.focused is analyst.grid
        await analyst.press("escape")
        assert len(analyst.incidents) == whole
        assert analyst.status.startswith(f"{whole} incidents"), "the line above counts what is below it"
        await analyst.press("slash")
        await analyst.type("nothing has these words")
        assert "No incident has all these words" in analyst.screen_text
        await analyst.press("enter")
        assert analyst.app.screen.focused is analyst.grid, "an empty list keeps the keys"
        await analyst.press("slash")
        await analyst.press("escape")
        assert len(analyst.incidents) == whole


async def open_big(analyst: Analyst) -> None:
    """Open the incident with most alerts."""
    rows = analyst.grid.rows
    key = max(rows, key=lambda incident: incident.alert_count).id
    assert analyst.grid.move_to(key)
    await analyst.press("enter")


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_enter_opens_every_part_of_an_incident(
    tenant: SimulatedTenant, clock: StoppedClock, size: tuple[int, int]
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=size) as analyst:
        await open_big(analyst)
        overview = analyst.document("detail-text")
        assert "MITRE ATT&CK techniques" in overview
        assert "T1486" in overview
        await analyst.press("right")
        assert "Tactic" in analyst.document("detail-alerts-page")
        await analyst.press("right")
        assert "Process" in {row.group.type for row in analyst.incidents_pane.view.evidence.grid.rows}
        await analyst.press("right")
        assert "Device ID" in analyst.document("detail-devices-page")
        await analyst.press("right")
        assert "Alerts by tactic" in analyst.document("detail-text")
        await analyst.press("right")
        assert "@" in analyst.document("detail-text")
        await analyst.press("right")
        assert str(json.loads(analyst.incidents_pane.view.json.value[1])["incidentId"]) == analyst.incidents_pane.opened
        await analyst.press("escape")
        assert not analyst.incidents_pane.opened
        assert analyst.app.screen.focused is analyst.grid


async def test_a_merged_incident_leads_to_its_survivor(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        merged = next(incident for incident in analyst.grid.rows if incident.redirect_id)
        analyst.grid.move_to(merged.id)
        await analyst.press("enter")
        assert f"merged into incident {merged.redirect_id}" in analyst.document("detail-text")
        await analyst.press("m")
        assert analyst.incidents_pane.opened == merged.redirect_id


async def test_y_copies_a_portal_link_and_the_json(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        key = analyst.grid.cursor_key
        await analyst.press("Y")
        assert analyst.app.clipboard == f"https://security.microsoft.com/incidents/{key}?tid={tenant.tenant_id}"
        await analyst.press("enter", "left", "y", "w")
        assert str(json.loads(analyst.app.clipboard)["incidentId"]) == key


async def test_it_resizes_live(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(160, 45)) as analyst:
        await analyst.press("enter")
        assert "Sources" in analyst.screen_text
        for size in ((80, 24), (40, 10), (200, 60)):
            await analyst.pilot.resize_terminal(*size)
            await analyst.settle()
            for key in ("1", "escape", "2", "3"):
                await analyst.press(key)
            assert analyst.pane == "incidents"
            assert "3 Incidents" in analyst.screen_text or size[0] < 60


async def test_light_and_dark_and_help(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(100, 100)) as analyst:
        await analyst.press("T")
        assert analyst.app.theme == "mtp-light"
        await analyst.press("T")
        assert analyst.app.theme == "mtp-dark"
        await analyst.press("question_mark")
        assert "The queue, newest update first" in analyst.screen_text
        assert "Show only rows with these words" in analyst.screen_text
        await analyst.press("escape")
        assert analyst.pane == "incidents"


async def test_the_mouse_reaches_panes_rows_and_tabs(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(160, 45)) as analyst:
        await analyst.click("2 Token")
        assert analyst.pane == "token"
        await analyst.click("3 Incidents")
        await analyst.pilot.click("#incident-grid", offset=(20, 4))
        assert analyst.grid.cursor == 3
        await analyst.pilot.click("#incident-grid", offset=(20, 4), times=2)
        await analyst.settle()
        assert analyst.incidents_pane.opened == analyst.incidents[3]
        await analyst.pilot.click("#detail-tabs", offset=(12, 0))
        await analyst.settle()
        assert "Tactic" in analyst.document("detail-alerts-page")


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_palette_runs_what_the_keys_run(tenant: SimulatedTenant, clock: StoppedClock, key: str) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press(key)
        await analyst.type("Copy link")
        await analyst.press("enter")
        assert str(analyst.grid.cursor_key) in analyst.app.clipboard


async def test_narrowing_never_swaps_the_incident_that_is_being_read(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    """Where the detail covers the list, `/` goes back to the list first; beside it, the detail stays."""
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("j", "enter", "slash")
        assert not analyst.incidents_pane.opened
        await analyst.type("name:kerberos")
        assert all("Kerberos" in incident.name for incident in analyst.grid.rows)
    async with analyst_at(tenant, clock, demo=True, size=(160, 45)) as analyst:
        await analyst.press("j", "enter")
        opened = analyst.incidents_pane.opened
        await analyst.press("slash")
        await analyst.type("kerberos")
        assert analyst.incidents_pane.opened == opened


async def test_escape_from_narrowing_goes_back_to_where_it_began(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("pagedown", "pagedown", "k")
        key, scroll = analyst.grid.cursor_key, analyst.grid.scroll_y
        await analyst.press("slash")
        await analyst.type("spray")
        assert analyst.grid.cursor == 0
        await analyst.press("escape")
        assert analyst.grid.cursor_key == key
        assert abs(analyst.grid.scroll_y - scroll) <= 1  # the line for words took one row


@pytest.mark.parametrize("focus", ["list", "detail"])
async def test_escape_works_after_the_terminal_shrank(tenant: SimulatedTenant, clock: StoppedClock, focus: str) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(160, 45)) as analyst:
        await analyst.press("j", "enter")
        if focus == "list":
            await analyst.press("tab")
            assert analyst.app.screen.focused is analyst.grid
        await analyst.pilot.resize_terminal(80, 24)
        await analyst.settle()
        await analyst.press("escape")
        assert not analyst.incidents_pane.opened
        assert analyst.app.screen.focused is analyst.grid


async def test_coming_back_to_a_pane_finds_the_keys_where_they_were(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("enter", "3", "right", "2", "3", "right")
        assert "Verdict" in analyst.document("detail-evidence-page")


async def test_a_refresh_behind_an_opened_incident_moves_no_rows(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 60)
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("down", "down", "down", "down", "enter")
        clock.advance(31)
        tenant.incidents.change("1030", severity="High")
        analyst.tick()
        await analyst.settle()
        await analyst.press("escape")
        assert analyst.grid.scroll_y == 0
        assert analyst.grid.cursor_key == "1004"
        assert "◐" in analyst.screen_text


async def test_a_survivor_hidden_by_words_or_not_loaded_is_found(clock: StoppedClock) -> None:
    merged = {
        **plain_incidents(1)[0],
        "status": "Redirected",
        "redirectIncidentId": 1001,
        "incidentName": "Merged away",
    }
    tenant = SimulatedTenant(clock=clock, incidents=[merged, *plain_incidents(3)[1:]])
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("slash")
        await analyst.type("merged")
        await analyst.press("enter", "m")
        assert analyst.incidents_pane.opened == "1001"
    tenant = SimulatedTenant(clock=clock, incidents=[{**merged, "redirectIncidentId": 5000}])
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("m")
        assert "5000 could not be fetched" in analyst.notices
        tenant.incidents.upsert({**plain_incidents(1)[0], "incidentId": 5000})
        await analyst.press("m")
        assert analyst.grid.cursor_key == "5000"


async def test_a_refresh_never_swaps_the_incident_that_is_being_read(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 5)
    async with analyst_at(tenant, clock, demo=True, size=(160, 45)) as analyst:
        await analyst.press("slash")
        await analyst.type("active")
        await analyst.press("enter", "j", "enter")
        opened = analyst.incidents_pane.opened
        clock.advance(31)
        tenant.incidents.change(opened, status="Resolved")
        analyst.tick()
        await analyst.settle()
        assert opened not in analyst.incidents
        assert analyst.incidents_pane.opened == opened


async def test_an_opened_incident_that_becomes_merged_leads_on_at_once(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 5)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("j", "j", "enter")
        clock.advance(31)
        tenant.incidents.change("1002", status="Redirected", redirectIncidentId=1004)
        analyst.tick()
        await analyst.settle()
        await analyst.press("m")
        assert analyst.incidents_pane.opened == "1004"


async def test_only_the_incident_where_the_cursor_rests_is_read(
    clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = tenant_with(clock, 8)
    async with analyst_at(tenant, clock, demo=True, size=(160, 45)) as analyst:
        feed = analyst.incidents_pane.reading.feed
        assert feed is not None
        whole, gate, read = feed.whole, asyncio.Event(), list[str]()

        async def slowly(key: str) -> Incident | None:
            await gate.wait()
            read.append(key)
            return await whole(key)

        monkeypatch.setattr(feed, "whole", slowly)
        await analyst.pilot.press("enter", "tab", "j", "j", "j")
        await analyst.until(lambda: analyst.incidents_pane.opened == "1003")
        assert analyst.incidents_pane.view.detail is None
        gate.set()
        await analyst.settle()
        assert read == ["1003"]
        assert "1003" in analyst.app.screen.query_one("#detail-title", Said).text


async def test_f_shows_the_row_with_nothing_cut_off(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        row = max(analyst.grid.rows, key=lambda incident: len(incident.name))
        analyst.grid.move_to(row.id)
        await analyst.settle()
        assert row.name not in analyst.screen_text
        await analyst.press("f")
        assert row.name in " ".join(analyst.document("row-text").split())
        assert row.assigned_to in analyst.document("row-text")
        await analyst.press("f")
        assert analyst.app.screen.focused is analyst.grid
