"""Fixtures: a user of the demo's tenant."""

import pytest

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.clocks import StoppedClock

from .users import User


@pytest.fixture
def user(tenant: SimulatedTenant, clock: StoppedClock) -> User:
    return User(tenant, clock)
