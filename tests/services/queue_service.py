"""An incident queue as the documentation describes it, small enough to arrange every case."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import httpx

from mtp_tui.moments import parse_moment
from mtp_tui.services.incidents import FeedEvent, Finished, IncidentFeed, PageLoaded
from mtp_tui.services.patience import Waiting
from tests.defender.shapes import SmallService, incident_json
from tests.support.clocks import NOON


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class QueueService:
    """Incidents newest update first, by `$top`, `$skip` and the `$filter` of our queries; and a feed that asks for them."""

    def __init__(self, count: int = 0) -> None:
        self.incidents: dict[object, dict[str, object]] = {}
        for number in range(count):
            self.put(number, minutes_ago=number + 60)
        self.before: list[Callable[[], httpx.Response | None]] = []
        """One for each coming request, in order: may change the queue, and may answer in its place."""
        self.always: Callable[[httpx.Request], httpx.Response | None] = lambda _: None
        """Asked for every request; may answer in place of the queue."""
        self.service = SmallService(self.answer)
        self.clock = self.service.clock
        self.feed = IncidentFeed(self.service.client, self.clock, self.clock.sleep)

    def put(self, number: object, *, minutes_ago: float = 0.0, **fields: object) -> None:
        """Add an incident, or change it; `minutes_ago` counts from noon."""
        earlier = self.incidents.get(number, incident_json(incidentId=number, incidentName=f"Incident {number}"))
        moment = NOON - timedelta(minutes=minutes_ago)
        self.incidents[number] = earlier | {"lastUpdateTime": stamp(moment)} | fields

    def answer(self, request: httpx.Request) -> httpx.Response:
        arranged = self.before.pop(0)() if self.before else None
        arranged = arranged or self.always(request)
        if arranged is not None:
            return arranged
        if request.url.path != "/api/incidents":
            return httpx.Response(200, json=self.incidents[int(request.url.path.rsplit("/", 1)[1])])
        return httpx.Response(200, json={"value": self.select(request)})

    def select(self, request: httpx.Request) -> list[dict[str, object]]:
        params = request.url.params
        skip, top = int(params.get("$skip", "0")), int(params["$top"])
        found = sorted(self.incidents.values(), key=lambda incident: str(incident["lastUpdateTime"]), reverse=True)
        for condition in params["$filter"].split(" and ") if "$filter" in params else ():
            found = [incident for incident in found if _fits(incident, condition)]
        return found[skip : skip + top]

    @property
    def asked(self) -> list[dict[str, str]]:
        """The parameters of every request so far."""
        return [dict(request.url.params) for request in self.service.requests]


def _fits(incident: dict[str, object], condition: str) -> bool:
    name, operator, value = condition.split(" ", 2)
    if operator == "eq":
        return incident[name] == value.strip("'")
    asked, had = parse_moment(value), parse_moment(incident[name]) or NOON
    assert asked is not None
    return had >= asked if operator == "ge" else had <= asked


async def events(iterator: AsyncIterator[FeedEvent]) -> list[FeedEvent]:
    return [event async for event in iterator]


def pages(found: list[FeedEvent]) -> list[PageLoaded]:
    return [event for event in found if isinstance(event, PageLoaded)]


def waits(found: list[FeedEvent]) -> list[float]:
    return [event.seconds for event in found if isinstance(event, Waiting)]


def finish(found: list[FeedEvent]) -> Finished:
    last = found[-1]
    assert isinstance(last, Finished)
    assert sum(isinstance(event, Finished) for event in found) == 1
    return last
