"""What was taken and is not written yet: at hand until it is, or until it is known that it is not going to be."""

from pathlib import Path

import pytest

from mtp_tui.defender.models import Incident
from mtp_tui.errors import MtpError
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


def is_empty(folder: Path) -> bool:
    return not list(folder.iterdir())


@pytest.mark.parametrize("was_open", [True, False])
async def test_what_comes_when_a_memory_is_closed_is_neither_kept_nor_in_the_way(
    tmp_path: Path, clock: StoppedClock, was_open: bool
) -> None:
    memory = Memory(tmp_path, SimulatedTenant.tenant_id, clock)
    if was_open:
        await memory.remember("narrow", "severity:high")
    await memory.close()
    memory.take(some(1), NOON)
    await memory.caught_up()
    assert await memory.choice("narrow") is None
    assert [recalled async for recalled in memory.recall()] == []
    assert (memory.said, dict(memory.behind)) == ("", {})
    with pytest.raises(MtpError, match="being closed"):
        await memory.journal({"event": "sending"})
    assert is_empty(tmp_path) is not was_open
