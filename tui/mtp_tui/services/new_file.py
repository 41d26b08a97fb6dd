"""Where a file may be put that somebody asked for: a place to be named, with nothing in it but an ordinary file."""

import os
import stat
from pathlib import Path

from mtp_tui.errors import BadInput
from mtp_tui.identity.typed_paths import clean_path


def usual_folder() -> Path:
    """The current folder; the home folder where there is no current one any more, or nothing can be put there."""
    try:
        folder = Path.cwd()
    except OSError:
        return Path.home()
    return folder if os.access(folder, os.W_OK) else Path.home()


def path_for(typed: str, field: str, usual_name: str = "") -> Path:
    """The whole path that was meant. Raises BadInput for `field`, with the reason, where no file can stand.

    That something stands there already is not refused here; `is_taken` tells, and somebody is asked. `usual_name` is
    given as an example where a name is missing.
    """
    cleaned = clean_path(typed)
    if not cleaned:
        raise BadInput(field, "The path of the file is missing.", "Give a folder and a name.")
    try:
        path = Path(os.path.abspath(cleaned))  # not resolve(), which would follow a link
        refuse_unless_fit(path, field, usual_name)
    except ValueError as error:
        raise _impossible(field) from error
    return path


def refuse_unless_fit(path: Path, field: str, usual_name: str = "") -> None:
    """Raises BadInput unless there is a folder, and nothing or an ordinary file in the place. A link is refused too:
    what it leads to is somebody else's choice."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = None
    except OSError as error:
        raise _impossible(field) from error
    if not path.parent.is_dir():
        raise BadInput(field, f"There is no folder {path.parent}.", "Make it first, or give another.")
    if mode is None:
        return
    if stat.S_ISLNK(mode):
        raise BadInput(field, f"{path} is a link, and is not written through.", "Give the file that is meant.")
    if stat.S_ISDIR(mode):
        raise BadInput(field, f"{path} is a folder.", f"Add a name{f', such as {usual_name}' if usual_name else ''}.")
    if not stat.S_ISREG(mode):
        raise BadInput(field, f"{path} is no ordinary file.", "Give another name.")


def is_taken(path: Path) -> bool:
    """Whether something stands there already. Blocks."""
    return os.path.lexists(path)


def _impossible(field: str) -> BadInput:
    return BadInput(field, "There can be no such file here.", "Give another folder or name.")
