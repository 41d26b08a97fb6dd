"""What was kept while the clock was ahead counts as kept now, once the clock is right again."""

from datetime import timedelta

import pytest

from mtp_tui.store.store import FieldChange, LastLook, Store, Unseen
from tests.store.shapes import everything, incident
from tests.support.clocks import NOON, StoppedClock

MONTH = timedelta(days=30)


@pytest.fixture
async def ahead(store: Store, clock: StoppedClock) -> Store:
    """An incident that was looked at, and one that was not, by a clock that was a month ahead; it is right again."""
    await store.put([incident(1), incident(2)], NOON + MONTH)
    await store.mark_seen(["2"], NOON + MONTH)
    await store.confirm(NOON + MONTH)
    return store


@pytest.mark.parametrize("how", ["opened", "marked", "all marked"])
async def test_what_was_kept_meanwhile_can_be_seen(ahead: Store, clock: StoppedClock, how: str) -> None:
    assert await ahead.unseen() == Unseen(new=frozenset({"1"}))
    if how == "opened":
        assert await ahead.look_at("1", clock()) == LastLook()
    else:
        await ahead.mark_seen(["1"] if how == "marked" else None, clock())
    assert await ahead.unseen() == Unseen()


async def test_another_body_of_the_same_update_is_taken(ahead: Store, clock: StoppedClock) -> None:
    stored = await ahead.put([incident(1, status="Resolved")], clock())
    assert set(stored.changed) == {"1"}
    assert [each.status for each in await everything(ahead) if each.id == "1"] == ["Resolved"]


async def test_a_change_of_what_was_looked_at_meanwhile_is_unseen(ahead: Store, clock: StoppedClock) -> None:
    clock.advance(300)
    await ahead.put([incident(2, status="Resolved")], clock())
    assert (await ahead.unseen()).changed == {"2"}
    clock.advance(300)
    look = await ahead.look_at("2", clock())
    assert look.changes == (FieldChange("status", "Active", "Resolved"),)
    assert look.at is not None
    assert look.at <= clock()
    assert "2" not in (await ahead.unseen()).changed
    assert await ahead.look_at("2", clock()) == LastLook(clock())


async def test_changes_that_were_noted_meanwhile_go_with_the_look(ahead: Store, clock: StoppedClock) -> None:
    await ahead.put([incident(2, severity="High", lastUpdateTime="2026-11-20T11:59:00Z")], NOON + MONTH * 2)
    look = await ahead.look_at("2", clock())
    assert [(change.field, change.as_of) for change in look.changes] == [("severity", clock())]
    assert await ahead.changes_of("2") == ()


async def test_nothing_was_told_after_now(ahead: Store, clock: StoppedClock) -> None:
    assert await ahead.as_of() == clock()
    clock.advance(60)
    await ahead.put([incident(1)], clock())
    assert (await ahead.info()).as_of == clock()
    await ahead.confirm(clock())
    clock.advance(60)
    assert await ahead.as_of() == clock() - timedelta(seconds=60)


async def test_what_was_told_later_by_a_right_clock_still_counts(store: Store, clock: StoppedClock) -> None:
    clock.advance(600)
    await store.put([incident(1, status="Resolved")], NOON + timedelta(minutes=5))
    assert not (await store.put([incident(1)], NOON)).changed
    assert [each.status for each in await everything(store)] == ["Resolved"]
