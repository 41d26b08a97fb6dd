"""A token file is read however it was written and its path was typed; anything else is refused with a sentence."""

import json
import os
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtp_tui.errors import BadInput
from mtp_tui.identity.credentials import Field
from mtp_tui.identity.token import read_token
from mtp_tui.identity.token_files import LARGEST_FILE_BYTES, read_token_file
from mtp_tui.identity.typed_paths import clean_path, text_of
from mtp_tui.secret import Secret

from .minting import mint

TOKEN = mint().reveal()
SHAPES = {
    "bare": TOKEN,
    "with line end": f"{TOKEN}\r\n",
    "Bearer": f"Bearer {TOKEN}\n",
    "header": f"Authorization: Bearer {TOKEN}",
    "quoted": f'"{TOKEN}"',
    "wrapped": "\r\n".join(textwrap.wrap(TOKEN, 80)),
    "JSON": json.dumps({"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN}, indent=2),
}
ENCODINGS = {
    "UTF-8": (b"", "utf-8"),
    "UTF-8 with mark": (b"\xef\xbb\xbf", "utf-8"),
    "UTF-16 LE with mark": (b"\xff\xfe", "utf-16-le"),
    "UTF-16 BE with mark": (b"\xfe\xff", "utf-16-be"),
    "UTF-16 LE": (b"", "utf-16-le"),
    "UTF-16 BE": (b"", "utf-16-be"),
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A good token file in a home folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    path = tmp_path / "Latest token.txt"
    path.write_text(TOKEN)
    return path


def fault(path: str | Path) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_token_file(str(path))
    assert caught.value.field == Field.TOKEN_FILE
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(("mark", "encoding"), ENCODINGS.values(), ids=ENCODINGS)
def test_every_shape_in_every_encoding_is_read(file: Path, shape: str, mark: bytes, encoding: str) -> None:
    file.write_bytes(mark + shape.encode(encoding))
    value = read_token_file(str(file))
    assert value.reveal() == shape
    reading = read_token(value)
    assert (reading.value.reveal(), reading.problem) == (TOKEN, "")


@pytest.mark.parametrize(
    "typed",
    ["{}", "  {}\n", '"{}"', "'{}'", "“{}”", "& '{}'", "\u202a{}", '"\u202a{}" ', "file://{}", "FILE://localhost{}",
     "~/Latest token.txt", '"~/Latest token.txt"', "~/Latest\\ token.txt"],
)  # fmt: skip
def test_a_path_is_understood_however_it_was_typed(file: Path, typed: str) -> None:
    assert read_token_file(typed.format(file)).reveal() == TOKEN


def test_an_address_of_a_file_and_a_dragged_path_are_decoded(file: Path) -> None:
    assert read_token_file(file.as_uri()).reveal() == TOKEN
    assert read_token_file(str(file).replace(" ", "\\ ")).reveal() == TOKEN


def test_a_backslash_that_belongs_to_a_name_stays(file: Path) -> None:
    odd = file.with_name("Latest\\ token.txt")
    odd.write_text("the odd one")
    assert read_token_file(str(odd)).reveal() == "the odd one"


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("file:///C:/Users/ana/token.txt", "C:/Users/ana/token.txt"),
        ("file://server/share/token.txt", "file://server/share/token.txt"),
        (r"C:\Users\ana\token.txt", r"C:\Users\ana\token.txt"),
        ("\"it's.txt", "\"it's.txt"),
        ('"', '"'),
        ("", ""),
    ],
)
def test_what_is_not_plainly_wrapping_stays(typed: str, path: str) -> None:
    assert clean_path(typed) == path


def test_absent_files_and_folders_are_named(file: Path) -> None:
    assert fault("~/none.txt").summary == f"There is no file {file.with_name('none.txt')}."
    assert fault(file / "inside").summary.startswith("There is no file")
    assert fault(file.parent).summary == f"{file.parent} is a folder."
    assert os.getcwd() in fault("surely-not-here.txt").hint
    for nothing in ("", "  ", '""'):
        assert "missing" in fault(nothing).summary


@pytest.mark.parametrize("typed", ["a\0b", "\ud800.txt", "x" * 300])
def test_impossible_names_are_refused(typed: str) -> None:
    fault(typed)


@pytest.mark.parametrize(
    "typed", [TOKEN, f"Bearer {TOKEN}", f'"{TOKEN[:200]}"', "-----BEGIN PRIVATE KEY-----", "a" * 9999]
)
def test_a_token_in_the_place_of_its_path_is_not_repeated(typed: str) -> None:
    problem = fault(typed)
    assert "not its path" in problem.summary
    assert typed[:20] not in problem.summary + problem.hint


def test_a_named_pipe_is_refused_and_not_waited_for(file: Path) -> None:
    pipe = file.with_name("pipe")
    os.mkfifo(pipe)
    assert "not an ordinary file" in fault(pipe).summary
    assert "not an ordinary file" in fault("/dev/null").summary


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_of_somebody_else_is_refused(file: Path) -> None:
    file.chmod(0)
    assert "may not read" in fault(file).summary


def test_a_file_as_large_as_the_limit_is_read_and_a_larger_one_is_not(file: Path) -> None:
    file.write_text("x" * LARGEST_FILE_BYTES)
    assert len(read_token_file(str(file)).reveal()) == LARGEST_FILE_BYTES
    os.truncate(file, 10**12)  # a file with a hole, which would fill the memory if it were read
    assert "larger than" in fault(file).summary


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xfe\0", b"abc\xfc", b"\0" * 40, b"\x1b[31mred"])
def test_what_is_not_text_is_refused(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    assert "not a text file" in fault(file).summary


@pytest.mark.parametrize("data", [b"", b" \r\n", b"\xff\xfe", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_refused(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    assert "empty" in fault(file).summary


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_any_bytes_are_a_text_or_bad_input(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    answer: Secret | BadInput
    try:
        answer = read_token_file(str(file))
    except BadInput as problem:
        answer = problem
    assert answer.reveal() == text_of(data) if isinstance(answer, Secret) else answer.field == Field.TOKEN_FILE


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=30))
def test_any_path_is_refused_with_a_sentence(typed: str) -> None:
    fault(f"/nowhere-at-all/{typed}x")
    assert isinstance(clean_path(typed), str)
