"""A program in a real pseudo-terminal: what it paints, where the cursor modes stand, and how it leaves.

The screen understands as much of a terminal's language as Textual speaks: text, cursor moves, erasing, modes.
"""

import base64
import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.cells import get_character_cell_size

ALTERNATE_SCREEN, CURSOR, LINE_WRAP = 1049, 25, 7

_SEQUENCE = re.compile(
    r"\x1b\[(?P<private>[<=>?]?)(?P<numbers>[\d;:]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]P_^X].*?(?:\x07|\x1b\\)|\x1b[ -/]*[0-OQ-WYZ\\`-~]|[\x00-\x1a\x1c-\x1f]",
    re.DOTALL,
)
"""One control sequence, whole; what stands between two of them is text."""
CLIPBOARD = re.compile(rb"\x1b\]52;[^;]*;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")
"""What sends a text to the clipboard, as base64."""
_AT_ONCE = 65536


class Screen:
    """The cells of a terminal."""

    def __init__(self, width: int, height: int) -> None:
        self.modes: dict[int, bool] = {}
        """DEC private modes by number, as last set."""
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Another size; what was painted is gone."""
        self._width, self._height = width, height
        self._rows = [[" "] * width for _ in range(height)]
        self._x = self._y = 0

    @property
    def text(self) -> str:
        """All rows, from the top."""
        return "\n".join("".join(row).rstrip() for row in self._rows)

    def shows(self, texts: Iterable[str], rows: int) -> bool:
        """Whether all the texts stand there, and at least so many rows are not blank."""
        text = self.text
        return all(each in text for each in texts) and sum(1 for row in text.split("\n") if row) >= rows

    def feed(self, text: str) -> str:
        """Paint; returns what is left at the end of an unfinished sequence."""
        at = 0
        for match in _SEQUENCE.finditer(text):
            self._write(text[at : match.start()])
            at = match.end()
            self._obey(match)
        rest = text[at:]
        cut = rest.find("\x1b")
        self._write(rest if cut < 0 else rest[:cut])
        return "" if cut < 0 else rest[cut:]

    def _write(self, text: str) -> None:
        for char in text:
            cells = get_character_cell_size(char)
            if cells and self._y < self._height and self._x + cells <= self._width:
                self._rows[self._y][self._x : self._x + cells] = [char, *[""] * (cells - 1)]
            self._x += cells

    def _obey(self, match: re.Match[str]) -> None:
        whole, final = match.group(), match["final"]
        if whole == "\r":
            self._x = 0
        elif whole == "\n":
            self._y = min(self._y + 1, self._height - 1)
        elif final in ("h", "l") and match["private"] == "?":
            for number in match["numbers"].split(";"):
                self.modes[int(number)] = final == "h"
                if int(number) == ALTERNATE_SCREEN:  # a blank one, and back to one that was blank
                    self.resize(self._width, self._height)
        elif final in ("H", "f"):
            row, _, column = match["numbers"].partition(";")
            self._y, self._x = int(row or 1) - 1, int(column or 1) - 1
        elif final == "J":
            self.resize(self._width, self._height)


class Terminal:
    """Runs a command in a pseudo-terminal of its own; use it as a context manager."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        width: int = 80,
        height: int = 24,
        bytes_per_s: float = float("inf"),
        folder: Path | None = None,
    ) -> None:
        """`bytes_per_s` is how fast the line carries what is painted; `folder` is where the program starts."""
        self.screen = Screen(width, height)
        self.painted = bytearray()
        """Every byte that the program wrote, in order."""
        self.screens: list[str] = []
        """What the screen showed after each of them that came together."""
        self.bytes_per_s = bytes_per_s
        self._free_at = 0.0
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""
        self._master, slave = pty.openpty()
        self._set_size(width, height)
        self.line_settings_before = termios.tcgetattr(self._master)
        self.process = subprocess.Popen(  # noqa: S603 - a command of the test's own
            command, stdin=slave, stdout=slave, stderr=slave, env=dict(environment), cwd=folder, start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Take the terminal away, as a lost connection does."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    @property
    def line_settings(self) -> list[object]:
        """Echo, line mode and the like, as the program left them."""
        return termios.tcgetattr(self._master)

    @property
    def is_restored(self) -> bool:
        """Whether every mode that was switched on is off again, and the line settings are those of the beginning."""
        modes, painted = self.screen.modes, bytes(self.painted)
        left_on = {mode for mode, is_on in modes.items() if is_on} - {CURSOR, LINE_WRAP}
        keys = painted.count(b"\x1b[<u") - len(re.findall(rb"\x1b\[>\d+u", painted))
        is_whole = modes.get(CURSOR, True) and modes.get(LINE_WRAP, True)
        return not left_on and is_whole and keys == 0 and self.line_settings == self.line_settings_before

    def press(self, keys: str) -> None:
        """Send keys as a keyboard would."""
        os.write(self._master, keys.encode())

    def paste(self, text: str) -> None:
        """Send a text as a terminal does that was told to mark what is pasted."""
        self.press(f"\x1b[200~{text}\x1b[201~")

    @property
    def clipboard(self) -> list[str]:
        """Every text that the program has sent to the clipboard."""
        return [base64.b64decode(text).decode() for text in CLIPBOARD.findall(bytes(self.painted))]

    def resize(self, width: int, height: int) -> None:
        """Change the window's size while the program runs."""
        self.screen.resize(width, height)
        self._set_size(width, height)
        self.process.send_signal(signal.SIGWINCH)

    def read_until(
        self, *texts: str, rows: int = 0, within_s: float = 20.0, also: Callable[[], object] = lambda: True
    ) -> str:
        """Read what is painted until all the texts are on the screen, so many rows, and what is to be true `also`.

        Returns the screen; fails after a while.
        """
        deadline = time.monotonic() + within_s
        while not (self.screen.shows(texts, rows) and also()):
            if time.monotonic() >= deadline or self._read(min(deadline, time.monotonic() + 0.1)) == b"":
                raise AssertionError(f"{texts} did not come; the screen shows:\n{self.screen.text}")
        return self.screen.text

    def settle(self, quiet_s: float = 0.3) -> None:
        """Read until nothing was painted for a while: what shows in no text, such as the focus, has moved."""
        while self._read(time.monotonic() + quiet_s):
            pass

    def leave(self, within_s: float = 20.0) -> int:
        """Read until the program has closed the terminal; its exit code."""
        deadline = time.monotonic() + within_s
        while self._read(deadline):
            pass
        return self.process.wait(timeout=max(1.0, deadline - time.monotonic()))

    def _read(self, deadline: float) -> bytes | None:
        """What has come; nothing (`b""`) if the other side has closed, None if the time is up."""
        until = min(self._free_at, deadline)
        select.select([], [], [], max(0.0, until - time.monotonic()))
        if until < self._free_at:
            return None
        ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        try:
            data = os.read(self._master, int(min(_AT_ONCE, self.bytes_per_s / 20)))
        except OSError:  # Linux says so when the other side has closed
            return b""
        self._free_at = time.monotonic() + len(data) / self.bytes_per_s
        self.painted += data
        self._rest = self.screen.feed(self._rest + self._decoder.decode(data))
        self.screens.append(self.screen.text)
        return data

    def _set_size(self, width: int, height: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
