"""The file on the disk: private, never somebody else's, and replaced by memory where there can be none."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from mtp_tui.errors import BadInput
from mtp_tui.store import taking_along
from mtp_tui.store.migrate import APPLICATION_ID, migrations
from mtp_tui.store.store import open_store, stored_tenants
from tests.store.disk import execute, link, modes, open_to_others, read_all, works
from tests.store.shapes import TENANT, everything, filled, found, incident, is_there, opened
from tests.support.clocks import NOON, StoppedClock

on_posix = pytest.mark.skipif(os.name == "nt", reason="modes and links of POSIX")


# its name and who may read it


@pytest.mark.parametrize("tenant", ["", "contoso.example", "../../etc", f"{TENANT}/x", f"{TENANT}\n1", "organizations"])
async def test_only_a_tenant_id_becomes_a_file(folder: Path, clock: StoppedClock, tenant: str) -> None:
    with pytest.raises(BadInput):
        await open_store(folder, tenant, clock)
    assert not is_there(folder)


async def test_a_tenant_has_one_file_however_its_id_is_written(folder: Path, clock: StoppedClock) -> None:
    await filled(folder, clock)
    store, _ = await open_store(folder, f" {TENANT.upper()} ", clock)
    assert (await store.info()).incidents == 3
    await store.close()
    assert stored_tenants(folder) == (TENANT,)
    assert stored_tenants(folder / "none") == ()


@on_posix
async def test_the_file_its_companions_and_its_folder_are_for_their_owner_only(
    folder: Path, file: Path, clock: StoppedClock
) -> None:
    before = os.umask(0)
    try:
        async with opened(folder, clock) as store:
            await store.put([incident()], NOON)
            while_open = modes(folder)
    finally:
        os.umask(before)
    assert while_open == {f"{file.name}{end}": 0o600 for end in ("", "-shm", "-wal")} | {".": 0o700}
    assert modes(folder) == {file.name: 0o600, ".": 0o700}


@on_posix
async def test_a_file_that_others_could_read_is_closed_to_them(folder: Path, file: Path, clock: StoppedClock) -> None:
    await filled(folder, clock)
    open_to_others(folder, file)
    async with opened(folder, clock) as store:
        await works(store)
    assert modes(folder) == {file.name: 0o600, ".": 0o700}


@on_posix
async def test_a_folder_that_a_link_leads_to_keeps_its_mode(tmp_path: Path, clock: StoppedClock) -> None:
    shared, folder = tmp_path / "shared", tmp_path / "data"
    shared.mkdir()
    shared.chmod(0o755)
    folder.symlink_to(shared)
    async with opened(folder, clock) as store:
        await works(store)
    assert modes(shared)["."] == 0o755
    assert {mode for name, mode in modes(shared).items() if name != "."} == {0o600}


# files that are left alone


async def test_the_file_of_a_newer_version_is_not_touched(folder: Path, file: Path, clock: StoppedClock) -> None:
    await filled(folder, clock)
    execute(file, f"PRAGMA user_version = {len(migrations()) + 1}")
    before = read_all(file)
    store, said = await open_store(folder, TENANT, clock)
    assert "newer version" in said
    assert str(file) in said
    assert store.path is None
    await works(store)
    await store.close()
    assert read_all(file) == before
    assert set(modes(folder)) == {file.name, "."}


@on_posix
async def test_a_link_is_not_followed(folder: Path, file: Path, clock: StoppedClock, tmp_path: Path) -> None:
    link(file, tmp_path / "elsewhere")
    store, said = await open_store(folder, TENANT, clock)
    assert "is a link" in said
    await works(store)
    await store.close()
    assert not is_there(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.parent.parent.write_bytes(b""),
        lambda path: path.parent.write_bytes(b""),
        lambda path: path.mkdir(),
        os.mkfifo,
    ],
    ids=["no folder above", "no folder", "a folder", "a pipe"],
)
async def test_where_no_file_can_be_everything_is_kept_in_memory(
    tmp_path: Path, clock: StoppedClock, make: Callable[[Path], None]
) -> None:
    folder = tmp_path / "a" / "b"
    _prepare(folder, make)
    store, said = await open_store(folder, TENANT, clock)
    assert "only until the program ends" in said
    assert (await store.info()).path is None
    await works(store)
    await store.close()


def _prepare(folder: Path, make: Callable[[Path], None]) -> None:
    for depth in (2, 1, 0):
        try:
            make(folder / f"{TENANT}.sqlite")
        except OSError:
            (folder if depth == 1 else folder.parent).mkdir(exist_ok=True)
        else:
            return


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that even root cannot write")
async def test_a_home_that_cannot_be_written_is_no_reason_to_stop(clock: StoppedClock) -> None:
    store, said = await open_store(Path("/proc/self/mtp-tui"), TENANT, clock)
    assert "cannot be used" in said
    await works(store)
    await store.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a limit on file sizes")
async def test_a_full_disk_is_survived_and_said(folder: Path, file: Path, clock: StoppedClock) -> None:
    import resource
    import signal

    async with opened(folder, clock) as store:
        await store.put([incident("before")], NOON)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
        try:
            for page in range(20):
                await store.put([incident(page * 50 + each, incidentName="x" * 3_000) for each in range(50)], NOON)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, ignored)
        assert store.said.count("only until the program ends") == 1
        assert store.path is None
        assert len(await everything(store)) == 1_001
        await works(store)
    assert file.name in modes(folder)
    assert len(modes(folder)) <= 4


@pytest.mark.parametrize(("most_bytes", "is_whole"), [(taking_along.MOST_BYTES, True), (100_000, False)])
async def test_of_a_full_disk_no_more_is_taken_into_memory_than_there_is_room_for(
    folder: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch, most_bytes: int, is_whole: bool
) -> None:
    monkeypatch.setattr(taking_along, "MOST_BYTES", most_bytes)
    async with opened(folder, clock) as store:
        await store.put([incident(number) for number in range(100)], NOON)
        await store.remember("narrow", "severity:high")
        await store.journal({"event": "done"})
        await store._write(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchall())
        await store.put([incident("n", incidentName=os.urandom(300_000).hex())], NOON)
        assert store.path is None
        assert ("holds too much to be taken along" in store.said) is not is_whole
        assert (await store.info()).incidents == (101 if is_whole else 1)
        assert await store.recall("narrow") == "severity:high"
        assert [entry.entry for entry in await store.journal_entries()] == [{"event": "done"}]
        await works(store)


async def test_no_folder_means_memory_and_nothing_to_say(clock: StoppedClock, tmp_path: Path) -> None:
    store, said = await open_store(None, "contoso.example", clock)
    assert (said, store.path) == ("", None)
    await works(store)
    await store.close()


# migrations


async def test_an_empty_file_becomes_a_store(folder: Path, file: Path, clock: StoppedClock) -> None:
    execute(file)
    async with opened(folder, clock) as store:
        await works(store)
        info = await store.info()
    assert (info.path, info.version) == (file, len(migrations()))
    assert (info.oldest, info.newest) == (incident().updated_at, incident().updated_at)
    assert info.size_bytes > 0
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


async def test_what_an_earlier_version_wrote_is_brought_up_to_date(
    folder: Path, file: Path, clock: StoppedClock
) -> None:
    execute(file)
    connection = sqlite3.connect(file)
    connection.executescript(f"{migrations()[0]} PRAGMA user_version = 1; PRAGMA application_id = {APPLICATION_ID};")
    connection.close()
    store, said = await open_store(folder, TENANT, clock)
    assert said == ""
    await store.put([incident(incidentName="findable")], NOON)
    assert await found(store, "find") == {"1"}
    await store.close()
