"""Rows on standard output, in bytes, and what is said beside them on standard error."""

import sys
from dataclasses import dataclass

from mtp_tui.commands.streams import is_terminal, put, tell
from mtp_tui.errors import MtpError


class ReaderGone(Exception):
    """Whoever read standard output does so no more."""


def put_bytes(data: bytes) -> None:
    """Write to standard output, and out of it at once. Raises ReaderGone, and MtpError for a full disk and the like."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        put("")  # which fails as well, and keeps Python from trying and complaining once more at its end
        raise ReaderGone from error
    except OSError as error:
        put("")
        raise MtpError(f"Standard output could not be written: {error.strerror or 'no reason given'}.") from error


def encoded(text: str) -> bytes:
    r"""Text in the encoding of standard output; what that lacks is written as `\u2013`."""
    encoding = (sys.stdout.encoding if sys.stdout is not None else "") or "utf-8"
    return text.encode(encoding, "backslashreplace")


@dataclass(frozen=True, slots=True)
class Progress:
    """What is told about progress; problems are told in any case."""

    is_verbose: bool

    def wait(self, sentence: str) -> None:
        """A pause, for whoever sits there or wants to know."""
        if self.is_verbose or is_terminal(sys.stderr):
            tell(sentence)

    def page(self, sentence: str) -> None:
        """How far it is; where rows go to the same terminal they say so themselves."""
        if self.is_verbose or (is_terminal(sys.stderr) and not is_terminal(sys.stdout)):
            tell(sentence)
