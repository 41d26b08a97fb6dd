"""The quota: never more calls than allowed, in order, people first, and a 429 stops everybody."""

import asyncio

import pytest

from mtp_tui.defender.quota import Priority, Quota
from tests.support.clocks import StoppedClock


async def test_calls_within_the_quota_do_not_wait(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep)
    for _ in range(50):
        await quota.slot()
    assert clock.slept_s == []
    assert quota.used_this_minute == 50
    assert quota.wait_s() == 60.0


async def test_the_call_beyond_waits_until_the_oldest_is_a_minute_old(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep, per_minute=2)
    await quota.slot()
    clock.advance(20)
    await quota.slot()
    clock.advance(10)
    await quota.slot()
    assert clock.slept_s == [30.0]
    assert quota.used_this_minute == 2


async def test_the_hour_counts_as_well(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep, per_minute=10, per_hour=3)
    for _ in range(4):
        await quota.slot()
        clock.advance(60)
    assert clock.slept_s == [3600.0 - 180.0]


async def test_a_429_makes_everybody_wait(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep)
    quota.penalise(42)
    quota.penalise(5)
    assert quota.wait_s() == 42.0
    await asyncio.gather(quota.slot(), quota.slot())
    assert clock.slept_s == [42.0]


async def test_waiting_calls_go_in_the_order_they_came(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep, per_minute=1)
    order: list[int] = []

    async def call(number: int) -> None:
        await quota.slot()
        order.append(number)

    await asyncio.gather(*(call(number) for number in range(4)))
    assert order == [0, 1, 2, 3]
    assert clock.slept_s == [60.0, 60.0, 60.0]


async def test_a_cancelled_wait_leaves_its_turn_to_the_next(clock: StoppedClock) -> None:
    gate = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await gate.wait()
        await clock.sleep(seconds)

    quota = Quota(clock, sleep, per_minute=1)
    await quota.slot()
    first, second = asyncio.create_task(quota.slot()), asyncio.create_task(quota.slot())
    await asyncio.sleep(0)
    first.cancel()
    gate.set()
    await second
    assert first.cancelled()
    assert quota.used_this_minute == 1


async def test_a_clock_that_stands_still_does_not_hang_a_call(clock: StoppedClock) -> None:
    async def sleep(seconds: float) -> None:
        clock.slept_s.append(seconds)

    quota = Quota(clock, sleep, per_minute=1)
    await quota.slot()
    await quota.slot()
    assert clock.slept_s == [60.0]


@pytest.mark.parametrize("back_s", [2, 30, 3600, 10 * 86_400])
async def test_a_clock_set_back_lets_nobody_go_sooner_and_makes_nobody_wait_for_more_than_a_minute(
    clock: StoppedClock, back_s: float
) -> None:
    quota = Quota(clock, clock.sleep, per_minute=2)
    await quota.slot()
    clock.advance(20)
    await quota.slot()
    assert quota.wait_s() == 40.0
    clock.advance(-back_s)
    assert 40.0 <= quota.wait_s() <= 60.0
    assert quota.used_this_minute == 2
    clock.advance(60)
    assert (quota.wait_s(), quota.used_this_minute) == (0.0, 0)


@pytest.mark.parametrize("ahead_s", [90, 7200])
async def test_a_clock_that_is_ahead_for_a_while_makes_nothing_forgotten(clock: StoppedClock, ahead_s: float) -> None:
    quota = Quota(clock, clock.sleep, per_minute=10)
    for _ in range(8):
        await quota.slot()
    quota.penalise(300)
    clock.advance(ahead_s)
    assert quota.used_this_minute == 0
    clock.advance(5 - ahead_s)
    assert (quota.used_this_minute, quota.wait_s()) == (8, 295.0)


async def test_a_refusal_lasts_as_long_as_was_said_when_the_clock_is_set_back(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep)
    quota.penalise(7)
    clock.advance(-1800)
    assert quota.wait_s() == 7.0


async def test_the_meter_forgets_what_is_past(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep)
    await quota.slot()
    clock.advance(60)
    assert quota.used_this_minute == 0


async def test_whoever_waits_for_an_answer_goes_before_the_background(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep, per_minute=1)
    await quota.slot()
    order: list[str] = []

    async def call(name: str, priority: Priority) -> None:
        await quota.slot(priority)
        order.append(name)

    clock.holds = True
    tasks = [asyncio.create_task(call("page 1", Priority.BACKGROUND))]
    await clock.sleeping()
    tasks += [
        asyncio.create_task(call("page 2", Priority.BACKGROUND)),
        asyncio.create_task(call("open", Priority.INTERACTIVE)),
        asyncio.create_task(call("update", Priority.INTERACTIVE)),
    ]
    await asyncio.sleep(0)
    clock.wake()
    await asyncio.gather(*tasks)
    assert order == ["open", "update", "page 1", "page 2"]


async def test_the_background_leaves_a_fifth_to_people(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep)
    for _ in range(40):
        await quota.slot(Priority.BACKGROUND)
    assert clock.slept_s == []
    assert (quota.wait_s(Priority.BACKGROUND), quota.wait_s(Priority.INTERACTIVE)) == (60.0, 0.0)
    for _ in range(10):
        await quota.slot()
    assert clock.slept_s == []
    await quota.slot(Priority.BACKGROUND)
    assert clock.slept_s == [60.0]


async def test_somebody_who_gives_up_does_not_hold_the_background_for_ever(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep, per_minute=1)
    await quota.slot()
    clock.holds = True
    opening = asyncio.create_task(quota.slot())
    await clock.sleeping()
    reading = asyncio.create_task(quota.slot(Priority.BACKGROUND))
    await asyncio.sleep(0)
    opening.cancel()
    clock.wake()
    await asyncio.wait_for(reading, 5)
    assert opening.cancelled()


async def test_a_call_counts_from_its_answer_since_nobody_knows_when_it_arrived(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep, per_minute=1)
    call = await quota.slot()
    clock.advance(30)
    assert quota.wait_s() == 30.0
    quota.answered(call)
    assert quota.wait_s() == 60.0
    assert quota.used_this_minute == 1


async def test_a_call_that_was_answered_late_is_not_forgotten_early(clock: StoppedClock) -> None:
    quota = Quota(clock, clock.sleep, per_minute=10, per_hour=2)
    late = await quota.slot()
    quick = await quota.slot()
    quota.answered(quick)
    clock.advance(30)
    quota.answered(late)
    clock.advance(3570)
    await quota.slot()
    assert clock.slept_s == []
    assert quota.wait_s(Priority.INTERACTIVE) == 30.0
