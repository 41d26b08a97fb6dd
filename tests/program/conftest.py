"""A home, a tenant behind TLS, and the environment of somebody who starts the program in them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtp_tui.clock import system_clock
from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.tls_server import TlsTenant, tls_tenant_in_a_thread

SECRET = "Zq7~made.up-for_this~test+only/with=odd&signs%00"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home."""
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """What a shell would give, and nothing of ours."""
    return {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "PATH": os.environ.get("PATH", ""),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def tenant() -> SimulatedTenant:
    """The tenant of the demo with a secret of its own, by the machine's clock."""
    tenant = SimulatedTenant(clock=system_clock)
    tenant.apps[tenant.client_id].secret = SECRET
    tenant.prepare()
    return tenant


@pytest.fixture
def server(tenant: SimulatedTenant) -> Iterator[TlsTenant]:
    """The tenant on a socket."""
    with tls_tenant_in_a_thread(tenant.handle) as server:
        yield server


@pytest.fixture
def online(environment: dict[str, str], server: TlsTenant, tmp_path: Path) -> dict[str, str]:
    """The environment of somebody whose requests lead to the tenant."""
    return environment | server.environment(tmp_path)


@pytest.fixture
def signing_in(online: dict[str, str], tenant: SimulatedTenant) -> dict[str, str]:
    """The same, with credentials."""
    return online | {
        "AZURE_TENANT_ID": tenant.tenant_id,
        "AZURE_CLIENT_ID": tenant.client_id,
        "AZURE_CLIENT_SECRET": SECRET,
    }
