"""Choices, the journal, what there is, and how a store ends."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from mtp_tui.store.database import Database
from mtp_tui.store.failures import Closed
from mtp_tui.store.store import JournalEntry, Store, StoreInfo, Unseen
from tests.defender.test_any_json import ANY_JSON
from tests.store.shapes import everything, filled, forget_older_than, found, found_among, incident, naming, opened
from tests.support.clocks import NOON, StoppedClock


async def test_a_choice_is_remembered_until_it_is_taken_back(store: Store) -> None:
    assert await store.recall("filter") is None
    await store.remember("filter", {"severity": ["High"]})
    await store.remember("filter", {"severity": ["Low"]})
    assert await store.recall("filter") == {"severity": ["Low"]}
    await store.remember("filter", None)
    assert await store.recall("filter") is None


@settings(max_examples=50)
@given(ANY_JSON)
def test_any_json_can_be_chosen(value: object) -> None:
    async def ask() -> object:
        async with opened(None, StoppedClock()) as store:
            await store.remember("x", value)  # type: ignore[arg-type]  # any JSON
            return await store.recall("x")

    assert asyncio.run(ask()) == value


async def test_the_journal_keeps_everything_in_order_across_sittings(folder: Path, clock: StoppedClock) -> None:
    async with opened(folder, clock) as store:
        assert await store.journal({"incident": "1", "status": "Resolved"}) == 1
    clock.advance(60)
    async with opened(folder, clock) as store:
        await store.journal({"incident": "2"})
        await forget_older_than(store, 0)
        assert await store.journal_entries() == (
            JournalEntry(1, NOON, {"incident": "1", "status": "Resolved"}),
            JournalEntry(2, NOON + timedelta(minutes=1), {"incident": "2"}),
        )


async def test_information_about_an_empty_store(store: Store) -> None:
    info = await store.info()
    assert info == StoreInfo(store.path, info.size_bytes, 0, None, None, None, info.version)


async def test_what_was_confirmed_is_as_new_as_that_and_what_came_since_is_not_all_of_it(
    store: Store, clock: StoppedClock
) -> None:
    await store.put([incident(1), incident(2)], NOON)
    clock.advance(7200)
    assert await store.as_of() == NOON
    await store.confirm(NOON + timedelta(hours=1))
    assert (await store.info()).as_of == NOON + timedelta(hours=1)
    await store.put([incident(3)], NOON + timedelta(hours=2))
    assert await store.as_of() == NOON + timedelta(hours=1)
    await store.clear()
    assert await store.as_of() is None


async def test_clearing_leaves_nothing_in_the_file(folder: Path, file: Path, clock: StoppedClock) -> None:
    secret = "Zq7NameOfAPatient"
    async with opened(folder, clock) as store:
        await store.put(
            [
                naming(n, {"entityType": "Url", "url": f"https://{secret}.example"}, incidentName=secret)
                for n in range(50)
            ],
            NOON,
        )
        await store.remember(secret, secret)
        await store.journal({secret: secret})
        assert _holds(folder, secret)
        await store.clear()
        assert not _holds(folder, secret)
        assert (await store.info()).incidents == 0
        assert await store.unseen() == Unseen()
        assert await store.recall(secret) is None
        assert await store.journal_entries() == ()
        assert await found_among(store, secret, [str(n) for n in range(50)]) == frozenset()
        await store.put([incident()], NOON)
        assert await found(store, "multi") == {"1"}
        assert await store.check() == ""


def _holds(folder: Path, text: str) -> bool:
    content = b"".join(path.read_bytes() for path in folder.iterdir()).lower()
    return text.lower().encode() in content


async def test_a_forgotten_incident_leaves_no_row_anywhere(store: Store, file: Path) -> None:
    await store.put([naming(1, {"entityType": "Url", "url": "u"}, lastUpdateTime="2020-01-01T00:00:00Z")], NOON)
    await store.mark_seen(None, NOON)
    await store.put([incident(1, lastUpdateTime="2020-01-02T00:00:00Z")], NOON + timedelta(seconds=1))
    assert await forget_older_than(store) == 1
    assert _rows(file) == dict.fromkeys(("incidents", "packed_bodies", "changes", "occurring", "choices", "journal"), 0)


def _rows(file: Path) -> dict[str, int]:
    connection = sqlite3.connect(file)
    counts = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  # names of ours
        for table in ("incidents", "packed_bodies", "changes", "occurring", "choices", "journal")
    }
    connection.close()
    return counts


async def test_a_put_that_is_cancelled_happens_wholly_or_not_at_all(folder: Path, clock: StoppedClock) -> None:
    async with opened(folder, clock) as store:
        puts = [asyncio.create_task(store.put([incident(n * 50 + i) for i in range(50)], NOON)) for n in range(4)]
        await asyncio.sleep(0)
        for put in puts:
            put.cancel()
        await asyncio.gather(*puts, return_exceptions=True)
        assert all(put.cancelled() for put in puts)
        assert (await store.info()).incidents in (0, 50, 100, 150, 200)


async def test_a_question_that_nobody_waits_for_ends_early(store: Store) -> None:
    begun = threading.Event()

    def endless(connection: sqlite3.Connection) -> None:
        begun.set()
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        ).fetchone()

    question = asyncio.create_task(store._read(endless))
    await asyncio.to_thread(begun.wait)
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question
    assert await everything(store) == ()


def test_only_what_nobody_waits_for_is_ended_at_once(clock: StoppedClock) -> None:
    """A step of SQLite's may take long, and it asks nobody in between."""
    database = Database(None, clock)
    to_the_end = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 99) SELECT max(i + tell()) FROM n"
    )

    def one() -> bool:
        return False

    def another() -> bool:
        return False

    def telling(whose: Callable[[], bool]) -> Callable[[sqlite3.Connection], int]:
        def tell() -> int:
            database.interrupt(whose)
            return 0

        def work(connection: sqlite3.Connection) -> int:
            connection.create_function("tell", 0, tell)
            (most,) = connection.execute(to_the_end).fetchone()
            return int(most)

        return work

    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        database.run(telling(one), one)
    assert database.run(telling(another), one) == 99
    assert database.run(telling(one)) == 99, "what is written is never ended"
    database.interrupt(one)  # which is nobody's by now
    assert database.run(telling(another), one) == 99
    database.close()


async def test_closing_waits_for_what_was_begun_and_happens_once(folder: Path, clock: StoppedClock) -> None:
    async with opened(folder, clock) as store:
        put = asyncio.create_task(store.put([incident(number) for number in range(100)], NOON))
        await asyncio.sleep(0)
        await asyncio.gather(store.close(), store.close())
        assert len((await put).new) == 100
        await store.close()
    async with opened(folder, clock) as again:
        assert (await again.info()).incidents == 100


async def test_each_store_has_one_thread_which_ends_with_it(folder: Path, clock: StoppedClock) -> None:
    await filled(folder, clock)
    async with opened(folder, clock) as store:
        await asyncio.gather(*(everything(store) for _ in range(9)))
        assert len(_threads()) == 1
        (thread,) = _threads()
    await asyncio.to_thread(thread.join)


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("store") and thread.is_alive()]


async def test_what_is_asked_of_a_closed_store_is_refused(store: Store) -> None:
    await store.close()
    for late in (store.put([incident()], NOON), store.recall("filter"), store.journal({}), store.info()):
        with pytest.raises(Closed):
            await late
