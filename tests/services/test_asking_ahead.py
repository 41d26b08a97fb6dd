"""What somebody narrows to is asked for before the rest of the queue, and the rest comes nevertheless."""

import httpx
import pytest

from mtp_tui.defender.narrowing.narrowing import Narrowing, parse
from mtp_tui.defender.quota import Priority
from mtp_tui.services.incidents import PAGES_AHEAD, PageLoaded
from tests.services.queue_service import QueueService, events, finish, pages
from tests.support.clocks import NOON


def narrowing(line: str) -> Narrowing:
    return parse(line, now=NOON)


async def test_what_is_narrowed_to_is_there_first_and_the_reading_goes_on() -> None:
    queue = QueueService(400)
    for number in (350, 399):
        queue.incidents[number]["status"] = "Resolved"
    asked_meanwhile = False
    async for event in queue.feed.load_all():
        if isinstance(event, PageLoaded) and not asked_meanwhile:
            asked_meanwhile = True
            assert not queue.feed.is_whole
            found = await events(queue.feed.ask(narrowing("status:resolved severity:medium")))
            assert [page.new for page in pages(found)] == [frozenset({"350", "399"})]
            assert (finish(found).total, finish(found).complete) == (102, True)
            assert queue.asked[-1]["$filter"] == "status eq 'Resolved'"
            assert not queue.feed.is_whole
        elif isinstance(event, PageLoaded):
            assert not event.new & {"350", "399"}, "what is known is not told as new once more"
    assert sorted(map(int, queue.feed.incidents)) == list(range(400))
    assert finish([event]).complete
    assert queue.feed.is_whole


@pytest.mark.parametrize("line", ["severity:high", "phish", ""])
async def test_what_the_service_cannot_narrow_is_not_asked(line: str) -> None:
    queue = QueueService(5)
    assert await events(queue.feed.ask(narrowing(line))) == []
    assert queue.asked == []


async def test_a_queue_that_is_not_given_whole_is_not_called_whole() -> None:
    queue = QueueService(400)
    queue.always = lambda request: httpx.Response(400) if int(request.url.params.get("$skip", "0")) > 200 else None
    await events(queue.feed.load_all())
    assert not queue.feed.is_whole


async def test_only_the_first_pages_go_before_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = QueueService(500)
    asked: list[Priority] = []
    slot = queue.service.quota.slot

    async def noting(priority: Priority = Priority.INTERACTIVE) -> object:
        asked.append(priority)
        return await slot(priority)

    monkeypatch.setattr(queue.service.quota, "slot", noting)
    found = await events(queue.feed.ask(narrowing("status:active")))
    assert finish(found).total == 500
    assert asked == [Priority.INTERACTIVE] * PAGES_AHEAD + [Priority.BACKGROUND] * (len(asked) - PAGES_AHEAD)
    assert len(asked) > PAGES_AHEAD
