"""Each change is sent if nobody was quicker, and each incident has its own result."""

import asyncio

import httpx
import pytest

from mtp_tui.defender.update import Change, ChangeField, Difference
from mtp_tui.errors import NotFound, Throttled, TokenRefused
from mtp_tui.services.triage import Outcome
from mtp_tui.services.triage_journal import Event
from mtp_tui.sim import faults
from tests.defender.shapes import incident_json
from tests.services.triage.desk import (
    RESOLVE,
    Desk,
    credentials_of,
    done_but_late,
    late,
    on_patch,
)


async def test_each_incident_has_its_own_result(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1", "2", "3"], RESOLVE)
    desk.tenant.incidents.remove(2)
    results = await desk.apply(*plans)
    assert [result.outcome for result in results] == [Outcome.DONE, Outcome.REFUSED, Outcome.DONE]
    assert results[0].incident is not None
    assert results[0].incident.status == "Resolved"
    assert isinstance(results[1].error, NotFound)
    assert (desk.has(1)["status"], desk.has(3)["determination"]) == ("Resolved", "Clean")


@pytest.mark.parametrize(
    ("meanwhile", "changed"),
    [
        ({"status": "InProgress"}, (Difference(ChangeField.STATUS, "Active", "InProgress"),)),
        ({"tags": ["x"], "assignedTo": "a@b.example"}, (
            Difference(ChangeField.ASSIGNED_TO, "", "a@b.example"), Difference(ChangeField.TAGS, "", "x"))),
        ({"status": "InProgress", "lastUpdateTime": incident_json()["lastUpdateTime"]}, (
            Difference(ChangeField.STATUS, "Active", "InProgress"),)),
        ({"severity": "High"}, ()),
    ],
)  # fmt: skip
async def test_an_incident_that_changed_meanwhile_is_left_alone(
    desk: Desk, meanwhile: dict[str, object], changed: tuple[Difference, ...]
) -> None:
    plans = await desk.triage.prepare(["1"], RESOLVE)
    desk.tenant.incidents.change(1, **meanwhile)
    (result,) = await desk.apply(*plans)
    assert (result.outcome, result.changed) == (Outcome.SKIPPED, changed)
    assert "updated since" in result.summary
    assert desk.patches == []
    assert desk.journal.entries == []


async def test_who_changed_it_meanwhile_is_told_if_they_left_a_comment(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1"], RESOLVE)
    comment = {"comment": "I take this", "createdBy": "kim@b.example", "createdTime": "2026-11-20T12:00:00Z"}
    desk.tenant.incidents.change(1, comments=[comment])
    (result,) = await desk.apply(*plans)
    assert result.changed_by == ("kim@b.example",)
    assert "kim@b.example" in result.summary


async def test_what_was_read_before_a_long_wait_is_read_again(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1"], RESOLVE)
    for _ in range(48):
        await desk.client.quota.slot()
    desk.clock.holds = True
    applying = asyncio.create_task(desk.apply(*plans))
    await desk.clock.sleeping()  # it has been read, and the change waits for the quota
    desk.tenant.incidents.change(1, status="InProgress")
    desk.clock.wake()
    (result,) = await applying
    assert result.outcome is Outcome.SKIPPED
    assert desk.patches == []
    assert desk.events == [Event.SENDING, Event.NOT_DONE]


async def test_what_was_read_before_the_clock_was_set_back_is_read_again(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1"], RESOLVE)

    def refuse_for_long(_: httpx.Request) -> httpx.Response:
        desk.tenant.incidents.change(1, status="InProgress")
        desk.clock.advance(-3600)
        return httpx.Response(401)

    on_patch(refuse_for_long, desk)
    (result,) = await desk.apply(*plans)
    assert result.outcome is Outcome.SKIPPED
    assert desk.has()["status"] == "InProgress"


async def test_a_change_without_a_token_has_not_left_and_is_not_looked_for(desk: Desk) -> None:
    desk.tenant.apps[desk.tenant.client_id].token_lifetime_s = 40
    await desk.session.sign_in(credentials_of(desk.tenant))
    plans = await desk.triage.prepare(["1"], RESOLVE)
    for _ in range(48):  # the change waits for longer than the token lives
        await desk.client.quota.slot()
    desk.tenant.faults.add("/oauth2/v2.0/token", httpx.ReadTimeout("late"), times=faults.ALWAYS)
    (result,) = await desk.apply(*plans)
    assert (result.outcome, desk.patches) == (Outcome.REFUSED, [])
    assert desk.events == [Event.SENDING, Event.NOT_DONE]


async def test_a_plan_that_failed_earlier_does_not_end_the_writing_now(desk: Desk) -> None:
    desk.tenant.faults.add("/api/incidents/1", httpx.ConnectError("no"))
    failed = await desk.triage.prepare(["1"], RESOLVE)
    plans = await desk.triage.prepare(["2"], RESOLVE)
    assert [result.outcome for result in await desk.apply(*failed, *plans)] == [Outcome.SKIPPED, Outcome.DONE]


async def test_a_change_refused_for_the_quota_is_sent_after_the_wait(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1"], RESOLVE)
    on_patch(faults.throttled(), desk)
    (result,) = await desk.apply(*plans)
    assert result.outcome is Outcome.DONE
    assert desk.clock.slept_s == [7.0]
    assert desk.events == [Event.SENDING, Event.NOT_DONE, Event.SENDING, Event.DONE]


async def test_a_service_that_refuses_for_its_quota_for_ever_ends_as_refused(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1"], RESOLVE)
    desk.tenant.faults.add("/api/incidents/1", faults.throttled(), times=faults.ALWAYS)
    (result,) = await desk.apply(*plans)
    assert result.outcome is Outcome.REFUSED
    assert isinstance(result.error, Throttled)


@pytest.mark.parametrize(
    ("respond", "words"),
    [
        (faults.error_body(409, "Conflict", "no"), "somebody else"),
        (faults.error_body(412, "PreconditionFailed", "no"), "somebody else"),
        (faults.error_body(400, "InvalidInput", "no"), "did not like"),
        (faults.empty_body(403), "although the token"),
        (faults.forbidden(required="Incident.ReadWrite.All"), "Incident.ReadWrite.All"),
        (faults.error_body(403, "DisabledFeature", "off"), "switched off"),
        (faults.error_body(404, "ResourceNotFound", "no"), "no such incident"),
    ],
)
async def test_a_refusal_is_told_and_the_next_incident_is_tried(
    desk: Desk, respond: faults.Respond, words: str
) -> None:
    plans = await desk.triage.prepare(["1", "2"], RESOLVE)
    on_patch(respond, desk)
    refused, done = await desk.apply(*plans)
    assert (refused.outcome, done.outcome) == (Outcome.REFUSED, Outcome.DONE)
    assert words in refused.summary
    assert refused.hint
    assert desk.events == [Event.SENDING, Event.NOT_DONE, Event.SENDING, Event.DONE]
    assert desk.has(1)["status"] == "Active"


async def test_a_token_that_is_refused_ends_the_writing(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1", "2"], RESOLVE)
    desk.tenant.defender.is_provisioned = False
    refused, skipped = await desk.apply(*plans)
    assert (refused.outcome, skipped.outcome) == (Outcome.REFUSED, Outcome.SKIPPED)
    assert isinstance(skipped.error, TokenRefused)
    assert "Not tried" in skipped.summary


# no good answer


@pytest.mark.parametrize("change", [RESOLVE, Change(comment="only this"), Change(add_tags=("t",))])
async def test_a_change_whose_answer_is_lost_is_found_by_reading_again(desk: Desk, change: Change) -> None:
    plans = await desk.triage.prepare(["1"], change)
    on_patch(done_but_late(desk), desk)
    (result,) = await desk.apply(*plans)
    assert result.outcome is Outcome.DONE
    assert "reading it again shows" in result.summary
    assert len(desk.patches) == 1
    assert desk.events == [Event.SENDING, Event.DONE]


@pytest.mark.parametrize("respond", [late, faults.server_error(), faults.html_page(), faults.redirect()])
@pytest.mark.parametrize("change", [RESOLVE, Change(comment="only this")])
async def test_a_change_that_did_not_arrive_is_found_by_reading_again(
    desk: Desk, respond: faults.Respond, change: Change
) -> None:
    plans = await desk.triage.prepare(["1"], change)
    on_patch(respond, desk)
    (result,) = await desk.apply(*plans)
    assert result.outcome is Outcome.REFUSED
    assert "Not changed, as reading it again shows" in result.summary
    assert len(desk.patches) == 1
    assert desk.events == [Event.SENDING, Event.NOT_DONE]


async def test_a_change_that_cannot_be_read_again_is_unknown_and_ends_the_writing(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1", "2"], RESOLVE)
    on_patch(late, desk)
    desk.tenant.faults.add("/api/incidents/1", httpx.ReadTimeout("late"), times=faults.ALWAYS)
    unknown, skipped = await desk.apply(*plans)
    assert (unknown.outcome, skipped.outcome) == (Outcome.UNKNOWN, Outcome.SKIPPED)
    assert desk.events == [Event.SENDING, Event.UNKNOWN]
    assert len(desk.patches) == 1


@pytest.mark.parametrize(
    ("meanwhile", "changed"),
    [
        ({"status": "InProgress"}, (Difference(ChangeField.STATUS, "Active", "InProgress"),)),
        ({"severity": "High"}, ()),
        ({"comments": [{"comment": "no"}], "lastUpdateTime": incident_json()["lastUpdateTime"]}, ()),
    ],
)
async def test_a_change_mixed_with_somebody_elses_is_unknown(
    desk: Desk, meanwhile: dict[str, object], changed: tuple[Difference, ...]
) -> None:
    plans = await desk.triage.prepare(["1"], RESOLVE)

    def somebody_else(request: httpx.Request) -> httpx.Response:
        desk.tenant.incidents.change(1, **meanwhile)
        return late(request)

    on_patch(somebody_else, desk)
    (result,) = await desk.apply(*plans)
    assert (result.outcome, result.changed) == (Outcome.UNKNOWN, changed)
    assert desk.events == [Event.SENDING, Event.UNKNOWN]


async def test_an_answer_that_does_not_show_the_change_is_told(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1"], Change(status="Resolved", assigned_to="a@b.example"))
    shown = incident_json(incidentId=1, status="Resolved")
    on_patch(lambda _: httpx.Response(200, json=shown), desk)
    (result,) = await desk.apply(*plans)
    assert result.outcome is Outcome.DONE
    assert "does not show: assigned to" in result.summary
