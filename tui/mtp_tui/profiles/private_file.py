"""A small file that only its owner may read: read with suspicion, replaced whole or not at all."""

import contextlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mtp_tui.disk import make_folder, read_small
from mtp_tui.errors import MtpError

LARGEST_FILE_BYTES = 256 * 1024
"""Some thousand profiles."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a file held when it was read."""

    data: bytes
    distrust: str = ""
    """Why somebody else may have written it, as a sentence; empty if only its owner or root can have."""


def read(path: Path) -> Content | None:
    """What the file holds, None if there is none. A link is followed: only writing through one would surprise.

    Raises MtpError if it is no ordinary file, is too large, or cannot be read.
    """
    try:
        found = read_small(path, LARGEST_FILE_BYTES)
        distrust = _distrust(path, found.status)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise MtpError(
            f"{path} could not be read: {error.strerror or error}.", "Check whose it is and its permissions."
        ) from error
    if not found.is_ordinary:
        raise MtpError(f"{path} is not an ordinary file.", "Move away what stands there.")
    if len(found.data) > LARGEST_FILE_BYTES:
        raise MtpError(f"{path} is larger than {LARGEST_FILE_BYTES // 1024} KB.", "Is it really this program's file?")
    return Content(found.data, distrust)


def replace(path: Path, data: bytes) -> None:
    """Put `data` in the file's place at one stroke, mode 0600, in a folder of mode 0700 if there was none.

    Raises MtpError, and has changed nothing, if it is a link or cannot be written.
    """
    if path.is_symlink():  # os.replace would put a file in its place, and whoever keeps the target elsewhere lose it
        raise MtpError(
            f"{path} is a link, and is not written through.",
            f"Edit {_target(path)} itself, or put the file in the link's place.",
        )
    spare = ""
    try:
        make_folder(path.parent)
        descriptor, spare = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with open(descriptor, "wb") as file:
            if hasattr(os, "fchmod"):  # it is 0600 already, unless a umask denies the owner too
                os.fchmod(descriptor, 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(spare, path)
        spare = ""
    except OSError as error:
        raise MtpError(
            f"{path} could not be written: {error.strerror or error}.",
            "Everything else works without it; what is typed is just not remembered.",
        ) from error
    finally:
        if spare:
            with contextlib.suppress(OSError):
                os.unlink(spare)


def _target(path: Path) -> Path | str:
    try:
        return path.readlink()
    except OSError:
        return "its target"


def _distrust(path: Path, status: os.stat_result) -> str:
    """As ssh judges its own files: each folder up to the home folder counts, since whoever may change one of them may put
    another below it. Windows keeps other users out of a profile folder by itself."""
    if not hasattr(os, "geteuid"):
        return ""
    if _is_open_to_others(status):
        return f"Other users may change {path}."
    for folder in dict.fromkeys((*_folders_of(path), *_folders_of(path.resolve()))):
        if _is_open_to_others(folder.stat()):
            return f"Other users may change the folder {folder}."
    return ""


def _folders_of(path: Path) -> tuple[Path, ...]:
    """The folders that it is in, up to the user's own, or to the root if it is elsewhere."""
    folders = tuple(path.absolute().parents)
    home = Path.home().resolve()
    return folders[: folders.index(home) + 1] if home in folders else folders


def _is_open_to_others(status: os.stat_result) -> bool:
    if status.st_uid not in (0, os.geteuid()):
        return True
    if stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX:
        return False  # as in /tmp: nobody can replace another's file
    return bool(status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
