"""The log: nothing secret in it, nothing that acts on a terminal, and nobody but its owner reads it."""

import json
import logging
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from mtp_tui.logs import LONGEST_REPORT, bug_report, guard_tracebacks, problem, redact, start_logging
from tests.support.growth import is_linear

TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2FwaSJ9.c2lnbmF0dXJlLW9mLWEtdG9rZW4"
SECRET = "Xy8Q~made.up_secret-value~of~forty~chars"

posix = pytest.mark.skipif(sys.platform == "win32", reason="file modes and links as POSIX has them")
log = logging.getLogger("mtp_tui.tests")


@pytest.fixture(autouse=True)
def _own_root_logger() -> Iterator[None]:
    """`start_logging` takes the root logger over; pytest gets its own back."""
    root, httpx_log = logging.getLogger(), logging.getLogger("httpx")
    before = (root.handlers[:], root.level, httpx_log.level)
    root.handlers.clear()
    yield
    start_logging(None)
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    httpx_log.setLevel(before[2])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A log that has begun."""
    path = tmp_path / "state" / "log" / "mtp-tui.log"
    assert start_logging(path)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# what is in it


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"Authorization: Bearer {TOKEN}",
        f"https://x/#access_token={TOKEN}&state=1",
        quote(f"Bearer {TOKEN}"),
        f"token_{TOKEN}",
        f"x{TOKEN}",
        f"“{TOKEN}”",
        repr({"access_token": TOKEN}),
        json.dumps({"access_token": TOKEN}),
        TOKEN.rsplit(".", 1)[0],
        f"{TOKEN}..tag",
        f"{TOKEN}\n{TOKEN}",
    ],
)
def test_tokens_are_taken_out_wherever_they_stand(text: str) -> None:
    for part in TOKEN.split("."):
        assert part not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        f"client_secret={SECRET}",
        urlencode({"client_id": "1", "client_secret": SECRET, "scope": "x"}),
        quote(urlencode({"client_secret": SECRET})),
        repr({"client_secret": SECRET}),
        json.dumps({"client_secret": SECRET}),
        json.dumps({"client_secret": f'a"b{SECRET}'}),
        json.dumps({"clientSecret": SECRET}),
        json.dumps({"clientSecret": SECRET})[:-2],
        f"AZURE_CLIENT_SECRET={SECRET}",
        repr({"PATH": "/bin", "AZURE_CLIENT_SECRET": SECRET}),
        f"Client-Secret: {SECRET}",
        f"password = '{SECRET}'",
        f"ClientSecret(client_secret='{SECRET}')",
        f"http://analyst:{SECRET}@proxy.example:8080",
        f"http://analyst:p@{SECRET}@proxy.example:8080",
        f"'refresh_token': '{SECRET}'",
        f"Authorization: Basic {SECRET}",
        f"Bearer   {SECRET}",
        f"b'client_secret={SECRET}&x=1'",
        json.dumps({"answer": json.dumps({"refresh_token": SECRET})}),
        json.dumps({"detail": json.dumps({"answer": json.dumps({"client_secret": SECRET})})}),
        f"code_verifier={SECRET}",
        repr({"code": SECRET + SECRET}),
        f"https://localhost/?code={SECRET}{SECRET}&state=1",
    ],
)
def test_values_of_credentials_are_taken_out(text: str) -> None:
    assert SECRET not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a basic idea",
        "GET api.security.microsoft.com/api/incidents → 200, 1834 bytes, 41 ms",
        "login.microsoftonline.com: certificate (ConnectError)",
        "eyJ is how a token begins",
        "AADSTS7000215: Invalid client secret provided.",
        "{'code': 'Forbidden'}",
    ],
)
def test_ordinary_lines_stay_readable(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("text", ["0.A{}", "1.A{}.x-_y", "got 1.A{}, thanks", "<t>0.A{}</t>", "/?code=0.A{}&x=1"])
def test_what_looks_like_a_refresh_token_is_taken_out_without_its_name(text: str) -> None:
    assert "wXyZ" not in redact(text.format("wXyZ" * 20))


LONG = (
    "eyJ",
    "eyJaaaaaaaa",
    "eyJaaaaaaaa.",
    "bearer ",
    "basic ",
    "://",
    "://a:",
    "://a:b@",
    "client_secret ",
    'password="',
    "password\\\\",
)
MORE = ("0.A", "code ", "code=", "code%3A", "id_token:", " ", "\\\\", "a")


@pytest.mark.parametrize("before", ["", 'password="', "://a:", "code="])
@pytest.mark.parametrize("text", [*LONG, *MORE])
def test_redacting_takes_time_with_the_length_and_not_with_its_square(before: str, text: str) -> None:
    assert is_linear(lambda whole: redact(before + whole), text)


def test_a_token_behind_what_only_begins_like_one_is_found() -> None:
    assert redact(f"eyJ eyJeyJ.{TOKEN}") == "eyJ eyJeyJ.[token]"
    assert redact(f"eyJeyJ{TOKEN}") == "[token]"


@pytest.mark.parametrize("length", [100, 11_990, 12_000, 30_000, 2_000_000])
def test_of_a_token_that_a_report_would_be_cut_in_nothing_is_left(length: int) -> None:
    long = f"{TOKEN}{'x' * length}"
    told = bug_report(f"Traceback{' ' * 20_000}\nValueError: {long} at the end")
    assert told.endswith("ValueError: [token] at the end")
    assert len(told) <= LONGEST_REPORT
    assert "xxx" not in told


def test_redacting_twice_is_redacting_once() -> None:
    text = f"Bearer {TOKEN} client_secret={SECRET}"
    assert redact(redact(text)) == redact(text)


def test_arguments_and_tracebacks_pass_the_filter(file: Path) -> None:
    log.info("asked with %s and %r", f"Bearer {TOKEN}", {"client_secret": SECRET})
    try:
        raise RuntimeError(f"client_secret={SECRET}") from ValueError(f"refused {TOKEN}")
    except RuntimeError:
        log.exception("it went wrong")
    written = file.read_text(encoding="utf-8")
    assert "RuntimeError" in written
    assert "[token]" in written
    assert SECRET not in written
    assert TOKEN not in written


@pytest.mark.parametrize(
    "code", [*range(0x20), 0x7F, *range(0x80, 0xA0), 0x061C, 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF, 0xE0041]
)
def test_nothing_in_the_log_acts_on_a_terminal(file: Path, code: int) -> None:
    if chr(code) in "\n\t":
        return
    log.info("before%safter", chr(code))
    assert chr(code) not in file.read_bytes().decode()


FORGED = "2026-11-30 12:00:00,000 INFO mtp_tui.session signed out"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\x85", "\x0b"])
def test_no_line_of_the_log_can_be_forged(file: Path, end: str) -> None:
    log.info("asked for %s", f"x{end}{FORGED}")
    try:
        raise RuntimeError(f"x{end}{FORGED}")
    except RuntimeError:
        log.exception("it went wrong%s%s", end, FORGED)
    lines = [line for line in file.read_bytes().decode().splitlines() if not line.startswith("    ")]
    assert [line.split(" ")[3] for line in lines] == ["mtp_tui.tests", "mtp_tui.tests"]


def test_half_a_surrogate_pair_is_written_and_not_fatal(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.warning("file \udce4 name, client_secret=%s", SECRET)
    log.warning("the next line")
    assert "the next line" in file.read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


def test_a_faulty_log_call_shows_its_arguments_to_nobody(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Python prints the arguments of such a call to standard error, which is the screen."""
    start_logging(file)  # pytest's handler, which came with the test, would raise
    log.warning("%d", f"client_secret={SECRET}")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
    assert SECRET not in file.read_text(encoding="utf-8")


def test_chatter_of_libraries_is_left_out(file: Path) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://x/?$filter=secret")
    logging.getLogger("anything").debug("detail")
    assert file.read_text(encoding="utf-8") == ""


# where it is


@posix
def test_file_and_folder_are_their_owners_only(file: Path) -> None:
    assert mode(file) == 0o600
    assert mode(file.parent) == 0o700


@posix
def test_a_wide_umask_changes_nothing(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        start_logging(tmp_path / "log" / "mtp-tui.log")
    finally:
        os.umask(before)
    assert mode(tmp_path / "log") == 0o700
    assert mode(tmp_path / "log" / "mtp-tui.log") == 0o600


@posix
def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "mtp-tui.log"
    path.write_text("from before\n")
    path.chmod(0o644)
    assert start_logging(path)
    assert mode(path) == 0o600
    assert path.read_text() == "from before\n"


@posix
def test_a_link_is_not_followed_and_that_is_said(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("keep")
    path = tmp_path / "mtp-tui.log"
    path.symlink_to(target)
    assert not start_logging(path)
    log.warning("to nobody")
    assert target.read_text() == "keep"
    assert problem() == f"No log was written (there is a link in its place): {path}"


@posix
def test_another_name_of_a_file_is_not_written_to(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("keep")
    target.chmod(0o644)
    path = tmp_path / "mtp-tui.log"
    os.link(target, path)
    assert not start_logging(path)
    log.warning("to nobody")
    assert (target.read_text(), mode(target)) == ("keep", 0o644)
    assert problem() == f"No log was written (the file has another name too): {path}"


def test_a_place_that_cannot_be_written_is_no_reason_to_stop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert not start_logging(tmp_path / "file" / "log" / "mtp-tui.log")
    assert not start_logging(tmp_path)
    assert problem() == f"No log was written (Is a directory): {tmp_path}"
    log.error("to nobody")
    assert capsys.readouterr().err == ""


@posix
def test_every_file_of_a_roll_over_is_its_owners_only(file: Path) -> None:
    for _ in range(25):
        log.info("x" * 100_000)
    files = sorted(file.parent.iterdir())
    assert [path.name for path in files] == ["mtp-tui.log", "mtp-tui.log.1", "mtp-tui.log.2"]
    assert {mode(path) for path in files} == {0o600}


def test_without_a_path_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start_logging(None)
    log.error("to nobody")
    assert capsys.readouterr().err == ""
    assert list(tmp_path.iterdir()) == []


def test_starting_again_leaves_the_first_file_alone(file: Path, tmp_path: Path) -> None:
    log.info("one")
    start_logging(tmp_path / "other.log")
    log.info("two")
    assert "two" not in file.read_text(encoding="utf-8")
    assert "two" in (tmp_path / "other.log").read_text(encoding="utf-8")


def test_what_ends_a_command_unforeseen_is_told_without_token_and_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    guard_tracebacks()
    try:
        raise RuntimeError(f"sent client_secret={SECRET} and Bearer {TOKEN}\x1b[2J")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    told = capsys.readouterr().err
    assert "RuntimeError: sent client_secret=[secret] and Bearer [token]" in told
    assert "This is a bug in mtp-tui" in told
    assert not any(part in told for part in (SECRET, TOKEN, "\x1b"))


@posix
def test_a_log_that_takes_no_more_says_so_in_the_end(tmp_path: Path) -> None:
    import resource

    assert start_logging(tmp_path / "log")
    log.info("a line")
    assert problem() == ""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        log.info("a long line %s", "x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert problem() == f"The log could not be written to the end (File too large): {tmp_path / 'log'}"
