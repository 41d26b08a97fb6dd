"""Every file that the program writes: for its owner only whatever the umask says, never through a link, never over what is
not its own."""

import asyncio
import logging
import os
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if os.name == "nt":
    pytest.skip("modes, links and pipes of POSIX", allow_module_level=True)

import resource

from mtp_tui import logs
from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.view import View
from mtp_tui.errors import MtpError
from mtp_tui.profiles.profile import Profile
from mtp_tui.profiles.profile_book import ProfileBook
from mtp_tui.secret import Secret
from mtp_tui.services.export import About, Format, write_export
from mtp_tui.services.token_file import path_for_token, save_token
from mtp_tui.services.views import Views
from mtp_tui.store.store import open_store
from tests.store.shapes import TENANT, incident
from tests.support.clocks import NOON, StoppedClock

Write = Callable[[Path], None]
"""Writes into a folder; raises MtpError, or says nothing, if it may not."""


def log(folder: Path) -> None:
    try:
        if not logs.start_logging(folder / NAMES[log]):
            raise MtpError("there is no log")
        logging.getLogger("tests").warning("a line")
    finally:
        logs.start_logging(None)


def store(folder: Path) -> None:
    async def fill() -> None:
        opened, said = await open_store(folder, TENANT, StoppedClock())
        await opened.put([incident()], NOON)
        await opened.close()
        if said:
            raise MtpError(said)

    asyncio.run(fill())


def profiles(folder: Path) -> None:
    ProfileBook(folder / NAMES[profiles], StoppedClock()).save(Profile("A"))


def views(folder: Path) -> None:
    Views(folder / NAMES[views], StoppedClock()).save(View("A", "tag:vip"))


def token(folder: Path) -> None:
    save_token(path_for_token(str(folder / NAMES[token])), Secret("e30.e30.x"))


async def each(*incidents: Incident) -> AsyncIterator[Incident]:
    for one in incidents:
        yield one


def export(folder: Path) -> None:
    asyncio.run(write_export(folder / NAMES[export], each(incident()), Format.CSV, About(NOON), replace=False))


def export_in_place(folder: Path) -> None:
    asyncio.run(write_export(folder / NAMES[export], each(incident()), Format.CSV, About(NOON), replace=True))


NAMES: dict[Write, str] = {
    log: "mtp-tui.log",
    store: f"{TENANT}.sqlite",
    profiles: "profiles.toml",
    views: "views.toml",
    token: "Latest-token.txt",
    export: "incidents.csv",
    export_in_place: "incidents.csv",
}
MAKES_ITS_FOLDER = (log, store, profiles, views)
every_writer = pytest.mark.parametrize("write", NAMES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One that may be made, below another that may be."""
    return tmp_path / "mtp-tui" / "files"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes_below(top: Path) -> set[tuple[bool, int]]:
    """Of every folder (True) and file there."""
    return {(path.is_dir(), mode_of(path)) for path in top.rglob("*")}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277, 0o777])
@every_writer
def test_whatever_the_umask_files_and_folders_are_for_their_owner_only(write: Write, umask: int, folder: Path) -> None:
    top = folder.parents[1]
    before = os.umask(0o077)
    try:
        if write not in MAKES_ITS_FOLDER:
            folder.mkdir(parents=True)
        os.umask(umask)
        write(folder)
    finally:
        os.umask(before)
    assert (folder / NAMES[write]).stat().st_size > 0
    assert modes_below(top) == {(True, 0o700), (False, 0o600)}


@every_writer
def test_a_link_in_the_way_is_refused_and_its_target_untouched(write: Write, folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    target = tmp_path / "target"
    target.write_bytes(b"")
    for place in (target, tmp_path / "nowhere"):
        (folder / NAMES[write]).symlink_to(place)
        with pytest.raises(MtpError):
            write(folder)
        assert (folder / NAMES[write]).readlink() == place
        (folder / NAMES[write]).unlink()
    assert target.read_bytes() == b""
    assert not (tmp_path / "nowhere").exists()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
@every_writer
def test_what_is_no_file_is_neither_waited_for_nor_replaced(
    write: Write, make: Callable[[Path], None], folder: Path
) -> None:
    folder.mkdir(parents=True)
    place = folder / NAMES[write]
    make(place)
    kind = stat.S_IFMT(place.lstat().st_mode)
    with pytest.raises(MtpError):
        write(folder)
    assert stat.S_IFMT(place.lstat().st_mode) == kind
    assert list(folder.iterdir()) == [place]


@pytest.mark.parametrize("write", [profiles, views, export, store])
def test_what_somebody_else_wrote_there_is_not_lost(write: Write, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / NAMES[write]).write_bytes(b"not = [ours\n" * 400)
    with pytest.raises(MtpError):
        write(folder)
    kept = [path for path in folder.iterdir() if path.read_bytes() == b"not = [ours\n" * 400]
    assert len(kept) == 1


@pytest.mark.parametrize("write", MAKES_ITS_FOLDER)
def test_a_folder_that_is_a_link_is_somebodys_way_of_keeping_files_elsewhere(
    write: Write, folder: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    folder.parent.symlink_to(elsewhere)
    write(folder)
    assert (elsewhere / folder.name / NAMES[write]).is_file()


@contextmanager
def no_room() -> Iterator[None]:
    """No file may grow beyond a few bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("write", [profiles, views, token, export, export_in_place])
def test_a_disk_that_takes_no_more_leaves_what_was_there_and_nothing_besides(write: Write, folder: Path) -> None:
    folder.mkdir(parents=True)
    if write is not export:
        write(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with no_room(), pytest.raises(MtpError, match="could not be written"):
        write_again(write, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def write_again(write: Write, folder: Path) -> None:
    """Something else than before, where the same would not be written."""
    if write is profiles:
        ProfileBook(folder / NAMES[profiles], StoppedClock()).save(Profile("B"))
    elif write is views:
        Views(folder / NAMES[views], StoppedClock()).save(View("B", "tag:vip"))
    else:
        write(folder)
