"""Fixtures: a tenant whose application may change incidents, and somebody who does."""

import pytest

from mtp_tui.sim.tenant import SimulatedTenant
from tests.defender.shapes import incident_json
from tests.services.triage.desk import (
    Desk,
    sit_down,
)
from tests.support.clocks import StoppedClock


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    """Five incidents, and an application that may change them."""
    tenant = SimulatedTenant(clock=clock, incidents=[incident_json(incidentId=number) for number in range(1, 6)])
    app = tenant.apps[tenant.client_id]
    app.roles, app.scopes = ("Incident.ReadWrite.All",), ("Incident.ReadWrite",)
    app.auto_approve_after_polls = 0
    return tenant


@pytest.fixture
async def desk(tenant: SimulatedTenant, clock: StoppedClock) -> Desk:
    return await sit_down(tenant, clock)
