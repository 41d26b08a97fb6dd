"""The feed when things go wrong: it says why it waits, keeps what it has, and never calls half a queue a whole one."""

import asyncio
from contextlib import aclosing

import httpx
import pytest

from mtp_tui.errors import PermissionMissing, RequestRefused, ServiceFault, Throttled, UnexpectedAnswer, Unreachable
from mtp_tui.services.incidents import IncidentFeed, PageLoaded
from mtp_tui.services.patience import Waiting
from tests.defender.shapes import BASE, SmallService, incident_json
from tests.services.queue_service import QueueService, events, finish, pages, waits


def throttled(seconds: int = 30) -> httpx.Response:
    return httpx.Response(
        429, headers={"Retry-After": str(seconds)}, json={"error": {"code": "429", "message": "quota"}}
    )


def fault() -> httpx.Response:
    return httpx.Response(503, text="<html><title>Sorry</title></html>")


def broken() -> httpx.Response:
    return httpx.Response(200, text='{"value":[{"incid')


def no_answer() -> httpx.Response:
    raise httpx.ConnectError("down")


async def test_a_429_is_waited_out_with_its_seconds_told_before() -> None:
    queue = QueueService(150)
    queue.before = [lambda: None, throttled]
    told: list[object] = []
    async for event in queue.feed.load_all():
        told.append(event)
        if isinstance(event, Waiting):
            assert queue.clock.slept_s == []
            assert event.seconds == 30.0
            assert "quota" in event.why
    assert queue.clock.slept_s == [30.0]
    assert finish(told).total == 150  # type: ignore[arg-type]


async def test_a_service_that_only_says_429_is_given_up() -> None:
    queue = QueueService(150)
    queue.before = [lambda: None, *[throttled] * 9]
    with pytest.raises(Throttled):
        await events(queue.feed.load_all())
    assert queue.clock.slept_s == [30.0] * 5
    assert len(queue.feed.rows()) == 100


@pytest.mark.parametrize("trouble", [fault, no_answer])
async def test_faults_are_tried_again_after_growing_waits(trouble: object) -> None:
    queue = QueueService(150)
    queue.before = [lambda: None, trouble, trouble, trouble]  # type: ignore[list-item]
    found = await events(queue.feed.load_all())
    assert waits(found) == [2.0, 5.0, 15.0]
    assert queue.clock.slept_s == [2.0, 5.0, 15.0]
    assert finish(found).complete


@pytest.mark.parametrize(("trouble", "error"), [(fault, ServiceFault), (no_answer, Unreachable)])
async def test_faults_that_stay_are_raised_with_the_rows_kept(trouble: object, error: type[Exception]) -> None:
    queue = QueueService(250)
    queue.before = [lambda: None, lambda: None, *[trouble] * 4]  # type: ignore[list-item]
    with pytest.raises(error):
        await events(queue.feed.load_all())
    assert len(queue.feed.rows()) == 200
    assert finish(await events(queue.feed.refresh())).total == 250


async def test_each_page_has_its_own_patience() -> None:
    queue = QueueService(250)
    queue.before = [fault, fault, lambda: None, fault, fault, lambda: None, fault, fault]
    assert waits(await events(queue.feed.load_all())) == [2.0, 5.0] * 3


async def test_a_broken_answer_is_tried_once_more_and_never_taken_for_the_end() -> None:
    queue = QueueService(150)
    queue.before = [lambda: None, broken]
    found = await events(queue.feed.load_all())
    assert (finish(found).total, len(waits(found))) == (150, 1)
    queue = QueueService(150)
    queue.before = [lambda: None, broken, broken]
    with pytest.raises(UnexpectedAnswer):
        await events(queue.feed.load_all())
    assert len(queue.feed.rows()) == 100


async def test_a_missing_permission_is_raised_at_once() -> None:
    queue = QueueService(5)
    queue.before = [lambda: httpx.Response(403)]
    with pytest.raises(PermissionMissing):
        await events(queue.feed.load_all())
    assert queue.clock.slept_s == []


async def test_keeping_below_the_quota_is_told_as_waiting() -> None:
    queue = QueueService(100)
    for _ in range(50):
        await queue.service.quota.slot()
    found = await events(queue.feed.load_all())
    assert waits(found) == [60.0]
    assert queue.clock.slept_s == [60.0]
    assert finish(found).complete


async def test_a_service_that_ignores_skip_is_noticed() -> None:
    queue = QueueService(300)
    first = [incident_json(incidentId=number) for number in range(100)]
    queue.always = lambda request: (
        None if "$filter" in request.url.params else httpx.Response(200, json={"value": first})
    )
    found = await events(queue.feed.load_all())
    end = finish(found)
    assert (end.total, end.complete) == (100, False)
    assert "same page" in end.note
    again = finish(await events(queue.feed.refresh()))
    assert (again.complete, again.note) == (False, end.note)


async def test_links_that_lead_in_a_circle_are_noticed() -> None:
    queue = QueueService()
    links = {name: f"{BASE}/api/incidents?$skiptoken={name}" for name in "ab"}

    def answer(request: httpx.Request) -> httpx.Response:
        token = str(request.url)[-1]
        number, following = {"a": (2, "b"), "b": (3, "a")}.get(token, (1, "a"))
        more = {} if "$filter" in request.url.params else {"@odata.nextLink": links[following]}
        return httpx.Response(200, json={"value": [incident_json(incidentId=number)]} | more)

    queue.always = answer
    end = finish(await events(queue.feed.load_all()))
    assert (end.total, end.complete) == (3, False)
    assert "circle" in end.note


async def test_a_refused_link_is_replaced_by_counting() -> None:
    queue = QueueService(250)

    def answer(request: httpx.Request) -> httpx.Response | None:
        if "$skiptoken" in str(request.url):
            return httpx.Response(400, json={"error": {"code": "BadRequest", "message": "no such token"}})
        if "$filter" in request.url.params:
            return None
        return httpx.Response(
            200, json={"value": queue.select(request), "@odata.nextLink": f"{BASE}/api/incidents?$skiptoken=x"}
        )

    queue.always = answer
    found = await events(queue.feed.load_all())
    assert finish(found).total == 250
    assert sum("$skiptoken" in str(request.url) for request in queue.service.requests) == 1


async def test_a_queue_deeper_than_the_service_lets_us_look_is_not_called_whole() -> None:
    queue = QueueService(400)
    queue.always = lambda request: httpx.Response(400) if int(request.url.params.get("$skip", "0")) > 200 else None
    end = finish(await events(queue.feed.load_all()))
    assert (end.total, end.complete) == (300, False)
    assert "300" in end.note


async def test_a_refused_first_page_is_raised() -> None:
    queue = QueueService(5)
    queue.before = [lambda: httpx.Response(400)] * 2
    with pytest.raises(RequestRefused):
        await events(queue.feed.load_all())
    assert [asked["$top"] for asked in queue.asked] == ["100", "50"]


async def test_a_service_with_smaller_pages_is_read_to_its_end() -> None:
    queue = QueueService(220)
    refused = {"error": {"code": "", "message": "The limit of '50' for Top query has been exceeded."}}
    queue.always = lambda request: httpx.Response(400, json=refused) if int(request.url.params["$top"]) > 50 else None
    assert finish(await events(queue.feed.load_all())).total == 220
    assert finish(await events(queue.feed.refresh())).complete
    assert [asked["$top"] for asked in queue.asked].count("100") == 1


async def test_a_service_that_cannot_filter_still_gives_the_list() -> None:
    queue = QueueService(150)
    queue.always = lambda request: httpx.Response(400) if "$filter" in request.url.params else None
    end = finish(await events(queue.feed.load_all()))
    assert (end.total, end.complete) == (150, False)
    assert end.note


async def test_a_service_that_ignores_the_filter_is_not_read_to_its_end_again() -> None:
    queue = QueueService(500)
    await events(queue.feed.load_all())
    asked = len(queue.asked)

    def unfiltered(request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_remove_param("$filter")
        return httpx.Response(200, json={"value": queue.select(request)})

    queue.always = unfiltered
    queue.put(3, minutes_ago=1, status="Resolved")
    found = await events(queue.feed.refresh())
    assert {changed for page in pages(found) for changed in page.changed} == {"3"}
    assert len(queue.asked) - asked < 6


async def test_a_queue_without_times_says_that_something_may_have_moved() -> None:
    queue = QueueService()
    for number in range(150):
        queue.put(number, lastUpdateTime=None)
    end = finish(await events(queue.feed.load_all()))
    assert (end.total, end.complete) == (150, False)


async def test_a_queue_that_never_rests_is_left_to_the_next_refresh() -> None:
    queue = QueueService(101)
    tick = iter(range(10_000))

    def everything_moves(_: httpx.Request) -> None:
        moment = next(tick)
        for number in range(101):
            queue.put(number, minutes_ago=50 - moment)

    queue.always = everything_moves
    end = finish(await events(queue.feed.load_all()))
    assert (end.total, end.complete) == (101, False)
    queue.always = lambda _: None
    assert finish(await events(queue.feed.refresh())).complete


async def test_what_is_left_out_of_an_answer_is_said() -> None:
    queue = QueueService()
    body = b'{"value":[{"incidentId":1}' + b",7" * 10_004 + b"]}"
    queue.always = lambda _: httpx.Response(200, content=body)
    end = finish(await events(queue.feed.load_all()))
    assert (end.total, end.complete) == (1, False)
    assert end.note == "An answer listed 10,005 incidents, of which 5 were left out."
    assert len(queue.asked) == 1


async def test_unreadable_items_are_reported_and_count_for_paging() -> None:
    queue = QueueService()
    full = [incident_json(incidentId=number) for number in range(99)]
    rest = [incident_json(incidentId=100)]
    queue.before = [
        lambda: httpx.Response(200, json={"value": [*full, "what?"]}),
        lambda: httpx.Response(200, json={"value": rest}),
    ]
    found = await events(queue.feed.load_all())
    assert [item.raw for item in pages(found)[0].unreadable] == [b'"what?"']
    assert queue.asked[1]["$skip"] == "100"
    assert len(queue.feed.incidents) == 100


async def test_an_id_twice_on_a_page_is_told_once() -> None:
    queue = QueueService()
    twice = [incident_json(incidentId=924521, incidentName=name) for name in ("one", "two")]
    queue.before = [lambda: httpx.Response(200, json={"value": twice})]
    (page,) = pages(await events(queue.feed.load_all()))
    assert [incident.name for incident in page.incidents] == ["two"]
    assert (page.new, page.changed, page.total) == (frozenset({"924521"}), frozenset(), 1)


async def test_a_cancelled_load_keeps_what_it_has_and_the_next_one_reads_all() -> None:
    queue = QueueService(250)
    started, never = asyncio.Event(), asyncio.Event()

    async def sleep(_: float) -> None:
        started.set()
        await never.wait()

    feed = IncidentFeed(queue.service.client, queue.clock, sleep)
    queue.before = [lambda: None, fault]
    loading = asyncio.create_task(events(feed.load_all()))
    await started.wait()
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    assert len(feed.rows()) == 100
    found = await events(feed.refresh())
    assert finish(found).total == 250
    assert sum(len(page.new) for page in pages(found)) == 150


async def test_a_refresh_cut_off_between_pages_is_made_up_for() -> None:
    queue = QueueService(400)
    await events(queue.feed.load_all())
    for number in range(250):
        queue.put(number, minutes_ago=5, severity="High")
    async with aclosing(queue.feed.refresh()) as cut_off:
        async for event in cut_off:
            assert isinstance(event, PageLoaded)
            break
    queue.put(399, minutes_ago=1)
    found = await events(queue.feed.refresh())
    assert finish(found).complete
    assert sum(incident.severity == "High" for incident in queue.feed.rows()) == 250


async def test_cancelling_while_a_request_is_under_way_frees_the_turn() -> None:
    arrived, gate = asyncio.Event(), asyncio.Event()

    class Slow(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            arrived.set()
            await gate.wait()
            yield b'{"value":[]}'

    answers = iter([httpx.Response(200, stream=Slow()), httpx.Response(200, json={"value": []})])
    service = SmallService(lambda _: next(answers))
    feed = IncidentFeed(service.client, service.clock, service.clock.sleep)
    loading = asyncio.create_task(events(feed.load_all()))
    await arrived.wait()
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    assert finish(await events(feed.load_all())).complete
