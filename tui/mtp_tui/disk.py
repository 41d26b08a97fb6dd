"""Folders that only their owner may enter, and small files that are read with suspicion."""

import contextlib
import errno
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path


def make_folder(path: Path) -> None:
    """Have a folder there; it, and each one above it that is missing, is made with mode 0700 whatever the umask says.

    A link to a folder will do, as people keep `~/.config` elsewhere. Raises OSError.
    """
    missing: list[Path] = []
    for folder in (path, *path.parents):
        if folder.exists():
            break
        missing.append(folder)
    for folder in reversed(missing):
        with contextlib.suppress(FileExistsError):  # somebody was faster
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))


@dataclass(frozen=True, slots=True)
class Found:
    """What is in a place."""

    status: os.stat_result
    data: bytes = field(repr=False)
    """Empty for what is no ordinary file; one byte more than was asked for, where there is more."""

    @property
    def is_ordinary(self) -> bool:
        """Whether it is a file, and no folder, pipe or device."""
        return stat.S_ISREG(self.status.st_mode)


def read_small(path: str | Path, largest_bytes: int) -> Found:
    """What stands there, read up to one byte more than `largest_bytes`: files of /proc do not tell their size.

    A named pipe is not waited for. A link is followed. Raises OSError, and ValueError for what can be no path.
    """
    # without O_NONBLOCK a named pipe would be waited for
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Found(status, b"")
        with open(descriptor, "rb", closefd=False) as file:
            return Found(status, file.read(largest_bytes + 1))
    finally:
        os.close(descriptor)
