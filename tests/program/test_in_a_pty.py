"""The real program in a real terminal: it paints, it follows the window, it leaves nothing behind, it tells nobody."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from mtp_tui.clock import system_clock
from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.terminal import ALTERNATE_SCREEN, BRACKETED_PASTE, CURSOR, MOUSE, Terminal
from tests.support.tls_server import TlsTenant, tls_tenant_in_a_thread

PROGRAM = (sys.executable, "-m", "mtp_tui")
SECRET = "Zq7~made.up-for_this~test+only/with=odd&signs%00"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home."""
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """What a shell would give, and nothing of ours."""
    return {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "PATH": os.environ.get("PATH", ""),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def tenant() -> SimulatedTenant:
    tenant = SimulatedTenant(clock=system_clock)
    tenant.apps[tenant.client_id].secret = SECRET
    tenant.prepare()
    return tenant


@pytest.fixture
def server(tenant: SimulatedTenant) -> Iterator[TlsTenant]:
    with tls_tenant_in_a_thread(tenant.handle) as server:
        yield server


@pytest.fixture
def signing_in(
    environment: dict[str, str], tenant: SimulatedTenant, server: TlsTenant, tmp_path: Path
) -> dict[str, str]:
    """The environment of somebody whose credentials and proxy are set."""
    return {
        **environment,
        **server.environment(tmp_path),
        "AZURE_TENANT_ID": tenant.tenant_id,
        "AZURE_CLIENT_ID": tenant.client_id,
        "AZURE_CLIENT_SECRET": SECRET,
    }


def assert_restored(terminal: Terminal) -> None:
    modes = terminal.screen.modes
    assert modes[ALTERNATE_SCREEN] is False
    assert modes[CURSOR] is True
    assert not any(modes.get(mode, False) for mode in (*MOUSE, BRACKETED_PASTE))
    assert terminal.line_settings == terminal.line_settings_before


def told(terminal: Terminal, home: Path) -> bytes:
    """Everything that anybody could find out: each byte painted, with and without control codes, and each file."""
    painted = bytes(terminal.painted)
    bare = re.sub(rb"\x1b\[[0-9;:?<>=]*[@-~]", b"", painted)
    return b"\n".join([painted, bare, *(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())])


def pieces_of(token: str) -> list[str]:
    """Any twenty characters of payload or signature in a row; the header is no secret."""
    _, payload, signature = token.split(".")
    return [part[at : at + 20] for part in (payload, signature) for at in range(0, len(part) - 20, 20)]


def test_the_demo_paints_a_queue_follows_the_window_and_leaves(environment: dict[str, str], home: Path) -> None:
    with Terminal([*PROGRAM, "--demo"], environment) as terminal:
        screen = terminal.read_until("DEMO", "Sev", "Updated", "High")
        assert screen.count("\n") == 23
        assert terminal.screen.modes[ALTERNATE_SCREEN] is True
        assert terminal.line_settings != terminal.line_settings_before
        terminal.resize(140, 45)
        terminal.read_until("Sev", "Sources", "Created UTC", "Owner", rows=40)
        terminal.resize(60, 15)
        narrow = terminal.read_until("Sev", "Updated", rows=13)
        assert "Created UTC" not in narrow
        terminal.press("q")
        assert terminal.leave() == 0
        assert_restored(terminal)
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_ctrl_q_leaves_too(environment: dict[str, str]) -> None:
    with Terminal([*PROGRAM, "--demo", "--theme", "light"], environment) as terminal:
        terminal.read_until("Updated")
        terminal.press("\x11")
        assert terminal.leave() == 0
        assert_restored(terminal)


def test_without_colour_the_words_remain(environment: dict[str, str]) -> None:
    with Terminal([*PROGRAM, "--demo"], {**environment, "NO_COLOR": "1"}) as terminal:
        terminal.read_until("Sev", "High", "Active")
        terminal.press("q")
        assert terminal.leave() == 0


def test_signing_in_over_tls_tells_nobody_secret_or_token(
    signing_in: dict[str, str], server: TlsTenant, tenant: SimulatedTenant, home: Path
) -> None:
    with Terminal(PROGRAM, signing_in, width=120, height=40) as terminal:
        screen = terminal.read_until("Sign in", "AZURE_CLIENT_SECRET")
        assert tenant.tenant_id in screen
        command_line = Path(f"/proc/{terminal.process.pid}/cmdline")
        if command_line.exists():
            assert SECRET.encode() not in command_line.read_bytes()
        terminal.press("\r")
        terminal.read_until("Sev", "Updated", f"{len(tenant.incidents.all())} incidents")
        terminal.press("2")
        terminal.read_until("Accepted for incidents", "Incident.Read.All")
        terminal.press("3")
        terminal.press("\r")
        terminal.press("q")
        assert terminal.leave() == 0
        assert_restored(terminal)
    log = home / "state" / "mtp-tui" / "log" / "mtp-tui.log"
    assert "POST login.microsoftonline.com" in log.read_text(encoding="utf-8")
    everything = told(terminal, home)
    assert server.issued
    for kept in (SECRET, *(piece for token in server.issued for piece in pieces_of(token))):
        assert kept.encode() not in everything


def test_a_refused_sign_in_tells_nobody_the_secret_either(
    signing_in: dict[str, str], tenant: SimulatedTenant, home: Path
) -> None:
    tenant.apps[tenant.client_id].secret = "another~one"
    with Terminal(PROGRAM, signing_in) as terminal:
        terminal.read_until("Sign in", "AZURE_CLIENT_SECRET")
        terminal.press("\r")
        terminal.read_until("7000215")
        terminal.press("\x11")
        assert terminal.leave() == 0
    assert SECRET.encode() not in told(terminal, home)


def test_a_typed_secret_is_never_echoed(
    signing_in: dict[str, str], server: TlsTenant, tenant: SimulatedTenant, home: Path
) -> None:
    del signing_in["AZURE_CLIENT_SECRET"]
    with Terminal(PROGRAM, signing_in, width=120, height=40) as terminal:
        terminal.read_until("Client secret", "the secret's Value")
        terminal.press(SECRET)
        terminal.read_until("•" * len(SECRET))
        terminal.press("\r")
        terminal.read_until("Sev", "Updated")
        terminal.press("q")
        assert terminal.leave() == 0
    assert server.issued
    assert SECRET.encode() not in told(terminal, home)


def test_a_log_that_cannot_be_written_does_not_stop_the_program(environment: dict[str, str], home: Path) -> None:
    (home / "state").write_text("a file where a folder should be")
    with Terminal(PROGRAM, environment) as terminal:
        terminal.read_until("Sign in", "Client secret")
        terminal.press("\x11")
        assert terminal.leave() == 0


CRASH = """
import sys
from pathlib import Path

from mtp_tui import cli
from mtp_tui.ui import app

class Crashing(app.MtpApp):
    CSS_PATH = [Path(app.__file__).parent / path for path in app.MtpApp.CSS_PATH]
    BINDINGS = [("f9", "crash"), ("f8", "crash_worker")]

    def action_crash(self):
        held = self._services.settings.prefill.secret.reveal()
        bearer = "client_secret=" + held
        raise RuntimeError("went wrong with " + bearer)

    def action_crash_worker(self):
        async def work():
            held = self._services.settings.prefill.secret.reveal()
            {}["no such key"]
        self.run_worker(work())

app.MtpApp = Crashing
sys.exit(cli.main([]))
"""


@pytest.mark.parametrize(("key", "kind"), [("\x1b[20~", "RuntimeError"), ("\x1b[19~", "KeyError")])
def test_a_bug_leaves_a_page_without_anything_that_was_typed(
    signing_in: dict[str, str], home: Path, tmp_path: Path, key: str, kind: str
) -> None:
    script = tmp_path / "crashing.py"
    script.write_text(CRASH)
    with Terminal([sys.executable, str(script)], signing_in, width=100, height=60) as terminal:
        terminal.read_until("Sign in", "Client secret")
        terminal.press(key)
        assert terminal.leave() == 1
        assert_restored(terminal)
    page = terminal.screen.text
    assert kind in page
    assert "action_crash" in page or "in work" in page
    assert "This is a bug in mtp-tui" in page
    assert "mtp-tui.log" in page
    assert "locals" not in page
    assert SECRET.encode() not in told(terminal, home)


def test_bytes_of_the_environment_that_are_no_text_do_not_break_the_screen(environment: dict[str, str]) -> None:
    environment["PYTHONIOENCODING"] = "utf-8:strict"  # as with every locale but C
    environment["AZURE_TENANT_ID"] = os.fsdecode(b"caf\xe9.example")
    environment["AZURE_CLIENT_SECRET"] = os.fsdecode(b"caf\xe9~secret")
    with Terminal(PROGRAM, environment) as terminal:
        terminal.read_until("Sign in", "Client secret")
        terminal.press("\r")
        terminal.read_until("cannot be seen")
        terminal.press("\x11")
        assert terminal.leave() == 0
        assert_restored(terminal)


def test_an_unknown_profile_is_said_before_anything_is_painted(environment: dict[str, str], home: Path) -> None:
    with Terminal(
        [*PROGRAM, "--profile", "north"], environment | {"XDG_CONFIG_HOME": str(home / "config")}
    ) as terminal:
        terminal.read_until("There is no profile")
        assert terminal.leave() == 2


def test_a_profile_fills_in_the_form(environment: dict[str, str], home: Path) -> None:
    folder = home / "config" / "mtp-tui"
    folder.mkdir(parents=True, mode=0o700)
    file = folder / "profiles.toml"
    file.write_text(
        '[[profile]]\nname = "north"\ntenant = "north.example"\nclient_id = "11111111-2222-4333-8444-555555555555"\nsecret_env = "NORTH"\n'
    )
    file.chmod(0o600)
    variables = environment | {"XDG_CONFIG_HOME": str(home / "config"), "NORTH": SECRET}
    with Terminal([*PROGRAM, "--profile", "north"], variables) as terminal:
        terminal.read_until("north.example")
        terminal.read_until("taken from the profile north")
        assert SECRET.encode() not in terminal.painted
