"""What is remembered is recalled whole, in pieces, whatever another window does meanwhile."""

import contextlib
import random
import sqlite3
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from mtp_tui.defender.models import Incident
from mtp_tui.services.incidents import IncidentFeed, Remembered
from mtp_tui.services.memory import FIRST_RECALLED, MOST_RECALLED, Memory
from mtp_tui.services.wiring import on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.store import database
from mtp_tui.store.files import store_path
from mtp_tui.store.store import Store, one_thread, open_store
from mtp_tui.wire import Wire
from tests.services.triage.desk import credentials_of
from tests.store.shapes import incident
from tests.support.clocks import NOON, StoppedClock

COUNT = FIRST_RECALLED + MOST_RECALLED + 300


def updated(number: int, minutes_ago: int | None, **fields: object) -> Incident:
    time = None if minutes_ago is None else (NOON - timedelta(minutes=minutes_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return incident(number, lastUpdateTime=time, alerts=[], **fields)


@pytest.fixture
async def another(tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Store]:
    """Another window on the same tenant."""
    store, _ = await open_store(tmp_path, SimulatedTenant.tenant_id, clock)
    yield store
    await store.close()


@pytest.fixture
async def memory(tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Memory]:
    memory = Memory(tmp_path, SimulatedTenant.tenant_id, clock)
    yield memory
    await memory.close()


async def test_pieces_join_where_times_are_equal_or_missing(another: Store, memory: Memory) -> None:
    dice = random.Random(7)  # noqa: S311 - the same each time
    await another.put([updated(n, dice.choice([5, 6, 7, None])) for n in range(COUNT)], NOON)
    rows = [row for recalled in [each async for each in memory.recall()] for row in recalled.rows]
    assert rows == await another.listed(COUNT)
    assert len(rows) == COUNT


@pytest.mark.parametrize("minutes_ago", [1, 300], ids=["to the top", "to the middle"])
async def test_what_another_window_changes_between_two_pieces_is_recalled_as_it_is_now(
    another: Store, memory: Memory, clock: StoppedClock, minutes_ago: int
) -> None:
    await another.put([updated(n, n + 200) for n in range(COUNT)], NOON - timedelta(hours=1))
    rows: dict[str, Incident] = {}
    async for recalled in memory.recall():
        if len(rows) == FIRST_RECALLED:
            clock.advance(3)
            await another.put([updated(COUNT - 10, minutes_ago, incidentName="now")], clock())
        rows |= {row.id: row for row in recalled.rows}
    assert len(rows) == COUNT
    assert rows[str(COUNT - 10)].name == "now"


async def test_what_another_window_does_is_asked_for_once_only(another: Store, memory: Memory) -> None:
    await another.put([updated(n, n + 10) for n in range(300)], NOON)
    pieces = 0
    async for _ in memory.recall():
        pieces += 1
        await another.put([updated(7, 1, incidentName=f"turn {pieces}")], NOON)
        assert pieces < 10
    assert pieces == 3


async def test_nobody_else_means_nothing_is_asked_for_again(another: Store, memory: Memory) -> None:
    await another.put([updated(n, n + 10) for n in range(300)], NOON)
    assert [len(recalled.rows) async for recalled in memory.recall()] == [FIRST_RECALLED, 300 - FIRST_RECALLED]


async def test_what_is_recalled_again_is_told_with_its_mark(
    another: Store, tenant: SimulatedTenant, tmp_path: Path, clock: StoppedClock
) -> None:
    await another.put([updated(n, n + 10) for n in range(300)], NOON)
    await another.mark_seen(None, NOON)
    services = on_wire(Settings(has_store=True, data_folder=tmp_path), Wire(tenant.transport), clock, sleep=clock.sleep)
    feed = services.new_feed(await services.session.sign_in(credentials_of(tenant)))
    told = [each async for each in told_by(feed, another, clock)]
    assert [each.total for each in told] == [FIRST_RECALLED, 300]
    assert told[-1].changed == {"250"}
    await services.close()


async def told_by(feed: IncidentFeed, another: Store, clock: StoppedClock) -> AsyncIterator[Remembered]:
    """What the feed tells of what is remembered, while another window changes something."""
    async for event in feed.load_all():
        if not isinstance(event, Remembered):
            break
        if event.total == FIRST_RECALLED:
            clock.advance(3)
            await another.put([updated(250, 1, incidentName="now")], clock())
        yield event


async def test_a_store_that_is_held_is_waited_for_once(
    tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.01)
    threads: list[ThreadPoolExecutor] = []

    def new_thread() -> ThreadPoolExecutor:
        threads.append(one_thread())
        return threads[-1]

    with contextlib.closing(
        sqlite3.connect(store_path(tmp_path, SimulatedTenant.tenant_id), isolation_level=None)
    ) as it:
        it.execute("BEGIN EXCLUSIVE")
        memory = Memory(tmp_path, SimulatedTenant.tenant_id, clock, new_thread=new_thread)
        assert [recalled async for recalled in memory.recall()] == []
        await memory.close()
    assert len(threads) == 1
