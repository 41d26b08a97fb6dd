"""The log file, and the filter that keeps secrets and tokens out of it by their shape."""

import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

_SHAPES = (
    (re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}"), "[token]"),
    (re.compile(r"(?i)\bbearer\s+[^\s\"']+"), "Bearer [token]"),
    (
        re.compile(r"(?i)([\"']?\b(?:client_secret|client_assertion|access_token|refresh_token|id_token|password|device_code)[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s&,}]+)"),
        r"\1[secret]",
    ),
)  # fmt: skip


def redact(text: str) -> str:
    """The text without anything that looks like a token, a bearer header or a credential's value."""
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Redacts the finished line, so that arguments and tracebacks pass through it too."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record)).replace("\x1b", "␛")


class _PrivateFileHandler(RotatingFileHandler):
    """Creates the file, and each one after a roll-over, readable by its owner only."""

    def _open(self):  # type: ignore[no-untyped-def]  # the base class types it for internal use
        os.close(
            os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
        )
        return super()._open()


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
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _PrivateFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    except OSError:
        return False
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the wire writes its own line, without the query
    return True
