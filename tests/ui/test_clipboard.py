"""The ways to a clipboard: what a terminal is sent, which program is used, and that no text is seen on the way."""

import base64
import json
import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.ui.clipboard import TAKEN_BYTES, Sent, copy, multiplexer, program_for, sequence

TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-1000/default,1,0"}  # noqa: S108 - as tmux names its socket
SCREEN = {"TERM": "screen.xterm-256color", "STY": "1.pts-0.host"}

on_posix = pytest.mark.skipif(os.name == "nt", reason="programs of POSIX")


def data_of(sequence: str) -> str:
    """What a terminal would put on its clipboard."""
    found = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)", sequence)
    assert found
    return base64.b64decode(found[1]).decode()


def passed_on_by_tmux(sent: str) -> list[str]:
    """What tmux makes of it: the plain sequence for itself, then what it is told to hand on."""
    found = re.fullmatch(r"(.*)\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\", sent)
    assert found
    return [found[1], found[2].replace("\x1b\x1b", "\x1b")]


def passed_on_by_screen(sent: str) -> str:
    """What GNU Screen hands on: the insides of strings, each of which it keeps in 256 bytes."""
    assert re.fullmatch(r"(\x1bP[^\x1b]*\x1b\\|\x1bP\x1b[^\x1b]*\x1b\\)*", sent)
    chunks = re.findall(r"\x1bP(\x1b?[^\x1b]*)\x1b\\", sent)
    assert all(len(chunk) < 256 for chunk in chunks)
    return "".join(chunks)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_arrives_whole_and_only_as_base64(text: str) -> None:
    assert data_of(sequence(text, {"TERM": "xterm"})) == text
    assert [data_of(each) for each in passed_on_by_tmux(sequence(text, TMUX))] == [text, text]
    assert data_of(passed_on_by_screen(sequence(text, SCREEN))) == text


def test_half_a_character_does_not_stop_a_copy() -> None:
    assert data_of(sequence("a\ud800b", {})) == "a?b"


@pytest.mark.parametrize(
    ("environ", "between"),
    [
        ({}, ""),
        ({"TERM": "xterm-256color"}, ""),
        (TMUX, "tmux"),
        ({"TERM": "screen-256color", "TMUX": "x"}, "tmux"),
        ({"TERM": "tmux-256color"}, "tmux"),
        (SCREEN, "screen"),
        ({"TERM": "screen"}, "screen"),
    ],
)
def test_what_stands_between_us_and_the_terminal_is_seen(environ: dict[str, str], between: str) -> None:
    assert multiplexer(environ) == between


def machine(folder: Path, *programs: str) -> dict[str, str]:
    """A machine with these programs: each writes down what it was given, words, environment, and input."""
    for name in programs:
        path = folder / name
        path.write_text(
            f"#!{sys.executable}\n"
            "import json, os, sys\n"
            f"open({str(folder / 'seen.json')!r}, 'w').write(json.dumps(["
            f"{name!r}, sys.argv[1:], sorted(os.environ), sys.stdin.buffer.read().hex()]))\n"
        )
        path.chmod(0o700)
    return {"PATH": str(folder), "HOME": str(folder)}


@on_posix
@pytest.mark.parametrize(
    ("more", "platform", "found"),
    [
        ({}, "linux", None),
        ({"DISPLAY": ":0"}, "linux", "xclip"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", "wl-copy"),
        ({"WSL_DISTRO_NAME": "Debian", "DISPLAY": ":0"}, "linux", "clip"),
        ({}, "darwin", "pbcopy"),
        ({}, "win32", "clip"),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, "linux", None),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", None),
        ({"DISPLAY": ":0", "PATH": ""}, "linux", None),
        ({"DISPLAY": ":0", "PATH": "."}, "linux", None),
    ],
)
def test_the_program_of_the_machine_is_found_where_somebody_sits_at_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, str], platform: str, found: str | None
) -> None:
    environ = machine(tmp_path, "wl-copy", "xclip", "xsel", "pbcopy", "clip.exe") | more
    monkeypatch.chdir(tmp_path)
    program = program_for(environ, platform)
    assert (program and program[1].brand) == found


@on_posix
@pytest.mark.parametrize(("more", "encoding"), [({"DISPLAY": ":0"}, "utf-8"), ({"WSL_INTEROP": "x"}, "utf-16")])
async def test_the_text_goes_by_standard_input_and_no_secret_comes_along(
    tmp_path: Path, more: dict[str, str], encoding: str
) -> None:
    secret = "Zq7~made.up é\n" * 20_000
    environ = machine(tmp_path, "xclip", "clip.exe") | more | {"AZURE_CLIENT_SECRET": "Zq7~made.up"}
    sent = await copy(secret, environ, "linux")
    assert sent.is_certain
    assert not sent.is_doubtful, "a program takes any size"
    name, words, names, data = json.loads((tmp_path / "seen.json").read_text())
    assert bytes.fromhex(data).decode(encoding) == secret
    assert "AZURE_CLIENT_SECRET" not in names
    assert "Zq7" not in repr((name, words))


@on_posix
async def test_a_program_that_fails_or_cannot_start_is_said(tmp_path: Path) -> None:
    environ = machine(tmp_path, "xclip") | {"DISPLAY": ":0"}
    (tmp_path / "xclip").write_text("#!/bin/sh\nexit 3\n")
    assert "xclip failed: exit code 3." in (await copy("x", environ, "linux")).sentence("Value")
    (tmp_path / "xclip").write_text("#!/no/such/shell\n")
    sent = await copy("x", environ, "linux")
    assert not sent.is_certain
    assert "xclip failed: No such file" in sent.sentence("Value")


def test_what_is_said_names_the_way_and_not_the_text() -> None:
    assert Sent(20).sentence("Value") == (
        "Value: 20 bytes sent to the clipboard by the terminal, which does not confirm it."
    )
    assert Sent(20, "tmux", "xclip").sentence("Value") == "Value: 20 bytes sent to the clipboard by xclip."
    assert "by the terminal through tmux" in Sent(20, "tmux").sentence("Value")
    assert f"Many terminals take {TAKEN_BYTES:,} at most" in Sent(TAKEN_BYTES + 1).sentence("Value")
    assert "at most" not in Sent(TAKEN_BYTES + 1, "", "xclip").sentence("Value")
    assert "at most" in Sent(TAKEN_BYTES + 1, "", "xclip", "exit code 1").sentence("Value")
