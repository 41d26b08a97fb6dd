"""When garbage is looked for: counted, not timed."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.tidying import EVERY_S, Tidying
from tests.support.analyst import analyst_at
from tests.support.clocks import StoppedClock


@pytest.fixture(autouse=True)
def collector_as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def looked_through() -> int:
    """How often everything was looked through until now."""
    return int(gc.get_stats()[2]["collections"])


class Knot:
    """Garbage as soon as nobody else holds it, and not gone before it is looked for."""

    def __init__(self) -> None:
        self.itself = self


def test_a_second_with_a_key_in_it_is_not_the_time() -> None:
    tidying = Tidying()
    tidying.note_growth()
    before = looked_through()
    for _ in range(3):
        tidying.put_off()
        tidying.tick()
    assert looked_through() == before
    assert gc.get_freeze_count() == 0
    tidying.tick()
    assert looked_through() == before + 1
    assert gc.get_freeze_count() > 10_000, "what stays is kept out of the next look"
    tidying.tick()
    assert looked_through() == before + 1, "once is enough"


def test_what_was_kept_out_and_became_garbage_goes_when_more_comes() -> None:
    tidying, knot = Tidying(), Knot()
    there = weakref.ref(knot)
    for _ in range(2):
        tidying.note_growth()
        tidying.tick()
        tidying.tick()
        knot = Knot()
        tidying.put_off()
    assert there() is None


def test_a_quiet_minute_ends_with_a_look() -> None:
    tidying = Tidying()
    before, frozen = looked_through(), gc.get_freeze_count()
    for _ in range(EVERY_S + 1):
        tidying.tick()
    assert looked_through() == before + 1
    assert gc.get_freeze_count() == frozen, "nothing came that stays"


def test_a_start_that_did_without_goes_on_with_it_and_looks_at_all_hardly_ever() -> None:
    gc.disable()
    Tidying().begin()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[2] >= 1_000


async def test_what_a_sign_in_brings_is_kept_out_once_nobody_presses_a_key(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("j")
        for _ in range(2):  # one second with a key in it, and one without
            analyst.tick()
        assert gc.get_freeze_count() > 10_000
