"""A long queue that moves while it is read, and a service that fails three calls in ten: nothing is lost or doubled."""

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx

from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.quota import Quota
from mtp_tui.errors import MtpError
from mtp_tui.identity.clouds import GLOBAL
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.signing_keys import SigningKeys
from mtp_tui.secret import Secret
from mtp_tui.services.incidents import FeedEvent, IncidentFeed, PageLoaded, Waiting
from mtp_tui.services.session import Session
from mtp_tui.sim import faults
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import NOON, StoppedClock


def queue_of(count: int) -> Iterator[dict[str, object]]:
    for number in range(count):
        updated = NOON - timedelta(minutes=1 + number)
        yield {
            "incidentId": number + 1,
            "incidentName": f"made up {number + 1}",
            "severity": "Low",
            "status": "Active",
            "createdTime": f"{updated:%Y-%m-%dT%H:%M:%SZ}",
            "lastUpdateTime": f"{updated:%Y-%m-%dT%H:%M:%SZ}",
            "alerts": [],
        }


@asynccontextmanager
async def feed_of(
    tenant: SimulatedTenant, clock: StoppedClock, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[IncidentFeed]:
    wire = Wire(lambda: transport or tenant.transport())
    session = Session(EntraSignIn(wire, clock), SigningKeys(wire, clock), clock)
    await session.sign_in(ClientSecret(tenant.domain, tenant.client_id, Secret(tenant.client_secret)))
    client = DefenderClient(wire, GLOBAL.api_base, session, Quota(clock, clock.sleep), clock)
    yield IncidentFeed(client, clock, clock.sleep)
    await wire.aclose()


async def test_ten_thousand_incidents_of_which_a_fifth_changes_while_they_are_read(clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock, incidents=queue_of(10_000))
    changing = random.Random(2020).sample(range(1, 10_001), 2_000)  # noqa: S311 - the same each time
    async with feed_of(tenant, clock) as feed:
        async for event in feed.load_all():
            if isinstance(event, PageLoaded):
                clock.advance(1)
                for _ in range(20):
                    if changing:
                        tenant.incidents.change(changing.pop(), status="Resolved")
        async for _ in feed.refresh():
            pass
        assert not changing
        assert any(" le " in seen.params.get("$filter", "") for seen in tenant.requests), "read on by time"
        rows = feed.rows()
        assert len(rows) == len({incident.id for incident in rows}) == 10_000
        resolved = {str(each["incidentId"]) for each in tenant.incidents.all() if each["status"] == "Resolved"}
        assert {incident.id for incident in rows if incident.status == "Resolved"} == resolved
        assert len(resolved) == 2_000


NINE_WAYS = (
    faults.server_error(500),
    faults.empty_body(503),
    faults.throttled(),
    faults.throttled(retry_after_header=None, seconds_in_body=None),
    faults.html_page(502),
    faults.truncated_json(),
    faults.broken_off(),
    httpx.ReadTimeout("timed out"),
    httpx.ConnectError("connection reset"),
)


async def test_a_service_that_fails_three_calls_in_ten_in_nine_ways(clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock, incidents=queue_of(450))
    calls, failed = 0, 0

    async def handle(request: httpx.Request) -> httpx.Response:
        nonlocal calls, failed
        if request.url.host == "api.security.microsoft.com":
            calls += 1
            if calls % 10 in (1, 4, 7):
                failed += 1
                answer = NINE_WAYS[failed % len(NINE_WAYS)]
                if isinstance(answer, Exception):
                    raise answer
                return answer(request)
        return await tenant.handle(request)

    said: list[FeedEvent | MtpError] = []
    async with feed_of(tenant, clock, httpx.MockTransport(handle)) as feed:
        for _ in range(40):  # as the screen does: what failed is asked for again
            try:
                async for event in feed.load_all() if len(feed.incidents) < 450 else feed.refresh():
                    if isinstance(event, PageLoaded):
                        continue
                    said.append(event)
            except MtpError as error:
                said.append(error)
            clock.advance(60)
        rows = feed.rows()
        assert len(rows) == len({incident.id for incident in rows}) == 450
    assert failed > len(NINE_WAYS), "each way was tried"
    told = [each for each in said if isinstance(each, Waiting | MtpError)]
    assert len(told) >= failed - 3, "nearly every failure was told"
    assert all(each.why if isinstance(each, Waiting) else each.summary for each in told)
