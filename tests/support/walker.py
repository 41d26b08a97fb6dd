"""Somebody who walks through the real program, and at the end reads every byte that it wrote."""

import json
from pathlib import Path

from tests.support.escapes import BEGINNING_AND_END, PAINTING, copies_in, foreign
from tests.support.terminal import Terminal

ESC, ENTER, TAB, RIGHT, DOWN, PAGE_DOWN, END = "\x1b", "\r", "\t", "\x1b[C", "\x1b[B", "\x1b[6~", "\x1b[F"


class Walker:
    """Presses keys, waits for what has to come, and keeps count of what was copied on purpose."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.begun = 0
        """How many bytes had come when the first frame was whole."""
        self.copied = 0
        """How many texts were copied on purpose."""

    def begin(self, *texts: str) -> None:
        """Wait for the first screen, and until it is whole."""
        self.terminal.read_until(*texts)
        self.terminal.settle(0.15)
        self.begun = len(self.terminal.painted)

    def go(self, keys: str, *texts: str, without: str = "\0") -> str:
        """Press, and wait until all the texts are there, and one is not."""
        self.terminal.press(keys)
        return self.terminal.read_until(*texts, also=lambda: without not in self.terminal.screen.text)

    def back(self, *texts: str, without: str = "\0") -> None:
        """Press Escape, and nothing more until it is no longer the begin of a key's code."""
        self.terminal.press(ESC)
        self.terminal.settle(0.15)
        self.terminal.read_until(*texts, also=lambda: without not in self.terminal.screen.text)

    def leaf(self, *keys: str) -> None:
        """Press one after the other, whatever comes."""
        for key in keys:
            self.terminal.press(key)
            self.terminal.settle(0.05)

    def copy(self, keys: str) -> str:
        """Press what copies; gives the text."""
        self.copied += 1
        self.terminal.press(keys)
        self.terminal.read_until(also=lambda: len(self.terminal.clipboard) == self.copied)
        self.terminal.read_until(also=lambda: "Key Copies" not in self.terminal.screen.text)
        return self.terminal.clipboard[-1]

    def leave(self) -> None:
        """End the program, and read all that it ever wrote."""
        self.terminal.settle(0.15)
        ended = len(self.terminal.painted)
        self.terminal.press("\x11")
        assert self.terminal.leave() == 0
        painted = bytes(self.terminal.painted)
        assert foreign(painted[self.begun : ended], PAINTING) == []
        assert foreign(painted[: self.begun] + painted[ended:], BEGINNING_AND_END) == []
        assert len(copies_in(painted)) == self.copied


def toml_string(text: str) -> str:
    """As TOML writes it: control characters as escapes."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_config(home: Path, name: str, text: str) -> None:
    """Write a file of the settings folder, as the program wants it."""
    path = home / "config" / "mtp-tui" / name
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    path.chmod(0o600)
