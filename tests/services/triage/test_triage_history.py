"""The journal as people read it."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.update import Change, ChangeField, Difference
from mtp_tui.services.memory import Memory
from mtp_tui.services.triage_desk import TriageDesk
from mtp_tui.services.triage_history import Event, writes_in
from mtp_tui.services.triage_journal import KeptJournal
from tests.services.triage.desk import Desk

SENT = {
    "write": "a",
    "event": "sending",
    "at": "2026-11-20T10:00:00+00:00",
    "incident_id": "1",
    "account": "kim@contoso.example",
    "body": {"status": "Resolved", "tags": ["x", "y"], "comment": "why"},
    "before": {"status": "Active", "tags": ["x"], "assignedTo": ""},
}


def test_a_write_is_told_once_with_its_end_and_the_latest_first() -> None:
    done = {**SENT, "event": "done", "at": "2026-11-20T10:00:01+00:00"}
    refused = {**SENT, "write": "b", "event": "not done", "note": "The service is busy.", "incident_id": "2"}
    first, second = writes_in([SENT, done, {**refused, "event": "sending"}, refused])
    assert (first.incident_id, first.end, first.note) == ("2", Event.NOT_DONE, "The service is busy.")
    assert (second.incident_id, second.end, second.note) == ("1", Event.DONE, "")
    assert second.at == datetime(2026, 11, 20, 10, 0, 1, tzinfo=UTC)
    assert second.account == "kim@contoso.example"
    assert second.differences == (
        Difference(ChangeField.STATUS, "Active", "Resolved"),
        Difference(ChangeField.TAGS, "x", "x, y"),
        Difference(ChangeField.COMMENT, "", "why"),
    )


def test_of_what_was_only_sent_nobody_knows_the_end() -> None:
    (write,) = writes_in([SENT])
    assert write.end is Event.UNKNOWN
    assert write.note == "The program ended before an answer came."


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_KEYS = st.sampled_from([*SENT, "note", "occasion"])


@given(st.lists(st.dictionaries(_KEYS, _JSON, max_size=8) | st.just(SENT), max_size=5))
def test_whatever_stands_in_the_journal_is_told(entries: list[dict[str, object]]) -> None:
    for write in writes_in(entries):
        assert write.end in (Event.DONE, Event.NOT_DONE, Event.UNKNOWN)
        assert all(isinstance(each.after, str) for each in write.differences)


async def test_what_the_desk_wrote_is_read_from_the_store(desk: Desk) -> None:
    memory = Memory(None, desk.tenant.tenant_id, desk.clock, 180)
    triage = TriageDesk(desk.client, desk.session, KeptJournal(memory.journal, memory.journaled), desk.clock)
    assert await triage.written() == ()
    async for _ in triage.apply(await triage.prepare(["1"], Change(status="Resolved"))):
        pass
    (write,) = await triage.written()
    assert (write.incident_id, write.end) == ("1", Event.DONE)
    assert write.differences == (Difference(ChangeField.STATUS, "Active", "Resolved"),)
    await memory.close()
