"""One tenant's database, whatever becomes of its file. Everything here but `interrupt` happens on the store's own thread.

A file that is damaged is set aside and a new one begun; one that cannot be used, or that a newer version of this program
wrote, is left as it is, and memory takes its place. Both are said, and neither stops the program. One that another window
holds for too long is as good as before once that window lets go, so nothing takes its place.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mtp_tui.clock import Clock
from mtp_tui.errors import MtpError
from mtp_tui.store.failures import Damaged, Trouble, trouble_of
from mtp_tui.store.files import Identity, identity, make_private, set_aside
from mtp_tui.store.migrate import has_fts5, is_newer, migrate, version_of
from mtp_tui.store.taking_along import take_along

Result = TypeVar("Result")

BUSY_S = 10.0
"""How long to wait for another window's transaction; a page of a hundred incidents takes a hundredth of that."""

_STEPS_BETWEEN_LOOKS = 20_000
"""SQLite instructions after which a cancelled question notices: about a millisecond."""

_PAGE_BYTES = 32_768
"""A packed body has some thousands, and leaves much of a small page empty."""

_WRITTEN_OUT_AFTER = 200
"""Pages in the write-ahead log; about as many bytes as SQLite's thousand small ones."""

_MOST_SET_ASIDE = 2
"""Files of one sitting; where new ones are damaged as well, the next would be too."""

_ROUNDS = _MOST_SET_ASIDE + 2
"""Every one of them, then memory, then the answer."""


class Database:
    """A connection that is always there; `path` is None while everything is kept in memory."""

    def __init__(self, path: Path | None, clock: Clock, *, full_text: bool | None = None) -> None:
        """Raises MtpError if another process holds the file for too long."""
        self.path = path
        self.said = ""
        """What became of the file, and where it is, in sentences; empty if all is well."""
        self._is_meant_for_disk = path is not None
        self._clock = clock
        self._asking = threading.Lock()
        self._asked: Callable[[], bool] | None = None
        """What tells whether the answer that is being worked on is unwanted; None if there is none, or it is wanted anyway."""
        self._identity: Identity | None = None
        self._set_aside_count = 0
        with contextlib.closing(sqlite3.connect(":memory:")) as trial:
            self.full_text = has_fts5(trial) if full_text is None else full_text
            """Whether words are searched by an index; else slowly, in memory."""
        if path is not None and not self.full_text:
            self._go_to_memory("This Python's SQLite has no full-text search (FTS5)")
        self._connection = self._open()

    @property
    def has_left_disk(self) -> bool:
        """Whether everything is kept in memory, although it was meant to be kept in a file."""
        return self._is_meant_for_disk and self.path is None

    def run(
        self,
        work: Callable[[sqlite3.Connection], Result],
        is_unwanted: Callable[[], bool] | None = None,
        *,
        must_last: bool = False,
    ) -> Result:
        """What `work` answers, if need be from a new file. Raises MtpError if another process holds it for too long, and
        for what `must_last` if there is no file any more.

        `work` begins and ends its own transactions, and may be called again after a failure. Once `is_unwanted` answers
        true, a long question ends in sqlite3.OperationalError.
        """
        for _ in range(_ROUNDS):
            try:
                self._stay_with_path()
                if must_last and self.has_left_disk:
                    raise not_on_disk(self.said)
                self._connection.set_progress_handler(is_unwanted, _STEPS_BETWEEN_LOOKS)
                with self._asking:
                    self._asked = is_unwanted
                try:
                    return work(self._connection)
                finally:
                    with self._asking:
                        self._asked = None
                    self._connection.set_progress_handler(None, 0)
                    self._roll_back()
            except (sqlite3.Error, Damaged, OSError) as error:
                if not self._recover(error):
                    raise
        raise MtpError("The store could not be brought back.", self.said)

    def interrupt(self, is_unwanted: Callable[[], bool]) -> None:
        """From any thread: end at once what is being asked for with this, which answers true by now; nothing else.

        To put together all that begins with a letter is one step for SQLite, during which it asks nobody.
        """
        with self._asking:
            if self._asked == is_unwanted:
                self._connection.interrupt()

    def close(self) -> None:
        """Write out what SQLite still holds; the last one to close takes the companions away."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        for _ in range(_ROUNDS):
            try:
                return self._connect()
            except (sqlite3.Error, Damaged, OSError) as error:
                if trouble_of(error) is Trouble.BUSY:
                    self._identity = None  # so that the next call opens it again
                    raise _busy() from error
                if not self._give_up_file(error):
                    raise
        raise MtpError("The store could not be opened.", self.said)

    def _connect(self) -> sqlite3.Connection:
        """A connection to what `path` says, in the newest form."""
        if self.path is None:
            self._identity, name = None, ":memory:"
        else:
            make_private(self.path)
            self._identity, name = identity(self.path), f"{self.path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(name, timeout=BUSY_S, isolation_level=None, uri=self.path is not None)
        try:
            if is_newer(connection):
                connection.close()
                self._go_to_memory(f"A newer version of this program wrote {self.path}, which is left untouched")
                return self._connect()
            if not version_of(connection):
                # both only count before the first table, and the first of them not behind the second; later the
                # second would wait for whoever writes
                connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            _use_wal(connection)
            connection.execute(f"PRAGMA wal_autocheckpoint = {_WRITTEN_OUT_AFTER}")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = FAST")
            migrate(connection, full_text=self.full_text)
        except BaseException:
            connection.close()
            raise
        return connection

    def _stay_with_path(self) -> None:
        """Another window may have set the file aside or removed it; then its successor is ours as well."""
        if self.path is not None and (self._identity is None or identity(self.path) != self._identity):
            self.close()
            self._connection = self._open()

    def _roll_back(self) -> None:
        """Whatever the work began and did not end."""
        with contextlib.suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _recover(self, error: sqlite3.Error | Damaged | OSError) -> bool:
        """Whether there is a usable connection after this error, so that the work may be tried again."""
        if trouble_of(error) is Trouble.BUSY:
            raise _busy() from error
        if self.path is None or trouble_of(error) is Trouble.NONE:
            return False
        if trouble_of(error) is Trouble.DAMAGED:
            self.close()
        before = self._connection
        self._give_up_file(error)
        self._connection = self._open()
        if trouble_of(error) is Trouble.UNUSABLE:
            self._say(take_along(before, self._connection))
            before.close()
        return True

    def _give_up_file(self, error: sqlite3.Error | Damaged | OSError) -> bool:
        """Set it aside or turn away from it, as the error demands; False if it demands neither."""
        trouble = trouble_of(error)
        if self.path is None or trouble is Trouble.NONE:
            return False
        if trouble is not Trouble.DAMAGED:
            self._go_to_memory(f"{self.path} cannot be used ({_reason(error)})")
        elif identity(self.path) == self._identity:  # or another window was faster, and a new one stands there
            self._set_aside(self.path, error)
        return True

    def _set_aside(self, path: Path, error: sqlite3.Error | Damaged | OSError) -> None:
        if self._set_aside_count >= _MOST_SET_ASIDE:
            self._go_to_memory(f"{path} was damaged again ({_reason(error)})")
            return
        self._set_aside_count += 1
        try:
            aside = set_aside(path, self._clock())
        except OSError as refused:
            self._go_to_memory(f"{path} is damaged ({_reason(error)}) and cannot be renamed ({_reason(refused)})")
        else:
            self._say(
                f"The store was damaged ({_reason(error)}). It was set aside as {aside}, and a new one was begun."
            )

    def _go_to_memory(self, why: str) -> None:
        self.path = None
        self._say(f"{why}; incidents are remembered only until the program ends.")

    def _say(self, sentence: str) -> None:
        self.said = f"{self.said} {sentence}".strip()


def _use_wal(connection: sqlite3.Connection) -> None:
    """Write-ahead log, so that readers and a writer do not wait for one another; without it where it cannot be had."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if trouble_of(error) is not Trouble.BUSY:
            raise
        # another window is just changing it, and this statement, unlike a transaction, does not wait for that
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def not_on_disk(said: str) -> MtpError:
    """Why something that must last is not kept; `said` is what became of the file."""
    return MtpError(
        "Nothing can be changed from here any more: the journal of it cannot be kept on the disk.",
        f"{said} Put that right and start again, or start with --no-store, where the journal ends with the program.",
    )


def _busy() -> MtpError:
    return MtpError(
        "Another window keeps the store busy.",
        "Nothing is lost that the service does not have; try again in a moment.",
    )


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
