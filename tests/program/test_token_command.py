"""`mtp-tui token` as a script meets it: processes, pipes, exit codes, and real TLS to the tenant."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mtp_tui.clock import system_clock
from mtp_tui.sim.tenant import SimulatedTenant
from tests.identity.test_certificate_sign_in import saved
from tests.sim.assertions import pair
from tests.support.tls_server import TlsTenant, tls_tenant_in_a_thread

PROGRAM = (sys.executable, "-m", "mtp_tui", "token")
SECRET = "Zq7~made.up-for_this~test+only"


@pytest.fixture
def tenant() -> SimulatedTenant:
    tenant = SimulatedTenant(clock=system_clock, incidents=[])
    tenant.apps[tenant.client_id].secret = SECRET
    tenant.prepare()
    return tenant


@pytest.fixture
def server(tenant: SimulatedTenant) -> Iterator[TlsTenant]:
    with tls_tenant_in_a_thread(tenant.handle) as server:
        yield server


@pytest.fixture
def environment(tenant: SimulatedTenant, server: TlsTenant, tmp_path: Path) -> dict[str, str]:
    """What a script has whose credentials and proxy are set."""
    return {
        **server.environment(tmp_path),
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PATH": os.environ.get("PATH", ""),
        "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
        "PYTHONUTF8": "1",
        "AZURE_TENANT_ID": tenant.tenant_id,
        "AZURE_CLIENT_ID": tenant.client_id,
        "AZURE_CLIENT_SECRET": SECRET,
    }


def run(environment: Mapping[str, str], *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        [*PROGRAM, *arguments],
        input=given,
        env=dict(environment),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_a_script_gets_a_token_checks_it_and_inspects_it_over_tls(
    environment: dict[str, str], server: TlsTenant, tmp_path: Path
) -> None:
    got = run(environment, "get")
    assert (got.returncode, got.stderr) == (0, "")
    assert [got.stdout] == [f"{token}\n" for token in server.issued]
    checked = run(
        environment, "check", "--signed", "--require", "Incident.Read.All", "--min-left", "10m", given=got.stdout
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "✗" not in checked.stdout
    inspected = run(environment, "inspect", given=got.stdout)
    assert inspected.returncode == 0
    assert "Accepted for incidents" in inspected.stdout
    assert "\x1b" not in inspected.stdout
    assert set(server.led) == {"login.microsoftonline.com:443"}
    assert not (tmp_path / "state").exists()


def test_a_refused_secret_ends_with_1_and_stays_secret(environment: dict[str, str], tenant: SimulatedTenant) -> None:
    tenant.apps[tenant.client_id].secret = "another~one"
    ran = run(environment, "get")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "AADSTS7000215" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert SECRET not in ran.stderr


def test_a_host_that_cannot_be_verified_leaves_the_signature_unchecked(environment: dict[str, str]) -> None:
    got = run(environment, "get")
    del environment["SSL_CERT_FILE"]
    assert run(environment, "check", given=got.stdout).returncode == 0
    ran = run(environment, "check", "--signed", given=got.stdout)
    assert ran.returncode == 1
    assert "not checked" in ran.stdout


def test_the_check_of_a_script_loads_no_screen_and_no_sign_in_library(environment: dict[str, str]) -> None:
    token = run(environment, "get").stdout
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "mtp_tui", "token", "check"],
        input=token,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert "httpx" in loaded
    # not rich: httpx brings it along where click is installed, as for development
    assert not loaded & {"textual", "msal", "requests", "tomlkit", "keyring", "msgspec"}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_while_a_code_is_waited_for_ends_quietly_with_130(
    environment: dict[str, str], tenant: SimulatedTenant, tmp_path: Path
) -> None:
    folder = tmp_path / "config" / "mtp-tui"
    folder.mkdir(parents=True, mode=0o700)
    file = folder / "profiles.toml"
    file.write_text(
        f'[[profile]]\nname = "me"\nkind = "device-code"\ntenant = "{tenant.tenant_id}"\nclient_id = "{tenant.client_id}"\n'
    )
    file.chmod(0o600)
    waiting = subprocess.Popen(  # noqa: S603 - our own interpreter
        [*PROGRAM, "get", "--profile", "me"],
        env=environment | {"XDG_CONFIG_HOME": str(tmp_path / "config")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stderr is not None
    assert "enter the code" in waiting.stderr.readline()
    waiting.send_signal(signal.SIGINT)
    out, err = waiting.communicate(timeout=30)
    assert (waiting.returncode, out, err) == (130, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize("arguments", [("inspect",), ("inspect", "--json"), ("check",)])
def test_a_reader_that_has_gone_away_is_no_failure(
    environment: dict[str, str], tenant: SimulatedTenant, arguments: tuple[str, ...]
) -> None:
    token = run(environment, "get").stdout
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [*PROGRAM, *arguments, "--offline"],
            input=token.encode(),
            env=environment,
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is Linux's /dev/full")
def test_a_full_disk_is_said_and_ends_with_1(environment: dict[str, str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [*PROGRAM, "get"], env=environment, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"mtp-tui: Standard output could not be written: No space left")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="redirections of a POSIX shell")
def test_closed_streams_are_no_bug(environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        ["/bin/sh", "-c", '"$@" <&- >&-', "sh", *PROGRAM, "check"],
        env=environment,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert b"nothing on standard input" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_a_token_longer_than_a_terminals_line_is_pasted_unseen(
    environment: dict[str, str], tenant: SimulatedTenant
) -> None:
    from tests.support.terminal import Terminal

    tenant.apps[tenant.client_id].extra_claims = {"padding": "x" * 6000}
    token = run(environment, "get").stdout.strip()
    assert len(token) > 4096
    command = [*PROGRAM, "check", "--signed"]
    with Terminal(command, environment | {"TERM": "xterm"}, width=100) as terminal:
        terminal.read_until("press Ctrl+D")
        terminal.press(token)
        terminal.press("\x04")
        terminal.read_until("✓ signature", "✓ time-left")
        assert terminal.leave() == 0
        assert terminal.line_settings == terminal.line_settings_before
    assert token[50:70].encode() not in terminal.painted


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_a_missing_secret_is_asked_for_and_not_echoed(environment: dict[str, str], server: TlsTenant) -> None:
    from tests.support.terminal import Terminal

    del environment["AZURE_CLIENT_SECRET"]
    with Terminal([*PROGRAM, "get"], environment | {"TERM": "xterm"}, width=120) as terminal:
        terminal.read_until("Client secret (not shown)")
        terminal.press(f"{SECRET}\n")
        terminal.read_until("printed to the terminal")
        assert terminal.leave() == 0
    assert SECRET.encode() not in terminal.painted
    assert server.issued[0][:40].encode() in terminal.painted


@pytest.fixture
def with_certificate(environment: dict[str, str], tenant: SimulatedTenant, tmp_path: Path) -> dict[str, str]:
    """The environment of an application that proves itself with a certificate whose key has a passphrase."""
    tenant.apps[tenant.client_id].certificates = [pair().pem]
    del environment["AZURE_CLIENT_SECRET"]
    return environment | {"AZURE_CLIENT_CERTIFICATE_PATH": saved(tmp_path, pair(), SECRET), "TERM": "xterm"}


def test_a_certificate_signs_in_with_the_passphrase_of_its_variable(with_certificate: dict[str, str]) -> None:
    assert run(with_certificate | {"AZURE_CLIENT_CERTIFICATE_PASSWORD": SECRET}, "get").returncode == 0
    ran = run(with_certificate, "get")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "passphrase" in ran.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(("keys", "code"), [(f"{SECRET}\n", 0), ("\x04", 2), ("", 130)])
def test_a_passphrase_is_asked_for_where_the_certificate_has_one(
    with_certificate: dict[str, str], keys: str, code: int
) -> None:
    from tests.support.terminal import Terminal

    with Terminal([*PROGRAM, "get"], with_certificate, width=120) as terminal:
        terminal.read_until("Passphrase of the certificate (not shown)")
        if keys:
            terminal.press(keys)
        else:
            terminal.process.send_signal(signal.SIGINT)
        assert terminal.leave() == code
        assert terminal.line_settings == terminal.line_settings_before
    assert SECRET.encode() not in terminal.painted
    assert b"Traceback" not in terminal.painted


@pytest.mark.parametrize("arguments", [("--help",), ("inspect", "--help"), ("check", "--help"), ("get", "--help")])
def test_help_names_exit_codes_and_shows_how(arguments: tuple[str, ...]) -> None:
    said = run({**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1"}, *arguments)
    assert said.returncode == 0
    assert "exit codes:" in said.stdout
    assert "  mtp-tui token" in said.stdout
    assert max(map(len, said.stdout.splitlines())) <= 80


def test_token_alone_shows_its_help_and_ends_with_2() -> None:
    said = run(os.environ)
    assert (said.returncode, said.stdout) == (2, "")
    assert "inspect" in said.stderr
