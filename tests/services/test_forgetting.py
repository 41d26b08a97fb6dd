"""What is too old is not shown again, and is forgotten behind what is shown."""

from datetime import timedelta
from pathlib import Path

from mtp_tui.services.memory import Memory
from mtp_tui.sim.tenant import SimulatedTenant
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
    shown = [row.id for recalled in [each async for each in memory.recall()] for row, _ in recalled.rows]
    assert shown == [str(number) for number in range(100, 181)]
    await memory.caught_up()
    assert memory._store is not None
    assert (await memory._store.info()).incidents == len(shown)
    await memory.close()
