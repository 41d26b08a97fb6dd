"""A damaged file is set aside and said, whenever the damage shows, and the program goes on with a new one."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from mtp_tui.store.failures import Damaged
from mtp_tui.store.store import open_store
from tests.store.disk import execute, modes, overwrite, read_all, works
from tests.store.shapes import TENANT, everything, filled, opened
from tests.support.clocks import StoppedClock

ASIDE = f"{TENANT}.sqlite.damaged-20261120T120000Z"


DAMAGE: dict[str, Callable[[Path], None]] = {
    "other bytes": lambda file: overwrite(file, 0, b"not a database, but long enough to look like one" * 99),
    "cut off": lambda file: os.truncate(file, 5_000),
    "tables lost": lambda file: execute(file, "DROP TABLE choices"),
    "bodies packed in another way": lambda file: execute(file, "ALTER TABLE packed_bodies RENAME TO bodies"),
    "another program's": lambda file: execute(file, "PRAGMA application_id = 1"),
    "schema lost": lambda file: overwrite(file, 100, b"\xff" * 3_000),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
async def test_a_damaged_file_is_set_aside_and_said(
    folder: Path, file: Path, clock: StoppedClock, damage: Callable[[Path], None]
) -> None:
    await filled(folder, clock)
    damage(file)
    before = read_all(file)
    store, said = await open_store(folder, TENANT, clock)
    assert said.startswith("The store was damaged")
    assert str(folder / ASIDE) in said
    assert store.path == file
    await works(store)
    assert (await store.info()).set_aside == (folder / ASIDE,)
    await store.close()
    assert read_all(folder / ASIDE) == before
    async with opened(folder, clock) as again:
        assert (again.said, (await again.info()).incidents) == ("", 1)


async def test_a_second_damaged_file_does_not_take_the_place_of_the_first(
    folder: Path, file: Path, clock: StoppedClock
) -> None:
    for number in range(3):
        await filled(folder, clock)
        overwrite(file, 0, b"damage %d" % number + b"!" * 4_000)
    async with opened(folder, clock) as store:
        aside = (await store.info()).set_aside
    assert [read_all(path)[:8] for path in aside] == [b"damage 0", b"damage 1", b"damage 2"]


async def test_damage_that_shows_later_is_set_aside_too(folder: Path, file: Path, clock: StoppedClock) -> None:
    await filled(folder, clock, 400)
    size = len(read_all(file))
    overwrite(file, 3 * size // 4, b"\xa5" * (size // 4))
    overwrite(file, 3 * 4096, b"\xa5" * (size // 2))
    async with opened(folder, clock) as store:
        await everything(store)
        assert "set aside" in store.said
        await works(store)
        assert (await store.info()).incidents == 1


async def test_where_every_new_file_is_damaged_too_memory_takes_over(folder: Path, clock: StoppedClock) -> None:
    def find_damage(connection: sqlite3.Connection) -> None:
        if connection.execute("SELECT file FROM pragma_database_list").fetchone()[0]:
            raise Damaged("bad block")

    async with opened(folder, clock) as store:
        await store._read(find_damage)
        assert store.path is None
        assert store.said.count("bad block") == 3
        await works(store)
    assert len(modes(folder)) == 4


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE packed_bodies SET packed = x'00'",
        "UPDATE packed_bodies SET packed = 'text'",
        "UPDATE incidents SET tags = 'no JSON'",
        "UPDATE incidents SET created_at = 'yesterday'",
    ],
)
async def test_rows_that_cannot_be_ours_are_damage(
    folder: Path, file: Path, clock: StoppedClock, statement: str
) -> None:
    await filled(folder, clock)
    execute(file, statement)
    async with opened(folder, clock) as store:
        assert await everything(store) == ()
        assert "set aside" in store.said
        await works(store)


async def test_a_check_finds_what_nobody_has_read_yet(folder: Path, file: Path, clock: StoppedClock) -> None:
    await filled(folder, clock)
    async with opened(folder, clock) as store:
        assert await store.check() == ""
    execute(
        file,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'journal')"
        " WHERE name = 'choices'",
    )
    async with opened(folder, clock) as store:
        assert "set aside" in await store.check()
        await works(store)
