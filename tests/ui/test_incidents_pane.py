"""The incidents pane: the queue arrives, stays, refreshes, narrows, and opens."""

import json
from datetime import timedelta

import httpx
import pytest

from mtp_tui.sim.faults import throttled
from mtp_tui.sim.oddities import odd_incidents
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.incident_grid import Mark
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import NOON, StoppedClock


def plain_incidents(count: int) -> list[dict[str, object]]:
    """So many incidents with the documented keys, the first one updated last."""
    return [
        {
            "incidentId": 1000 + number,
            "redirectIncidentId": None,
            "incidentName": f"Incident number {number}",
            "createdTime": (NOON - timedelta(hours=number + 1)).isoformat().replace("+00:00", "Z"),
            "lastUpdateTime": (NOON - timedelta(minutes=number + 1)).isoformat().replace("+00:00", "Z"),
            "assignedTo": None,
            "classification": "Unknown",
            "determination": "NotAvailable",
            "status": "Active",
            "severity": "Medium",
            "tags": [],
            "comments": [],
            "alerts": [],
        }
        for number in range(count)
    ]


def tenant_with(clock: StoppedClock, count: int) -> SimulatedTenant:
    """A tenant with so many incidents."""
    return SimulatedTenant(clock=clock, incidents=plain_incidents(count))


async def test_500_incidents_over_5_pages_are_all_there_and_none_twice(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 500)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert analyst.incidents == [str(1000 + number) for number in range(500)]
        assert analyst.status.startswith("500 incidents")
        assert "as of 12:00:00 UTC" in analyst.status


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
        await analyst.pilot.pause()
        assert len(analyst.incidents) == 200
        assert "200 loaded, loading more" in analyst.status
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
        assert "1 new, 1 changed" in analyst.status
        await analyst.press("home")
        assert "1010" not in analyst.grid.marks


async def test_a_live_refresh_costs_one_call(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 250)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        before = len(tenant.requests)
        for _ in range(10):
            clock.advance(31)
            analyst.tick()
            await analyst.settle()
        assert len(tenant.requests) - before == 10


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "Forbidden", "Incident.Read.All"),
        (401, "Unauthorized", "ign in"),
        (404, "NotFound", "404"),
        (400, "ODataError", "400"),
    ],
)
async def test_a_refused_refresh_is_said_and_the_rows_stay(
    clock: StoppedClock, status: int, code: str, said: str
) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        body = {
            "error": {
                "code": code,
                "message": "The service's own words",
                "target": "7e2ef5cb-0000-4000-8000-0000000000aa",
            }
        }
        tenant.faults.add("/api/incidents", lambda _: httpx.Response(status, json=body), times=9)
        await analyst.press("r")
        assert said in analyst.problem
        assert "→" in analyst.problem
        assert len(analyst.incidents) == 30
        assert "as of 12:00:00 UTC" in analyst.status
        tenant.faults.clear()
        await analyst.press("r")
        assert analyst.problem == ""


async def test_403_marks_the_token_and_stops_the_live_refresh(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        tenant.faults.add(
            "/api/incidents", lambda _: httpx.Response(403, json={"error": {"code": "Forbidden"}}), times=9
        )
        await analyst.press("r")
        assert "2 Token ✗" in analyst.screen_text
        assert analyst.pane == "incidents"
        before = len(tenant.requests)
        clock.advance(60)
        analyst.tick()
        await analyst.settle()
        assert len(tenant.requests) == before


async def test_429_counts_down_and_goes_on_by_itself(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 250)
    tenant.faults.add("skip=100", throttled(retry_after_header="17"))
    async with analyst_at(tenant, clock) as analyst:
        clock.holds = True
        await analyst.begin_sign_in()
        await clock.sleeping()
        await analyst.pilot.pause()
        assert "100 loaded" in analyst.status
        assert "going on in 17 s" in analyst.status
        clock.now += timedelta(seconds=5)
        analyst.tick()
        assert "going on in 12 s" in analyst.status
        clock.wake()
        await analyst.settle()
        assert len(analyst.incidents) == 250


async def test_an_expired_token_is_renewed_without_disturbing_the_rows(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        clock.advance(7200)
        await analyst.press("r")
        assert analyst.problem == ""
        assert len(analyst.incidents) == 30
        assert "as of 14:00:00 UTC" in analyst.status


async def test_an_expired_token_that_cannot_be_renewed_is_said(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        tenant.apps[tenant.client_id].secret_expired = True
        clock.advance(7200)
        await analyst.press("r")
        assert "expired" in analyst.problem
        assert len(analyst.incidents) == 30


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("unreachable"),
        lambda _: httpx.Response(500, json={"error": {"code": "InternalServerError", "message": ""}}),
        lambda _: httpx.Response(200, html="<html>proxy</html>"),
        lambda _: httpx.Response(200, content=b'{"value": [{"incidentId": 1'),
    ],
)
async def test_a_lasting_fault_ends_in_a_sentence_and_the_rows_stay(clock: StoppedClock, failure: object) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        tenant.faults.add("/api/incidents", failure, times=99)  # type: ignore[arg-type]
        await analyst.press("r")
        assert "✗" in analyst.problem
        assert "→" in analyst.problem
        assert len(analyst.incidents) == 30


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
        await analyst.press("slash")
        await analyst.type("nothing has these words")
        assert "No incident has all these words" in analyst.screen_text
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
        texts = []
        for _ in range(5):
            await analyst.press("right")
            texts.append(analyst.document("detail-text"))
        alerts, evidence, devices, comments, raw = texts
        assert "Category" in alerts
        assert "Process" in evidence
        assert "SHA-256" in evidence
        assert "Device ID" in devices
        assert "containment" in comments or "@" in comments
        shown = json.loads(raw)
        assert str(shown["incidentId"]) == analyst.incidents_pane.opened
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
        await analyst.press("y")
        assert analyst.app.clipboard == f"https://security.microsoft.com/incidents/{key}?tid={tenant.tenant_id}"
        await analyst.press("enter", "left", "y")
        assert str(json.loads(analyst.app.clipboard)["incidentId"]) == key


async def test_what_the_wild_sends_is_shown_and_hurts_nobody(clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock, incidents=odd_incidents(clock))
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert analyst.problem == ""
        assert "could not be read" in analyst.status
        keys = list(analyst.incidents)
        assert len(keys) == len(set(keys)) > 5
        await analyst.press("enter", "left")
        for _ in range(12):
            analyst.grid.focus()
            await analyst.press("down")
            assert not any(ord(char) < 32 and char != "\n" for char in analyst.screen_text)


async def test_no_incidents_is_a_normal_answer(clock: StoppedClock) -> None:
    async with analyst_at(tenant_with(clock, 0), clock, demo=True) as analyst:
        assert "The service has no incidents" in analyst.screen_text
        assert analyst.status.startswith("0 incidents")


async def test_it_resizes_live(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(160, 45)) as analyst:
        await analyst.press("enter")
        assert "Sources" in analyst.screen_text
        for size in ((80, 24), (60, 15), (40, 10), (200, 60), (120, 40)):
            await analyst.pilot.resize_terminal(*size)
            await analyst.settle()
            for key in ("1", "escape", "2", "3"):
                await analyst.press(key)
            assert analyst.pane == "incidents"
            assert "3 Incidents" in analyst.screen_text or size[0] < 60


async def test_light_and_dark_and_help(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(100, 60)) as analyst:
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
        await analyst.pilot.click("#tab-token")
        assert analyst.pane == "token"
        await analyst.pilot.click("#tab-incidents")
        await analyst.pilot.click("#incident-grid", offset=(20, 4))
        assert analyst.grid.cursor == 3
        await analyst.pilot.click("#incident-grid", offset=(20, 4), times=2)
        await analyst.settle()
        assert analyst.incidents_pane.opened == analyst.incidents[3]
        await analyst.pilot.click("#alerts")
        await analyst.settle()
        assert "Category" in analyst.document("detail-text")


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_palette_runs_what_the_keys_run(tenant: SimulatedTenant, clock: StoppedClock, key: str) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press(key)
        await analyst.type("Copy")
        await analyst.press("enter")
        assert str(analyst.grid.cursor_key) in analyst.app.clipboard


async def test_narrowing_never_swaps_the_incident_that_is_being_read(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    """Where the detail covers the list, `/` goes back to the list first; beside it, the detail stays."""
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("j", "enter", "slash")
        assert not analyst.incidents_pane.opened
        await analyst.type("kerberos")
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
        assert analyst.document("detail-text").startswith("File") or "verdict" in analyst.document("detail-text")


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


async def test_what_cannot_be_read_is_counted_once_and_is_not_called_empty(clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock, incidents=[5, "x", {"error": "inner"}])
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert "none of them could be read" in analyst.screen_text
        await analyst.press("r", "r")
        assert "3 could not be read" in analyst.status


async def test_after_the_clock_was_set_back_the_queue_stays_live(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 5)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        clock.advance(-7200)
        analyst.tick()
        await analyst.settle()
        assert "as of 10:00:00 UTC" in analyst.status


async def test_a_queue_that_keeps_something_back_is_not_read_whole_at_every_refresh(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 250)
    tenant.faults.add("skip=200", lambda _: httpx.Response(400, json={"error": {"code": "BadRequest"}}), times=99)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert "at least 200 incidents" in analyst.status
        before = len(tenant.requests)
        clock.advance(31)
        analyst.tick()
        await analyst.settle()
        assert len(tenant.requests) == before + 1


async def test_the_mark_on_the_token_goes_when_the_api_accepts_it_again(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 5)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        tenant.faults.add("/api/incidents", lambda _: httpx.Response(403, json={"error": {"code": "Forbidden"}}))
        await analyst.press("r")
        assert "2 Token ✗" in analyst.screen_text
        await analyst.press("r")
        assert "2 Token ✗" not in analyst.screen_text


async def test_an_id_that_acts_reaches_the_toast_as_marks(clock: StoppedClock) -> None:
    odd = {**plain_incidents(1)[0], "incidentId": "77\u202egnp.exe\nFAKE" + "x" * 500}
    async with analyst_at(SimulatedTenant(clock=clock, incidents=[odd]), clock, demo=True) as analyst:
        await analyst.press("y")
        assert "‹RLO›" in analyst.notices
        assert "\n" not in analyst.notices
        assert len(analyst.notices) < 120


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


async def test_words_do_not_outlive_the_session(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 5)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("slash")
        await analyst.type("4")
        await analyst.press("enter", "1", "o")
        await analyst.sign_in()
        assert len(analyst.incidents) == 5
