"""The profile file on the disk: whatever stands there is survived, and nobody else can read it or slip a command into it."""

import os
import stat
import time
from pathlib import Path

import pytest

from mtp_tui.errors import MtpError
from mtp_tui.profiles.profile import Profile
from mtp_tui.profiles.profile_book import ProfileBook
from mtp_tui.services.views import Views
from tests.support.clocks import StoppedClock

WITH_COMMAND = '[[profile]]\nname = "A"\nsecret_command = ["pass", "show", "a"]\n'

on_posix = pytest.mark.skipif(os.name == "nt", reason="modes and owners of POSIX")


# what stands there


def test_a_file_that_is_no_text_is_a_problem_and_no_reason_to_stop(book: ProfileBook, file: Path) -> None:
    file.write_bytes('[[profile]]\nname = "A"\n'.encode("utf-16"))
    assert "is not UTF-8 text" in str(book.load().problems[0])
    with pytest.raises(MtpError):
        book.save(Profile("A"))


def test_what_is_no_file_is_a_problem_and_no_reason_to_stop(book: ProfileBook, file: Path) -> None:
    file.mkdir()
    assert book.load().problems
    with pytest.raises(MtpError):
        book.save(Profile("A"))


@pytest.mark.parametrize(
    "text",
    [
        f"{'a.' * 60_000}b = 1\n",
        f"x = '''\n{'.' * 100}\n'''\n",
        "\n".join(f"[[profile]]\nname = 'p{number}'" for number in range(9_000)),
        "\n".join(f"key{number} = 1" for number in range(15_000)),
    ],
    ids=["a key of parts", "a text of dots", "profiles", "keys"],
)
def test_a_file_made_to_take_long_is_read_in_seconds(book: ProfileBook, file: Path, text: str) -> None:
    file.write_text(text)
    started = time.process_time()
    book.load()
    views = Views(file, StoppedClock()).load()
    assert time.process_time() - started < 10
    assert views.problems


def test_dots_in_texts_and_comments_are_no_parts_of_a_key(book: ProfileBook, file: Path) -> None:
    dots = "." * 100
    file.write_text(f'[[profile]]  # {dots}\nname = "A"\ntenant = "contoso.com"\nsecret_env = "A"  # "{dots}\n')
    assert [profile.name for profile in book.load().profiles] == ["A"]
    assert book.load().problems == ()


@on_posix
def test_a_named_pipe_is_not_waited_for(book: ProfileBook, file: Path) -> None:
    os.mkfifo(file)
    assert "not an ordinary file" in str(book.load().problems[0])


def test_a_file_beyond_measure_is_not_read(book: ProfileBook, file: Path) -> None:
    file.write_bytes(b"#" * 300_000)
    assert "larger than 256 KB" in str(book.load().problems[0])


def test_where_nothing_can_be_written_profiles_are_said_not_to_be_kept(tmp_path: Path, clock: StoppedClock) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    book = ProfileBook(tmp_path / "home" / "mtp-tui" / "profiles.toml", clock)
    assert book.load().problems == ()
    with pytest.raises(MtpError, match="could not be written"):
        book.save(Profile("A"))


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="needs a file system that refuses to be written, even by root"
)
def test_a_home_that_cannot_be_written_is_no_reason_to_stop(clock: StoppedClock) -> None:
    book = ProfileBook(Path("/proc/self/mtp-tui/profiles.toml"), clock)
    assert book.load().profiles == ()
    assert not book.touch("A")
    with pytest.raises(MtpError, match="could not be written"):
        book.save(Profile("A"))


@on_posix
def test_a_link_is_read_and_not_written_through(book: ProfileBook, file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text('[[profile]]\nname = "A"\n', encoding="utf-8")
    file.symlink_to(kept)
    assert book.load().named("A")
    with pytest.raises(MtpError, match="is a link") as refused:
        book.save(Profile("B"))
    assert str(kept) in refused.value.hint
    assert file.is_symlink()
    assert kept.read_text(encoding="utf-8") == '[[profile]]\nname = "A"\n'


# who may read and write


@on_posix
def test_the_file_and_a_new_folder_are_for_their_owner_only(tmp_path: Path, clock: StoppedClock) -> None:
    file = tmp_path / "mtp-tui" / "profiles.toml"
    before = os.umask(0)
    try:
        ProfileBook(file, clock).save(Profile("A"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [each.name for each in file.parent.iterdir()] == ["profiles.toml"]


@on_posix
def test_a_file_made_by_hand_is_private_once_it_is_written(book: ProfileBook, file: Path) -> None:
    file.write_text('[[profile]]\nname = "A"\n', encoding="utf-8")
    file.chmod(0o644)
    book.touch("A")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@on_posix
@pytest.mark.parametrize("above", [0, 1, 2], ids=["the file", "its folder", "the folder of that"])
def test_commands_that_others_could_have_written_are_neither_run_nor_made_trustworthy(
    clock: StoppedClock, tmp_path: Path, above: int
) -> None:
    file = tmp_path / "config" / "mtp-tui" / "profiles.toml"
    file.parent.mkdir(mode=0o700, parents=True)
    file.write_text(WITH_COMMAND, encoding="utf-8")
    file.chmod(0o600)
    book = ProfileBook(file, clock)
    assert book.load().problems == ()
    (file, *file.parents)[above].chmod(0o777)
    listed = book.load()
    assert listed.named("A").secret_from.command_refused
    assert "Other users may change" in str(listed.problems[0])
    assert not book.touch("A")
    with pytest.raises(MtpError, match="Nothing was written"):
        book.save(Profile("New"))
    assert file.read_text(encoding="utf-8") == WITH_COMMAND
