"""The keyring: a real process each time, on machines that have one, have none, or have one that never answers."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mtp_tui.profiles.os_keyring import (
    WITH_WINDOW_S,
    WITHOUT_WINDOW_S,
    KeyringState,
    KeyringTrouble,
    OsKeyring,
    account_of,
)
from mtp_tui.secret import Secret
from mtp_tui.settings import has_windows

SECRET = "Xy8Q~made.up_secret-value~of~forty~chars"
ACCOUNT = account_of("secret", "Contoso.com ", "00000000-DE00-4a99-8000-00000000c11e")

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="a session bus is Linux's")


def keyring(machine: dict[str, str], trait: str, *, within_s: float = 30.0) -> OsKeyring:
    """One of the keyrings of tests/profiles/keyrings.py."""
    chosen = f"tests.profiles.keyrings.{trait}"
    return OsKeyring(machine | {"PYTHON_KEYRING_BACKEND": chosen}, within_s=within_s)


# where there is one


async def test_what_is_kept_comes_back_until_it_is_forgotten(machine: dict[str, str]) -> None:
    there = keyring(machine, "InAFile")
    assert await there.get(ACCOUNT) is None
    await there.keep(ACCOUNT, Secret(SECRET))
    found = await there.get(ACCOUNT)
    assert found is not None
    assert found.reveal() == SECRET
    assert there.name == "File keyring"
    assert await there.forget(ACCOUNT)
    assert not await there.forget(ACCOUNT)
    assert await there.get(ACCOUNT) is None


async def test_any_character_comes_back_as_it_was(machine: dict[str, str]) -> None:
    there = keyring(machine, "InAFile")
    strange = "ä\n€ \"'\\ \x7f😀 "
    await there.keep(ACCOUNT, Secret(strange))
    found = await there.get(ACCOUNT)
    assert found is not None
    assert found.reveal() == strange


async def test_what_a_keyring_prints_besides_does_not_disturb(machine: dict[str, str]) -> None:
    await keyring(machine, "InAFile").keep(ACCOUNT, Secret(SECRET))
    found = await keyring(machine, "Talkative").get(ACCOUNT)
    assert found is not None
    assert found.reveal() == SECRET


def test_a_secret_is_kept_by_whom_it_belongs_to() -> None:
    assert ACCOUNT == "00000000-de00-4a99-8000-00000000c11e@contoso.com"
    assert account_of("certificate", "contoso.com", "a") == "a@contoso.com certificate passphrase"


# where it does not help


async def test_a_locked_keyring_says_so(machine: dict[str, str]) -> None:
    with pytest.raises(KeyringTrouble, match="Locked keyring is locked") as trouble:
        await keyring(machine, "Locked").get(ACCOUNT)
    assert trouble.value.state is KeyringState.LOCKED


async def test_a_keyring_that_does_not_keep_what_it_is_given_is_found_out(machine: dict[str, str]) -> None:
    with pytest.raises(KeyringTrouble, match="does not have it"):
        await keyring(machine, "Forgetful").keep(ACCOUNT, Secret(SECRET))


async def test_a_failure_that_nobody_has_foreseen_is_told_in_its_own_words(machine: dict[str, str]) -> None:
    with pytest.raises(KeyringTrouble) as trouble:
        await keyring(machine, "Broken").get(ACCOUNT)
    assert (trouble.value.state, trouble.value.detail) == (KeyringState.FAILED, "ZeroDivisionError: bus on fire")


async def test_a_failure_that_holds_the_secret_is_not_told(machine: dict[str, str]) -> None:
    with pytest.raises(KeyringTrouble) as trouble:
        await keyring(machine, "Broken").keep(ACCOUNT, Secret(SECRET))
    assert SECRET not in repr(vars(trouble.value))


async def test_a_keyring_that_asks_on_the_terminal_finds_none(machine: dict[str, str]) -> None:
    """The terminal is the screen that this program paints."""
    with pytest.raises(KeyringTrouble) as trouble:
        await keyring(machine, "AsksOnTheTerminal").get(ACCOUNT)
    assert trouble.value.state is KeyringState.FAILED
    assert "EOFError" in trouble.value.detail


async def test_a_keyring_that_does_not_answer_is_given_up_and_named(machine: dict[str, str]) -> None:
    silent = keyring(machine, "Silent", within_s=3.0)
    with pytest.raises(KeyringTrouble, match=r"The keyring \(Silent keyring\) did not answer within 3 s") as trouble:
        await silent.get(ACCOUNT)
    assert trouble.value.state is KeyringState.LOCKED
    assert not silent.is_absent


async def test_waiting_for_a_keyring_can_be_stopped(machine: dict[str, str]) -> None:
    asking = asyncio.create_task(keyring(machine, "Silent", within_s=600.0).get(ACCOUNT))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, 10)


async def test_a_keyring_that_was_switched_off_is_none(machine: dict[str, str]) -> None:
    off = OsKeyring(machine | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}, within_s=30.0)
    with pytest.raises(KeyringTrouble, match="switched off"):
        await off.keep(ACCOUNT, Secret(SECRET))
    assert off.is_absent


async def test_without_the_package_there_is_no_keyring(machine: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "keyring.py").write_text("raise ModuleNotFoundError(name='keyring')", encoding="utf-8")
    without = OsKeyring(machine | {"PYTHONPATH": str(tmp_path)}, within_s=30.0)
    with pytest.raises(KeyringTrouble, match="not installed"):
        await without.get(ACCOUNT)


async def test_a_file_named_keyring_in_the_working_directory_is_not_run(
    machine: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keyring.py").write_text("raise SystemExit('planted')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert await keyring(machine, "InAFile").get(ACCOUNT) is None


async def test_without_a_python_to_run_there_is_no_keyring(machine: dict[str, str], tmp_path: Path) -> None:
    frozen = OsKeyring(machine, python=str(tmp_path / "gone"))
    with pytest.raises(KeyringTrouble, match="could not be started"):
        await frozen.get(ACCOUNT)


# the jump host


@on_linux
async def test_on_a_jump_host_there_is_none_and_it_is_asked_once_only(machine: dict[str, str], tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o700)
    there = OsKeyring(machine, within_s=30.0, python=str(python))
    with pytest.raises(KeyringTrouble) as first:
        await there.get(ACCOUNT)
    assert first.value.state is KeyringState.ABSENT
    assert "secret_command" in first.value.hint
    assert there.is_absent
    python.unlink()
    with pytest.raises(KeyringTrouble) as second:
        await there.get(ACCOUNT)
    assert second.value.summary == first.value.summary


@pytest.fixture
def socket_path() -> Iterator[Path]:
    """Short enough for a socket's name, as pytest's own folders are not."""
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        yield Path(folder) / "bus"


@asynccontextmanager
async def silent_bus(path: Path, *, lets_in: bool) -> AsyncIterator[str]:
    """A session bus that says nothing, or lets everybody in and then says nothing."""
    visits: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(writer)
        while lets_in and (line := await reader.readline()):
            if b"AUTH" in line:
                writer.write(b"OK 1234deadbeef\r\n")
            elif b"NEGOTIATE" in line:
                writer.write(b"AGREE_UNIX_FD\r\n")
            elif b"BEGIN" in line:
                break

    server = await asyncio.start_unix_server(serve, path)
    try:
        yield f"unix:path={path}"
        assert visits, "nobody has tried the bus"
    finally:
        for writer in visits:
            writer.close()
        server.close()
        await server.wait_closed()


@on_linux
@pytest.mark.parametrize("lets_in", [False, True])
async def test_a_bus_that_never_answers_is_not_waited_for(
    machine: dict[str, str], socket_path: Path, lets_in: bool
) -> None:
    async with silent_bus(socket_path, lets_in=lets_in) as address:
        asked = OsKeyring(machine | {"DBUS_SESSION_BUS_ADDRESS": address}, within_s=2.0)
        with pytest.raises(KeyringTrouble) as trouble:
            await asyncio.wait_for(asked.get(ACCOUNT), 10)
    assert trouble.value.state in (KeyringState.LOCKED, KeyringState.FAILED, KeyringState.ABSENT)


@on_linux
@pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="needs dbus-daemon")
async def test_a_bus_without_a_secret_service_has_no_keyring(machine: dict[str, str], socket_path: Path) -> None:
    bus = await asyncio.create_subprocess_exec(
        "dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={socket_path}", "--print-address=1",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert bus.stdout is not None
        address = (await bus.stdout.readline()).decode().strip()
        with pytest.raises(KeyringTrouble) as trouble:
            await OsKeyring(machine | {"DBUS_SESSION_BUS_ADDRESS": address}, within_s=30.0).get(ACCOUNT)
        assert trouble.value.state is KeyringState.ABSENT
    finally:
        bus.terminate()
        await bus.wait()


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, "linux", False),
        ({}, "win32", True),
        ({}, "darwin", True),
        ({"SSH_TTY": "/dev/ttys001"}, "darwin", False),
    ],
)
def test_a_person_gets_time_to_unlock_only_where_a_window_can_ask(
    environ: dict[str, str], platform: str, expected: bool
) -> None:
    assert has_windows(environ, platform) is expected
    assert OsKeyring(environ, platform=platform)._within_s == (WITH_WINDOW_S if expected else WITHOUT_WINDOW_S)
