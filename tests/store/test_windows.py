"""Several windows on one tenant, and windows that are killed: nothing is corrupted, half written, or in the way."""

import asyncio
import os
import random
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from mtp_tui.defender.models import incident_from
from mtp_tui.errors import MtpError
from mtp_tui.services.memory import Memory
from mtp_tui.store import database
from mtp_tui.store.rows import listed
from mtp_tui.store.store import open_store
from tests.store.shapes import TENANT, everything, filled, found_among, incident, opened
from tests.store.writers import PAGE, window, write_fifty_pages, write_until_killed
from tests.support.clocks import NOON, StoppedClock

forks = pytest.mark.skipif(os.name == "nt", reason="needs processes that start in milliseconds")

LATER = NOON + timedelta(minutes=1)


async def _is_in_order(folder: Path) -> int:
    """How many incidents there are, each of them whole."""
    async with opened(folder, StoppedClock()) as store:
        assert store.said == ""
        assert await store.check() == ""
        incidents = await everything(store)
        for each in incidents:
            assert each == incident_from(each.raw)
            turn = each.name.removeprefix("Turn ")
            assert await found_among(store, f'"of {each.id} in turn {turn}"', [each.id]) == {each.id}
            assert each.id in (await store.pivot("url", f"u{turn}")).ids
        # a page is written wholly or not at all
        assert len({each.name for each in incidents}) <= 1
        return len(incidents)


@forks
def test_twenty_kills_leave_every_page_whole(folder: Path, file: Path) -> None:
    dice = random.Random(7)  # noqa: S311  # moments, not secrets
    for _ in range(20):
        process, pipe = window(write_until_killed, folder)
        for _ in range(dice.randrange(1, 6)):
            pipe.recv()
        pipe.poll(dice.uniform(0, 0.02))  # somewhere inside the next page
        process.kill()
        process.join()
        pipe.close()
        assert asyncio.run(_is_in_order(folder)) == PAGE
    assert [path.name for path in folder.iterdir()] == [file.name]


@forks
def test_two_processes_write_the_same_pages_and_neither_is_turned_away(folder: Path) -> None:
    windows = [window(write_fifty_pages, folder) for _ in range(2)]
    news = []
    for process, pipe in windows:
        count, said = pipe.recv()
        news.append(count)
        assert said == ""
        process.join()
        assert process.exitcode == 0
        pipe.close()
    assert asyncio.run(_is_in_order(folder)) == PAGE
    assert 50 * PAGE <= sum(news) <= 2 * 50 * PAGE


async def test_what_one_window_puts_the_other_sees_and_does_not_call_new(folder: Path, clock: StoppedClock) -> None:
    async with opened(folder, clock) as one, opened(folder, clock) as other:
        await one.put([incident(1)], NOON)
        assert await everything(other) == (incident(1),)
        assert not (await other.put([incident(1)], LATER)).new
        changed = await other.put([incident(1, severity="High")], LATER)
        assert changed.changed
        await one.mark_seen(None, LATER)
        assert not (await other.unseen()).new


async def test_a_reader_does_not_wait_for_a_writer(folder: Path, file: Path, clock: StoppedClock) -> None:
    await filled(folder, clock)
    async with opened(folder, clock) as store:
        writer = sqlite3.connect(file, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        assert len(await everything(store)) == 3
        writer.execute("ROLLBACK")
        writer.close()


async def test_a_window_that_never_ends_its_writing_is_said_and_nothing_is_half_done(
    folder: Path, file: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.01)
    await filled(folder, clock)
    async with opened(folder, clock) as store:
        writer = sqlite3.connect(file, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(MtpError, match="keeps the store busy"):
            await store.put([incident(4)], NOON)
        writer.execute("ROLLBACK")
        writer.close()
        assert (await store.info()).incidents == 3
        assert (await store.put([incident(4)], NOON)).new == {"4"}


def _held(file: Path) -> sqlite3.Connection:
    """Another window that lets nobody else in, as for the first transaction of a new file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    window = sqlite3.connect(file, isolation_level=None)
    window.execute("BEGIN EXCLUSIVE")
    return window


async def test_a_file_that_is_held_while_it_is_opened_is_there_once_it_is_let_go(
    folder: Path, file: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.01)
    window = _held(file)
    with pytest.raises(MtpError, match="keeps the store busy"):
        await open_store(folder, TENANT, clock)
    memory = Memory(folder, TENANT, clock)
    memory.take([incident(1)], NOON)
    await memory.caught_up()
    assert "keeps the store busy" in memory.said
    window.execute("ROLLBACK")
    window.close()
    memory.take([incident(2)], NOON)
    await memory.close()
    assert memory.said == ""
    async with opened(folder, clock) as store:
        assert await everything(store) == (incident(2),)


async def test_a_successor_of_the_file_that_is_held_is_there_once_it_is_let_go(
    folder: Path, file: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.01)
    async with opened(folder, clock) as store:
        await store.put([incident(1)], NOON)
        _set_aside(file)
        window = _held(file)
        for _ in range(2):
            with pytest.raises(MtpError, match="keeps the store busy"):
                await store.put([incident(2)], NOON)
        window.execute("ROLLBACK")
        window.close()
        await store.put([incident(3)], NOON)
        assert (store.path, store.said) == (file, "")
        assert await everything(store) == (incident(3),)


async def test_a_store_opens_while_another_window_writes(
    folder: Path, file: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.01)
    await filled(folder, clock)
    window = sqlite3.connect(file, isolation_level=None)
    window.execute("BEGIN IMMEDIATE")
    async with opened(folder, clock) as store:
        assert len(await everything(store)) == 3
    window.execute("ROLLBACK")
    window.close()


async def test_a_file_that_another_window_set_aside_is_left_for_the_new_one(
    folder: Path, file: Path, clock: StoppedClock
) -> None:
    async with opened(folder, clock) as one, opened(folder, clock) as other:
        await one.put([incident(1)], NOON)
        await other.put([incident(2)], NOON)
        _set_aside(file)
        await one.put([incident(3)], NOON)
        assert await everything(other) == (incident(3),)
        await other.put([incident(4)], NOON)
        assert {each.id for each in await everything(one)} == {"3", "4"}
        assert (one.said, other.said) == ("", "")
    async with opened(folder, clock) as again:
        assert {each.id for each in await everything(again)} == {"3", "4"}


def _set_aside(file: Path) -> None:
    for path in list(file.parent.glob(f"{TENANT}*")):
        path.rename(path.with_name(f"aside-{path.name}"))


async def test_two_windows_that_meet_the_same_damage_set_one_file_aside(
    folder: Path, file: Path, clock: StoppedClock
) -> None:
    await filled(folder, clock, 300)
    begun, go_on = threading.Event(), threading.Event()

    def read_slowly(connection: sqlite3.Connection) -> int:
        begun.set()
        go_on.wait()
        return len(listed(connection, 1_000_000))

    async with opened(folder, clock) as one, opened(folder, clock) as other:
        _damage(file)
        reading = asyncio.create_task(other._read(read_slowly))
        await asyncio.to_thread(begun.wait)
        assert await everything(one) == ()
        await one.put([incident(1)], NOON)
        go_on.set()
        assert await reading == 1
        assert len((await one.info()).set_aside) == 1
        assert one.said
        assert not other.said


def _damage(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.seek(8192)
        stream.write(b"\xa5" * (size - 8192))
