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
from mtp_tui.unseen import UNSEEN

_BY_LOOK = (
    # a token may follow %20 or an underscore. Begun with each word before a dot, and not with each eyJ: a word of nothing
    # but those would be read to its end from every one of them
    (re.compile(r"(?<![\w-])(?=[\w-]++\.)([\w-]*?)eyJ[\w-]{8,}(?:\.[\w-]*){1,4}"), r"\1[token]"),
    # a refresh token or a browser's code, by its look in published samples
    (re.compile(r"(?<![\w.-])[01]\.A[\w-]{40,}(?:\.[\w-]*)*"), "[token]"),
    # a client secret as Entra makes them; the form is not documented, and seen in published scanners of secrets
    (re.compile(r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])"), "[secret]"),
)
"""What is known by itself, wherever it stands; the second of each pair is put in its place."""

_SHAPES = (
    *_BY_LOOK,
    (re.compile(r"(?i)\b(bearer\s+)[^\s\"']+"), r"\1[token]"),
    (re.compile(r"(?i)\b(basic\s+)[\w+/=~.-]{16,}"), r"\1[secret]"),
    (re.compile(r"(://[^\s/:@]*:)[^\s/]+(?=@)"), r"\1[secret]"),
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

_ACTING = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{UNSEEN}]")
"""What acts on the terminal of whoever looks at the log, is not seen, or cannot be written at all; lines and tabs stay."""

LONGEST_REPORT = 12_000
"""Characters of a traceback that are told: its end, where the reason stands."""


def redact(text: str) -> str:
    """The text without anything that looks like a token, a bearer header or a credential's value."""
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return text


def has_secret(text: str) -> bool:
    """Whether something in it is a token or a client secret by its look alone. Words around it do not count, as they do
    for the log: whoever hunts for `password=` has no secret."""
    return any(shape.search(text) for shape, _ in _BY_LOOK)


def bug_report(report: str) -> str:
    """The end of a traceback, redacted before it is cut: half a token is not known for one. It may still act."""
    return redact(report)[-LONGEST_REPORT:]


def _harmless(text: str) -> str:
    return _ACTING.sub(lambda match: f"‹{ord(match.group()):02X}›", redact(text))


class RedactingFormatter(logging.Formatter):
    """Redacts the finished record, so that arguments and tracebacks pass through it too.

    Only a record begins at the margin: nothing that a stranger wrote passes for one of ours. Line feeds in a message are
    marked, the lines of a traceback are indented.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base class's name
        return redact(super().formatMessage(record)).replace("\n", "‹0A›")

    def format(self, record: logging.LogRecord) -> str:
        return _harmless(super().format(record)).replace("\n", "\n    ")


def guard_tracebacks() -> None:
    """From now on what ends the program unforeseen is told redacted: an exception's own words may quote what it was given."""

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if sys.stderr is not None:
            report = bug_report("".join(traceback.format_exception(kind, error, trace)))
            print(_harmless(f"{report}This is a bug in mtp-tui; nothing was sent anywhere."), file=sys.stderr)  # noqa: T201

    sys.excepthook = tell


class _PrivateFileHandler(RotatingFileHandler):
    """Opens the file, and each one after a roll-over, readable by its owner only, and never through a link."""

    def _open(self) -> TextIOWrapper:
        # without O_NONBLOCK the reader of a named pipe would be waited for
        more = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY | more, 0o600)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:  # another name of a file that is not ours
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


class _Nowhere(logging.NullHandler):
    """In the place of a file that could not be opened."""

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem


def problem() -> str:
    """Why lines are missing in the log, or all of it, as a sentence; empty if none are, or none was to be written.

    It may hold anything that the name of a folder may.
    """
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _Nowhere):
            return handler.problem
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
    except (OSError, ValueError) as error:  # ValueError: a zero character in a path
        root.addHandler(_Nowhere(f"No log was written ({_reason(error, path)}): {path}"))
        return False
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the wire writes its own line, without the query
    return True


def _reason(error: Exception, path: Path) -> str:
    try:
        if path.is_symlink():
            return "there is a link in its place"
        if path.is_file() and path.stat().st_nlink > 1:
            return "the file has another name too"
    except (OSError, ValueError):
        pass
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
