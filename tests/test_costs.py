"""What is loaded, mounted, read and drawn: counted, since a clock on a busy machine tells little.

A number here is a ceiling with some room above what is needed. Whoever meets it has added a cost to every start or to
every key, and either finds a cheaper way or raises it knowingly.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from textual.app import ComposeResult
from textual.geometry import Region
from textual.widget import Widget

from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.app import MtpApp
from mtp_tui.ui.lines import Span
from mtp_tui.ui.widgets.record_columns import Column
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.seethrough import Seethrough
from tests.bench.driven import driven
from tests.bench.screen import Program
from tests.support.analyst import analyst_at, services_for
from tests.support.clocks import StoppedClock
from tests.support.incidents import tenant_with
from tests.support.modals import ModalApp

SCREEN = ("textual", "rich", "mtp_tui.ui")
NETWORK = ("httpx", "msal", "requests", "jwt", "cryptography", "truststore", "keyring")
STORAGE = ("sqlite3", "msgspec", "tomllib", "tomlkit", "mtp_tui.store", "mtp_tui.profiles")
INCIDENTS = ("mtp_tui.defender", "mtp_tui.services.incidents", "mtp_tui.services.triage", "mtp_tui.services.views")
SIMULATED = ("mtp_tui.sim", "segno", "mtp_tui.guide")

_COUNT = """
import json, sys
before = set(sys.modules)

def report():
    print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)
"""

_COMMAND = """
from mtp_tui import cli
try:
    cli.main(sys.argv[1:])
except SystemExit:
    pass
report()
"""

_FIRST_PAINT = """
import asyncio
from pathlib import Path
from mtp_tui import cli, logs, settings
from mtp_tui.services import wiring
from mtp_tui.ui.app import MtpApp

async def start():
    app = MtpApp(wiring.live(settings.Settings(profile_file=Path("nowhere"), has_store=True)))
    async with app.run_test() as pilot:
        await pilot.pause()
        report()

asyncio.run(start())
"""


def loaded_by(script: str, *arguments: str) -> list[str]:
    """What a Python of its own has loaded, beyond what it begins with, when the script calls `report()`."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _COUNT + script, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    modules: list[str] = json.loads(done.stderr.splitlines()[-1])
    return modules


def among(modules: list[str], *packages: str) -> list[str]:
    """Those of the modules that are, or belong to, one of the packages."""
    return [name for name in modules if any(name == each or name.startswith(f"{each}.") for each in packages)]


def made_up_token() -> str:
    """A token that nobody has signed."""
    parts = ({"typ": "JWT", "alg": "RS256"}, {"aud": "https://api.security.microsoft.com", "exp": 4_000_000_000})
    return ".".join(
        [*(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), "AA"]
    )


# what is loaded


def test_the_version_is_told_by_a_few_modules() -> None:
    modules = loaded_by(_COMMAND, "--version")
    assert among(modules, "mtp_tui.cli")
    assert (
        among(modules, *SCREEN, *NETWORK, *STORAGE, *INCIDENTS, *SIMULATED, "asyncio", "platformdirs", "logging") == []
    )
    assert len(modules) <= 45


def test_a_token_is_judged_without_screen_incidents_and_store(tmp_path: Path) -> None:
    file = tmp_path / "token.txt"
    file.write_text(made_up_token())
    modules = loaded_by(_COMMAND, "token", "check", "--offline", str(file))
    assert among(modules, "mtp_tui.identity.token_checks")
    # of the profiles only the names of the variables that no child is to inherit
    assert [
        name
        for name in among(modules, *SCREEN, *NETWORK, *STORAGE, *INCIDENTS, *SIMULATED)
        if name not in ("mtp_tui.profiles", "mtp_tui.profiles.private_file", "mtp_tui.profiles.secret_variables")
    ] == []
    assert len(modules) <= 215


def test_the_first_paint_waits_for_nothing_that_it_does_not_show() -> None:
    modules = loaded_by(_FIRST_PAINT)
    assert among(modules, "mtp_tui.ui.panes.sign_in")
    assert among(modules, *NETWORK, *STORAGE[:-1], *INCIDENTS, *SIMULATED) == []
    assert among(modules, "mtp_tui.profiles") == ["mtp_tui.profiles", "mtp_tui.profiles.profile"]
    assert among(modules, "mtp_tui.ui.panes.token", "mtp_tui.ui.panes.incidents", "mtp_tui.identity.token_checks") == []
    others = ("data_table", "markdown", "text_area", "tabs", "tabbed_content", "footer", "header", "progress_bar")
    assert among(modules, *(f"textual.widgets._{name}" for name in others)) == []
    assert len(among(modules, "mtp_tui")) <= 68
    assert len(modules) <= 430


# what is mounted, and asked


async def test_the_start_mounts_the_form_and_a_refresh_is_one_call(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock) as analyst:
        main = analyst.app.screen
        assert len(list(main.walk_children())) <= 30
        assert len(analyst.app.stylesheet.rules) <= 240
        await analyst.sign_in()
        assert len(list(main.walk_children())) <= 48
        for pages in (1, 2):  # nothing has changed
            before = len(tenant.requests)
            await analyst.press("r")
            assert len(tenant.requests) - before == 1, pages
        before = len(tenant.requests)
        clock.advance(5)
        analyst.tick()
        await analyst.press("2", "right", "3", "j", "enter", "escape")
        assert len(tenant.requests) == before, "looking around asks nobody"


# what a key reads and draws


class Row(NamedTuple):
    number: int


class CountedRows(Sequence[Row]):
    """Any number of rows, made when they are asked for."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.asked = 0

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Row:  # type: ignore[override]
        self.asked += 1
        if not 0 <= index < self.length:
            raise IndexError(index)
        return Row(index)


class Grid(ModalApp):
    """An app with nothing in it but a grid of rows that are counted, and drawn with a count."""

    def __init__(self, rows: CountedRows) -> None:
        super().__init__()
        self.rows = rows
        self.drawn = 0

    def compose(self) -> ComposeResult:
        yield RecordGrid((Column("Number", 10, self._show, grows=True),), lambda row: str(row.number))

    def on_mount(self) -> None:
        grid = self.query_one(RecordGrid)
        grid.show(self.rows)
        grid.focus()

    def _show(self, row: Row) -> Span:
        self.drawn += 1
        return Span(str(row.number))


async def test_a_key_reads_and_draws_no_more_than_it_shows() -> None:
    rows = CountedRows(100_000)
    app = Grid(rows)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert rows.asked <= 3 * 39
        costs = {}
        for key in ("down", "up", "pagedown", "end", "up", "home"):
            rows.asked = app.drawn = 0
            await pilot.press(key)
            await pilot.pause()
            costs[key] = rows.asked, app.drawn
        assert app.query_one(RecordGrid).cursor == 0
    assert {drawn for _, drawn in (costs["down"], costs["up"])} == {2}
    assert max(drawn for _, drawn in costs.values()) <= 39
    assert max(asked - drawn for asked, drawn in costs.values()) <= 4


# what is drawn

LINE = 400
"""Characters, with all that colours them: a line of 120 cells has fewer."""


async def test_a_key_draws_two_lines_and_a_refresh_that_brings_nothing_none(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 200)
    async with driven(MtpApp(services_for(tenant, clock, demo=True))) as at:
        program = Program(at.app)
        await program.settle(lambda: program.is_quiet and len(program.grid.rows) == 200)
        program.grid.focus()
        await program.settle()
        for key in ("j", "down", "k"):
            assert 0 < (await program.press(key)).written <= 3 * LINE, key
        assert 0 in [await drawn_by_a_refresh(program, tenant) for _ in range(5)]


async def drawn_by_a_refresh(program: Program, tenant: SimulatedTenant) -> int:
    """Characters; what else is drawn while one goes on is a second that ends, which the line above says."""
    asked = len(tenant.requests)
    refreshed = await program.press("r", lambda: len(tenant.requests) > asked and program.is_quiet)
    return refreshed.written


async def test_who_has_the_keys_is_drawn_and_not_the_whole_screen(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with driven(MtpApp(services_for(tenant, clock))) as at:
        await at.settle()
        for key in ("tab", "tab", "escape"):
            assert 0 < (await at.press(key)).written <= 6 * LINE, key


async def test_containers_without_a_look_are_never_drawn(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        around = [each for each in analyst.grid.ancestors if isinstance(each, Seethrough)]
        assert len(around) >= 7
        whole = Region(0, 0, *analyst.app.size)
        assert all(each.render_lines(whole) == [] for each in around)
        # each of them would be seen through only as long as it has nothing to show
        styles = [each.styles for each in around if isinstance(each, Widget)]
        assert all(each.background.a == 0 and not each.gutter.top and not each.gutter.left for each in styles)
