"""A tenant behind TLS, and an environment in which nothing but the test decides where requests go."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.clocks import StoppedClock
from tests.support.tls_server import TlsTenant, tls_tenant

_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    """450 small incidents: five pages, the last one short."""
    return SimulatedTenant(
        clock=clock,
        incidents=[
            {
                "incidentId": number,
                "incidentName": f"Incident {number}",
                "status": "Active",
                "severity": "Low",
                "createdTime": "2026-11-19T08:00:00Z",
                "lastUpdateTime": f"2026-11-19T{number // 60:02d}:{number % 60:02d}:00Z",
                "alerts": [],
            }
            for number in range(450)
        ],
    )


@pytest.fixture
async def server(tenant: SimulatedTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TlsTenant]:
    """The tenant on a socket, with the environment leading to it."""
    async with tls_tenant(tenant.handle) as server:
        for name, value in server.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        yield server
