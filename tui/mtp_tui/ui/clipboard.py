"""The ways to a clipboard: a sequence for the terminal, and the program of the machine that somebody sits at.

Over SSH the terminal alone knows where the person is. On the person's own machine both ways are used, since many
terminals do not take the sequence and none says whether it did. What is copied may be a token: it goes to a program by
its standard input, never as a word of a command or of an environment. Nothing here knows Textual.
Source: XTerm Control Sequences, OSC 52; tmux(1), allow-passthrough and set-clipboard; the manual of GNU Screen, DCS.
"""

import base64
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from mtp_tui.settings import is_remote, terminal_environment

TAKEN_BYTES = 74_994
"""What many terminals take at most by OSC 52: a sequence of 100,000 bytes, of which base64 leaves three quarters."""

GIVEN_UP_AFTER_S = 5.0
"""A program that takes a clipboard longer than this waits for something that will not come."""

_ESC = "\x1b"
_ST = f"{_ESC}\\"
_SCREEN_CHUNK = 240
"""Characters of a string that every GNU Screen passes on: 768 at most since 4.2, 256 before, with what encloses them."""


@dataclass(frozen=True, slots=True)
class Program:
    """What puts its standard input on the clipboard."""

    name: str
    words: tuple[str, ...] = ()
    encoding: str = "utf-8"

    @property
    def brand(self) -> str:
        """As it is called in a sentence."""
        return self.name.removesuffix(".exe")


_BY_DISPLAY = {
    "WAYLAND_DISPLAY": (Program("wl-copy", ("--type", "text/plain")),),
    "DISPLAY": (
        Program("xclip", ("-selection", "clipboard", "-in")),
        Program("xsel", ("--clipboard", "--input")),
    ),
}
# utf-16 with its mark: without it clip.exe reads the code page of the machine
_WINDOWS = (Program("clip.exe", encoding="utf-16"),)
_MACOS = (Program("pbcopy"),)


_THROUGH = {
    "": ", which does not confirm it",
    "tmux": " through tmux, which needs set-clipboard or allow-passthrough on",
    "screen": " through screen, which does not confirm it",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """How a text left."""

    size_bytes: int
    through: str = ""
    """`tmux` or `screen`, where the sequence was wrapped for one."""
    program: str = ""
    """What took it on this machine; empty if there is none."""
    why_not: str = ""
    """Why the program did not take it; empty if it did."""

    @property
    def is_certain(self) -> bool:
        """Whether somebody confirmed it."""
        return bool(self.program) and not self.why_not

    @property
    def is_doubtful(self) -> bool:
        """Whether it is more than many terminals take, and nothing else took it."""
        return self.size_bytes > TAKEN_BYTES and not self.is_certain

    def sentence(self, what: str, *, is_way_known: bool = False) -> str:
        """`Portal link: 74 bytes sent to the clipboard by xclip.`, and what is to be known about it.

        `is_way_known` leaves out what the terminal needs, which has been said before.
        """
        way = self.program if self.is_certain else f"the terminal{_THROUGH[self.through] if not is_way_known else ''}"
        said = f"{what}: {self.size_bytes:,} bytes sent to the clipboard by {way}."
        if self.is_doubtful:
            said += f" Many terminals take {TAKEN_BYTES:,} at most: check what arrived."
        return f"{said} {self.program} failed: {self.why_not}." if self.why_not else said


def multiplexer(environ: Mapping[str, str]) -> str:
    """`tmux` or `screen` if one stands between us and the terminal, as far as that can be seen; else empty."""
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith("tmux"):
        return "tmux"
    if environ.get("STY") or term.startswith("screen"):
        return "screen"
    return ""


def sequence(text: str, environ: Mapping[str, str]) -> str:
    """What a terminal is sent, so that it puts the text on its clipboard; half characters are sent as `?`."""
    data = base64.b64encode(text.encode(errors="replace")).decode()
    plain = f"{_ESC}]52;c;{data}{_ST}"
    match multiplexer(environ):
        case "tmux":
            # the one or the other is passed on: the plain one with set-clipboard on, the wrapped one with allow-passthrough
            return f"{plain}{_ESC}Ptmux;{plain.replace(_ESC, _ESC * 2)}{_ST}"
        case "screen":
            # the end goes by itself as BEL: an ST inside would end what encloses it
            whole = f"{_ESC}]52;c;{data}\a"
            chunks = (whole[at : at + _SCREEN_CHUNK] for at in range(0, len(whole), _SCREEN_CHUNK))
            return "".join(f"{_ESC}P{chunk}{_ST}" for chunk in chunks)
        case _:
            return plain


def program_for(environ: Mapping[str, str], platform: str = sys.platform) -> tuple[str, Program] | None:
    """The program of this machine's clipboard and its whole path; None where there is none, or nobody sits here."""
    if is_remote(environ):
        return None
    candidates: list[Program] = []
    if platform == "darwin":
        candidates += _MACOS
    elif platform == "win32" or environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP"):
        candidates += _WINDOWS
    for name, programs in _BY_DISPLAY.items():
        candidates += programs if environ.get(name) else ()
    for program in candidates:
        path = shutil.which(program.name, path=_absolute(environ.get("PATH", "")))
        if path:
            return path, program
    return None


async def copy(text: str, environ: Mapping[str, str], platform: str = sys.platform) -> Sent:
    """Give a text to the clipboard of this machine, if there is one; what it says of itself is in the answer.

    The terminal is for the caller to serve, who alone may write to it.
    """
    sent = Sent(len(text.encode(errors="replace")), multiplexer(environ))
    found = program_for(environ, platform)
    if found is None:
        return sent
    path, program = found
    why_not = await _given(path, program, text, environ)
    return Sent(sent.size_bytes, sent.through, program.brand, why_not)


async def _given(path: str, program: Program, text: str, environ: Mapping[str, str]) -> str:
    """Why the program did not take the text; empty if it did."""
    from mtp_tui.profiles import child_process

    needed, data = terminal_environment(environ), text.encode(program.encoding, errors="replace")
    try:
        ending = await child_process.run((path, *program.words), needed, given=data, within_s=GIVEN_UP_AFTER_S)
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or "it could not be started"
    if ending.code is None:
        return f"it did not end within {GIVEN_UP_AFTER_S:.0f} s"
    return f"exit code {ending.code}" if ending.code else ""


def _absolute(path: str) -> str:
    """The folders of a PATH but for the current one, in which anybody's program may lie."""
    return os.pathsep.join(folder for folder in path.split(os.pathsep) if os.path.isabs(folder))
