"""What a copy sends to a real terminal: the sequence, wrapped for what stands between."""

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

import base64
import json
import re
from pathlib import Path

from tests.support.program import PROGRAM
from tests.support.terminal import Terminal
from tests.ui.test_clipboard import machine


def test_a_portal_link_is_wrapped_for_tmux_and_given_to_the_clipboard_of_the_machine(
    environment: dict[str, str], tmp_path: Path
) -> None:
    desktop = machine(tmp_path, "xclip") | {"TMUX": "/tmp/tmux-0/default,1,0", "DISPLAY": ":0"}  # noqa: S108 - as tmux does
    secret = {"AZURE_CLIENT_SECRET": "Zq7~made.up"}
    with Terminal([*PROGRAM, "--demo"], environment | desktop | secret, width=100) as terminal:
        terminal.read_until("DEMO", "Updated", "High", "live")
        terminal.settle()
        terminal.press("Y")
        terminal.read_until("xclip")
        wrapped = re.search(rb"\x1bPtmux;\x1b\x1b\]52;c;([A-Za-z0-9+/=]+)\x1b\x1b\\\x1b\\", bytes(terminal.painted))
        assert wrapped
        link = base64.b64decode(wrapped[1]).decode()
        assert link.startswith("https://security.microsoft.com/incidents/")
        assert terminal.clipboard == [link], "and unwrapped, for tmux itself"
        name, words, names, data = json.loads((tmp_path / "seen.json").read_text())
        assert (name, bytes.fromhex(data).decode()) == ("xclip", link)
        assert words == ["-selection", "clipboard", "-in"]
        assert "AZURE_CLIENT_SECRET" not in names
        terminal.press("O")
        terminal.read_until("opens")
        terminal.press("q")
        assert terminal.leave() == 0
