"""What the service refuses, breaks or sends oddly is said, and the rows stay."""

from datetime import timedelta

import httpx
import pytest

from mtp_tui.sim.faults import throttled
from mtp_tui.sim.oddities import odd_incidents
from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.analyst import analyst_at
from tests.support.clocks import StoppedClock
from tests.support.incidents import plain_incidents, tenant_with


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
        await analyst.until(lambda: "going on in 17 s" in analyst.status)
        assert "100 loaded" in analyst.status
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
        analyst.tick()
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


async def test_what_cannot_be_read_is_counted_once_and_is_not_called_empty(clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock, incidents=[5, "x", {"error": "inner"}])
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert "none of them could be read" in analyst.screen_text
        await analyst.press("r", "r")
        assert "3 could not be read" in analyst.status
        await analyst.press("U", "j", "j")
        assert analyst.screen_text.count("bytes") == 3
        assert '"error": "inner"' in analyst.document("unreadable-page")
        await analyst.press("escape")
        assert analyst.app.screen.focused is analyst.grid


async def test_where_all_could_be_read_there_is_nothing_to_show(clock: StoppedClock) -> None:
    async with analyst_at(tenant_with(clock, 3), clock, demo=True) as analyst:
        await analyst.press("U")
        assert "All that came could be read." in analyst.notices


async def test_after_the_clock_was_set_back_the_queue_stays_live(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 5)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        clock.advance(-7200)
        analyst.tick()
        await analyst.settle()
        analyst.tick()  # what brought no news is said with the next second
        assert "as of 10:00:00 UTC" in analyst.status


async def test_a_queue_that_keeps_something_back_is_not_read_whole_at_every_refresh(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 250)
    tenant.faults.add("skip=200", lambda _: httpx.Response(400, json={"error": {"code": "BadRequest"}}), times=99)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        assert "at least 200 · The service refused" in analyst.status
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
        await analyst.press("Y")
        assert "‹RLO›" in analyst.notices
        assert "\n" not in analyst.notices
        assert len(analyst.notices) < 160
