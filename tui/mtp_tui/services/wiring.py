"""The same objects on one of two wires: the real network, or the simulated tenant."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from mtp_tui.clock import Clock, Sleep, system_clock
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.quota import Quota
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.signing_keys import SigningKeys
from mtp_tui.secret import Secret
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.services.session import Session, SignedIn
from mtp_tui.settings import DEMO_REFRESH_EVERY_S, REFRESH_EVERY_S, Prefill, Settings
from mtp_tui.wire import Wire


@dataclass(frozen=True, slots=True)
class Services:
    """All that the screen can ask for."""

    settings: Settings
    clock: Clock
    session: Session
    new_feed: Callable[[SignedIn], IncidentFeed]
    """A fresh queue for whoever is signed in now."""
    close: Callable[[], Awaitable[None]]
    """Closes every connection."""
    refresh_every_s: float = REFRESH_EVERY_S
    """How often the queue is asked for changes."""
    demo: ClientSecret | None = None
    """Credentials with which the demo signs in by itself; None outside it."""


def live(settings: Settings, *, clock: Clock = system_clock) -> Services:
    """On the network."""
    return on_wire(settings, Wire(), clock)


def demo(settings: Settings, *, clock: Clock = system_clock) -> Services:
    """On the simulated tenant, in this process; nothing of the environment is used."""
    from mtp_tui.sim import demo_app

    def transport():  # type: ignore[no-untyped-def]  # httpx's type, which is not to be imported here
        from mtp_tui.sim.tenant import SimulatedTenant

        tenant = SimulatedTenant(clock=clock, live=True)
        tenant.prepare()  # here, since the wire opens in a thread
        return tenant.transport()

    credentials = ClientSecret(demo_app.DOMAIN, demo_app.CLIENT_ID, Secret(demo_app.CLIENT_SECRET))
    settings = replace(
        settings,
        prefill=Prefill(demo_app.DOMAIN, demo_app.CLIENT_ID, credentials.secret, "the demo tenant"),
        refresh_every_s=settings.refresh_every_s or DEMO_REFRESH_EVERY_S,
    )
    return on_wire(settings, Wire(transport), clock, demo=credentials)


def on_wire(
    settings: Settings,
    wire: Wire,
    clock: Clock,
    *,
    sleep: Sleep = asyncio.sleep,
    demo: ClientSecret | None = None,
) -> Services:
    """Everything joined, on any wire."""
    session = Session(EntraSignIn(wire, clock), SigningKeys(wire, clock), clock)
    quotas: defaultdict[tuple[str, str], Quota] = defaultdict(lambda: Quota(clock, sleep))

    def new_feed(signed_in: SignedIn) -> IncidentFeed:
        # the service counts for each app in each tenant, however often that app signs in
        quota = quotas[signed_in.tenant_id, signed_in.client_id]
        client = DefenderClient(wire, signed_in.cloud.resource, session, quota, clock)
        return IncidentFeed(client, clock, sleep)

    refresh_every_s = settings.refresh_every_s or REFRESH_EVERY_S
    return Services(settings, clock, session, new_feed, wire.aclose, refresh_every_s, demo)
