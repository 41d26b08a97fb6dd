"""The simulated tenant: Entra ID and Defender behind one `handle`, for `--demo` and for the tests.

It answers as the public documentation says, and shares no code with what is tested against it. Nothing here is a
secret: the tenant, its application and its people are made up.
"""

import random
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import parse_qsl

import httpx

from mtp_tui.clock import Clock
from mtp_tui.sim import demo_app
from mtp_tui.sim.defender import API_HOSTS, DefenderApi
from mtp_tui.sim.directory import Directory, SimApp
from mtp_tui.sim.entra import LOGIN_HOSTS, Entra
from mtp_tui.sim.faults import Faults, place_of
from mtp_tui.sim.gates import Gate
from mtp_tui.sim.live import Arrivals
from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.stories import build_incidents
from mtp_tui.sim.table import IncidentTable

__all__ = ["Gate", "SeenRequest", "SimApp", "SimulatedTenant"]


_MOST_REQUESTS = 1000
"""That a live tenant remembers."""


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request as it came in."""

    method: str
    url: str
    host: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    form: dict[str, str]
    """The fields of a form post; empty otherwise."""
    content: bytes


class SimulatedTenant:
    """One tenant with one application that may read incidents."""

    tenant_id = demo_app.TENANT_ID
    domain = demo_app.DOMAIN
    client_id = demo_app.CLIENT_ID
    client_secret = demo_app.CLIENT_SECRET

    def __init__(
        self, *, clock: Clock, seed: int = 2020, incidents: Iterable[object] | None = None, live: bool = False
    ) -> None:
        """`incidents` None means the stories (some 340, made from the seed, ending now), built with the first look at them.

        `live` adds new and changed incidents as the clock goes on; a pure function of seed and clock.
        """
        self._clock = clock
        self._seed = seed
        self._started_at = clock()
        self._given = incidents
        self._table: IncidentTable | None = None
        self._arrivals = Arrivals(seed, self._started_at) if live else None
        self._gates: list[Gate] = []
        dice = random.Random(seed)
        self.directory = Directory(
            self.tenant_id,
            {self.domain, "contoso-demo.onmicrosoft.example"},
            {self.client_id: SimApp(self.client_secret)},
        )
        self.entra = Entra(self.directory, self._server_now, dice)
        self.defender = DefenderApi(self.directory, lambda: self.incidents, self._server_now, dice)
        self.faults = Faults()
        """What goes wrong on request."""
        self.requests: list[SeenRequest] = []
        """Everything that came in, in order; of a live tenant the latest."""
        self.server_clock_offset_s = 0.0
        """How far the services' clock is ahead of the given one; shows in `Date` headers, tokens and expiry checks."""

    @property
    def apps(self) -> dict[str, SimApp]:
        """App registrations by client ID (lower case)."""
        return self.directory.apps

    @property
    def incidents(self) -> IncidentTable:
        """The incidents as of now."""
        if self._table is None:
            told = _told(self._seed, self._started_at) if self._given is None else self._given
            self._table = IncidentTable(self._clock, told)
        if self._arrivals is not None:
            self._arrivals.advance(self._table, self._clock())
        return self._table

    def prepare(self) -> None:
        """Do now what the first requests would wait for: the key, the stories, and their JSON (some 150 ms)."""
        _ = self.directory.keys.current
        self.incidents.page(None, 0, len(self.incidents))

    def rotate_key(self, *, keep_old: bool = True) -> None:
        """Sign with a new key; `keep_old=False` also stops publishing the old one, so its tokens are worth nothing."""
        self.directory.keys.rotate(keep_old=keep_old)

    def transport(self) -> httpx.AsyncBaseTransport:
        """In place of the network."""
        return httpx.MockTransport(self.handle)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, as soon as every gate that concerns it is open. Raises httpx.ConnectError for other hosts."""
        await request.aread()
        self.requests.append(_seen(request))
        if self._arrivals is not None and len(self.requests) > _MOST_REQUESTS:  # the demo may stand open for days
            del self.requests[: _MOST_REQUESTS // 2]
        gates = [gate for gate in self._gates if gate.concerns(place_of(request))]
        try:
            return self._answer(request)
        finally:
            for gate in gates:
                await gate.pass_through()

    def holding_answers(self, place: str = "") -> AbstractAsyncContextManager[Gate]:
        """While this is open, answers to requests whose `place_of` contains the text are made at once and given when the gate opens.

        Leaving opens the gate, so that nothing waits for ever.
        """
        return self._holding(place)

    @asynccontextmanager
    async def _holding(self, place: str) -> AsyncIterator[Gate]:
        gate = Gate(place)
        self._gates.append(gate)
        try:
            yield gate
        finally:
            self._gates.remove(gate)
            gate.open()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        response = self.faults.answer(request)
        if response is None:
            if request.url.host in LOGIN_HOSTS:
                response = self.entra.answer(request)
            elif request.url.host in API_HOSTS:
                response = self.defender.answer(request)
            else:
                raise httpx.ConnectError(f"there is no host {request.url.host} here", request=request)
        response.headers.setdefault("Date", format_datetime(self._server_now(), usegmt=True))
        return response

    def _server_now(self) -> datetime:
        return self._clock() + timedelta(seconds=self.server_clock_offset_s)


@lru_cache(maxsize=2)
def _told(seed: int, now: datetime) -> tuple[JsonObject, ...]:
    """The stories, once for all tenants of the same seed and moment: tests that stop the clock make many."""
    return tuple(build_incidents(seed, now))


def _seen(request: httpx.Request) -> SeenRequest:
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    form = dict(parse_qsl(request.content.decode("utf-8", "replace"), keep_blank_values=True)) if is_form else {}
    url = request.url
    return SeenRequest(
        request.method, str(url), url.host, url.path, dict(url.params), dict(request.headers), form, request.content
    )
