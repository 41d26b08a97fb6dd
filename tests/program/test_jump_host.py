"""The real program on a machine that has nothing: no window, no browser, no keyring, little room, a slow line."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from cryptography.hazmat.primitives import serialization

from mtp_tui.sim.tenant import SimulatedTenant
from tests.program.conftest import SECRET
from tests.sim.assertions import pair
from tests.support.program import PROGRAM, asked_for_incidents, pick_profile, write_profiles
from tests.support.terminal import Terminal
from tests.support.tls_server import TlsTenant

MODEM_BYTES_PER_S = 10_000
OVER_SSH = "192.0.2.7 51234 192.0.2.8 22"
BROWSERS = ("w3m", "lynx", "links", "elinks", "www-browser", "x-www-browser", "sensible-browser", "xdg-open", "firefox")


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """Where a browser leaves its name if one is started."""
    return tmp_path / "started"


@pytest.fixture
def jump_host(online: dict[str, str], tmp_path: Path, started: Path) -> dict[str, str]:
    """Reached by SSH; its browsers are of text, and would paint over our screen."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in BROWSERS:
        (programs / name).write_text(f'#!/bin/sh\necho "$0" >> "{started}"\n')
        (programs / name).chmod(0o755)
    path = f"{programs}:{online['PATH']}"
    del online["COLORTERM"]  # which SSH does not pass on
    return online | {"TERM": "xterm", "SSH_CONNECTION": OVER_SSH, "PATH": path}


@pytest.fixture
def silent_bus(tmp_path: Path) -> Iterator[str]:
    """The address of a session bus that takes calls and never answers."""
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(tmp_path / "bus"))
        bus.listen()
        yield f"unix:path={tmp_path / 'bus'}"


@pytest.fixture
def certificate(tenant: SimulatedTenant, tmp_path: Path) -> Path:
    """A PEM file without passphrase, registered with the application."""
    tenant.apps[tenant.client_id].certificates.append(pair().pem)
    key = pair().key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "app.pem"
    path.write_bytes(key + pair().pem.encode())
    path.chmod(0o600)
    return path


class Watched:
    """A tenant whose queue is waited for on a terminal."""

    def __init__(self, terminal: Terminal, tenant: SimulatedTenant) -> None:
        self._terminal = terminal
        self._tenant = tenant
        self._asked = 0

    def until_queue(self, *words: str) -> str:
        """Wait until the API was asked once more than last time, and the incidents are there."""
        screen = self._terminal.read_until(
            "Sev", *words, also=lambda: asked_for_incidents(self._tenant) > self._asked and self._is_whole
        )
        self._asked = asked_for_incidents(self._tenant)
        return screen

    @property
    def _is_whole(self) -> bool:
        return f"{len(self._tenant.incidents.all())} incidents" in self._terminal.screen.text


def test_everything_but_the_browser_works_without_window_bus_and_keyring(
    *,
    jump_host: dict[str, str],
    home: Path,
    tenant: SimulatedTenant,
    server: TlsTenant,
    certificate: Path,
    started: Path,
) -> None:
    profiles = {
        "vault": "secret_keyring = true",
        "paper": f'kind = "certificate"\ncertificate_path = "{certificate}"',
        "phone": 'kind = "device-code"',
        "clip": 'kind = "token"',
        "window": 'kind = "browser"',
    }
    write_profiles(home, tenant, profiles)
    with Terminal([*PROGRAM, "--profile", "vault"], jump_host) as terminal:
        queue = Watched(terminal, tenant)
        terminal.bytes_per_s = MODEM_BYTES_PER_S
        terminal.read_until("There is no keyring on this machine.", "the secret's Value")
        terminal.press(f"{SECRET}\r")
        queue.until_queue()
        terminal.bytes_per_s = float("inf")

        pick_profile(terminal, "paper")
        queue.until_queue()
        assert any(seen.form.get("client_assertion") for seen in tenant.requests)

        pick_profile(terminal, "phone")
        terminal.read_until("and enter the code", "left. Esc stops.", also=lambda: tenant.entra.device_codes)
        code = tenant.entra.device_codes[-1]
        terminal.read_until(code.user_code, "https://microsoft.com/devicelogin")
        code.approve()
        queue.until_queue()

        pick_profile(terminal, "clip")
        terminal.read_until("paste it: raw")
        terminal.paste(f"{server.issued[0]}\r\n")
        terminal.read_until("••••")
        terminal.press("\r")
        queue.until_queue()

        pick_profile(terminal, "window")
        terminal.read_until("There is no browser here.", "Choose Device code", "ssh -L")
        terminal.press("b")
        terminal.press("u")
        terminal.read_until(also=lambda: terminal.clipboard)
        terminal.press("\x1b")
        terminal.read_until("Stopped.", "Sign in again")
        terminal.press("q")
        assert terminal.leave() == 0
    assert terminal.clipboard[-1].startswith("https://login.microsoftonline.com/")
    assert not started.exists(), started.read_text()


def test_a_small_window_and_a_bus_that_is_silent(
    *, jump_host: dict[str, str], silent_bus: str, home: Path, tenant: SimulatedTenant, server: TlsTenant, started: Path
) -> None:
    write_profiles(
        home, tenant, {"vault": "secret_keyring = true", "phone": 'kind = "device-code"', "window": 'kind = "browser"'}
    )
    variables = jump_host | {"TERM": "vt100", "DBUS_SESSION_BUS_ADDRESS": silent_bus}
    with Terminal([*PROGRAM, "--profile", "vault"], variables, width=60, height=18) as terminal:
        queue = Watched(terminal, tenant)
        terminal.read_until("Looking for the secret of the profile vault", "Esc stops", within_s=6)
        terminal.press("\x1b")
        screen = terminal.read_until("Stopped.", "the secret's Value", within_s=2)
        assert tenant.tenant_id in screen
        assert tenant.client_id in screen
        assert_button_is_reached(screen)
        terminal.press("\r")
        terminal.read_until("The client secret is missing.")
        terminal.press(SECRET)
        terminal.read_until("••••")
        terminal.press("\r")
        queue.until_queue()

        pick_profile(terminal, "phone")
        terminal.read_until("left. Esc stops.", also=lambda: tenant.entra.device_codes)
        terminal.read_until(tenant.entra.device_codes[-1].user_code, "https://microsoft.com/devicelogin")
        terminal.press("\x1b")
        terminal.read_until("Stopped.")

        pick_profile(terminal, "window")
        terminal.read_until("Sign in with the browser on this machine")
        terminal.press("\x1b[6~")  # Page Down
        terminal.read_until("There is no browser here.", "Esc stops.")
        terminal.press("\x1b")
        terminal.read_until("Stopped.")
        terminal.press("q")
        assert terminal.leave() == 0
    assert not started.exists(), started.read_text()


def assert_button_is_reached(screen: str) -> None:
    """It has a line of its own, below the fields."""
    lines = screen.split("\n")
    fields = next(at for at, line in enumerate(lines) if "Client secret" in line)
    assert any("  Sign in  " in line for line in lines[fields + 1 :])


def test_a_home_that_cannot_be_written_to_stops_nothing(
    jump_host: dict[str, str], tenant: SimulatedTenant, server: TlsTenant, home: Path
) -> None:
    home.chmod(0o500)
    bare = {name: value for name, value in jump_host.items() if not name.startswith("XDG_")}
    nowhere = "/sys" if os.geteuid() == 0 else str(home)  # root writes wherever the kernel lets it
    variables = bare | {"HOME": nowhere, "TERM": "linux", "AZURE_TENANT_ID": tenant.tenant_id}
    variables["AZURE_CLIENT_ID"] = tenant.client_id
    with Terminal(PROGRAM, variables) as terminal:
        terminal.read_until("the secret's Value", tenant.client_id)
        terminal.press(f"{SECRET}\r")
        Watched(terminal, tenant).until_queue()
        terminal.press("p")
        terminal.read_until("Esc closes", "environment", "Fill in")
        terminal.press("n")
        terminal.read_until("Save the form as a profile")
        terminal.press("north\r")
        terminal.read_until("✗", "profiles.toml")
        terminal.press("q")
        terminal.read_until("incidents")
        terminal.press("q")
        assert terminal.leave() == 0


NOBODY = """
import pwd, sys

def getpwuid(number):
    raise KeyError(f"getpwuid(): uid not found: {number}")

pwd.getpwuid = getpwuid

from mtp_tui import cli

sys.exit(cli.main(["--refresh", "3600"]))
"""
"""As in a container that runs under a number which no list of users knows."""


def test_without_any_home_nothing_is_written_where_the_program_was_started(
    jump_host: dict[str, str], home: Path, tmp_path: Path
) -> None:
    script = tmp_path / "nobody.py"
    script.write_text(NOBODY)
    bare = {name: value for name, value in jump_host.items() if name != "HOME" and not name.startswith("XDG_")}
    variables = bare | {"TERM": "vt100", "AZURE_TENANT_ID": "north.example", "AZURE_CLIENT_SECRET": SECRET}
    with Terminal([sys.executable, str(script)], variables, folder=home) as terminal:
        terminal.read_until("north.example", "taken from the environment variable")
        terminal.press("\x11")
        assert terminal.leave() == 0
    assert list(home.rglob("*")) == []
