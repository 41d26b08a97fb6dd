"""What is too old is not shown again, and is forgotten behind what is shown."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from mtp_tui.services.memory import Memory
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.store import database
from mtp_tui.store.files import store_path
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
