"""Paths as people type, paste and drag them, and the small file at the end of one: certificates and token files."""

import os
import re
import stat
import unicodedata
from urllib.parse import unquote, urlsplit

from mtp_tui.disk import read_small
from mtp_tui.errors import BadInput

LONGEST_PATH_CHARS = 4096
"""Linux takes no longer one, and Windows none in practice; what is longer is a file's content in the place of its path."""

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’"}
_DRIVE = re.compile(r"/[A-Za-z]:[/\\]")
_TOKEN = re.compile(r"(?:bearer\s+)?(?:ey|[01]\.A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
"""How access and refresh tokens begin."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""What no text has: control characters but for tabs and line ends."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def clean_path(typed: str) -> str:
    """The path that was meant: without blanks, invisible characters and quotes around it, `~` and `file://` resolved.

    Terminals write a dragged file's blanks as `\\ `: that is undone where no file has the name as it was written, and one
    has the name without the backslashes. PowerShell puts `& ` before the quotes. May be empty; is never looked into.
    """
    path = _unquoted(_stripped(_stripped(typed).removeprefix("& ")))
    path = os.path.expanduser(_from_file_address(path))
    if os.sep == "/" and "\\" in path and not _exists(path):
        unescaped = os.path.expanduser(re.sub(r"\\(.)", r"\1", path))
        return unescaped if _exists(unescaped) else path
    return path


def read_file(typed: str, field: str, what: str, largest_bytes: int) -> bytes:
    """What an ordinary file holds; a larger one is not read, and a named pipe is not waited for. Blocks on the disk.

    `what` names the kind of file in the sentences, with its article. Raises BadInput for `field` if it cannot be read.
    """
    path = clean_path(typed)
    if not path:
        raise BadInput(field, f"The path of {what} is missing.", "Give the file with its folder.")
    if not _is_a_path(path):
        raise BadInput(
            field, "This is a file's content, not its path.", "Save it to a file, and give the path of that file here."
        )
    try:
        found = read_small(path, largest_bytes)
    except (OSError, ValueError) as error:
        raise _unreadable(error, path, field, what) from error
    if stat.S_ISDIR(found.status.st_mode):
        raise _folder(path, field, what)
    if not found.is_ordinary:
        raise BadInput(
            field,
            f"{path} is a pipe or a device, not an ordinary file.",
            f"Save {what} to a file, and give its path here.",
        )
    if len(found.data) > largest_bytes:
        raise BadInput(
            field,
            f"{path} is larger than {largest_bytes // 1024:,} KB, so it was not read.",
            f"Is it really {what}? Those are far smaller.",
        )
    return found.data


def others_may_read(typed: str) -> bool:
    """Whether other users of this machine may read the file, as far as its mode says; Windows keeps that elsewhere."""
    try:
        mode = os.stat(clean_path(typed)).st_mode
    except (OSError, ValueError):
        return False
    return os.name != "nt" and bool(mode & 0o044)


def text_of(data: bytes) -> str | None:
    """A file's text without byte order mark: UTF-8 or UTF-16, which PowerShell's `>` writes; None if it is no text.

    UTF-16 without a mark is recognised by ASCII's zero bytes, which all stand on one side.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    if len(data) % 2 == 0 and b"\0" in data:
        even, odd = data[::2].count(0), data[1::2].count(0)
        if not even and odd * 2 > len(data) // 2:
            return _decoded(data, "utf-16-le")
        if not odd and even * 2 > len(data) // 2:
            return _decoded(data, "utf-16-be")
    return _decoded(data, "utf-8")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:  # which carries the bytes, so it must not become the cause of another error
        return None
    return None if _CONTROL.search(text) else text


def _stripped(text: str) -> str:
    """Without blanks, control and format characters at both ends: Windows puts U+202A before a copied path."""
    kept = [at for at, char in enumerate(text) if not (char.isspace() or unicodedata.category(char) in ("Cc", "Cf"))]
    return text[kept[0] : kept[-1] + 1] if kept else ""


def _unquoted(text: str) -> str:
    if len(text) >= 2 and _QUOTES.get(text[0]) == text[-1]:
        return _stripped(text[1:-1])
    return text


def _from_file_address(text: str) -> str:
    if not text.lower().startswith("file:/"):
        return text
    try:
        address = urlsplit(text)
    except ValueError:
        return text
    if address.netloc.lower() not in ("", "localhost"):
        return text
    path = unquote(address.path)
    return path[1:] if _DRIVE.match(path) else path


def _exists(path: str) -> bool:
    try:
        return os.path.lexists(path)
    except ValueError:  # half of a surrogate pair, or a zero character
        return False


def _is_a_path(path: str) -> bool:
    """Not a PEM block or a token that went into the wrong field: those must not come back in a sentence."""
    if len(path) > LONGEST_PATH_CHARS or "-----BEGIN" in path or "\n" in path:
        return False
    return not _TOKEN.match(path) or _exists(path)


def _unreadable(error: OSError | ValueError, path: str, field: str, what: str) -> BadInput:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            start = "" if os.path.isabs(path) else f" Without a folder it is looked for in {_here()}."
            return BadInput(field, f"There is no file {path}.", f"Check the spelling.{start}")
        case PermissionError() | IsADirectoryError() if os.path.isdir(path):  # as Windows says it
            return _folder(path, field, what)
        case PermissionError():
            return BadInput(field, f"You may not read {path}.", "Check whose file it is and its permissions.")
        case OSError():
            return BadInput(
                field,
                f"{path} could not be read: {error.strerror or 'no reason given'}.",
                "Check the path and the drive.",
            )
        case _:
            return BadInput(
                field, "No file can have such a name.", "Type the path anew; it holds an invisible character."
            )


def _folder(path: str, field: str, what: str) -> BadInput:
    return BadInput(field, f"{path} is a folder.", f"Give the path of {what} in it.")


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "the current folder"
