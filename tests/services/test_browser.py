"""The browser that a command opens: the person's own, whatever lies in the folder that the command is run in."""

import os
from pathlib import Path

import pytest

from mtp_tui.services.browser import open_in_window

ADDRESS = "https://login.microsoftonline.com/made-up/oauth2/v2.0/authorize?client_id=1&state=2"


def test_a_file_in_the_working_directory_is_not_taken_for_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Analysts work in folders that strangers have filled."""
    said, browser = tmp_path / "said", tmp_path / "browser"
    os.mkfifo(said)
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {said}\n')
    browser.chmod(0o700)
    folder = tmp_path / "samples"
    folder.mkdir()
    for name in ("webbrowser.py", "shlex.py", "subprocess.py"):
        (folder / name).write_text(f"open({str(said)!r}, 'w').write('run: {name}')\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BROWSER", str(browser))
    opening = open_in_window(ADDRESS)
    assert said.read_text() == ADDRESS
    assert opening.wait(10) == 0
