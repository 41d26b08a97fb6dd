"""Where the token comes from: a file, a pipe, or a person who pastes it. Never an argument."""

import contextlib
import os
import sys

from mtp_tui.commands.streams import is_terminal, tell
from mtp_tui.errors import BadInput
from mtp_tui.identity.credentials import Field
from mtp_tui.identity.token_files import LARGEST_FILE_BYTES, read_token_file
from mtp_tui.identity.typed_paths import text_of
from mtp_tui.secret import Secret

_LONGEST_NAME_CHARS = 255
"""Of one file name, on every system that this runs on; a longer one is a token that went to the wrong place."""
_CTRL_D = b"\x04"


def given_token(file: str) -> Secret:
    """Whatever is in the file, or comes from standard input for `-`; blocks until it is there.

    Raises BadInput for `token_file` if it cannot be read, or is no text.
    """
    if file != "-":
        _refuse_token_as_name(file)
        return read_token_file(file)
    data = _pasted() if is_terminal(sys.stdin) else _piped()
    if len(data) > LARGEST_FILE_BYTES:
        raise _bad(f"Standard input has more than {LARGEST_FILE_BYTES // 1024:,} KB, so it was not read.")
    text = text_of(data)
    if text is None:
        raise _bad("Standard input is not text.")
    if not text.strip():
        raise _bad("There is nothing on standard input.")
    return Secret(text)


def _bad(summary: str) -> BadInput:
    return BadInput(Field.TOKEN_FILE, summary, "Give it nothing but the access token, as text in UTF-8 or UTF-16.")


def _refuse_token_as_name(file: str) -> None:
    """The sentences about a file name it; a token must not come back in one."""
    if any(len(name) > _LONGEST_NAME_CHARS for name in file.replace("\\", "/").split("/")):
        raise BadInput(
            Field.TOKEN_FILE,
            "This is too long for the name of a file; a token is not taken from an argument.",
            "Save it to a file and give its path, or send it to standard input.",
        )


def _piped() -> bytes:
    """What comes until the other end closes. Raises BadInput if it cannot be read."""
    if sys.stdin is None:
        return b""
    with contextlib.suppress(OSError, AttributeError):  # no number in a test, no such switch in older Windows
        os.set_blocking(
            sys.stdin.fileno(), True
        )  # a parent such as Node leaves its pipes so that reading gives nothing
    try:
        return sys.stdin.buffer.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise _bad(f"Standard input could not be read: {error.strerror or 'no reason given'}.") from error


def _pasted() -> bytes:
    """What is pasted into the terminal up to Ctrl+D, not echoed where the system allows that."""
    try:
        import termios
    except ImportError:  # Windows
        tell("Paste the token, then press Enter, Ctrl+Z and Enter. It will be seen on the screen.")
        return sys.stdin.buffer.read(LARGEST_FILE_BYTES + 1)
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    # not by lines: a terminal cuts those at 4096 characters, and tokens may be longer
    quiet = [*before[:3], before[3] & ~(termios.ECHO | termios.ICANON), *before[4:]]
    try:
        termios.tcsetattr(terminal, termios.TCSADRAIN, quiet)
        tell("Paste the token, then press Ctrl+D. It is not shown.")  # not before it is so
        return _until_ctrl_d(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)  # what came after it must not reach the shell


def _until_ctrl_d(terminal: int) -> bytes:
    data = b""
    while len(data) <= LARGEST_FILE_BYTES:
        more = os.read(terminal, 65536)
        data += more
        if not more or _CTRL_D in more:
            break
    return data.partition(_CTRL_D)[0]
