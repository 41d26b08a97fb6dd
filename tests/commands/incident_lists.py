"""A shell that may sign in to a tenant with three pages of incidents, and what came of asking it for them."""

import json

from mtp_tui.sim.tenant import SimulatedTenant
from tests.commands.conftest import Ran, Shell
from tests.support.clocks import StoppedClock
from tests.support.incidents import tenant_with

LIST = "/api/incidents?"
"""Part of the place of every page."""


def three_pages(clock: StoppedClock) -> SimulatedTenant:
    """A tenant with 250 incidents, 1000 to 1249."""
    return tenant_with(clock, 250)


def may_sign_in(shell: Shell) -> None:
    """Let the shell's variables name the application of its tenant."""
    tenant = shell.tenant
    names = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
    shell.environ = dict(zip(names, (tenant.tenant_id, tenant.client_id, tenant.client_secret), strict=True))


def ids(ran: Ran) -> list[int]:
    """Which incidents were given as NDJSON, in their order."""
    return [json.loads(line)["incidentId"] for line in ran.out.splitlines()]


def pages_asked(tenant: SimulatedTenant) -> list[str]:
    """The `$skip` of each page that was asked for, in order."""
    return [seen.params.get("$skip", "0") for seen in tenant.requests if seen.path == "/api/incidents"]
