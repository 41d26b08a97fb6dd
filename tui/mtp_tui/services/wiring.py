"""The same objects on one of two wires: the real network, or the simulated tenant."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mtp_tui.clock import Clock, Sleep, system_clock
from mtp_tui.errors import MtpError
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.signing_keys import SigningKeys
from mtp_tui.profiles.profile import Profile, environment_profile
from mtp_tui.secret import Secret
from mtp_tui.services.session import Session, SignedIn, TokensOf
from mtp_tui.settings import DEMO_REFRESH_EVERY_S, REFRESH_EVERY_S, Settings, has_windows
from mtp_tui.wire import Wire

if TYPE_CHECKING:
    import httpx

    from mtp_tui.defender.quota import Quota
    from mtp_tui.services.incidents import IncidentFeed
    from mtp_tui.services.memories import Memories
    from mtp_tui.services.profiles import Profiles
    from mtp_tui.services.views import Views
    from mtp_tui.sim.tenant import SimulatedTenant

OpenAddress = Callable[[str], object]
"""Opens an address in whatever shows web pages here."""


class NewFeed(Protocol):
    """Makes a fresh queue for whoever is signed in now."""

    def __call__(self, signed_in: SignedIn, *, may_write: bool = False) -> "IncidentFeed":
        """`may_write` lets its incidents be changed also where the settings do not: a profile may say so for itself."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """All that the screen can ask for."""

    settings: Settings
    clock: Clock
    session: Session
    new_feed: NewFeed
    close: Callable[[], Awaitable[None]]
    """Closes every connection and every store."""
    refresh_every_s: float = REFRESH_EVERY_S
    """How often the queue is asked for changes."""
    demo: ClientSecret | None = None
    """Credentials with which the demo signs in by itself; None outside it."""
    profiles: "Callable[[], Profiles] | None" = None
    """Opens them, the same ones each time; None where none are kept, as in the demo."""
    open_views: "Callable[[], Views | None]" = lambda: None
    """The saved views; None where none are kept."""
    start: Profile = field(default_factory=lambda: Profile(""))
    """What the sign-in form begins with."""
    start_problem: MtpError | None = None
    """Why it does not begin with what was meant."""
    can_open_browser: bool = False
    """Whether a browser could show up on this machine."""
    open_browser: Callable[[OpenAddress, str], None] = lambda *_: None
    """Takes a person to a sign-in page, by the means of the screen; does nothing where no browser could show up."""
    leave: Callable[[], None] = lambda: None
    """Nobody is signed in any more: what was remembered only for as long as somebody was is dropped."""


def live(settings: Settings, *, clock: Clock = system_clock) -> Services:
    """On the network. Raises BadInput if the settings name a profile that cannot be used."""
    services = on_wire(settings, Wire(may_write=settings.may_write), clock, writing=Wire(may_write=True))
    can_open = has_windows(settings.environ)

    def open_browser(open_address: OpenAddress, address: str) -> None:
        if can_open:  # else Python would start a browser of text, in the middle of our screen
            open_address(address)

    return replace(services, can_open_browser=can_open, open_browser=open_browser)


def demo(settings: Settings, *, clock: Clock = system_clock) -> Services:
    """On the simulated tenant, in this process; nothing of the environment is used."""
    from mtp_tui.sim import demo_app

    tenants: list[SimulatedTenant] = []

    def transport() -> "httpx.AsyncBaseTransport":
        from mtp_tui.sim.tenant import SimulatedTenant

        tenant = SimulatedTenant(clock=clock, live=True)
        app = tenant.apps[demo_app.CLIENT_ID]
        app.auto_approve_after_polls = 2
        if settings.may_write:
            app.roles, app.scopes = ("Incident.ReadWrite.All",), ("Incident.ReadWrite",)
        tenant.prepare()  # here, since the wire opens in a thread
        tenants.append(tenant)
        return tenant.transport()

    tasks: set[asyncio.Task[None]] = set()

    def open_browser(_: OpenAddress, address: str) -> None:
        task = asyncio.get_running_loop().create_task(_browse(tenants[-1], address))
        tasks.add(task)  # the loop itself holds tasks loosely
        task.add_done_callback(tasks.discard)

    credentials = ClientSecret(demo_app.DOMAIN, demo_app.CLIENT_ID, Secret(demo_app.CLIENT_SECRET))
    settings = replace(
        settings,
        environ={},
        profile_file=None,
        has_store=True,
        data_folder=None,
        refresh_every_s=settings.refresh_every_s or DEMO_REFRESH_EVERY_S,
    )
    return replace(
        on_wire(settings, Wire(transport, may_write=settings.may_write), clock, demo=credentials),
        start=Profile("", demo_app.DOMAIN, demo_app.CLIENT_ID),
        can_open_browser=True,
        open_browser=open_browser,
    )


async def _browse(tenant: "SimulatedTenant", address: str) -> None:
    """What a person's browser would do: open the page, confirm, and be sent back to the loopback address."""
    import httpx

    from mtp_tui.sim.browser import browse

    landing = await browse(tenant.handle, address)
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.request(landing.method, landing.url, data=landing.form or None)


def on_wire(
    settings: Settings,
    wire: Wire,
    clock: Clock,
    *,
    sleep: Sleep = asyncio.sleep,
    demo: ClientSecret | None = None,
    writing: Wire | None = None,
) -> Services:
    """Everything joined, on any wire; `writing` is for the queues of profiles that may change incidents."""
    session = Session(EntraSignIn(wire, clock, sleep), SigningKeys(wire, clock), clock)
    quotas: dict[tuple[str, str], Quota] = {}

    @cache
    def memories() -> "Memories":
        from mtp_tui.services.memories import Memories

        return Memories(settings, clock)

    def leave() -> None:
        if memories.cache_info().currsize:
            memories().leave()

    async def close() -> None:
        if memories.cache_info().currsize:
            await memories().close()
        await wire.aclose()
        if writing is not None:
            await writing.aclose()

    def new_feed(signed_in: SignedIn, *, may_write: bool = False) -> "IncidentFeed":
        from mtp_tui.defender.client import DefenderClient
        from mtp_tui.defender.quota import Quota
        from mtp_tui.services.incidents import IncidentFeed
        from mtp_tui.services.triage_desk import TriageDesk
        from mtp_tui.services.triage_journal import KeptJournal

        # the service counts for each app in each tenant, however often that app signs in
        quota = quotas.setdefault((signed_in.tenant_id, signed_in.client_id), Quota(clock, sleep))
        api_wire = writing if may_write and writing is not None and not wire.may_write else wire
        client = DefenderClient(api_wire, signed_in.cloud.api_base, TokensOf(session, signed_in), quota, clock)
        memory = memories().of(signed_in)
        journal = KeptJournal(memory.journal, memory.journaled, memory.journal_obstacle)
        return IncidentFeed(client, clock, sleep, memory, TriageDesk(client, session, journal, clock))

    def open_views() -> "Views | None":
        from mtp_tui.services.views import Views, views_file

        return Views(views_file(settings.profile_file), clock) if settings.profile_file else None

    @cache
    def profiles() -> "Profiles":
        from mtp_tui.services.profiles import open_profiles

        return open_profiles(settings.profile_file or Path(), clock, settings.environ)

    start, problem = _start_with(settings, clock)
    return Services(
        settings,
        clock,
        session,
        new_feed,
        close,
        settings.refresh_every_s or REFRESH_EVERY_S,
        demo,
        profiles if settings.profile_file else None,
        open_views,
        start,
        problem,
        leave=leave,
    )


def _start_with(settings: Settings, clock: Clock) -> tuple[Profile, MtpError | None]:
    """The profile that was named, else the environment's; what is wrong with the latter is no reason not to start."""
    if settings.profile and settings.profile_file:
        from mtp_tui.services.profiles import profile_named

        return profile_named(settings.profile, settings.profile_file, settings.environ, clock), None
    try:
        return environment_profile(settings.environ) or Profile(""), None
    except MtpError as error:
        return Profile(""), error
