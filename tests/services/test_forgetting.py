"""What is too old is not shown again, and is forgotten behind what is shown."""

import asyncio
import contextlib
import gc
import sqlite3
import weakref
from datetime import timedelta
from pathlib import Path

import pytest

from mtp_tui.errors import MtpError
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.secret import Secret
from mtp_tui.services.memory import Memory
from mtp_tui.services.wiring import on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.store import database
from mtp_tui.store.files import store_path
from mtp_tui.wire import Wire
from tests.store.shapes import incident
from tests.support.clocks import NOON, StoppedClock


def memory_in(folder: Path, clock: StoppedClock) -> Memory:
    return Memory(folder, SimulatedTenant.tenant_id, clock, retention_days=180)


async def test_what_is_too_old_is_left_out_at_once_and_forgotten_afterwards(
    tmp_path: Path, clock: StoppedClock
) -> None:
    days = {number: (NOON - timedelta(days=number)).strftime("%Y-%m-%dT%H:%M:%SZ") for number in range(100, 260)}
    memory = memory_in(tmp_path, clock)
    memory.take([incident(number, lastUpdateTime=time) for number, time in days.items()], NOON)
    await memory.close()

    memory = memory_in(tmp_path, clock)
    shown = [row.id for recalled in [each async for each in memory.recall()] for row in recalled.rows]
    assert shown == [str(number) for number in range(100, 181)]
    await memory.caught_up()
    assert memory._store is not None
    assert (await memory._store.info()).incidents == len(shown)
    await memory.close()


async def test_what_is_too_old_is_not_told_as_new_in_the_start_that_forgets_it(
    tmp_path: Path, clock: StoppedClock
) -> None:
    memory = memory_in(tmp_path, clock)
    memory.take([incident(1, lastUpdateTime="2020-01-01T00:00:00Z"), incident(2)], NOON)
    await memory.close()

    memory = memory_in(tmp_path, clock)
    (recalled,) = [each async for each in memory.recall()]
    assert recalled.unseen.new == {"2"}
    await memory.close()


async def test_what_could_not_be_written_is_not_confirmed(
    tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next start would say that all of it was told then, and ask for nothing older."""
    monkeypatch.setattr(database, "BUSY_S", 0.05)
    memory = memory_in(tmp_path, clock)
    memory.take([incident(1)], NOON)
    memory.confirm(NOON)
    await memory.caught_up()
    another = sqlite3.connect(store_path(tmp_path, SimulatedTenant.tenant_id), isolation_level=None)
    another.execute("BEGIN IMMEDIATE")
    memory.take([incident(2)], NOON + timedelta(hours=1))
    await memory.caught_up()
    another.execute("ROLLBACK")
    another.close()
    memory.confirm(NOON + timedelta(hours=1))
    memory.take([incident(3)], NOON + timedelta(hours=2))
    memory.confirm(NOON + timedelta(hours=2))
    await memory.caught_up()
    recalled = [each async for each in memory.recall()]
    assert [row.id for row in recalled[0].rows] == ["1", "3"]
    assert recalled[0].as_of == NOON
    await memory.close()


async def test_what_was_remembered_only_for_who_is_signed_in_goes_with_them(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    services = on_wire(Settings(), Wire(tenant.transport), clock, sleep=clock.sleep)
    credentials = ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
    before: list[weakref.ref[Memory]] = []
    for _ in range(3):
        feed = services.new_feed(await services.session.sign_in(credentials))
        assert [event async for event in feed.load_all()]
        await feed.memory.caught_up()
        before.append(weakref.ref(feed.memory))
        del feed
    services.leave()
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task is not asyncio.current_task()))
    gc.collect()
    assert [memory() for memory in before] == [None, None, None]
    await services.close()


@pytest.mark.parametrize(("data_folder", "may_change"), [(Path("tenants"), False), (None, True)])
async def test_with_a_token_of_which_nothing_is_kept_nothing_is_changed_but_with_no_store(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path, data_folder: Path | None, may_change: bool
) -> None:
    tenant.apps[tenant.client_id].access_token = "made-up-opaque-token"
    settings = Settings(has_store=True, data_folder=data_folder and tmp_path / data_folder)
    services = on_wire(settings, Wire(tenant.transport, may_write=True), clock, sleep=clock.sleep)
    credentials = ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
    feed = services.new_feed(await services.session.sign_in(credentials))
    assert feed.triage is not None
    assert ("nothing of it is kept on the disk" in feed.triage.why_not) is not may_change
    with contextlib.nullcontext() if may_change else pytest.raises(MtpError, match="journal"):
        await feed.memory.journal({"event": "sending"})
    await services.close()
