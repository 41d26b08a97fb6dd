"""The real program in a real terminal: it paints, it follows the window, it leaves nothing behind, it tells nobody."""

import os
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from tests.program.conftest import SECRET
from tests.support.hunt import Hunt
from tests.support.program import PROGRAM
from tests.support.terminal import ALTERNATE_SCREEN, Terminal


def test_the_demo_paints_a_queue_follows_the_window_and_leaves(environment: dict[str, str], home: Path) -> None:
    with Terminal([*PROGRAM, "--demo"], environment) as terminal:
        screen = terminal.read_until("DEMO", "Sev", "Updated", "High")
        assert screen.count("\n") == 23
        assert terminal.screen.modes[ALTERNATE_SCREEN] is True
        assert terminal.line_settings != terminal.line_settings_before
        terminal.resize(140, 45)
        terminal.read_until("Sev", "Sources", "Created UTC", "Owner", rows=40)
        terminal.resize(60, 15)
        narrow = terminal.read_until("Sev", "Update", rows=13)
        assert "Created UTC" not in narrow
        terminal.press("q")
        assert terminal.leave() == 0
        assert terminal.is_restored
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_without_colour_the_words_remain_and_ctrl_q_leaves_too(environment: dict[str, str]) -> None:
    with Terminal([*PROGRAM, "--demo", "--theme", "light"], environment | {"NO_COLOR": "1"}) as terminal:
        terminal.read_until("Sev", "High", "Active")
        terminal.press("\x11")
        assert terminal.leave() == 0
        assert terminal.is_restored


def test_a_log_that_cannot_be_written_does_not_stop_the_program(environment: dict[str, str], home: Path) -> None:
    (home / "state").write_text("a file where a folder should be")
    with Terminal(PROGRAM, environment) as terminal:
        terminal.read_until("Sign in", "Client secret")
        terminal.press("\x11")
        assert terminal.leave() == 0


ACTING_NAME = "s\x1b]0;PWNED\x07\x1b[31mx"
"""Part of a path that would set the window's title, and its colour."""


def test_a_log_in_whose_place_a_link_stands_is_told_and_its_path_does_not_act(
    environment: dict[str, str], home: Path
) -> None:
    folder = home / ACTING_NAME / "mtp-tui" / "log"
    folder.mkdir(parents=True)
    (folder / "mtp-tui.log").symlink_to(home / "precious")
    with Terminal(PROGRAM, environment | {"XDG_STATE_HOME": str(home / ACTING_NAME)}, width=200) as terminal:
        terminal.read_until("Sign in", "Client secret")
        terminal.press("\x11")
        assert terminal.leave() == 0
    assert "No log was written (there is a link in its place)" in terminal.screen.text
    assert not any(part in terminal.painted for part in (b"\x1b]0;PWNED", b"\x1b[31mx"))
    assert not (home / "precious").exists()


CRASH = """
import sys
from pathlib import Path

from mtp_tui import cli
from mtp_tui.ui import app
from mtp_tui.ui.widgets.sign_in_form import SignInFormView

def secret_of(app):
    return app.screen.query_one(SignInFormView).typed_secret.reveal()

class Crashing(app.MtpApp):
    CSS_PATH = [Path(app.__file__).parent / path for path in app.MtpApp.CSS_PATH]
    BINDINGS = [("f9", "crash"), ("f8", "crash_worker")]

    def action_crash(self):
        held = secret_of(self)
        bearer = "client_secret=" + held
        raise RuntimeError("went wrong with " + bearer)

    def action_crash_worker(self):
        async def work():
            held = secret_of(self)
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
    with Terminal([sys.executable, str(script)], signing_in, width=160, height=60) as terminal:
        terminal.read_until("taken from the environment variable AZURE_CLIENT_SECRET")
        terminal.press(key)
        assert terminal.leave() == 1
        assert terminal.is_restored
    page = terminal.screen.text
    assert kind in page
    assert "action_crash" in page or "in work" in page
    assert "This is a bug in mtp-tui" in page
    assert "mtp-tui.log" in page
    assert "locals" not in page
    hunt = Hunt()
    hunt.add("client secret", SECRET)
    log = next(home.rglob("mtp-tui.log"))
    assert hunt.found_in(bytes(terminal.painted)) | hunt.found_in(log.read_bytes()) == set()


def test_the_page_of_a_bug_names_its_log_and_no_path_acts(
    environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    script = tmp_path / "crashing.py"
    script.write_text(CRASH.replace("held = secret_of(self)", 'held = ""'))
    state = {"XDG_STATE_HOME": str(home / ACTING_NAME)}
    with Terminal([sys.executable, str(script)], environment | state, width=200, height=60) as terminal:
        terminal.read_until("Sign in", "Client secret")
        terminal.press("\x1b[20~")
        assert terminal.leave() == 1
    assert "The log is at" in terminal.screen.text
    assert "PWNED" in terminal.screen.text
    assert not any(part in terminal.painted for part in (b"\x1b]0;PWNED", b"\x1b[31mx"))


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
        assert terminal.is_restored


def test_an_unknown_profile_is_said_before_anything_is_painted(environment: dict[str, str]) -> None:
    with Terminal([*PROGRAM, "--profile", "north"], environment) as terminal:
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
    with Terminal([*PROGRAM, "--profile", "north"], environment | {"NORTH": SECRET}) as terminal:
        terminal.read_until("north.example")
        terminal.read_until("taken from the environment variable NORTH")
        assert SECRET.encode() not in terminal.painted
