"""Somebody who changes incidents of the simulated tenant, and what can go wrong meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.quota import Quota
from mtp_tui.defender.update import Change
from mtp_tui.identity.clouds import GLOBAL
from mtp_tui.identity.credentials import ClientSecret, Credentials
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.signing_keys import SigningKeys
from mtp_tui.secret import Secret
from mtp_tui.services.session import Session
from mtp_tui.services.triage import Plan, Result, Triage
from mtp_tui.services.triage_journal import MemoryJournal
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import StoppedClock

RESOLVE = Change(status="Resolved", classification="FalsePositive", determination="Clean", comment="a test")
OTHER_CLIENT = "00000000-de00-4a99-8000-0000000007e4"


@dataclass
class Desk:
    """Somebody who changes incidents of a tenant."""

    tenant: SimulatedTenant
    clock: StoppedClock
    session: Session
    client: DefenderClient
    journal: MemoryJournal
    triage: Triage

    async def apply(self, *plans: Plan) -> list[Result]:
        return [result async for result in self.triage.apply(plans)]

    async def do(self, change: Change, *ids: str) -> list[Result]:
        return await self.apply(*await self.triage.prepare(ids or ("1",), change))

    def has(self, incident_id: int | str = 1) -> dict[str, object]:
        found: dict[str, object] | None = self.tenant.incidents.get(incident_id)
        assert found is not None
        return found

    @property
    def patches(self) -> list[str]:
        """Paths of all changes that reached the tenant."""
        return [seen.path for seen in self.tenant.requests if seen.method == "PATCH"]

    @property
    def events(self) -> list[object]:
        return [entry["event"] for entry in self.journal.entries]


def credentials_of(tenant: SimulatedTenant, client_id: str = "", kind: type[Credentials] = ClientSecret) -> Credentials:
    client_id = client_id or tenant.client_id
    if kind is ClientSecret:
        return ClientSecret(tenant.tenant_id, client_id, Secret(tenant.client_secret))
    return kind(tenant.tenant_id, client_id)


async def sit_down(
    tenant: SimulatedTenant, clock: StoppedClock, *, may_write: bool = True, kind: type[Credentials] = ClientSecret
) -> Desk:
    wire = Wire(tenant.transport, may_write=may_write)
    session = Session(EntraSignIn(wire, clock, clock.sleep), SigningKeys(wire, clock), clock)
    client = DefenderClient(wire, GLOBAL.api_base, session, Quota(clock, clock.sleep), clock)
    await session.sign_in(credentials_of(tenant, kind=kind))
    journal = MemoryJournal()
    return Desk(tenant, clock, session, client, journal, Triage(client, session, journal, clock))


def late(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("late", request=request)


def done_but_late(desk: Desk) -> Callable[[httpx.Request], httpx.Response]:
    """The service does what is asked, and its answer is lost."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method != "PATCH":
            return desk.tenant.defender.answer(request)
        assert desk.tenant.defender.answer(request).status_code == 200
        return late(request)

    return answer


def on_patch(respond: Callable[[httpx.Request], httpx.Response], desk: Desk) -> None:
    """The next requests for incident 1 are answered by the tenant; only a PATCH by this."""
    desk.tenant.faults.add(
        "/api/incidents/1",
        lambda request: respond(request) if request.method == "PATCH" else desk.tenant.defender.answer(request),
        times=2,
    )
