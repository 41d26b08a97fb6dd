"""What was changed in one go is kept in the tenant's store, and taken back in one go."""

import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from mtp_tui import cli
from mtp_tui.defender.update import Change
from mtp_tui.errors import MtpError
from mtp_tui.gate import ReadOnly
from mtp_tui.profiles.profile import Profile
from mtp_tui.services import wiring
from mtp_tui.services.memory import Memory
from mtp_tui.services.profiles import may_write_as
from mtp_tui.services.triage import Plan, Result
from mtp_tui.services.triage_desk import MOST_PASSED_OVER, TriageDesk
from mtp_tui.services.triage_journal import KeptJournal, MemoryJournal
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.store.files import store_path
from mtp_tui.wire import Wire
from tests.services.triage.desk import OTHER_CLIENT, Desk, credentials_of, sit_down
from tests.support.clocks import StoppedClock


@pytest.fixture
def triage(desk: Desk) -> TriageDesk:
    return TriageDesk(desk.client, desk.session, KeptJournal(desk.journal.write), desk.clock)


@pytest.fixture
async def memory(desk: Desk) -> AsyncIterator[Memory]:
    memory = Memory(None, desk.tenant.tenant_id, desk.clock)
    yield memory
    await memory.close()


async def done(triage: TriageDesk, plans: tuple[Plan, ...]) -> list[Result]:
    return [result async for result in triage.apply(plans)]


async def test_all_that_was_changed_in_one_go_is_taken_back_in_one_go(desk: Desk, triage: TriageDesk) -> None:
    assert not triage.can_undo
    await done(triage, await triage.prepare(["3"], Change(status="Resolved")))
    await done(triage, await triage.prepare(["1", "2"], Change(status="InProgress", comment="mine")))
    assert triage.can_undo
    await done(triage, await triage.prepare(["4"], Change(status="Active")))  # has it already, so nothing is sent
    desk.tenant.incidents.remove(2)
    back = await triage.prepare_undo()
    assert [(plan.incident_id, plan.is_to_send) for plan in back.plans] == [("1", True), ("2", False)]
    assert list(back.stays) == ["1"]
    await done(triage, back.plans)
    assert (desk.has(1)["status"], desk.has(3)["status"]) == ("Active", "Resolved")


async def test_what_is_taken_back_one_after_the_other_is_what_still_holds(desk: Desk, triage: TriageDesk) -> None:
    await done(triage, await triage.prepare(["1"], Change(status="Resolved")))
    await done(triage, await triage.prepare(["2", "3"], Change(status="InProgress")))
    await done(triage, await triage.prepare(["4"], Change(status="Resolved")))
    desk.tenant.incidents.change(3, status="Resolved")
    for given_back in (["4"], ["2"], ["1"]):
        back = await triage.prepare_undo()
        assert [plan.incident_id for plan in back.plans if plan.is_to_send] == given_back
        await done(triage, back.plans)
    assert not triage.can_undo, "and of what somebody has changed since nothing more is to be had"
    assert [desk.has(number)["status"] for number in (1, 2, 4)] == ["Active"] * 3


async def test_what_cannot_be_taken_back_at_all_is_passed_over(desk: Desk, triage: TriageDesk) -> None:
    for number in (1, 2, 4):
        await done(triage, await triage.prepare([str(number)], Change(status="Resolved")))
    desk.tenant.incidents.change(2, status="InProgress")
    desk.tenant.incidents.remove(4)
    await done(triage, await triage.prepare(["3"], Change(comment="mine")))
    back = await triage.prepare_undo()
    assert back.is_earlier
    assert [plan.incident_id for plan in back.plans if plan.is_to_send] == ["1"]
    assert {key: why[0].split(":")[0] for key, why in back.stays.items()} == {
        "3": "A comment cannot be taken back",
        "2": "The status has been changed since, to “InProgress”.",
    }
    await done(triage, back.plans)
    assert desk.has(1)["status"] == "Active"
    assert not (await triage.prepare_undo()).is_earlier


async def test_where_the_last_one_cannot_be_read_for_now_no_other_is_taken_back(desk: Desk, triage: TriageDesk) -> None:
    for key in ("1", "2"):
        await done(triage, await triage.prepare([key], Change(status="Resolved")))
    desk.tenant.faults.add("/api/incidents/2", httpx.ConnectError("no network"))
    back = await triage.prepare_undo()
    assert [(plan.incident_id, plan.is_to_send) for plan in back.plans] == [("2", False)]


async def test_no_more_is_read_on_the_way_than_a_few_seconds_allow(desk: Desk, triage: TriageDesk) -> None:
    await done(triage, await triage.prepare(["1"], Change(status="Resolved")))
    for _ in range(MOST_PASSED_OVER):
        await done(triage, await triage.prepare(["2"], Change(comment="mine")))
    back = await triage.prepare_undo()
    assert (back.plans, back.is_earlier) == ((), False)
    assert list(map(len, back.stays.values())) == [1], "said once"


async def test_what_could_not_be_taken_back_for_now_is_offered_again(desk: Desk, triage: TriageDesk) -> None:
    await done(triage, await triage.prepare(["1", "2"], Change(status="Resolved")))
    back = await triage.prepare_undo()
    await done(triage, back.plans[:1])  # stopped before the second one
    (rest,) = (await triage.prepare_undo()).plans
    assert rest.incident_id == "2"


async def test_an_undo_can_be_taken_back_itself_and_the_change_holds_again(desk: Desk, memory: Memory) -> None:
    triage = TriageDesk(desk.client, desk.session, KeptJournal(memory.journal, memory.journaled), desk.clock)
    await done(triage, await triage.prepare(["1"], Change(status="Resolved")))
    await done(triage, (await triage.prepare_undo()).plans)
    assert not triage.can_undo
    (again,) = (await triage.prepare_undo((await triage.written())[0])).plans
    assert again.body == {"status": "Resolved"}
    await done(triage, (again,))
    assert triage.can_undo
    (back,) = (await triage.prepare_undo()).plans
    assert back.body == {"status": "Active"}


async def test_after_a_restart_it_is_known_what_was_taken_back(desk: Desk, memory: Memory) -> None:
    def sits_down() -> TriageDesk:
        return TriageDesk(desk.client, desk.session, KeptJournal(memory.journal, memory.journaled), desk.clock)

    triage = sits_down()
    for key in ("1", "2"):
        await done(triage, await triage.prepare([key], Change(status="Resolved")))
    await done(triage, (await triage.prepare_undo()).plans)
    triage = sits_down()
    await triage.recall()
    assert [plan.incident_id for plan in (await triage.prepare_undo()).plans] == ["1"]


async def test_who_only_reads_is_told_in_a_few_words(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    desk = await sit_down(tenant, clock, may_write=False)
    triage = TriageDesk(desk.client, desk.session, KeptJournal(MemoryJournal().write), clock)
    assert triage.why_not == "read-only: start with --write"
    with pytest.raises(ReadOnly):
        await triage.prepare_undo()


async def test_the_journal_stands_in_the_store_of_the_tenant(desk: Desk) -> None:
    memory = Memory(None, desk.tenant.tenant_id, desk.clock, 180)
    triage = TriageDesk(desk.client, desk.session, KeptJournal(memory.journal), desk.clock)
    await done(triage, await triage.prepare(["1"], Change(add_tags=("a",))))
    assert memory._store is not None
    entries = await memory._store.journal_entries()
    assert [(each.entry["event"], each.entry["body"]) for each in entries] == [
        ("sending", {"tags": ["a"]}),
        ("done", {"tags": ["a"]}),
    ]
    await memory.close()


async def test_what_the_store_cannot_keep_is_not_sent(desk: Desk, tmp_path: Path) -> None:
    memory = Memory(tmp_path, "no GUID, so no file", desk.clock, 180)
    triage = TriageDesk(desk.client, desk.session, KeptJournal(memory.journal), desk.clock)
    (result,) = await done(triage, await triage.prepare(["1"], Change(status="Resolved")))
    assert "the journal could not be written" in result.summary
    assert desk.patches == []
    assert not triage.can_undo


def on_disk(file: Path) -> list[str]:
    """Events of the journal as another program reads them."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return [json.loads(entry)["event"] for (entry,) in connection.execute("SELECT entry FROM journal")]


@pytest.mark.parametrize("trouble", ["PRAGMA max_page_count = 1", "PRAGMA query_only = ON"], ids=["full", "read-only"])
async def test_once_the_journal_cannot_be_kept_on_the_disk_nothing_is_changed_any_more(
    desk: Desk, tmp_path: Path, trouble: str
) -> None:
    memory = Memory(tmp_path, desk.tenant.tenant_id, desk.clock)
    journal = KeptJournal(memory.journal, memory.journaled, memory.journal_obstacle)
    triage = TriageDesk(desk.client, desk.session, journal, desk.clock)
    await done(triage, await triage.prepare(["1"], Change(comment="before")))
    assert memory._store is not None
    await memory._store._write(lambda connection: connection.execute(trouble).fetchall())
    for _ in range(40):  # until the pages that there are have no room for another
        if not triage.why_not:
            await done(triage, await triage.prepare(["1"], Change(comment="x" * 900)))
    kept = on_disk(store_path(tmp_path, desk.tenant.tenant_id))
    assert len(desk.patches) == kept.count("sending") >= 1
    assert "cannot be kept on the disk" in triage.why_not
    with pytest.raises(MtpError, match="cannot be kept on the disk"):
        await triage.prepare(["1"], Change(comment="more"))
    assert len(await triage.written()) == len(desk.patches), "what was changed can still be seen"
    await memory.close()


async def test_a_file_that_cannot_be_used_from_the_start_lets_nothing_be_changed(desk: Desk, tmp_path: Path) -> None:
    store_path(tmp_path, desk.tenant.tenant_id).mkdir()
    memory = Memory(tmp_path, desk.tenant.tenant_id, desk.clock)
    journal = KeptJournal(memory.journal, memory.journaled, memory.journal_obstacle)
    triage = TriageDesk(desk.client, desk.session, journal, desk.clock)
    (result,) = await done(triage, await triage.prepare(["1"], Change(status="Resolved")))
    assert "the journal could not be written" in result.summary
    assert "--no-store" in result.hint
    assert desk.patches == []
    await memory.close()


async def test_what_was_changed_last_is_taken_back_after_a_restart(desk: Desk, tmp_path: Path) -> None:
    def sits_down(memory: Memory) -> TriageDesk:
        return TriageDesk(desk.client, desk.session, KeptJournal(memory.journal, memory.journaled), desk.clock)

    before = Memory(tmp_path, desk.tenant.tenant_id, desk.clock)
    triage = sits_down(before)
    await done(triage, await triage.prepare(["3"], Change(status="Resolved")))
    await done(triage, await triage.prepare(["1", "2"], Change(status="InProgress")))
    await before.close()
    desk.tenant.incidents.change(2, status="Resolved")
    after = Memory(tmp_path, desk.tenant.tenant_id, desk.clock)
    triage = sits_down(after)
    assert not triage.can_undo
    await triage.recall()
    assert triage.can_undo
    back = await triage.prepare_undo()
    assert [plan.body for plan in back.plans] == [{"status": "Active"}]
    assert list(back.stays) == ["2"], "somebody has changed it since"
    await done(triage, back.plans)
    assert (desk.has(1)["status"], desk.has(3)["status"]) == ("Active", "Resolved")
    await triage.recall()
    assert [entry["incident_id"] for entry in triage._kept.occasions[0]] == ["3"], "before this start, and still holds"
    await done(triage, await triage.prepare(["4"], Change(status="InProgress")))
    await triage.recall()
    assert [entry["incident_id"] for entry in triage._kept.occasions[0]] == ["4"], "what is done now comes first"
    await after.close()


FACTS = {"tenant_id": SimulatedTenant.tenant_id, "account": "", "incident_id": "1", "write": "w", "occasion": "o"}


@pytest.mark.parametrize(
    ("entries", "can_undo"),
    [
        ([{"event": "sending"}, {"event": "done"}], True),
        ([{"event": "sending"}], True),  # the program ended in between
        ([{"event": "sending"}, {"event": "not done"}], False),
        ([{"event": "done", "account": "somebody@else.example"}], False),
        ([{"event": "done", "client_id": "another"}], False),
        ([{"event": 5}, {}], False),
    ],
)
async def test_only_what_this_account_has_or_may_have_done_is_offered(
    desk: Desk, entries: list[dict[str, object]], can_undo: bool
) -> None:
    async def kept() -> list[dict[str, object]]:
        return [FACTS | {"client_id": desk.tenant.client_id} | entry for entry in entries]

    triage = TriageDesk(desk.client, desk.session, KeptJournal(desk.journal.write, kept), desk.clock)
    await triage.recall()
    assert triage.can_undo is can_undo


# --write


@pytest.mark.parametrize(("option", "why_not"), [([], "read-only: start with --write"), (["--write"], "")])
async def test_the_demo_may_be_changed_with_write_only(option: list[str], why_not: str) -> None:
    settings = cli.chosen_settings(cli.parser().parse_args(["--demo", *option]), {}, None)
    assert settings is not None
    services = wiring.demo(settings)
    assert services.demo is not None
    feed = services.new_feed(await services.session.sign_in(services.demo))
    assert feed.triage is not None
    assert feed.triage.why_not == why_not
    await services.close()


@pytest.mark.parametrize("may_write", [True, False])
async def test_a_profile_may_write_where_the_program_only_reads(
    tenant: SimulatedTenant, clock: StoppedClock, may_write: bool
) -> None:
    wire, writing = Wire(tenant.transport), Wire(tenant.transport, may_write=True)
    services = wiring.on_wire(Settings(), wire, clock, sleep=clock.sleep, writing=writing)
    feed = services.new_feed(await services.session.sign_in(credentials_of(tenant)), may_write=may_write)
    assert feed.triage is not None
    assert feed.triage.why_not == ("" if may_write else "read-only: start with --write")
    await services.close()


async def test_only_its_own_application_may_write_by_a_profile(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    services = wiring.on_wire(Settings(), Wire(tenant.transport), clock, sleep=clock.sleep)
    signed_in = await services.session.sign_in(credentials_of(tenant))
    profile = Profile("North", tenant.tenant_id.upper(), tenant.client_id.upper(), may_write=True)
    assert may_write_as(profile, signed_in)
    assert not may_write_as(replace(profile, may_write=False), signed_in)
    assert not may_write_as(replace(profile, client_id=OTHER_CLIENT), signed_in)
    assert not may_write_as(replace(profile, tenant="south.example"), signed_in)
    assert not may_write_as(Profile("", may_write=True), signed_in)
    await services.close()


def test_a_command_takes_no_write(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--write", "incidents", "list"])
    assert left.value.code == cli.EXIT_USAGE
    assert "no command changes an incident" in capsys.readouterr().err
