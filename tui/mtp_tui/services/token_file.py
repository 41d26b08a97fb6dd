"""The token in a file of its own, for scripts that expect it there."""

import os
import stat
from pathlib import Path

from mtp_tui.errors import BadInput, MtpError
from mtp_tui.identity.typed_paths import clean_path
from mtp_tui.profiles import private_file
from mtp_tui.secret import Secret

USUAL_NAME = "Latest-token.txt"
"""What the scripts of Microsoft's guide to this API write and read."""

_FIELD = "token file"


def usual_path() -> Path:
    """The usual name in the current folder; in the home folder where there is no current one any more."""
    try:
        return Path.cwd() / USUAL_NAME
    except OSError:
        return Path.home() / USUAL_NAME


def path_for_token(typed: str) -> Path:
    """The whole path that was meant, in a folder that exists and with nothing but an ordinary file in its place.

    Raises BadInput, with the reason, for anything else. A link is refused: what it leads to is somebody else's choice.
    """
    cleaned = clean_path(typed)
    if not cleaned:
        raise BadInput(_FIELD, "The path of the file is missing.", "Give a folder and a name.")
    try:
        path = Path(os.path.abspath(cleaned))  # not resolve(), which would follow a link
        status = _status(path)
    except (OSError, ValueError) as error:
        raise BadInput(_FIELD, "There can be no such file here.", "Give another folder or name.") from error
    if not path.parent.is_dir():
        raise BadInput(_FIELD, f"There is no folder {path.parent}.", "Make it first, or give another.")
    if status is not None:
        _refuse_unless_ordinary(path, status)
    return path


def is_taken(path: Path) -> bool:
    """Whether something stands there already. Blocks."""
    return os.path.lexists(path)


def save_token(path: Path, token: Secret) -> None:
    """Write the token and nothing else, without a line end, mode 0600, in the place of what stands there. Blocks.

    Raises MtpError, and has changed nothing, if it is a link, a folder, or cannot be written.
    """
    try:
        private_file.replace(path, token.reveal().encode())
    except MtpError as error:
        raise MtpError(error.summary, "Save it in another folder; y copies it instead.") from error


def _status(path: Path) -> os.stat_result | None:
    """What stands there, a link itself and not what it leads to; None for nothing."""
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _refuse_unless_ordinary(path: Path, status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise BadInput(_FIELD, f"{path} is a link, and is not written through.", "Give the file that is meant.")
    if stat.S_ISDIR(status.st_mode):
        raise BadInput(_FIELD, f"{path} is a folder.", f"Add a name, such as {USUAL_NAME}.")
    if not stat.S_ISREG(status.st_mode):
        raise BadInput(_FIELD, f"{path} is no ordinary file.", "Give another name.")
