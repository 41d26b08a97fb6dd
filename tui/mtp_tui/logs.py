"""The log file, and the filter that keeps secrets and tokens out of it by their shape."""

import errno
import logging
import os
import re
import stat
import sys
import traceback
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from mtp_tui.disk import make_folder

_SHAPES = (
    # no word boundary in front: a token may follow %20 or an underscore
    (re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*){1,4}"), "[token]"),
    # a refresh token or a browser's code, by its look in published samples
    (re.compile(r"(?<![\w.-])[01]\.A[\w-]{40,}(?:\.[\w-]*)*"), "[token]"),
    (re.compile(r"(?i)\b(bearer\s+)[^\s\"']+"), r"\1[token]"),
    (re.compile(r"(?i)\b(basic\s+)[\w+/=~.-]{16,}"), r"\1[secret]"),
    (re.compile(r"(://[^\s/:@]*:)[^\s/@]+(?=@)"), r"\1[secret]"),
    (
        re.compile(
            r"((?:client[_ -]?secret|client[_ -]?assertion|(?:access|refresh|id)[_ -]?token|password|passphrase|device[_ -]?code|code[_ -]?verifier)"
            r"(?:\\{0,8}[\"'])?\s*(?:[=:]|%3[AD])\s*)"  # with backslashes where JSON stands in JSON
            r"(?:\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?|[^\s&,}]+)",
            re.IGNORECASE,
        ),
        r"\1[secret]",
    ),
    # MSAL's word for a device code and for what a browser brings back; an error's code is a short word
    (re.compile(r"(?i)(\bcode[\"']?\s*(?:[=:]|%3[AD])\s*[\"']?)[\w.%~-]{40,}"), r"\1[secret]"),
)

_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What acts on the terminal of whoever looks at the log, or cannot be written at all; lines and tabs stay."""


def redact(text: str) -> str:
    """The text without anything that looks like a token, a bearer header or a credential's value."""
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return text


def _harmless(text: str) -> str:
    return _ACTING.sub(lambda match: f"‹{ord(match.group()):02X}›", redact(text))


class RedactingFormatter(logging.Formatter):
    """Redacts the finished line, so that arguments and tracebacks pass through it too."""

    def format(self, record: logging.LogRecord) -> str:
        return _harmless(super().format(record))


def guard_tracebacks() -> None:
    """From now on what ends the program unforeseen is told redacted: an exception's own words may quote what it was given."""

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if sys.stderr is not None:
            report = "".join(traceback.format_exception(kind, error, trace))
            print(_harmless(f"{report}This is a bug in mtp-tui; nothing was sent anywhere."), file=sys.stderr)  # noqa: T201

    sys.excepthook = tell


class _PrivateFileHandler(RotatingFileHandler):
    """Opens the file, and each one after a roll-over, readable by its owner only, and never through a link."""

    def _open(self) -> TextIOWrapper:
        # without O_NONBLOCK the reader of a named pipe would be waited for
        more = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY | more, 0o600)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EEXIST, "no ordinary file", self.baseFilename)
        if hasattr(os, "fchmod"):  # not on Windows before Python 3.13
            os.fchmod(descriptor, 0o600)
        return open(descriptor, "a", encoding="utf-8")

    problem = ""
    """Why the first line that is missing was not written; empty as long as none is."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the base class's names
        """Note it: the base class would write the record's arguments to standard error, unredacted and onto the screen."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError) and not self.problem:
            self.problem = error.strerror or type(error).__name__


def problem() -> str:
    """Why lines are missing in the log, as a sentence; empty if none are, or none is written."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _PrivateFileHandler) and handler.problem:
            return f"The log could not be written to the end ({handler.problem}): {handler.baseFilename}"
    return ""


def start_logging(path: Path | None) -> bool:
    """Log to `path` from now on, or nowhere; False when the file cannot be written, which is no reason not to start.

    Nothing ever reaches standard error: it is the screen.
    """
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    root.addHandler(logging.NullHandler())
    if path is None:
        return True
    try:
        make_folder(path.parent)
        handler = _PrivateFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    except OSError:
        return False
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the wire writes its own line, without the query
    return True
