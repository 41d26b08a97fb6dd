"""The token in a file of its own, for scripts that expect it there."""

from pathlib import Path

from mtp_tui.errors import MtpError
from mtp_tui.profiles import private_file
from mtp_tui.secret import Secret
from mtp_tui.services.new_file import path_for, usual_folder

USUAL_NAME = "Latest-token.txt"
"""What the scripts of Microsoft's guide to this API write and read."""

_FIELD = "token file"


def usual_path() -> Path:
    """The usual name in the folder where a file goes if nobody says otherwise."""
    return usual_folder() / USUAL_NAME


def path_for_token(typed: str) -> Path:
    """The whole path that was meant, in a folder that exists and with nothing but an ordinary file in its place.

    Raises BadInput, with the reason, for anything else. A link is refused: what it leads to is somebody else's choice.
    """
    return path_for(typed, _FIELD, USUAL_NAME)


def save_token(path: Path, token: Secret) -> None:
    """Write the token and nothing else, without a line end, mode 0600, in the place of what stands there. Blocks.

    Raises MtpError, and has changed nothing, if it is a link, a folder, or cannot be written.
    """
    try:
        private_file.replace(path, token.reveal().encode())
    except MtpError as error:
        raise MtpError(error.summary, "Save it in another folder; y copies it instead.") from error
