"""What has changed is kept for as long as somebody looks, and is over when they leave."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from mtp_tui.services import last_looks
from mtp_tui.services.last_looks import FieldChange, LastLook, LastLooks
from mtp_tui.services.memory import Memory
from tests.store.shapes import TENANT, incident
from tests.support.clocks import NOON, StoppedClock


@pytest.fixture
async def memory(clock: StoppedClock) -> AsyncIterator[Memory]:
    memory = Memory(None, TENANT, clock, 180)
    memory.take([incident(1), incident(2)], NOON)
    memory.mark_seen(None)
    yield memory
    await memory.close()


async def test_a_look_tells_what_has_changed_and_since_when(memory: Memory, clock: StoppedClock) -> None:
    clock.advance(60)
    memory.take([incident(1, severity="High")], clock())
    clock.advance(60)
    look = await LastLooks(memory).look_at("1")
    assert look == LastLook(NOON, (FieldChange("severity", "Medium", "High"),))
    assert look.changes[0].as_of == NOON + timedelta(seconds=60)
    assert (await LastLooks(memory).look_at("1")).changes == ()


async def test_changes_stay_and_add_up_until_the_look_is_over(memory: Memory, clock: StoppedClock) -> None:
    looks = LastLooks(memory)
    for severity, status in (("High", "Active"), ("Low", "InProgress"), ("Medium", "InProgress")):
        clock.advance(60)
        memory.take([incident(1, severity=severity, status=status)], clock())
        look = await looks.look_at("1")
        assert looks.of("1") == look
        if severity == "Low":
            assert set(look.changes) == {
                FieldChange("severity", "Medium", "Low"),
                FieldChange("status", "Active", "InProgress"),
            }
    assert look == LastLook(NOON, (FieldChange("status", "Active", "InProgress"),))
    looks.leave("1")
    assert looks.of("1") == LastLook()
    assert (await looks.look_at("1")).changes == ()


async def test_one_that_nobody_looked_at_before_has_no_changes(memory: Memory, clock: StoppedClock) -> None:
    memory.take([incident(3)], clock())
    assert await LastLooks(memory).look_at("3") == LastLook()
    assert await LastLooks(memory).look_at("no such incident") == LastLook()
    assert await LastLooks(None).look_at("1") == LastLook()


async def test_rows_that_were_only_passed_do_not_pile_up(
    memory: Memory, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_looks, "MOST_KEPT", 1)
    looks = LastLooks(memory)
    clock.advance(60)
    memory.take([incident(1, severity="High"), incident(2, severity="High")], clock())
    await looks.look_at("1")
    await looks.look_at("2")
    assert looks.of("1") == LastLook()
    assert looks.of("2").changes
