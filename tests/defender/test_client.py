"""The client on the real wire: what it asks and changes, whom it follows, what it makes of answers."""

import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.errors import (
    MtpError,
    NotFound,
    PermissionMissing,
    RequestRefused,
    ServiceFault,
    Throttled,
    TokenRefused,
    UnexpectedAnswer,
    Unreachable,
)
from mtp_tui.gate import ReadOnly
from mtp_tui.wire import Wire
from tests.defender.shapes import BASE, SmallService, incident_json


def page_of(*ids: int, **more: object) -> httpx.Response:
    return httpx.Response(200, json={"value": [incident_json(incidentId=number) for number in ids]} | more)


def answering(*answers: httpx.Response) -> SmallService:
    """Gives these answers one after the other."""
    queue: Iterator[httpx.Response] = iter(answers)
    return SmallService(lambda _: next(queue))


async def test_the_first_page_is_asked_as_documented() -> None:
    service = answering(page_of(1, 2))
    page = await service.client.page(IncidentQuery())
    (request,) = service.requests
    assert request.method == "GET"
    assert str(request.url) == f"{BASE}/api/incidents?%24top=100"
    assert request.headers["authorization"] == "Bearer token-0"
    assert [incident.id for incident in page.incidents] == ["1", "2"]
    assert page.as_of == service.clock()


async def test_later_pages_and_changes_are_asked_as_documented() -> None:
    service = answering(page_of())
    since = datetime(2026, 11, 20, 13, 0, 0, 123400, tzinfo=timezone(timedelta(hours=1)))
    await service.client.page(IncidentQuery(changed_since=since), skip=200)
    (request,) = service.requests
    assert request.url.query == b"%24top=100&%24skip=200&%24filter=lastUpdateTime%20ge%202026-11-20T12%3A00%3A00.1234Z"
    assert request.url.params["$filter"] == "lastUpdateTime ge 2026-11-20T12:00:00.1234Z"


def test_whole_seconds_are_asked_without_a_fraction() -> None:
    query = IncidentQuery(changed_since=datetime(2026, 1, 1, tzinfo=UTC))
    assert query.to_params()["$filter"] == "lastUpdateTime ge 2026-01-01T00:00:00Z"


async def test_a_next_link_is_followed_byte_for_byte() -> None:
    link = f"{BASE}/api/incidents?$skip=100&$skiptoken=a%2Fb%3D&x=%24"
    service = answering(page_of(1, **{"@odata.nextLink": link}), page_of(2))
    first = await service.client.page(IncidentQuery())
    assert first.next_link == link
    await service.client.page(IncidentQuery(), skip=100, next_link=first.next_link)
    assert service.requests[1].url.raw_path == b"/api/incidents?$skip=100&$skiptoken=a%2Fb%3D&x=%24"


@pytest.mark.parametrize(
    "link",
    [
        "http://api.security.microsoft.com/api/incidents?$skip=100",
        "https://api.securitycenter.microsoft.com/api/incidents",
        "https://api.security.microsoft.com.evil.example/",
        "https://api.security.microsoft.com@evil.example/",
        "https://evil.example\\@api.security.microsoft.com/",
        "https://user@api.security.microsoft.com/",
        "https://api.security.microsoft.com:8443/api/incidents",
        "https://[::1",
        "/api/incidents?$skip=100",
        "https://api.security.microsoft.com/\r\nHost: evil.example",
        "",
    ],
)
async def test_a_link_that_leads_elsewhere_is_ignored(link: str) -> None:
    service = answering(page_of(1, **{"@odata.nextLink": link}), page_of(2))
    assert (await service.client.page(IncidentQuery())).next_link == ""
    await service.client.page(IncidentQuery(), skip=100, next_link=link)
    assert str(service.requests[1].url) == f"{BASE}/api/incidents?%24top=100&%24skip=100"


async def test_one_incident_is_a_bare_object() -> None:
    body = {"@odata.context": f"{BASE}/api/$metadata#Incidents/$entity"} | incident_json(incidentId=17)
    service = answering(httpx.Response(200, json=body))
    assert (await service.client.incident("17")).id == "17"
    assert service.requests[0].url.path == "/api/incidents/17"


async def test_an_id_cannot_lead_out_of_its_place() -> None:
    service = answering(httpx.Response(404))
    with pytest.raises(NotFound):
        await service.client.incident("1/../../x?y#z")
    assert service.requests[0].url.raw_path == b"/api/incidents/1%2F..%2F..%2Fx%3Fy%23z"


async def test_a_refused_token_is_renewed_once_and_the_call_repeated() -> None:
    service = answering(httpx.Response(401), page_of(1))
    assert (await service.client.page(IncidentQuery())).received == 1
    assert [request.headers["authorization"] for request in service.requests] == ["Bearer token-0", "Bearer token-1"]


async def test_a_token_refused_twice_is_refused() -> None:
    service = answering(httpx.Response(401), httpx.Response(401, text="<html>no</html>"))
    with pytest.raises(TokenRefused):
        await service.client.page(IncidentQuery())
    assert service.tokens.renewed == 1


async def test_a_429_is_told_to_the_quota() -> None:
    service = answering(httpx.Response(429, headers={"Retry-After": "30"}))
    with pytest.raises(Throttled) as caught:
        await service.client.page(IncidentQuery())
    assert caught.value.retry_after_s == 30.0
    assert service.quota.wait_s() == 30.0


async def test_a_retry_date_is_read_by_the_clock_of_the_server() -> None:
    headers = {"Date": "Fri, 20 Nov 2026 15:00:00 GMT", "Retry-After": "Fri, 20 Nov 2026 15:00:45 GMT"}
    service = answering(httpx.Response(429, headers=headers))
    with pytest.raises(Throttled) as caught:
        await service.client.page(IncidentQuery())
    assert caught.value.retry_after_s == 45.0


async def test_every_call_counts() -> None:
    service = answering(httpx.Response(401), page_of(1), httpx.Response(500))
    await service.client.page(IncidentQuery())
    with pytest.raises(ServiceFault):
        await service.client.incident("1")
    assert service.quota.used_this_minute == 3


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"value":[{"incidentId":1}'])
async def test_a_good_status_with_a_broken_body_is_an_error(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        await answering(httpx.Response(200, content=body)).client.page(IncidentQuery())


@pytest.mark.parametrize("body", [b"", b"[]", b'{"value":[]}'])
async def test_a_single_incident_that_is_none_is_an_error(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        await answering(httpx.Response(200, content=body)).client.incident("1")


async def test_a_redirect_is_an_unexpected_answer() -> None:
    service = answering(httpx.Response(302, headers={"Location": "https://proxy.example/"}))
    with pytest.raises(UnexpectedAnswer):
        await service.client.page(IncidentQuery())
    assert len(service.requests) == 1


async def test_no_answer_is_unreachable() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no", request=request)

    with pytest.raises(Unreachable):
        await SmallService(fail).client.page(IncidentQuery())


async def test_the_token_is_in_no_error() -> None:
    service = answering(httpx.Response(500, json={"error": {"message": "x"}}))
    with pytest.raises(MtpError) as caught:
        await service.client.page(IncidentQuery())
    assert "token-0" not in "".join(traceback.format_exception(caught.value))


# changing an incident


class WritableService(SmallService):
    """A small service whose client may write."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        super().__init__(answer)

        def handle(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return answer(request)

        wire = Wire(lambda: httpx.MockTransport(handle), may_write=True)
        self.client = DefenderClient(wire, BASE, self.tokens, self.quota, self.clock)


def taking(*answers: httpx.Response) -> WritableService:
    """Gives these answers one after the other, also to changes."""
    queue: Iterator[httpx.Response] = iter(answers)
    return WritableService(lambda _: next(queue))


async def test_a_change_is_sent_as_documented_and_answered_with_the_incident() -> None:
    service = taking(httpx.Response(200, json=incident_json(incidentId=17, status="Resolved")))
    changed = await service.client.update("17", '{"status": "Resolved"}')
    (request,) = service.requests
    assert (request.method, str(request.url)) == ("PATCH", f"{BASE}/api/incidents/17")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == "Bearer token-0"
    assert request.content == b'{"status": "Resolved"}'
    assert (changed.id, changed.status) == ("17", "Resolved")


async def test_a_client_for_reading_sends_no_change_and_counts_none() -> None:
    service = answering()
    with pytest.raises(ReadOnly, match="only reads"):
        await service.client.update("17", "{}")
    assert service.requests == []
    assert service.quota.used_this_minute == 0
    assert not service.client.may_write


async def test_a_change_refused_for_its_token_did_nothing_and_is_sent_again() -> None:
    service = taking(httpx.Response(401), httpx.Response(200, json=incident_json(incidentId=17)))
    await service.client.update("17", "{}")
    assert [request.headers["authorization"] for request in service.requests] == ["Bearer token-0", "Bearer token-1"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RequestRefused), (403, PermissionMissing), (404, NotFound), (409, RequestRefused), (412, RequestRefused),
        (429, Throttled), (500, ServiceFault), (503, ServiceFault), (302, UnexpectedAnswer),
    ],
)  # fmt: skip
async def test_a_change_that_is_refused_is_not_sent_again(status: int, kind: type[MtpError]) -> None:
    service = taking(httpx.Response(status))
    with pytest.raises(kind):
        await service.client.update("17", "{}")
    assert len(service.requests) == 1


async def test_a_change_without_an_answer_is_not_sent_again() -> None:
    def time_out(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("late", request=request)

    service = WritableService(time_out)
    with pytest.raises(Unreachable):
        await service.client.update("17", "{}")
    assert len(service.requests) == 1


async def test_the_last_look_comes_after_the_wait_and_can_stop_the_change() -> None:
    service = taking()
    for _ in range(50):
        await service.quota.slot()

    def look() -> None:
        raise MtpError(f"it is {service.clock():%H:%M:%S}")

    with pytest.raises(MtpError, match="12:01:00"):
        await service.client.update("17", "{}", last_look=look)
    assert service.requests == []
