"""What the command line promises: it answers at once, it loads nothing it does not need, it takes no secret."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mtp_tui import __version__, cli, settings

TERMINAL_LIBRARIES = {"textual", "rich"}
NETWORK_LIBRARIES = {"msal", "requests", "jwt", "cryptography", "httpx", "truststore", "msgspec"}


_REPORT = """
import json, sys

def report():
    print(json.dumps(sorted({name.partition(".")[0] for name in list(sys.modules)})), file=sys.__stdout__)
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own; neither input nor output is a terminal."""
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def mtp_tui(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run("-m", "mtp_tui", *arguments)


def libraries_loaded_by(script: str) -> set[str]:
    """Top-level packages in memory when the script calls `report()`."""
    done = run("-c", _REPORT + script)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


# what is loaded


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(option: str) -> None:
    done = run("-X", "importtime", "-m", "mtp_tui", option)
    assert done.returncode == 0
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "mtp_tui" in loaded
    assert not loaded & (TERMINAL_LIBRARIES | NETWORK_LIBRARIES | {"asyncio", "platformdirs"})


@pytest.mark.parametrize(
    "services",
    [
        "wiring.live(chosen)",
        "wiring.demo(chosen)",
    ],
)
def test_up_to_the_first_paint_neither_network_nor_msal_is_loaded(services: str) -> None:
    """They cost more than Textual itself; the form, or the empty queue, stands there meanwhile."""
    loaded = libraries_loaded_by(f"""
from mtp_tui.services import wiring
from mtp_tui.settings import Settings
from mtp_tui.ui.app import MtpApp

painted = []

def after_paint(app):
    if not painted and any(widget.size.width for widget in app.screen.query("KeyLine")):
        painted.append(app)
        report()

MtpApp.post_display_hook = after_paint
chosen = Settings()

async def leave(pilot):
    await pilot.pause()
    pilot.app.exit()

MtpApp({services}).run(headless=True, size=(80, 24), auto_pilot=leave)
""")
    assert "textual" in loaded
    assert not loaded & NETWORK_LIBRARIES


def test_a_profile_is_looked_for_before_anything_of_terminal_or_network_is_loaded() -> None:
    loaded = libraries_loaded_by("""
from mtp_tui import cli
assert cli.chosen_settings(cli.parser().parse_args(["--profile", "no such profile"]), {}, None) is None
report()
""")
    assert not loaded & (TERMINAL_LIBRARIES | NETWORK_LIBRARIES | {"tomlkit", "keyring"})


def test_the_core_works_where_no_textual_is_installed() -> None:
    done = run(
        "-c",
        """
import importlib, pkgutil, sys

class NoTerminal:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("textual", "rich"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoTerminal())
import mtp_tui
count = 0
for module in pkgutil.walk_packages(mtp_tui.__path__, "mtp_tui."):
    if not module.name.startswith(("mtp_tui.ui", "mtp_tui.__main__")):
        importlib.import_module(module.name)
        count += 1
print(count)
""",
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 60


def test_importing_the_package_opens_nothing_and_says_nothing() -> None:
    done = run(
        "-X", "dev", "-c", "import mtp_tui.cli, mtp_tui.settings, mtp_tui.logs, mtp_tui.services.wiring, mtp_tui.wire"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# what is said


def test_help_names_options_variables_and_why_there_is_none_for_a_secret() -> None:
    said = mtp_tui("--help")
    assert said.returncode == 0
    for word in ("--demo", "--theme", "--refresh", "--version", "AZURE_CLIENT_SECRET", "HTTPS_PROXY", "SSL_CERT_FILE"):
        assert word in said.stdout
    assert "never taken from an argument" in " ".join(said.stdout.split())


def test_version_is_the_version() -> None:
    assert mtp_tui("--version").stdout == f"mtp-tui {__version__}\n"


def test_no_option_takes_a_secret() -> None:
    options = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", mtp_tui("--help").stdout))
    assert options == {
        "-h",
        "--help",
        "--version",
        "--demo",
        "--theme",
        "--profile",
        "--refresh",
        "--no-store",
        "--keep-days",
        "--bell",
        "--write",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("--secret", "x"),
        ("--client-secret=x",),
        ("contoso.com",),
        ("--theme", "pink"),
        ("--refresh", "soon"),
        ("--refresh", "1"),
        ("--refresh", "nan"),
        ("--refresh", "inf"),
        ("--refresh", "-5"),
        ("--refresh", "1e9"),
        ("--refresh",),
        ("--demo=yes",),
        ("",),
    ],
)
def test_wrong_arguments_end_with_2_and_a_sentence(arguments: tuple[str, ...]) -> None:
    said = mtp_tui(*arguments)
    assert said.returncode == 2
    assert said.stdout == ""
    assert "error:" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("arguments", [(), ("--demo",), ("--demo", "--theme", "light", "--refresh", "10")])
def test_without_a_terminal_it_says_so_and_ends_with_2(arguments: tuple[str, ...]) -> None:
    said = mtp_tui(*arguments)
    assert said.returncode == 2
    assert said.stdout == ""
    assert "needs a terminal" in said.stderr
    assert "Traceback" not in said.stderr


# what is chosen


@pytest.fixture
def profile_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings folder of its own, with one profile."""
    path = tmp_path / "profiles.toml"
    path.write_text('[[profile]]\nname = "North"\nsecret_env = "NORTH"\n', encoding="utf-8")
    monkeypatch.setattr(settings, "profile_file", lambda: path)
    return path


def chosen(*arguments: str, **environ: str) -> settings.Settings | None:
    return cli.chosen_settings(cli.parser().parse_args(arguments), environ, None)


def test_the_environment_is_frozen_and_not_printed(profile_file: Path) -> None:
    variables = {"AZURE_CLIENT_SECRET": "Xy8Q~made.up"}
    found = cli.chosen_settings(cli.parser().parse_args([]), variables, None)
    variables.clear()
    assert found is not None
    assert (found.profile, found.profile_file) == ("", profile_file)
    assert found.environ["AZURE_CLIENT_SECRET"] == "Xy8Q~made.up"
    assert "Xy8Q" not in repr(found)


@pytest.mark.parametrize(
    ("name", "found"), [("north", "North"), ("environment", "environment"), ("ENVIRONMENT", "environment")]
)
def test_a_profile_is_named_as_it_is_written(profile_file: Path, name: str, found: str) -> None:
    settings_chosen = chosen("--profile", name, AZURE_TENANT_ID="contoso.com")
    assert settings_chosen is not None
    assert settings_chosen.profile == found


@pytest.mark.parametrize(
    ("name", "said"),
    [("nort", "Did you mean North?"), ("", "There is no profile “”."), ("environment", "Set AZURE_TENANT_ID")],
)
def test_a_profile_that_is_not_there_is_said_on_standard_error(
    profile_file: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    assert chosen("--profile", name) is None
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("mtp-tui: There is no profile")
    assert said in printed.err


@pytest.mark.parametrize("line", ['"\\u001b]0;x\\u0007\\u001b[31m" = 1', '[["\\u001b[2J"]]', 'profile = "\\u001b[2J"'])
def test_nothing_of_a_hostile_file_acts_on_the_terminal(
    profile_file: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    profile_file.write_text(f"{line}\n")
    assert chosen("--profile", "\x1b[31mred") is None
    assert capsys.readouterr().err.strip().isprintable()


def test_the_demo_takes_neither_environment_nor_profiles(profile_file: Path) -> None:
    demo = chosen("--demo", "--profile", "no such profile", AZURE_TENANT_ID="contoso.com")
    assert demo is not None
    assert (demo.profile, demo.profile_file, dict(demo.environ)) == ("", None, {})
