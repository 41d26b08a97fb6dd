"""The token's own file: where it may stand, and who may read it."""

import os
import stat
from pathlib import Path

import pytest

from mtp_tui.errors import BadInput, MtpError
from mtp_tui.secret import Secret
from mtp_tui.services.new_file import is_taken
from mtp_tui.services.token_file import USUAL_NAME, path_for_token, save_token, usual_path

TOKEN = Secret("eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl")

on_posix = pytest.mark.skipif(os.name == "nt", reason="links, pipes and modes of POSIX")


def test_the_usual_path_is_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert usual_path() == tmp_path / USUAL_NAME
    assert path_for_token(USUAL_NAME) == tmp_path / USUAL_NAME
    assert path_for_token(f' "{tmp_path / "a b.txt"}" ') == tmp_path / "a b.txt"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "missing"),
        ("  ", "missing"),
        (".", "is a folder"),
        ("nowhere/token.txt", "no folder"),
        ("file/token.txt", "no folder"),
        ("a\0b", "no such file"),
    ],
)
def test_what_can_be_no_file_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match=why):
        path_for_token(typed)


@on_posix
def test_links_and_pipes_are_refused(tmp_path: Path) -> None:
    link, broken, pipe = tmp_path / "link", tmp_path / "broken", tmp_path / "pipe"
    (tmp_path / "kept").write_text("kept")
    link.symlink_to(tmp_path / "kept")
    broken.symlink_to(tmp_path / "nowhere")
    os.mkfifo(pipe)
    for path, why in ((link, "is a link"), (broken, "is a link"), (pipe, "no ordinary file")):
        with pytest.raises(BadInput, match=why):
            path_for_token(str(path))
    with pytest.raises(MtpError, match="is a link"):
        save_token(link, TOKEN)
    assert (tmp_path / "kept").read_text() == "kept"


def test_the_file_holds_the_token_alone(tmp_path: Path) -> None:
    file = tmp_path / USUAL_NAME
    assert not is_taken(file)
    save_token(file, TOKEN)
    assert file.read_bytes() == TOKEN.reveal().encode()
    assert [path.name for path in tmp_path.iterdir()] == [USUAL_NAME]
    assert is_taken(file)


@on_posix
def test_a_file_that_others_could_read_is_theirs_no_more(tmp_path: Path) -> None:
    file = tmp_path / USUAL_NAME
    file.write_text("old")
    file.chmod(0o644)
    save_token(file, TOKEN)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_cannot_be_written_is_said_without_the_token(tmp_path: Path) -> None:
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(MtpError, match="could not be written") as failed:
        save_token(tmp_path / "folder", TOKEN)
    assert "y copies it" in failed.value.hint
    assert TOKEN.reveal() not in failed.value.summary
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
