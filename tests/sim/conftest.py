"""A clock that stands, a tenant, and somebody who asks it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.clocks import StoppedClock

LOGIN = "https://login.microsoftonline.com"
NOW = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)
API = "https://api.security.microsoft.com"


class Caller:
    """A client of one tenant that keeps its token."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        self.tenant = tenant
        self.token = ""

    async def ask(self, method: str, url: str, **options: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=self.tenant.transport()) as client:
            return await client.request(method, url, **options)

    async def sign_in(self, *, tenant: str = "", version: str = "v2.0/", **fields: str | None) -> httpx.Response:
        """Ask for a token; a field given as None is left out."""
        target = {"resource": API} if not version else {"scope": f"{API}/.default"}
        form = {
            "grant_type": "client_credentials",
            "client_id": self.tenant.client_id,
            "client_secret": self.tenant.client_secret,
            **target,
            **fields,
        }
        url = f"{LOGIN}/{tenant or self.tenant.tenant_id}/oauth2/{version}token"
        return await self.ask("POST", url, data={name: value for name, value in form.items() if value is not None})

    async def call(
        self, path: str = "/api/incidents", method: str = "GET", host: str = API, **options: Any
    ) -> httpx.Response:
        """Call the API with the token at hand, or with a new one."""
        if not self.token:
            self.token = (await self.sign_in()).json()["access_token"]
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return await self.ask(method, host + path, headers=headers, **options)

    async def ids(self, **params: str | int) -> list[int]:
        """The IDs of one page."""
        answer = await self.call(params=params)
        assert answer.status_code == 200, answer.text
        return [incident["incidentId"] for incident in answer.json()["value"]]


@pytest.fixture
def clock() -> StoppedClock:
    """Stands at an odd second."""
    return StoppedClock(NOW)


@pytest.fixture
def make_incident(clock: StoppedClock) -> Callable[..., dict[str, object]]:
    """A small incident, updated `minutes_ago`."""

    def make(incident_id: int, minutes_ago: float = 0, **fields: object) -> dict[str, object]:
        moment = f"{clock() - timedelta(minutes=minutes_ago):%Y-%m-%dT%H:%M:%S}Z"
        return {
            "incidentId": incident_id,
            "status": "Active",
            "assignedTo": None,
            "createdTime": moment,
            "lastUpdateTime": moment,
            "alerts": [],
            **fields,
        }

    return make


@pytest.fixture
def tenant(clock: StoppedClock, make_incident: Callable[..., dict[str, object]]) -> SimulatedTenant:
    """A tenant with 250 incidents, 1 the newest, one a minute."""
    return SimulatedTenant(clock=clock, incidents=[make_incident(number, number) for number in range(1, 251)])


@pytest.fixture
def caller(tenant: SimulatedTenant) -> Caller:
    return Caller(tenant)
