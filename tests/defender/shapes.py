"""Bodies as the service sends them, and a service as small as a function."""

import json
from collections.abc import Callable

import httpx

from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.models import IncidentDetail, detail_from
from mtp_tui.defender.quota import Quota
from mtp_tui.secret import Secret
from mtp_tui.wire import Wire
from tests.support.clocks import StoppedClock

BASE = "https://api.security.microsoft.com"


class Tokens:
    """Hands out `token-0`, and the next one with each renewal."""

    def __init__(self) -> None:
        self.renewed = 0

    async def bearer(self, *, renew: bool = False) -> Secret:
        self.renewed += renew
        return Secret(f"token-{self.renewed}")


class SmallService:
    """A client on a wire whose other end is a function; remembers the requests."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.requests: list[httpx.Request] = []
        self.clock = StoppedClock()
        self.tokens = Tokens()
        self.quota = Quota(self.clock, self.clock.sleep)

        def handle(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return answer(request)

        wire = Wire(transport=lambda: httpx.MockTransport(handle))
        self.client = DefenderClient(wire, BASE, self.tokens, self.quota, self.clock)


def incident_json(**fields: object) -> dict[str, object]:
    """A documented incident without alerts, with some fields changed."""
    return {
        "incidentId": 924565,
        "redirectIncidentId": None,
        "incidentName": "Multi-stage incident",
        "createdTime": "2026-11-18T08:00:00.5Z",
        "lastUpdateTime": "2026-11-20T09:30:31.8566667Z",
        "assignedTo": None,
        "classification": "Unknown",
        "determination": "NotAvailable",
        "status": "Active",
        "severity": "Medium",
        "tags": [],
        "comments": [],
        "alerts": [],
    } | fields


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def opened(**fields: object) -> IncidentDetail:
    """The detail of a documented incident with some fields changed."""
    return detail_from(raw(incident_json(**fields)))


def with_alert(**fields: object) -> IncidentDetail:
    """The detail of an incident with one alert of these fields."""
    return opened(alerts=[{"alertId": "da1", "title": "An alert"} | fields])
