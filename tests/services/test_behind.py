"""What was taken and is not written yet: at hand until it is, or until it is known that it is not going to be."""

from pathlib import Path

from mtp_tui.defender.models import Incident
from mtp_tui.services.memory import Memory
from mtp_tui.sim.tenant import SimulatedTenant
from tests.store.shapes import incident
from tests.support.clocks import NOON, StoppedClock


def some(*numbers: int) -> list[Incident]:
    return [incident(number) for number in numbers]


async def test_what_is_written_is_behind_no_more(tmp_path: Path, clock: StoppedClock) -> None:
    memory = Memory(tmp_path, SimulatedTenant.tenant_id, clock)
    first, again = some(1, 2), some(2, 3)
    memory.take(first, NOON)
    memory.take(again, NOON)
    assert dict(memory.behind) == {"1": first[0], "2": again[0], "3": again[1]}
    await memory.caught_up()
    assert dict(memory.behind) == {}
    await memory.close()


async def test_what_cannot_be_written_is_not_held_for_ever(tmp_path: Path, clock: StoppedClock) -> None:
    memory = Memory(tmp_path, "no tenant at all", clock)
    memory.take(some(1, 2), NOON)
    await memory.caught_up()
    assert memory.said
    assert dict(memory.behind) == {}
    await memory.close()
