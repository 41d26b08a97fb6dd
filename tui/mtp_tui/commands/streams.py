"""Standard output and error: what a command says, with nothing in it that acts on a terminal."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO

from mtp_tui.errors import MtpError, SignInError
from mtp_tui.logs import bug_report, redact

_OUR_SIGNS = dict.fromkeys(map(ord, "“”…·"))
"""What our own sentences have beyond ASCII."""


def shown(text: str) -> str:
    """Outside text on one line, with everything that acts as a visible mark."""
    others = text.translate(_OUR_SIGNS)
    if others.isascii() and others.isprintable():
        return text  # visible() brings Textual along, which scripts need not wait for
    from mtp_tui.ui.text import visible

    return visible(text)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is at the other end; a stream that was closed before the start is None."""
    return stream is not None and stream.isatty()


def put(text: str) -> None:
    """Write to standard output; a reader that has gone away is no failure. Raises MtpError for a full disk and the like."""
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        pass
    except OSError as error:
        raise MtpError(f"Standard output could not be written: {error.strerror or 'no reason given'}.") from error


def tell(text: str) -> None:
    """Write a line to standard error, if that can be written to; whatever acts in it becomes a visible mark."""
    with suppress(OSError):
        _write(sys.stderr, f"mtp-tui: {shown(text)}\n")


def tell_problem(error: MtpError) -> None:
    """Say on standard error what happened, what to do, and what support would ask for."""
    tell(f"{error.summary} {error.hint}".rstrip())
    if not isinstance(error, SignInError):
        return
    if error.detail:
        tell(f"Entra's own words: {redact(error.detail)[:300]}")
    trace = error.trace
    ids = (
        f"AADSTS{trace.number}" if trace.number else trace.error,
        f"trace {trace.trace_id}" if trace.trace_id else "",
        f"correlation {trace.correlation_id}" if trace.correlation_id else "",
    )
    if any(ids):
        tell(" - ".join(filter(None, ids)))


def tell_bug(report: str) -> None:
    """Say what went wrong in here, and where; nothing was meant to."""
    from mtp_tui.ui.text import visible

    with suppress(OSError):
        _write(sys.stderr, visible(bug_report(report), lines=True))


def put_json(document: Mapping[str, object]) -> None:
    """Write one JSON object in ASCII: no terminal and no code page can misread it."""
    # JSON leaves DEL as it is, the one control character beyond blanks that ASCII has up there
    put(json.dumps(document, indent=2, allow_nan=False).replace("\x7f", "\\u007f") + "\n")


def iso(moment: datetime | None) -> str | None:
    """`2026-11-22T15:04:05Z`, as JSON and PowerShell read it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    try:
        stream.write(_writable(stream, text))
        stream.flush()
    except OSError:
        _give_up(stream)
        raise


def _give_up(stream: TextIO) -> None:
    """Python would flush what is left in the buffer once more at its end, and complain."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _writable(stream: TextIO, text: str) -> str:
    r"""For a code page without ✓ and ✗: written as \u2713, since one question mark for both would say a third thing."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
