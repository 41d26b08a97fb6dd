"""A file that grows out of sight, and stands in its place at one stroke or not at all."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from mtp_tui.defender.models import Incident
from mtp_tui.services.export.formats import Rows


class Draft:
    """Bytes on their way to `path`, mode 0600, beside it until `finish`. All of it blocks, and raises OSError.

    Each step belongs in a thread; `discard` waits for the step under way, which nobody can stop.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._step = Lock()
        self._file: BinaryIO | None = None
        self._spare = ""
        self._is_over = False

    def begin(self, data: bytes) -> None:
        """Make the file, and write its beginning."""
        with self._step:
            if self._is_over:
                return
            # which makes it 0600; with a name of its own, since one that is long enough already may not grow
            descriptor, self._spare = tempfile.mkstemp(prefix=".export-", dir=self._path.parent)
            if hasattr(os, "fchmod"):  # it is 0600 already, unless a umask denies the owner too
                os.fchmod(descriptor, 0o600)
            self._file = open(descriptor, "wb")  # noqa: SIM115 - closed by finish or discard
            self._file.write(data)

    def write_rows(self, rows: Rows, incidents: Iterable[Incident]) -> None:
        """Write some incidents behind what is there. Raises ValueError if one of them is no JSON."""
        with self._step:
            if self._file is not None:
                self._file.write(b"".join(map(rows.row, incidents)))

    def finish(self, data: bytes, *, replace: bool) -> None:
        """Write the end, and put the file in its place. Raises FileExistsError if something stands there by now."""
        with self._step:
            if self._file is None:
                return
            self._file.write(data)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if replace:
                os.replace(self._spare, self._path)
            else:
                _place(self._spare, self._path)

    def discard(self) -> None:
        """Leave nothing behind but a file that is in its place; harmless at any time, and twice."""
        with self._step:
            self._is_over = True
            if self._file is not None:
                with suppress(OSError):  # a full disk refuses what is still to be flushed
                    self._file.close()
                self._file = None
            if self._spare:
                with suppress(OSError):
                    os.unlink(self._spare)
                self._spare = ""


def _place(spare: str, path: Path) -> None:
    try:
        os.link(spare, path)  # which, unlike a renaming, takes nothing's place
    except FileExistsError:
        raise
    except OSError:  # file systems without links: the name is taken first, and then filled
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        os.replace(spare, path)
