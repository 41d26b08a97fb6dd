"""An analyst who changes incidents, and what reached the tenant of it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.secret import Secret
from mtp_tui.services.wiring import Services, on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.app import MtpApp
from mtp_tui.ui.reasons import why_not
from mtp_tui.ui.triage_screen import Page, TriageScreen
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.wire import Wire
from tests.support.analyst import Analyst
from tests.support.clocks import StoppedClock
from tests.support.incidents import plain_incidents


class Triager(Analyst):
    """An analyst who changes incidents."""

    @property
    def triage(self) -> TriageScreen:
        """The screen that is in front."""
        assert isinstance(self.app.screen, TriageScreen)
        return self.app.screen

    @property
    def shown(self) -> str:
        """What would be sent, or what became of it, in one line."""
        assert self.triage.page is not Page.WISH
        return " ".join(self.document("triage-text").split())

    @property
    def fault(self) -> str:  # type: ignore[override]
        """What is wrong with the wish."""
        error = self.triage.query_one(Problem).error
        return f"{error.summary} {error.hint}" if error else ""

    @property
    def why_not(self) -> str:
        """Why the key `t` does nothing."""
        active = self.app.screen.active_bindings["t"]
        return why_not(active.node, active.binding)

    @property
    def can_triage(self) -> bool:
        """Whether `t` works."""
        active = self.app.screen.active_bindings.get("t")
        return active is not None and active.enabled


def writable_tenant(clock: StoppedClock, count: int = 5) -> SimulatedTenant:
    """So many plain incidents, and an application that may change them."""
    tenant = SimulatedTenant(clock=clock, incidents=plain_incidents(count))
    let_write(tenant)
    return tenant


def let_write(tenant: SimulatedTenant) -> None:
    """Let the application of a tenant change incidents."""
    tenant.apps[tenant.client_id].roles = ("Incident.ReadWrite.All",)


@asynccontextmanager
async def triager_at(
    tenant: SimulatedTenant, clock: StoppedClock, *, may_write: bool = True, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Triager]:
    """Somebody signed in, in front of the queue."""
    credentials = ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
    wire = Wire(tenant.transport, may_write=may_write)
    services = on_wire(Settings(has_store=True), wire, clock, sleep=clock.sleep, demo=credentials)
    async with triager_in_front(services, size) as triager:
        yield triager


@asynccontextmanager
async def triager_in_front(services: Services, size: tuple[int, int]) -> AsyncIterator[Triager]:
    """Somebody in front of the program."""
    app = MtpApp(services)
    async with app.run_test(size=size) as pilot:
        triager = Triager(app, pilot, services)
        await triager.settle()
        yield triager


def sent(tenant: SimulatedTenant) -> list[tuple[str, object]]:
    """Path and body of every change that reached the tenant."""
    return [(seen.path, json.loads(seen.content)) for seen in tenant.requests if seen.method == "PATCH"]
