"""Saving the token to a file: first what has to be asked, then the writing."""

import asyncio
from pathlib import Path

from textual.app import App

from mtp_tui.services.new_file import is_taken
from mtp_tui.services.session import SignedIn
from mtp_tui.services.token_file import path_for_token, save_token, usual_path
from mtp_tui.ui.ask_screen import AskScreen, ConfirmScreen

_TITLE = "Save the token to a file"


async def save_where_wanted(app: App[object], signed_in: SignedIn, warning: str) -> Path | None:
    """Ask where to, ask again before a file is replaced, and write; None if it was not wanted. To be run in a worker.

    `warning` says what somebody can do who gets the file. Raises MtpError if it cannot be written.
    """
    words = f"{warning} Only you may read the file (mode 0600); delete it when you are done."
    typed = await app.push_screen_wait(
        AskScreen(_TITLE, words, str(usual_path()), check=lambda text: str(path_for_token(text)))
    )
    if typed is None:
        return None
    path = Path(typed)
    question = ConfirmScreen(_TITLE, f"{path} exists already. Put the token in its place?", yes="Replace")
    if await asyncio.to_thread(is_taken, path) and not await app.push_screen_wait(question):
        return None
    await asyncio.to_thread(save_token, path, signed_in.token.value)
    return path
