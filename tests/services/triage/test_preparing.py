"""What would be sent is shown first, and who may not is told before anything is asked."""

import asyncio

import httpx
import pytest

from mtp_tui.defender.update import Change, ChangeField, Difference
from mtp_tui.errors import BadInput, MtpError, NotFound, TokenRefused, Unreachable
from mtp_tui.gate import ReadOnly
from mtp_tui.identity.credentials import ClientSecret, Credentials, DeviceCode
from mtp_tui.services.triage import Outcome
from mtp_tui.services.triage_journal import Event
from mtp_tui.sim import faults
from mtp_tui.sim.tenant import SimApp, SimulatedTenant
from tests.services.triage.desk import (
    OTHER_CLIENT,
    RESOLVE,
    Desk,
    credentials_of,
    sit_down,
)
from tests.support.clocks import StoppedClock


async def test_a_plan_shows_exactly_what_would_be_sent_and_sends_nothing(desk: Desk) -> None:
    (plan,) = await desk.triage.prepare(["1"], RESOLVE)
    assert plan.request == "PATCH /api/incidents/1"
    assert plan.differences == (
        Difference(ChangeField.STATUS, "Active", "Resolved"),
        Difference(ChangeField.CLASSIFICATION, "Unknown", "FalsePositive"),
        Difference(ChangeField.DETERMINATION, "NotAvailable", "Clean"),
        Difference(ChangeField.COMMENT, "", "a test"),
    )
    assert desk.patches == []
    assert desk.journal.entries == []
    await desk.apply(plan)
    sent = next(seen for seen in desk.tenant.requests if seen.method == "PATCH")
    assert sent.content.decode() == plan.content


async def test_a_plan_reads_each_incident_once_even_if_it_is_marked_twice(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1", "2", "1"], RESOLVE)
    assert [plan.incident_id for plan in plans] == ["1", "2"]
    assert [seen.path for seen in desk.tenant.requests[-2:]] == ["/api/incidents/1", "/api/incidents/2"]


async def test_incidents_that_cannot_be_changed_are_planned_with_their_reason(desk: Desk) -> None:
    desk.tenant.incidents.change(2, status="Redirected", redirectIncidentId=1)
    desk.tenant.incidents.change(4, status="InProgress")
    good, merged, missing, same = await desk.triage.prepare(["1", "2", "99", "4"], Change(status="InProgress"))
    assert good.is_to_send
    assert [fault.field for fault in merged.faults] == ["incident"]
    assert isinstance(missing.problem, NotFound)
    assert same.differences == ()
    results = await desk.apply(good, merged, missing, same)
    assert [result.outcome for result in results] == [Outcome.DONE, *[Outcome.SKIPPED] * 3]
    assert desk.patches == ["/api/incidents/1"]


async def test_without_a_connection_the_rest_is_not_tried(desk: Desk) -> None:
    desk.tenant.faults.add("/api/incidents", httpx.ConnectError("no"), times=faults.ALWAYS)
    plans = await desk.triage.prepare(["1", "2", "3"], RESOLVE)
    assert all(isinstance(plan.problem, Unreachable) for plan in plans)
    assert len([seen for seen in desk.tenant.requests if seen.path.startswith("/api")]) == 1


# who may


async def test_without_writing_nothing_leaves_and_the_reason_is_told(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    writer, reader = await sit_down(tenant, clock), await sit_down(tenant, clock, may_write=False)
    plans = await writer.triage.prepare(["1"], RESOLVE)
    before = len(tenant.requests)
    assert isinstance(reader.triage.obstacle(), ReadOnly)
    with pytest.raises(ReadOnly):
        await reader.triage.prepare(["1"], RESOLVE)
    with pytest.raises(ReadOnly):
        await reader.apply(*plans)
    with pytest.raises(ReadOnly):
        await reader.triage.undo({"event": "done", "incident_id": "1"})
    with pytest.raises(ReadOnly):
        await reader.client.update("1", plans[0].content)
    assert len(tenant.requests) == before
    assert reader.journal.entries == []


@pytest.mark.parametrize(
    ("kind", "needed"), [(ClientSecret, "Incident.ReadWrite.All"), (DeviceCode, "Incident.ReadWrite")]
)
async def test_a_missing_permission_is_named_before_anything_is_asked(
    tenant: SimulatedTenant, clock: StoppedClock, kind: type[Credentials], needed: str
) -> None:
    app = tenant.apps[tenant.client_id]
    app.roles, app.scopes = ("Incident.Read.All",), ("Incident.Read",)
    desk = await sit_down(tenant, clock, kind=kind)
    before = len(tenant.requests)
    with pytest.raises(MtpError, match=rf"{needed} is missing"):
        await desk.triage.prepare(["1"], RESOLVE)
    assert len(tenant.requests) == before


async def test_what_a_token_allows_that_cannot_be_read_is_for_the_service_to_judge(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.apps[tenant.client_id].access_token = "made-up-opaque-token"
    desk = await sit_down(tenant, clock)
    assert desk.triage.obstacle() is None
    (plan,) = await desk.triage.prepare(["1"], RESOLVE)
    assert isinstance(plan.problem, TokenRefused)


async def test_whoever_signs_in_meanwhile_changes_nothing_of_somebody_elses_plan(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1"], RESOLVE)
    desk.tenant.apps[OTHER_CLIENT] = SimApp(desk.tenant.client_secret, roles=("Incident.ReadWrite.All",))
    await desk.session.sign_in(credentials_of(desk.tenant, OTHER_CLIENT))
    with pytest.raises(MtpError, match="not signed in any more"):
        await desk.apply(*plans)
    assert desk.patches == []


async def test_a_sign_in_while_the_change_waits_stops_it(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1"], RESOLVE)
    desk.tenant.apps[OTHER_CLIENT] = SimApp(desk.tenant.client_secret, roles=("Incident.ReadWrite.All",))
    for _ in range(48):  # reading takes the last call of this minute, and the change has to wait
        await desk.client.quota.slot()
    desk.clock.holds = True
    applying = asyncio.create_task(desk.apply(*plans))
    await desk.clock.sleeping()
    await desk.session.sign_in(credentials_of(desk.tenant, OTHER_CLIENT))
    desk.clock.wake()
    (result,) = await applying
    assert result.outcome is Outcome.REFUSED
    assert desk.patches == []
    assert desk.events == [Event.SENDING, Event.NOT_DONE]


async def test_another_user_of_the_same_application_is_another_author(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    desk = await sit_down(tenant, clock, kind=DeviceCode)
    await desk.session.sign_in(credentials_of(tenant, kind=DeviceCode))
    assert desk.triage.obstacle() is None
    tenant.apps[tenant.client_id].extra_claims = {"oid": "00000000-0000-4000-8000-000000000002"}
    await desk.session.sign_in(credentials_of(tenant, kind=DeviceCode))
    with pytest.raises(MtpError, match="not signed in any more"):
        await desk.triage.prepare(["1"], RESOLVE)


async def test_me_is_the_user_who_signed_in(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    desk = await sit_down(tenant, clock, kind=DeviceCode)
    (result,) = await desk.do(Change(assigned_to="ME", comment="mine"))
    assert result.outcome is Outcome.DONE
    assert desk.has()["assignedTo"] == desk.triage.me() == "avery@contoso-demo.example"
    assert desk.has()["comments"][0]["createdBy"] == "avery@contoso-demo.example"  # type: ignore[index]
    assert desk.journal.entries[0]["account"] == "avery@contoso-demo.example"


async def test_an_application_is_nobody_to_assign_to(desk: Desk) -> None:
    with pytest.raises(BadInput, match="application") as caught:
        await desk.triage.prepare(["1"], Change(assigned_to="me"))
    assert caught.value.field == "assigned_to"
