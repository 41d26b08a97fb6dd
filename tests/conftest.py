"""Fixtures: a clock that stands at noon, and a tenant that lives by it."""

import pytest
from hypothesis import settings

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.clocks import StoppedClock

settings.register_profile("ours", deadline=None, database=None)  # a busy machine is no failure, and no file is left
settings.load_profile("ours")


@pytest.fixture
def clock() -> StoppedClock:
    """Stands at noon until a test moves it."""
    return StoppedClock()


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    """The tenant of the demo, with its stories and without arrivals."""
    return SimulatedTenant(clock=clock)
