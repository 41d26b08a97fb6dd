"""What can be wrong with a database file, told apart by what is to be done about it."""

import sqlite3
from enum import Enum, auto

from mtp_tui.errors import MtpError


class Closed(MtpError):
    """The store was closed before somebody asked for something."""

    def __init__(self) -> None:
        super().__init__("What is remembered is being closed.", "Nothing more is read of it, or put into it.")


class Damaged(Exception):
    """The file holds what this program never wrote there."""


class Trouble(Enum):
    """What an error means for the file."""

    DAMAGED = auto()
    """It cannot be relied on any more."""
    UNUSABLE = auto()
    """It may be in order, but cannot be written: disk full, read-only, out of reach."""
    BUSY = auto()
    """Another process holds it for longer than we wait."""
    NONE = auto()
    """The error is not about the file: a question of ours was wrong, or was cut off."""


_BY_CODE = {
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
    sqlite3.SQLITE_IOERR: Trouble.UNUSABLE,
    sqlite3.SQLITE_FULL: Trouble.UNUSABLE,
    sqlite3.SQLITE_READONLY: Trouble.UNUSABLE,
    sqlite3.SQLITE_CANTOPEN: Trouble.UNUSABLE,
    sqlite3.SQLITE_PERM: Trouble.UNUSABLE,
    sqlite3.SQLITE_AUTH: Trouble.UNUSABLE,
    sqlite3.SQLITE_NOLFS: Trouble.UNUSABLE,
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_PROTOCOL: Trouble.BUSY,
}
"""By primary result code. Source: https://www.sqlite.org/rescode.html"""

_CANNOT_BE_READ = frozenset(
    {
        sqlite3.SQLITE_IOERR_READ,
        sqlite3.SQLITE_IOERR_SHORT_READ,
        sqlite3.SQLITE_IOERR_CORRUPTFS,
    }
)
"""Errors of input and output that a new file may not have; the others come from writing or from locks."""


def trouble_of(error: sqlite3.Error | Damaged | OSError) -> Trouble:
    """What this error says about the file."""
    if isinstance(error, Damaged):
        return Trouble.DAMAGED
    if isinstance(error, OSError):
        return Trouble.UNUSABLE
    code = getattr(error, "sqlite_errorcode", None)  # errors of the module itself have none
    if code in _CANNOT_BE_READ:
        return Trouble.DAMAGED
    return Trouble.NONE if code is None else _BY_CODE.get(code & 0xFF, Trouble.NONE)
