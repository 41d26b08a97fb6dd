"""The file of a tenant: its name, its privacy, and how one that cannot be used is set aside."""

import contextlib
import os
import stat
from datetime import datetime
from pathlib import Path

from mtp_tui.disk import make_folder
from mtp_tui.errors import BadInput
from mtp_tui.identity.credentials import GUID

_SUFFIX = ".sqlite"
_COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database. Source: https://www.sqlite.org/tempfiles.html"""

Identity = tuple[int, int]
"""Device and inode: which file it is, whatever it is called."""


def store_path(folder: Path, tenant_id: str) -> Path:
    """The file of a tenant; raises BadInput if its ID is no GUID, because it becomes a file's name."""
    name = tenant_id.strip().lower()
    if not GUID.fullmatch(name):
        raise BadInput("tenant", "A store belongs to a tenant ID.", "Give the tenant's ID (a GUID), not its domain.")
    return folder / f"{name}{_SUFFIX}"


def stored_tenants(folder: Path) -> tuple[str, ...]:
    """The IDs of the tenants that have a file in this folder, in order; none if it cannot be read."""
    try:
        names = sorted(path.stem for path in folder.iterdir() if path.suffix == _SUFFIX)
    except OSError:
        return ()
    return tuple(name for name in names if GUID.fullmatch(name))


def make_private(path: Path) -> None:
    """Have an ordinary file of mode 0600 there, in a folder of mode 0700; SQLite gives its companions the same mode.

    A folder that a link leads to keeps its mode. Raises OSError if there is a link or anything else in its place, or nothing can be written.
    """
    make_folder(path.parent)
    if not path.parent.is_symlink():  # whose folder it leads to, and who uses it too, is not known: the file is private
        _close_to_others(path.parent, 0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600))
        path.chmod(0o600)  # a umask may deny the owner too
    # by name: to open and close a file that is in use already would give up the locks of this whole process
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError("it is a link, or no ordinary file")
    _close_to_others(path, 0o600)


def _close_to_others(path: Path, mode: int) -> None:
    if os.name != "nt" and stat.S_IMODE(path.lstat().st_mode) & 0o077:
        path.chmod(mode)


def identity(path: Path) -> Identity | None:
    """Which file stands there now; None if there is none."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def set_aside(path: Path, now: datetime) -> Path:
    """Rename the file with its companions, never over another; answers its new place. Raises OSError."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    aside, repeat = path.with_name(f"{path.name}.damaged-{stamp}"), 1
    while identity(aside) is not None:
        repeat += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{repeat}")
    path.rename(aside)
    for companion in _COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + companion).rename(aside.with_name(aside.name + companion))
    return aside


def files_set_aside(path: Path) -> tuple[Path, ...]:
    """Earlier files of the same tenant that could not be used, oldest first."""
    try:
        found = sorted(path.parent.glob(f"{path.name}.damaged-*"))
    except OSError:
        return ()
    return tuple(file for file in found if not file.name.endswith(_COMPANIONS))


def size_bytes(path: Path) -> int:
    """What the file and its companions take on the disk."""
    total = 0
    for name in (path.name, *(path.name + companion for companion in _COMPANIONS)):
        with contextlib.suppress(OSError):
            total += path.with_name(name).stat().st_size
    return total
