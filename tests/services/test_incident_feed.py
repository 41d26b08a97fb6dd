"""The feed when all goes well: everything is there, nothing twice, and changes are told apart."""

import asyncio
import sys
from datetime import timedelta

import httpx
import pytest

from mtp_tui.defender.narrowing.narrowing import parse
from mtp_tui.errors import NotFound
from mtp_tui.services.incidents import Finished
from tests.defender.shapes import BASE, incident_json
from tests.services.queue_service import QueueService, events, finish, pages, stamp
from tests.support.clocks import NOON


async def test_an_empty_queue_is_a_normal_answer() -> None:
    queue = QueueService()
    found = await events(queue.feed.load_all())
    (page,) = pages(found)
    assert (page.incidents, page.total, page.more) == ((), 0, False)
    assert finish(found).complete
    assert queue.feed.rows() == ()
    assert len(queue.asked) == 1


async def test_pages_arrive_one_by_one_until_a_short_one() -> None:
    queue = QueueService(250)
    found = await events(queue.feed.load_all())
    reading = pages(found)[:3]
    assert [(len(page.incidents), page.total, page.more) for page in reading] == [
        (100, 100, True),
        (100, 200, True),
        (50, 250, False),
    ]
    assert reading[0].new == {incident.id for incident in reading[0].incidents}
    assert [params.get("$skip") for params in queue.asked] == [None, "100", "200", None]
    assert finish(found) == Finished(250, queue.clock(), True)


async def test_rows_are_known_before_their_page_is_told() -> None:
    queue = QueueService(150)
    async for event in queue.feed.load_all():
        assert len(queue.feed.incidents) == event.total  # type: ignore[union-attr]  # no waiting here


async def test_a_full_page_without_a_link_is_not_the_end() -> None:
    queue = QueueService(100)
    found = await events(queue.feed.load_all())
    assert [page.more for page in pages(found)][:2] == [True, False]
    assert finish(found) == Finished(100, queue.clock(), True)


async def test_a_short_page_with_a_link_goes_on() -> None:
    queue = QueueService()
    link = f"{BASE}/api/incidents?$skiptoken=next"

    def answer(request: httpx.Request) -> httpx.Response:
        if "$skiptoken" in str(request.url):
            return httpx.Response(200, json={"value": [incident_json(incidentId=2)]})
        if "$filter" in request.url.params:
            return httpx.Response(200, json={"value": []})
        return httpx.Response(200, json={"value": [incident_json(incidentId=1)], "@odata.nextLink": link})

    queue.always = answer
    found = await events(queue.feed.load_all())
    assert set(queue.feed.incidents) == {"1", "2"}
    assert str(queue.service.requests[1].url) == link
    assert finish(found).complete


async def test_five_hundred_incidents_with_one_that_jumps_to_the_front_between_pages() -> None:
    queue = QueueService(500)
    queue.before = [lambda: None, lambda: None, lambda: queue.put(350, minutes_ago=1, severity="High")]
    found = await events(queue.feed.load_all())
    assert sorted(map(int, queue.feed.incidents)) == list(range(500))
    assert len(queue.feed.rows()) == 500
    assert queue.feed.rows()[0].id == "350"
    assert queue.feed.incidents["350"].severity == "High"
    assert queue.asked[-1]["$filter"] == f"lastUpdateTime ge {stamp(NOON - timedelta(minutes=60))}"
    told = [incident.id for page in pages(found) for incident in page.incidents]
    assert len(told) == len(set(told)) == 500
    assert finish(found).complete


async def test_incidents_that_move_while_the_movers_are_read_are_found_too() -> None:
    queue = QueueService(300)

    def many_move() -> None:
        for number in range(150, 280):
            queue.put(number, minutes_ago=5)

    def one_more_moves() -> None:
        queue.put(299, minutes_ago=1, status="Resolved")

    queue.before = [lambda: None, many_move, lambda: None, lambda: None, lambda: None, one_more_moves]
    found = await events(queue.feed.load_all())
    assert len(queue.feed.incidents) == 300
    assert queue.feed.incidents["299"].status == "Resolved"
    assert finish(found).complete


async def test_one_page_needs_no_second_look() -> None:
    queue = QueueService(99)
    await events(queue.feed.load_all())
    assert len(queue.asked) == 1


async def test_the_newest_state_wins_and_a_later_equal_one_too() -> None:
    queue = QueueService()

    def page(*incidents: dict[str, object]) -> httpx.Response:
        return httpx.Response(200, json={"value": list(incidents)})

    def state(minutes_ago: int, name: str) -> dict[str, object]:
        moment = stamp(NOON - timedelta(minutes=minutes_ago))
        return incident_json(incidentId=1, incidentName=name, lastUpdateTime=moment)

    for incident, name in (
        (state(5, "first"), "first"),
        (state(9, "older"), "first"),
        (state(5, "later"), "later"),
        (state(1, "newer"), "newer"),
    ):
        queue.before = [lambda incident=incident: page(incident)]  # type: ignore[misc]
        await events(queue.feed.load_all())
        assert queue.feed.incidents["1"].name == name


async def test_a_refresh_tells_new_changed_and_nothing_else() -> None:
    queue = QueueService(5)
    await events(queue.feed.load_all())
    queue.put(3, minutes_ago=1, status="Resolved")
    queue.put(77, minutes_ago=2)
    found = await events(queue.feed.refresh())
    (page,) = pages(found)
    assert (page.new, page.changed) == (frozenset({"77"}), frozenset({"3"}))
    assert {incident.id for incident in page.incidents} == {"77", "3"}
    assert (page.total, finish(found).total) == (6, 6)
    since = NOON - timedelta(minutes=60) - timedelta(minutes=10)
    assert queue.asked[-1]["$filter"] == f"lastUpdateTime ge {stamp(since)}"


async def test_an_unchanged_queue_refreshes_to_nothing() -> None:
    queue = QueueService(5)
    await events(queue.feed.load_all())
    for _ in range(2):
        (page,) = pages(await events(queue.feed.refresh()))
        assert (page.incidents, page.new, page.changed) == ((), frozenset(), frozenset())


async def test_a_change_without_a_new_time_is_a_change() -> None:
    queue = QueueService(1)
    await events(queue.feed.load_all())
    queue.incidents[0]["comments"] = [{"comment": "hello"}]
    (page,) = pages(await events(queue.feed.refresh()))
    assert page.changed == {"0"}


async def test_incidents_with_the_time_of_the_last_one_are_not_lost() -> None:
    queue = QueueService(3)
    await events(queue.feed.load_all())
    queue.put(9, minutes_ago=60)
    (page,) = pages(await events(queue.feed.refresh()))
    assert page.new == {"9"}


async def test_a_refresh_of_many_changes_is_paged() -> None:
    queue = QueueService(300)
    await events(queue.feed.load_all())
    for number in range(230):
        queue.put(number, minutes_ago=3, severity="High")
    found = await events(queue.feed.refresh())
    assert sum(len(page.changed) for page in pages(found)) == 230
    assert finish(found).complete


async def test_hundreds_that_share_one_time_are_read_twice_at_most() -> None:
    queue = QueueService()
    for number in range(250):
        queue.put(number, minutes_ago=60)
    found = await events(queue.feed.load_all())
    assert finish(found) == Finished(250, queue.clock(), True)
    assert len(queue.asked) == 6


async def test_a_refresh_of_nothing_known_reads_everything() -> None:
    queue = QueueService(150)
    found = await events(queue.feed.refresh())
    assert finish(found).total == 150
    assert "$filter" not in queue.asked[0]


async def test_a_time_in_the_future_does_not_blind_the_refresh() -> None:
    queue = QueueService(3)
    queue.put(99, minutes_ago=-1_000_000)
    await events(queue.feed.load_all())
    queue.clock.advance(60)
    queue.put(1, minutes_ago=-1, status="Resolved")
    await events(queue.feed.refresh())
    assert queue.feed.incidents["1"].status == "Resolved"


async def test_rows_are_newest_first_undated_last_and_ties_by_number() -> None:
    queue = QueueService()
    for number in (10, 9, 100):
        queue.put(number, minutes_ago=5)
    queue.put(1, minutes_ago=1)
    queue.put(2, lastUpdateTime="")
    queue.put(3, lastUpdateTime=None)
    queue.before = [lambda: httpx.Response(200, json={"value": list(queue.incidents.values())})]
    await events(queue.feed.load_all())
    assert [incident.id for incident in queue.feed.rows()] == ["1", "9", "10", "100", "2", "3"]


async def test_narrowing_wants_every_word_in_any_case_anywhere() -> None:
    queue = QueueService()
    queue.put(
        41,
        minutes_ago=1,
        incidentName="Straße PHISHING",
        severity="High",
        assignedTo="Ana@Contoso.example",
        tags=["VIP"],
    )
    queue.put(42, minutes_ago=2, incidentName="Phishing", severity="Low", alerts=[{"serviceSource": "OfficeATP"}])
    await events(queue.feed.load_all())

    async def ids(narrow: str) -> list[str]:
        narrowing = parse(narrow, now=queue.clock())
        return [[incident.id for incident in found.rows] async for found in queue.feed.find(narrowing)][-1]

    assert await ids("phishing") == ["41", "42"]
    assert await ids("  high   Phish ") == ["41"]
    assert await ids("STRASSE vip ana@") == ["41"]
    assert await ids("office 365") == ["42"]
    assert await ids("42") == ["42"]
    assert await ids("phishing nowhere") == []
    assert await ids("phishing severity:low") == ["42"]
    queue.put(42, minutes_ago=1, incidentName="Renamed")
    await events(queue.feed.refresh())
    assert await ids("phishing") == ["41"]


async def answers(queue: QueueService, line: str, many: int = 3) -> list[list[str]]:
    """IDs of the rows that the feed finds, answer by answer; the last one is told to be all."""
    answers = [found async for found in queue.feed.find(parse(line, now=queue.clock()), many=many)]
    assert [found.is_all for found in answers] == [False] * (len(answers) - 1) + [True]
    return [[incident.id for incident in found.rows] for found in answers]


async def test_what_takes_long_is_answered_in_part_first() -> None:
    """One letter that begins many words, and what the index cannot tell."""
    queue = QueueService()
    for number in range(41, 51):
        queue.put(number, minutes_ago=number, incidentName="Example", assignedTo="Eve", severity="High")
    queue.put(51, minutes_ago=51, incidentName="Elsewhere", assignedTo=None, severity="Low")
    queue.put(52, minutes_ago=52, incidentName="Other", assignedTo=None, severity="Low", status=None, alerts=[])
    await events(queue.feed.load_all())
    await queue.feed.memory.caught_up()
    some, everything = [str(number) for number in range(41, 51)], [str(number) for number in range(41, 52)]
    assert await answers(queue, "e severity:high") == [some, some]
    assert await answers(queue, "e name:elsewhere") == [["51"]]  # the first answer would have been none
    assert (await answers(queue, "e"))[-1] == everything
    assert await answers(queue, "e") == [everything]  # as is known by now
    assert await answers(queue, "exam") == [some]
    assert await answers(queue, "e", many=30) == [everything]
    assert await answers(queue, "-exam") == [["51", "52"]]
    assert await answers(queue, "severity:low") == [["51", "52"]]
    assert await answers(queue, "nowhere") == [[]]


async def test_what_is_not_written_yet_is_found_by_what_came() -> None:
    queue = QueueService()
    queue.put(41, minutes_ago=1, incidentName="Phishing")
    queue.put(42, minutes_ago=2, incidentName="Something else")
    await events(queue.feed.load_all())
    await queue.feed.memory.caught_up()
    assert await answers(queue, "phish") == [["41"]]
    queue.put(41, minutes_ago=1, incidentName="Renamed")
    queue.put(43, minutes_ago=0, incidentName="Phishing", alerts=[{"title": "Deep inside"}])
    await events(queue.feed.refresh())
    assert set(queue.feed.memory.behind) == {"41", "43"}
    assert await answers(queue, "phish") == [["43"]]
    assert await answers(queue, '"deep inside"') == [["43"]]
    assert await answers(queue, "-phish") == [["41", "42"]]
    await queue.feed.memory.caught_up()
    assert not queue.feed.memory.behind
    assert await answers(queue, "phish") == [["43"]]


async def with_thirty_behind(count: int) -> QueueService:
    """So many incidents, of which thirty have got other names that are not written yet."""
    queue = QueueService(count)
    await events(queue.feed.load_all())
    await queue.feed.memory.caught_up()
    for number in range(30):
        queue.put(number, minutes_ago=0, incidentName="Renamed" if number else "Phishing")
    await events(queue.feed.refresh())
    assert len(queue.feed.memory.behind) == 30
    return queue


async def test_of_much_that_is_not_written_yet_what_was_known_before_is_found_first() -> None:
    queue = await with_thirty_behind(30)
    nothing_yet: list[str] = []
    assert await answers(queue, "renamed") == [nothing_yet, [str(number) for number in range(1, 30)]]
    assert await answers(queue, "phish") == [["0"]]


async def test_of_what_is_not_written_yet_nothing_is_found_by_what_it_does_not_say() -> None:
    queue = await with_thirty_behind(60)
    old = [str(number) for number in range(30, 60)]
    assert await answers(queue, "-renamed") == [old, ["0", *old]]


async def test_opening_an_incident_brings_its_row_up_to_date() -> None:
    queue = QueueService(3)
    await events(queue.feed.load_all())
    queue.put(2, minutes_ago=1, status="Resolved", alerts=[{"alertId": "da1"}])
    detail = await queue.feed.detail("2")
    assert [alert.id for alert in detail.alerts] == ["da1"]
    assert queue.feed.incidents["2"].status == "Resolved"
    assert queue.feed.rows()[0].id == "2"


async def test_opening_an_incident_does_not_hide_what_changed_before_it() -> None:
    queue = QueueService(30)
    await events(queue.feed.load_all())
    queue.put(7, minutes_ago=30, status="Resolved")
    queue.put(2, minutes_ago=1)
    await queue.feed.detail("2")
    await events(queue.feed.refresh())
    assert queue.feed.incidents["7"].status == "Resolved"


async def test_an_incident_that_is_gone_keeps_its_row() -> None:
    queue = QueueService(3)
    await events(queue.feed.load_all())
    queue.before = [lambda: httpx.Response(404)]
    with pytest.raises(NotFound):
        await queue.feed.detail("2")
    assert "2" in queue.feed.incidents


async def test_two_readings_take_turns() -> None:
    queue = QueueService(250)
    loading, refreshing = await asyncio.gather(events(queue.feed.load_all()), events(queue.feed.refresh()))
    assert finish(loading).total == 250
    assert pages(refreshing)[0].incidents == ()
    assert [bool(params.get("$filter")) for params in queue.asked] == [False, False, False, True, True]


async def test_the_known_incidents_cannot_be_changed_from_outside() -> None:
    queue = QueueService(1)
    await events(queue.feed.load_all())
    with pytest.raises(TypeError):
        queue.feed.incidents["1"] = queue.feed.incidents["0"]  # type: ignore[index]


async def test_importing_the_feed_is_light() -> None:
    code = "import sys, mtp_tui.services.incidents, mtp_tui.defender.models; print([m for m in ('httpx', 'msgspec', 'jwt', 'msal') if m in sys.modules])"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert said.decode().strip() == "[]"
