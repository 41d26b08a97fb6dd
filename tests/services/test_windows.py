"""Long queues are read on by time: nothing is lost, nothing doubled, whatever the service makes of it."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from mtp_tui.moments import parse_moment
from mtp_tui.services.incidents import PageLoaded
from mtp_tui.services.windows import PAGES_BY_COUNT
from tests.services.queue_service import QueueService, events, finish, pages, stamp
from tests.support.clocks import NOON

COUNTED = PAGES_BY_COUNT * 100


def windows(queue: QueueService) -> list[dict[str, str]]:
    return [params for params in queue.asked if " le " in params.get("$filter", "")]


def skips(queue: QueueService) -> list[int]:
    return [int(params.get("$skip", "0")) for params in queue.asked]


def assert_all_are_there_once(queue: QueueService, count: int, told: list[PageLoaded]) -> None:
    assert sorted(map(int, queue.feed.incidents)) == list(range(count))
    new = [incident_id for page in told for incident_id in page.new]
    assert len(new) == len(set(new)) == count


async def test_past_some_pages_a_long_queue_is_read_by_time() -> None:
    queue = QueueService(1500)
    found = await events(queue.feed.load_all())
    assert_all_are_there_once(queue, 1500, pages(found))
    assert finish(found).complete
    assert max(skips(queue)) == COUNTED - 100
    third_last = NOON - timedelta(minutes=60 + COUNTED - 3)
    assert windows(queue)[0]["$filter"] == f"lastUpdateTime le {stamp(third_last).replace('Z', '.000001Z')}"
    assert len(windows(queue)) == 6


async def test_a_queue_of_few_pages_is_only_counted() -> None:
    queue = QueueService(COUNTED - 1)
    assert finish(await events(queue.feed.load_all())).total == COUNTED - 1
    assert windows(queue) == []


async def test_a_refresh_of_very_many_is_read_by_time_too() -> None:
    queue = QueueService(50)
    await events(queue.feed.load_all())
    for number in range(1300):
        queue.put(number, minutes_ago=number / 60)
    found = await events(queue.feed.refresh())
    assert finish(found).complete
    assert len(queue.feed.incidents) == 1300
    since = stamp(NOON - timedelta(minutes=70))
    assert windows(queue)[0]["$filter"].startswith(f"lastUpdateTime ge {since} and lastUpdateTime le ")


@pytest.mark.parametrize("seed", range(3))
async def test_a_fifth_of_the_queue_moves_while_it_is_read(seed: int) -> None:
    queue = QueueService(1600)
    dice = random.Random(seed)  # noqa: S311 - the same each time
    moving = dice.sample(range(1600), 320)
    moved = iter(range(1, 10_000))

    def some_move(_: httpx.Request) -> None:
        for number in [moving.pop() for _ in range(min(dice.randrange(40), len(moving)))]:
            queue.put(number, minutes_ago=50 - next(moved) / 60, status="Resolved")

    queue.always = some_move
    told = pages(await events(queue.feed.load_all()))
    told += pages(await events(queue.feed.refresh()))
    assert not moving
    assert_all_are_there_once(queue, 1600, told)
    assert sum(incident.status == "Resolved" for incident in queue.feed.rows()) == 320


@pytest.mark.parametrize("first", [1000, 1050, 1097, 1099])
async def test_more_than_a_page_may_share_one_time(first: int) -> None:
    queue = QueueService(1700)
    for number in range(first, first + 350):
        queue.put(number, minutes_ago=first + 60)
    found = await events(queue.feed.load_all())
    assert_all_are_there_once(queue, 1700, pages(found))
    assert finish(found).complete
    assert any("$skip" in params for params in windows(queue))


async def test_some_of_those_that_share_one_time_move_while_they_are_read() -> None:
    queue = QueueService(1700)
    for number in range(1050, 1400):
        queue.put(number, minutes_ago=1200)
    leaving = iter(range(1050, 1400, 5))

    def some_leave(request: httpx.Request) -> None:
        if " le " in request.url.params.get("$filter", "") and "$skip" in request.url.params:
            for _ in range(8):
                number = next(leaving, None)
                if number is not None:
                    queue.put(number, minutes_ago=1)

    queue.always = some_leave
    found = await events(queue.feed.load_all())
    assert_all_are_there_once(queue, 1700, pages(found))


def refused(_: httpx.Request, __: QueueService) -> httpx.Response:
    return httpx.Response(400, json={"error": {"code": "BadRequest", "message": "no such operator"}})


def failing(_: httpx.Request, __: QueueService) -> httpx.Response:
    return httpx.Response(500)


def unfiltered(request: httpx.Request, queue: QueueService) -> httpx.Response:
    return at(request.url.copy_remove_param("$filter"), queue)


def empty(_: httpx.Request, __: QueueService) -> httpx.Response:
    return httpx.Response(200, json={"value": []})


def earlier(request: httpx.Request, queue: QueueService) -> httpx.Response:
    """As if times were compared by the hour."""
    asked = parse_moment(request.url.params["$filter"].removeprefix("lastUpdateTime le "))
    assert asked is not None
    hour = asked.replace(minute=0, second=0, microsecond=0)
    return at(request.url.copy_set_param("$filter", f"lastUpdateTime le {stamp(hour)}"), queue)


def at(url: httpx.URL, queue: QueueService) -> httpx.Response:
    return httpx.Response(200, json={"value": queue.select(httpx.Request("GET", url))})


@pytest.mark.parametrize("disappointing", [refused, failing, unfiltered, empty, earlier])
async def test_a_service_that_does_not_understand_it_is_counted_on(
    disappointing: Callable[[httpx.Request, QueueService], httpx.Response],
) -> None:
    queue = QueueService(1350)
    queue.always = lambda request: (
        disappointing(request, queue) if " le " in request.url.params.get("$filter", "") else None
    )
    found = await events(queue.feed.load_all())
    assert_all_are_there_once(queue, 1350, pages(found))
    assert finish(found).complete
    assert len(windows(queue)) == 1
    assert max(skips(queue)) == 1300


async def test_a_queue_in_another_order_is_only_counted() -> None:
    queue = QueueService(1250)
    shuffled = list(queue.incidents.values())
    random.Random(7).shuffle(shuffled)  # noqa: S311 - the same each time

    def answer(request: httpx.Request) -> httpx.Response | None:
        if "$filter" in request.url.params:
            return None
        skip = int(request.url.params.get("$skip", "0"))
        return httpx.Response(200, json={"value": shuffled[skip : skip + 100]})

    queue.always = answer
    await events(queue.feed.load_all())
    assert sorted(map(int, queue.feed.incidents)) == list(range(1250))
    assert windows(queue) == []


async def test_times_with_seven_digits_lose_nothing_between_two_windows() -> None:
    queue = QueueService(1250)
    for number in range(1250):
        moment: datetime = NOON - timedelta(hours=2, microseconds=number)
        queue.incidents[number]["lastUpdateTime"] = f"{moment:%Y-%m-%dT%H:%M:%S.%f}{9 - number % 10}Z"
    found = await events(queue.feed.load_all())
    assert_all_are_there_once(queue, 1250, pages(found))
    assert windows(queue)
