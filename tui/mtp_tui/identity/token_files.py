"""An access token kept in a file, such as the 2020 guide's `Latest-token.txt`.

What stands around the token in the file is none of this module's business: `token.read_token` takes that apart.
"""

from mtp_tui.errors import BadInput
from mtp_tui.identity.credentials import Field
from mtp_tui.identity.token import LARGEST_TOKEN_CHARS
from mtp_tui.identity.typed_paths import read_file, text_of
from mtp_tui.secret import Secret

LARGEST_FILE_BYTES = 2 * LARGEST_TOKEN_CHARS + 4096
"""The longest token in UTF-16, and some room for what stands around it."""


def read_token_file(path: str) -> Secret:
    """The text of a token file: UTF-8, or UTF-16 as PowerShell writes it. Blocks on the disk: call it in a thread.

    Raises BadInput for `token_file` if there is no such file, it cannot be read, is empty, too large or not text.
    """
    text = text_of(read_file(path, Field.TOKEN_FILE, "a token file", LARGEST_FILE_BYTES))
    if text is None:
        raise BadInput(
            Field.TOKEN_FILE,
            "This file is not a text file.",
            "A token file holds nothing but the access token, as text in UTF-8 or UTF-16.",
        )
    if not text.strip():
        raise BadInput(Field.TOKEN_FILE, "This file is empty.", "Let the script that writes the token run again.")
    return Secret(text)
