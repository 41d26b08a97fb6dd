"""The simulated tenant on a TLS socket, and programs that are led to it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mtp_tui.sim.tenant import SimulatedTenant
from tests.guide.programs import Workshop
from tests.support.clocks import StoppedClock
from tests.support.tls_server import tls_tenant


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    """Two incidents, one with letters beyond ASCII."""
    shared = {"status": "Active", "severity": "Low", "alerts": []}
    times = {"createdTime": "2026-11-19T08:00:00Z", "lastUpdateTime": "2026-11-19T09:00:00Z"}
    names = {1: "First", 2: "Verdächtige Anmeldung – 東京"}
    return SimulatedTenant(
        clock=clock,
        incidents=[{"incidentId": number, "incidentName": name, **shared, **times} for number, name in names.items()],
    )


@pytest.fixture
async def workshop(tenant: SimulatedTenant, tmp_path: Path) -> AsyncIterator[Workshop]:
    """Where code is run: with nothing in the environment but the way to the tenant."""
    async with tls_tenant(tenant.handle) as server:
        way = server.environment(tmp_path)
        environment = {"PATH": os.environ["PATH"], "REQUESTS_CA_BUNDLE": way["SSL_CERT_FILE"], **way}
        yield Workshop(tmp_path, environment)
