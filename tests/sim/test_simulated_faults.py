"""Faults, gates and oddities on request."""

import asyncio
import json

import httpx
import pytest

from mtp_tui.sim import faults
from mtp_tui.sim.oddities import HOSTILE_TEXTS, MOMENTS, odd_incidents
from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.clocks import StoppedClock

from .conftest import Caller


async def test_fault_answers_once_and_only_where_it_belongs(caller: Caller, tenant: SimulatedTenant) -> None:
    tenant.faults.add("/api/incidents", faults.server_error())
    assert (await caller.sign_in()).status_code == 200
    assert [(await caller.call()).status_code for _ in range(2)] == [500, 200]


async def test_faults_queue_up_until_cleared(caller: Caller, tenant: SimulatedTenant) -> None:
    tenant.faults.add("login.microsoftonline.com", faults.empty_body(503), times=2)
    tenant.faults.add("login.microsoftonline.com", faults.redirect(), times=faults.ALWAYS)
    assert [(await caller.sign_in()).status_code for _ in range(4)] == [503, 503, 302, 302]
    tenant.faults.clear()
    assert (await caller.sign_in()).status_code == 200


async def test_exception_is_raised_as_the_network_would(caller: Caller, tenant: SimulatedTenant) -> None:
    tenant.faults.add("/api/", httpx.ReadTimeout("slow"))
    with pytest.raises(httpx.ReadTimeout):
        await caller.call()
    assert len(tenant.requests) == 2


async def test_named_faults_are_what_they_say(caller: Caller, tenant: SimulatedTenant) -> None:
    async def answer(fault: faults.Respond) -> httpx.Response:
        tenant.faults.add("/api/incidents", fault)
        return await caller.call()

    by_header = await answer(faults.throttled(retry_after_header="9", seconds_in_body=None))
    assert (by_header.status_code, by_header.headers["retry-after"], "seconds" in by_header.text) == (429, "9", False)
    by_body = await answer(faults.throttled(retry_after_header=None, seconds_in_body=11, code="429"))
    assert ("retry-after" in by_body.headers, "in 11 seconds" in by_body.text, by_body.json()["error"]["code"]) == (
        False,
        True,
        "429",
    )
    assert "application roles: ." in (await answer(faults.forbidden())).text
    assert (await answer(faults.unauthorized(challenge="Bearer x=1"))).headers["www-authenticate"] == "Bearer x=1"
    assert (await answer(faults.html_page())).headers["content-type"].startswith("text/html")
    assert (await answer(faults.wrong_json(["a"]))).json() == ["a"]
    broken = await answer(faults.truncated_json())
    assert broken.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        broken.json()
    with pytest.raises(httpx.ReadError):
        await answer(faults.broken_off())
    assert "date" in (await answer(faults.empty_body())).headers


async def test_gate_holds_answers_that_are_already_made(caller: Caller, tenant: SimulatedTenant) -> None:
    await caller.call()
    async with tenant.holding_answers("/api/") as gate:
        asked = asyncio.create_task(caller.call(params={"$top": "1"}))
        await gate.waiting()
        assert gate.held == 1
        tenant.incidents.change(200, severity="High")
        assert (await caller.sign_in()).status_code == 200
        assert not asked.done()
        gate.open()
        assert (await asked).json()["value"][0]["incidentId"] == 1
        assert (await caller.ids(**{"$top": 1})) == [200]


async def test_leaving_a_gate_opens_it(caller: Caller, tenant: SimulatedTenant) -> None:
    async with tenant.holding_answers() as gate:
        asked = asyncio.create_task(caller.sign_in())
        await gate.waiting()
    assert (await asked).status_code == 200


async def test_cancelled_request_leaves_the_gate(caller: Caller, tenant: SimulatedTenant) -> None:
    async with tenant.holding_answers() as gate:
        asked = asyncio.create_task(caller.sign_in())
        await gate.waiting()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert gate.held == 0


async def test_oddities_are_served_as_they_are(clock: StoppedClock) -> None:
    odd = odd_incidents(clock)
    caller = Caller(SimulatedTenant(clock=clock, incidents=odd))
    served = (await caller.call()).json()["value"]
    assert len(served) == len(odd) < 100
    assert all(item in served for item in odd)
    assert sum(item.get("incidentId") == 924521 for item in served if isinstance(item, dict)) == 2
    names = [item.get("incidentName") for item in served if isinstance(item, dict)]
    assert all(text in names for text in HOSTILE_TEXTS.values())
    times = [item.get("lastUpdateTime") for item in served if isinstance(item, dict)]
    assert all(text in times for text in MOMENTS)
    assert "an item that is a bare string" in served


async def test_oddities_can_be_padded_filtered_and_joined_by_live_ones(clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock, incidents=odd_incidents(clock), live=True)
    tenant.defender.null_padded = True
    clock.advance(600)
    answer = await Caller(tenant).call(
        params={"$filter": "lastUpdateTime ge 2026-11-22T15:00:00Z and status eq 'Active'"}
    )
    assert answer.status_code == 200
