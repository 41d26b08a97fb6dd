"""The feed on the simulated tenant: real sign-in, real client, the documented service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.quota import Quota
from mtp_tui.errors import PermissionMissing
from mtp_tui.identity.clouds import GLOBAL
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.signing_keys import SigningKeys
from mtp_tui.secret import Secret
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.services.session import Session
from mtp_tui.sim.payload import stamp
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.services.queue_service import events, finish, pages
from tests.support.clocks import StoppedClock


@asynccontextmanager
async def feed_of(tenant: SimulatedTenant, clock: StoppedClock) -> AsyncIterator[IncidentFeed]:
    """Signed in, on a machine with this clock."""
    wire = Wire(transport=tenant.transport)
    session = Session(EntraSignIn(wire, clock), SigningKeys(wire, clock), clock)
    await session.sign_in(ClientSecret(tenant.domain, tenant.client_id, Secret(tenant.client_secret)))
    client = DefenderClient(wire, GLOBAL.resource, session, Quota(clock, clock.sleep), clock)
    yield IncidentFeed(client, clock, clock.sleep)
    await wire.aclose()


@pytest.fixture
async def feed(tenant: SimulatedTenant, clock: StoppedClock) -> AsyncIterator[IncidentFeed]:
    async with feed_of(tenant, clock) as feed:
        yield feed


async def test_the_whole_queue_arrives_and_every_incident_opens(feed: IncidentFeed, tenant: SimulatedTenant) -> None:
    found = await events(feed.load_all())
    assert finish(found).complete
    assert len(feed.incidents) == len(tenant.incidents.all())
    assert all(not page.unreadable for page in pages(found))
    newest = feed.rows()[0]
    assert (await feed.detail(newest.id)).incident.id == newest.id


async def test_a_change_in_the_tenant_is_the_only_news(
    feed: IncidentFeed, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    await events(feed.load_all())
    clock.advance(60)
    quiet = feed.rows()[-1]
    tenant.incidents.change(quiet.id, status="Resolved")
    found = await events(feed.refresh())
    assert [page.changed for page in pages(found)] == [{quiet.id}]
    assert feed.rows()[0].id == quiet.id


@pytest.mark.parametrize("days", [-7, -1, 1, 400])
async def test_a_machine_with_another_time_reads_no_more_than_what_is_new(clock: StoppedClock, days: int) -> None:
    incidents = [
        {"incidentId": number, "lastUpdateTime": stamp(clock() - timedelta(minutes=10 * number))}
        for number in range(1, 1001)
    ]
    tenant = SimulatedTenant(clock=clock, incidents=incidents)
    async with feed_of(tenant, StoppedClock(clock() + timedelta(days=days))) as feed:
        assert finish(await events(feed.load_all())).complete
        for _ in range(2):
            assert len(pages(await events(feed.refresh()))) == 1


async def test_a_missing_permission_names_what_is_needed_and_held(tenant: SimulatedTenant, feed: IncidentFeed) -> None:
    tenant.faults.add("/api/incidents", lambda _: httpx.Response(403, json={"error": {"code": "Forbidden", "message": (
        "Missing application roles. API required roles: Incident.Read.All,Incident.ReadWrite.All, application roles: .")}}))  # fmt: skip
    with pytest.raises(PermissionMissing) as caught:
        await events(feed.load_all())
    assert caught.value.refusal.needed == ("Incident.Read.All", "Incident.ReadWrite.All")
