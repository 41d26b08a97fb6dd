"""What was changed in one go is kept in the tenant's store, and taken back in one go."""

from pathlib import Path

import pytest

from mtp_tui import cli
from mtp_tui.defender.update import Change
from mtp_tui.gate import ReadOnly
from mtp_tui.services import wiring
from mtp_tui.services.memory import Memory
from mtp_tui.services.triage import Plan, Result
from mtp_tui.services.triage_desk import TriageDesk
from mtp_tui.services.triage_journal import KeptJournal, MemoryJournal
from mtp_tui.sim.tenant import SimulatedTenant
from tests.services.triage.desk import Desk, sit_down
from tests.support.clocks import StoppedClock


@pytest.fixture
def triage(desk: Desk) -> TriageDesk:
    return TriageDesk(desk.client, desk.session, KeptJournal(desk.journal.write), desk.clock)


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


async def test_an_undo_can_be_taken_back_itself(desk: Desk, triage: TriageDesk) -> None:
    await done(triage, await triage.prepare(["1"], Change(status="Resolved")))
    await done(triage, (await triage.prepare_undo()).plans)
    (again,) = (await triage.prepare_undo()).plans
    assert again.body == {"status": "Resolved"}


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


def test_a_command_takes_no_write(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--write", "incidents", "list"])
    assert left.value.code == cli.EXIT_USAGE
    assert "no command changes an incident" in capsys.readouterr().err
