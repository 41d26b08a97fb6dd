"""`mtp-tui incidents` as a script meets it: processes, pipes that close, a full disk, Ctrl+C, a terminal, and real TLS."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import httpx
import pytest

from mtp_tui.clock import system_clock
from mtp_tui.sim.faults import throttled
from mtp_tui.sim.tenant import SimulatedTenant
from tests.program.conftest import SECRET
from tests.support.incidents import plain_incidents
from tests.support.program import asked_for_incidents
from tests.support.tls_server import TlsTenant

PROGRAM = (sys.executable, "-m", "mtp_tui", "incidents")


@pytest.fixture
def tenant() -> SimulatedTenant:
    """A thousand incidents."""
    tenant = SimulatedTenant(clock=system_clock, incidents=plain_incidents(1000))
    tenant.apps[tenant.client_id].secret = SECRET
    tenant.prepare()
    return tenant


@pytest.fixture
def script(signing_in: dict[str, str]) -> dict[str, str]:
    """The environment of a script that may sign in."""
    return signing_in | {"PYTHONUTF8": "1"}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        [*PROGRAM, *arguments], env=environment, capture_output=True, timeout=60, check=False
    )


def test_a_thousand_incidents_come_through_a_pipe_as_they_were_sent(
    script: dict[str, str], tenant: SimulatedTenant, server: TlsTenant
) -> None:
    ran = run(script, "--format", "ndjson")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.split(b"\n")[:-1] == [
        tenant.incidents.json(each["incidentId"]) for each in tenant.incidents.all()
    ]
    token = server.issued[0]
    assert token.encode() not in ran.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv"])
def test_a_reader_that_has_read_enough_ends_it_quietly(
    script: dict[str, str], tenant: SimulatedTenant, form: str
) -> None:
    has_closed = Event()

    def respond(request: httpx.Request) -> httpx.Response:
        assert has_closed.wait(30)
        return tenant.defender.answer(request)

    tenant.faults.add("$skip=100", respond)
    writing = subprocess.Popen(  # noqa: S603 - our own interpreter
        [*PROGRAM, "--format", form], env=script, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert writing.stdout is not None
    assert writing.stderr is not None
    assert writing.stdout.readline()
    writing.stdout.close()
    has_closed.set()
    assert writing.stderr.read() == b""
    writing.stderr.close()
    assert writing.wait(30) == 0
    assert asked_for_incidents(tenant) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is Linux's /dev/full")
def test_a_full_disk_is_said_and_ends_with_1(script: dict[str, str], tenant: SimulatedTenant) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [*PROGRAM, "--format", "json"], env=script, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"mtp-tui: Standard output could not be written: No space left")
    assert done.stderr.count(b"\n") == 1
    assert asked_for_incidents(tenant) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_while_waiting_ends_with_130_and_a_closed_array(script: dict[str, str], tenant: SimulatedTenant) -> None:
    tenant.faults.add("$skip=100", throttled(retry_after_header="600", seconds_in_body=None))
    waiting = subprocess.Popen(  # noqa: S603 - our own interpreter
        [*PROGRAM, "--format", "json", "--verbose"], env=script, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert waiting.stderr is not None
    assert b"100 read" in waiting.stderr.readline()
    assert b"Waiting 600 s." in waiting.stderr.readline()
    waiting.send_signal(signal.SIGINT)
    out, err = waiting.communicate(timeout=30)
    assert (waiting.returncode, err) == (130, b"")
    assert len(json.loads(out)) == 100


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_a_terminal_shows_one_line_for_each(script: dict[str, str], tenant: SimulatedTenant) -> None:
    from tests.support.terminal import Terminal

    tenant.incidents.change(1000, incidentName="A long title, " * 20, severity="High")
    command = [*PROGRAM, "--limit", "5"]
    with Terminal(command, script | {"TERM": "xterm", "NO_COLOR": "1"}, width=90) as terminal:
        terminal.read_until("Incident number 4")
        assert terminal.leave() == 0
        lines = [line for line in terminal.screen.text.splitlines() if line.strip()]
    assert len(lines) == 6
    assert lines[1].rstrip().endswith("…")


@pytest.mark.parametrize("command", ["incidents", "incident"])
def test_help_names_exit_codes_and_shows_how(command: str) -> None:
    environment = {**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1"}
    said = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "mtp_tui", command, "--help"],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert said.returncode == 0
    assert "exit codes:" in said.stdout
    assert f"  mtp-tui {command}" in said.stdout
    assert max(map(len, said.stdout.splitlines())) <= 80
