"""What was sent is kept before and after, true also when it is cut off, and is taken back where that can be."""

import asyncio
import json
from collections.abc import Mapping

import httpx
import pytest

from mtp_tui.defender.update import Change, ChangeField, Difference
from mtp_tui.errors import MtpError
from mtp_tui.services.triage import Outcome, Triage
from mtp_tui.services.triage_journal import Event, MemoryJournal
from tests.services.triage.desk import (
    OTHER_CLIENT,
    RESOLVE,
    Desk,
    on_patch,
)

# the journal


async def test_the_journal_says_what_was_sent_before_and_after(desk: Desk) -> None:
    await desk.do(RESOLVE)
    sending, done = desk.journal.entries
    assert sending["write"] == done["write"]
    assert (sending["event"], done["event"]) == (Event.SENDING, Event.DONE)
    assert done["request"] == "PATCH /api/incidents/1"
    assert done["body"] == json.loads(
        '{"status":"Resolved","classification":"FalsePositive","determination":"Clean","comment":"a test"}'
    )
    assert done["before"] == {
        "status": "Active",
        "assignedTo": "",
        "classification": "Unknown",
        "determination": "NotAvailable",
        "tags": [],
    }
    assert done["at"] == desk.clock().isoformat()
    assert (done["tenant_id"], done["client_id"]) == (desk.tenant.tenant_id, desk.tenant.client_id)
    assert json.loads(json.dumps(done)) == done


async def test_the_journal_is_written_before_the_change_leaves(desk: Desk) -> None:
    entries: list[list[object]] = []
    plans = await desk.triage.prepare(["1"], RESOLVE)

    def note(request: httpx.Request) -> httpx.Response:
        entries.append(desk.events)
        return desk.tenant.defender.answer(request)

    on_patch(note, desk)
    await desk.apply(*plans)
    assert entries == [[Event.SENDING]]


class BrokenJournal(MemoryJournal):
    """Takes so many entries and no more."""

    def __init__(self, takes: int) -> None:
        super().__init__()
        self._takes = takes

    async def write(self, entry: Mapping[str, object]) -> None:
        if len(self.entries) >= self._takes:
            raise MtpError("The disk is full.")
        await super().write(entry)


async def test_what_cannot_be_kept_in_the_journal_is_not_sent(desk: Desk) -> None:
    desk.triage = Triage(desk.client, desk.session, BrokenJournal(0), desk.clock)
    refused, skipped = await desk.do(RESOLVE, "1", "2")
    assert (refused.outcome, skipped.outcome) == (Outcome.REFUSED, Outcome.SKIPPED)
    assert "disk is full" in refused.summary
    assert desk.patches == []


async def test_an_end_that_cannot_be_kept_in_the_journal_is_told(desk: Desk) -> None:
    desk.triage = Triage(desk.client, desk.session, BrokenJournal(1), desk.clock)
    (result,) = await desk.do(RESOLVE)
    assert result.outcome is Outcome.DONE
    assert "disk is full" in result.hint


async def test_a_change_that_is_cut_off_is_unknown_in_the_journal(desk: Desk) -> None:
    arrived, never = asyncio.Event(), asyncio.Event()

    class Hangs(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            arrived.set()
            await never.wait()
            yield b""

    plans = await desk.triage.prepare(["1", "2"], RESOLVE)
    on_patch(lambda _: httpx.Response(200, stream=Hangs()), desk)
    applying = asyncio.create_task(desk.apply(*plans))
    await arrived.wait()
    applying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await applying
    assert desk.events == [Event.SENDING, Event.UNKNOWN]
    assert desk.patches == ["/api/incidents/1"]


async def test_a_change_that_is_cut_off_before_it_leaves_is_not_done(desk: Desk) -> None:
    plans = await desk.triage.prepare(["1"], RESOLVE)
    for _ in range(48):  # reading takes the last call of this minute, and the change has to wait
        await desk.client.quota.slot()
    desk.clock.holds = True
    applying = asyncio.create_task(desk.apply(*plans))
    await desk.clock.sleeping()
    assert not desk.triage.has_left
    applying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await applying
    assert desk.events == [Event.SENDING, Event.NOT_DONE]
    assert desk.patches == []


async def test_cutting_off_after_the_answer_does_not_make_a_done_change_unknown(desk: Desk) -> None:
    writing, go_on = asyncio.Event(), asyncio.Event()

    class SlowJournal(MemoryJournal):
        async def write(self, entry: Mapping[str, object]) -> None:
            if entry["event"] != Event.SENDING:
                writing.set()
                await go_on.wait()
            await super().write(entry)

    journal = SlowJournal()
    desk.triage = Triage(desk.client, desk.session, journal, desk.clock)
    plans = await desk.triage.prepare(["1"], RESOLVE)
    applying = asyncio.create_task(desk.apply(*plans))
    await writing.wait()
    applying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await applying
    go_on.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [entry["event"] for entry in journal.entries] == [Event.SENDING, Event.DONE]


# undo


async def test_everything_but_the_comment_can_be_taken_back(desk: Desk) -> None:
    desk.tenant.incidents.change(
        1, classification="TruePositive", determination="Phishing", tags=["a", "b"], assignedTo="kim@b.example"
    )
    before = desk.has()
    change = Change("Resolved", "", "FalsePositive", "Clean", ("c",), ("a",), "done")
    await desk.do(change)
    undo = await desk.triage.undo(desk.journal.entries[-1])
    assert undo.change == Change(
        "Active", "kim@b.example", "TruePositive", "Phishing", add_tags=("a",), remove_tags=("c",)
    )
    assert ["comment" in reason for reason in undo.stays] == [True]
    (result,) = await desk.do(undo.change)
    assert result.outcome is Outcome.DONE
    kept = ("status", "assignedTo", "classification", "determination")
    assert {key: desk.has()[key] for key in kept} == {key: before[key] for key in kept}
    assert desk.has()["tags"] == ["b", "a"]


async def test_what_somebody_changed_since_stays(desk: Desk) -> None:
    await desk.do(Change("Resolved", "a@b.example", "FalsePositive", "Clean", ("t", "u")))
    desk.tenant.incidents.change(1, status="InProgress", assignedTo="kim@b.example", determination="Other", tags=["t"])
    undo = await desk.triage.undo(desk.journal.entries[-1])
    assert undo.change == Change(remove_tags=("t",))
    assert len(undo.stays) == 3
    assert all("changed since" in reason for reason in undo.stays)


async def test_a_first_classification_cannot_be_taken_back(desk: Desk) -> None:
    await desk.do(Change(status="Resolved", classification="FalsePositive", determination="Clean"))
    undo = await desk.triage.undo(desk.journal.entries[-1])
    assert undo.change == Change(status="Active")
    assert undo.stays == ("The classification was “Unknown, NotAvailable”, which cannot be set.",)


async def test_a_tag_that_somebody_has_brought_back_already_is_left_alone(desk: Desk) -> None:
    desk.tenant.incidents.change(1, tags=["a"])
    await desk.do(Change(remove_tags=("a",)))
    desk.tenant.incidents.change(1, tags=["A"])
    assert (await desk.triage.undo(desk.journal.entries[-1])).change.is_empty


async def test_an_old_spelling_is_taken_back_in_the_one_that_may_be_sent(desk: Desk) -> None:
    desk.tenant.incidents.change(1, classification="TruePositive", determination="CompromisedUser")
    await desk.do(Change(determination="Malware"))
    (result,) = await desk.do((await desk.triage.undo(desk.journal.entries[-1])).change)
    assert result.outcome is Outcome.DONE
    assert desk.has()["determination"] == "CompromisedAccount"


async def test_an_undo_is_not_done_twice(desk: Desk) -> None:
    await desk.do(Change(add_tags=("t",)))
    entry = desk.journal.entries[-1]
    await desk.do((await desk.triage.undo(entry)).change)
    undo = await desk.triage.undo(entry)
    assert undo.change.is_empty
    assert undo.stays == ("All of it has been taken back already.",)


async def test_an_undo_is_an_ordinary_change_that_is_shown_first_and_can_be_undone(desk: Desk) -> None:
    await desk.do(Change(status="Resolved"))
    undo = await desk.triage.undo(desk.journal.entries[-1])
    (plan,) = await desk.triage.prepare(["1"], undo.change)
    assert plan.differences == (Difference(ChangeField.STATUS, "Resolved", "Active"),)
    await desk.apply(plan)
    assert (await desk.triage.undo(desk.journal.entries[-1])).change == Change(status="Resolved")


async def test_what_was_never_done_is_not_undone(desk: Desk) -> None:
    await desk.do(Change(status="Resolved"))
    undo = await desk.triage.undo(desk.journal.entries[0])
    assert undo.change.is_empty
    assert "nothing to undo" in undo.stays[0]


@pytest.mark.parametrize("other", [{"tenant_id": "00000000-0000-4000-8000-000000000000"}, {"client_id": OTHER_CLIENT}])
async def test_a_write_of_another_tenant_is_not_undone_here(desk: Desk, other: dict[str, object]) -> None:
    await desk.do(Change(status="Resolved"))
    before = len(desk.tenant.requests)
    undo = await desk.triage.undo({**desk.journal.entries[-1], **other})
    assert undo.change.is_empty
    assert undo.stays
    assert len(desk.tenant.requests) == before


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"event": "done"},
        {"event": "done", "body": 1, "before": None},
        {"event": "done", "body": {"tags": 1, "status": []}},
    ],
)
async def test_an_entry_that_is_damaged_undoes_nothing(desk: Desk, entry: dict[str, object]) -> None:
    ours = {"tenant_id": desk.tenant.tenant_id, "client_id": desk.tenant.client_id, "incident_id": "1"}
    undo = await desk.triage.undo({**ours, **entry})
    assert undo.change.is_empty
    assert undo.stays
