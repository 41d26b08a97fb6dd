"""The commands without a screen and the last fence of the screen, with what strangers wrote: in a terminal, and in a pipe."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from mtp_tui.clock import system_clock
from mtp_tui.sim.attacks import CONTROL_STRINGS
from mtp_tui.sim.faults import error_body, raw
from mtp_tui.sim.hostile import FIRST_ID, hostile_claims, hostile_refusal, hostile_tenant
from mtp_tui.sim.tenant import SimulatedTenant
from tests.program.conftest import SECRET
from tests.program.test_hostile_answers import ORDERS, pasted
from tests.support.escapes import PAINTING, PRINTING, foreign
from tests.support.terminal import Terminal

COMMANDS = """
import json, os, sys
from mtp_tui import cli

environ = dict(os.environ)
for arguments in json.loads(sys.argv[1]):
    os.environ.update(environ)  # each command takes the secrets out of it
    try:
        code = cli.main(arguments)
    except SystemExit as left:
        code = left.code
    print(f"\\n= {code}", flush=True)
raise ValueError(sys.argv[2])
"""
"""Several commands in one process, each with its exit code behind it, and then a bug."""


@pytest.fixture
def tenant() -> SimulatedTenant:
    tenant = hostile_tenant(system_clock)
    app = tenant.apps[tenant.client_id]
    app.secret, app.extra_claims = SECRET, hostile_claims()
    tenant.prepare()
    return tenant


def printed_by(script: Path, environment: dict[str, str], *commands: list[str]) -> tuple[list[int], bytes]:
    """The exit codes, and all that the terminal got."""
    script.write_text(COMMANDS)
    run = [sys.executable, str(script), json.dumps(commands), "EVIL\x1b]52;c;RVZJTA==\x07 \x9b2J \u202e"]
    with Terminal(run, environment, width=120, height=50) as terminal:
        assert terminal.leave(within_s=60) == 1
    printed = bytes(terminal.painted)
    assert b"ValueError" in printed.splitlines()[-2]
    return [int(line[2:]) for line in printed.decode().splitlines() if line.startswith("= ")], printed


def test_commands_print_nothing_that_acts_on_a_terminal(
    signing_in: dict[str, str], tenant: SimulatedTenant, tmp_path: Path
) -> None:
    token = tmp_path / "token\x1b]52;c;RVZJTA==\x07.txt"
    token.write_text(pasted())
    folder = str(tmp_path / "data\x1b]52;c;RVZJTA==\x07\u202e")
    tenant.faults.add("/incidents/424242", error_body(404, ORDERS, ORDERS, target=ORDERS))
    codes, printed = printed_by(
        tmp_path / "commands.py",
        signing_in | {"XDG_DATA_HOME": folder},
        *(["incidents", "--format", form] for form in ("table", "csv", "json", "ndjson")),
        *(["incident", str(FIRST_ID), "--format", form] for form in ("text", "json", "md")),
        ["incident", "424242"],
        ["incidents", 'name:"\x1b[2J"', "nofield:\x9b"],
        ["incidents", 'name:"\x1b[2J"', "sevrity:\x9b"],
        ["incident", "\x1b[2J"],
        ["incidents", "--profile", ORDERS],
        ["incidents", "--format", "\x1b[2J"],
        ["incidents", "\x1b[2J", "--\x1b]0;EVIL\x07"],
        ["token", "inspect", "--offline", str(token)],
        ["token", "inspect", "--offline", "--json", str(token)],
        ["token", "check", "--offline", str(token)],
        ["token", "inspect", str(tmp_path / CONTROL_STRINGS["OSC 0"])],
        ["store", "info"],
    )
    assert codes == [*[0] * 7, 1, 0, *[2] * 5, 0, 0, 1, 2, 0]
    assert foreign(printed, PRINTING) == []


def test_refusals_print_nothing_that_acts_on_a_terminal(
    signing_in: dict[str, str], tenant: SimulatedTenant, tmp_path: Path
) -> None:
    tenant.faults.add("/token", raw(401, hostile_refusal(ORDERS)), times=2)
    tenant.faults.add("/token", raw(200, json.dumps({"access_token": ORDERS, "expires_in": ORDERS}).encode()))
    codes, printed = printed_by(tmp_path / "commands.py", signing_in, ["token", "get"], ["incidents"], ["token", "get"])
    assert codes == [1, 1, 1]
    assert b"AADSTS7000215" in printed
    assert foreign(printed, PRINTING) == []


def test_a_pipe_gets_the_incidents_as_they_were_sent(signing_in: dict[str, str], tenant: SimulatedTenant) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mtp_tui", "incidents", "--format", "ndjson"],
        env=signing_in, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    sent = [mended(each) for each in tenant.incidents.all()]
    assert [json.loads(line) for line in done.stdout.splitlines()] == sent


def mended(value: object) -> object:
    """The value with U+FFFD for halves of pairs, which no UTF-8 could hold."""
    match value:
        case str():
            return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in value)
        case list():
            return [mended(item) for item in value]
        case dict():
            return {mended(key): mended(item) for key, item in value.items()}
    return value


FORGETFUL = """
import sys
from pathlib import Path

from rich.text import Text
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Input, Static

from mtp_tui import cli
from mtp_tui.sim.attacks import ACTING, ATTACKS, UNSEEN
from mtp_tui.ui import app

is_guarded = sys.argv[1] == "guarded"
orders = " ".join((ATTACKS if is_guarded else ACTING).values())[:9000]

Program = app.MtpApp

class Forgetful(Program):
    CSS_PATH = [Path(app.__file__).parent / path for path in Program.CSS_PATH]
    BINDINGS = [("f9", "forget")]

    def get_line_filters(self):
        return super().get_line_filters() if is_guarded else super(Program, self).get_line_filters()

    async def action_forget(self):
        await self.push_screen(Screen())
        table = DataTable()
        link = Text("click", style="link https://evil.example/EVIL")
        await self.screen.mount(
            Static(link), Input(orders[-300:]), table, Static(Text(orders[:3000])), Static(Content(orders[3000:]))
        )
        table.add_columns("a", orders[:50])
        table.add_row(*[Text(text[:70]) for text in list(ACTING.values())[:2]])
        self.notify(orders[:200], title="forgotten", markup=False)

app.MtpApp = Forgetful
sys.exit(cli.main(["--demo"]))
"""


@pytest.mark.parametrize("fence", ["guarded", "open"])
def test_the_last_fence_holds_where_a_widget_forgets_the_first(
    environment: dict[str, str], tmp_path: Path, fence: str
) -> None:
    """Without the fence the same widgets let everything through: what reads the bytes finds it."""
    script = tmp_path / "forgetful.py"
    script.write_text(FORGETFUL)
    with Terminal([sys.executable, str(script), fence], environment, width=150, height=59) as terminal:
        terminal.read_until("Sev", "Updated")
        terminal.settle(0.15)
        begun = len(terminal.painted)
        terminal.press("\x1b[20~")
        terminal.read_until(also=lambda: b"forgotten" in terminal.painted[begun:])
        terminal.settle(0.15)
        ended = len(terminal.painted)
        terminal.press("\x11")
        assert terminal.leave() == 0
    found = foreign(bytes(terminal.painted[begun:ended]), PAINTING)
    if fence == "guarded":
        assert found == []
    else:
        assert {"CSI", "OSC", "DCS", "APC", "PM", "SOS", "escape", "C0", "DEL", "C1"} <= {
            each.split(":")[0] for each in found
        }
