"""Nothing that a stranger wrote reaches the terminal as an order: the real program walked through with a hostile tenant.

Every byte that the terminal got is read by `escapes`, which knows nothing of the program's own fences.
"""

import json
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from mtp_tui.clock import system_clock
from mtp_tui.sim.attacks import ATTACKS
from mtp_tui.sim.hostile import FIRST_ID, hostile_claims, hostile_tenant
from mtp_tui.sim.tenant import SimulatedTenant
from tests.program.conftest import SECRET
from tests.support.program import PROGRAM
from tests.support.terminal import Terminal
from tests.support.walker import DOWN, END, ENTER, PAGE_DOWN, RIGHT, TAB, Walker, toml_string, write_config

NUMBER_OF = {name: FIRST_ID + number for number, name in enumerate(ATTACKS)}


@pytest.fixture
def tenant() -> SimulatedTenant:
    tenant = hostile_tenant(system_clock)
    app = tenant.apps[tenant.client_id]
    app.secret, app.extra_claims = SECRET, hostile_claims()
    tenant.prepare()
    return tenant


def hostile_views() -> str:
    """Views by the name of attacks, which narrow to attacks."""
    texts = [toml_string(text) for text in ATTACKS.values() if len(text) < 64 and text.isascii() and text.strip()]
    return "[views]\n" + "".join(f"{name} = {line}\n" for name, line in zip(texts, reversed(texts), strict=True))


def test_a_walk_through_everything(signing_in: dict[str, str], home: Path, tenant: SimulatedTenant) -> None:
    write_config(home, "views.toml", hostile_views())
    del signing_in["COLORTERM"]  # a third of the bytes
    with Terminal([*PROGRAM, "--write"], signing_in, width=110, height=36) as terminal:
        walker = Walker(terminal)
        walker.begin("taken from the environment")
        walker.go(ENTER, "Sev", f"{len(tenant.incidents)} incidents")
        see_the_queue(walker)
        see_an_incident(walker)
        narrow(walker)
        see_menus(walker)
        see_the_token(walker)
        change_incidents(walker)
        copy_an_incident(walker)
        walker.leave()


def see_the_queue(walker: Walker) -> None:
    walker.go("S", "▌✓      Severity")
    walker.go(END, "▌–      Age")
    for name in ("Tags", "Users", "Devices"):
        walker.go("k", f"▌–      {name}")
        walker.go(" ", f"▌✓      {name}")
    walker.go(ENTER, "Severity", without="Space shows")
    walker.leaf(*[PAGE_DOWN] * 5)
    walker.terminal.resize(150, 45)
    walker.go("g", "a␛[66;666Hmoved", "Tags")
    walker.leaf(*[PAGE_DOWN] * 3)
    walker.terminal.resize(60, 18)
    walker.go("gT", "a␛[66;666Hmoved")
    walker.leaf(PAGE_DOWN, PAGE_DOWN)
    walker.terminal.resize(110, 36)
    walker.go("gT", "Severity", "a␛[66;666Hmoved")


def see_an_incident(walker: Walker) -> None:
    walker.go(ENTER, "6600", "Overview", "Affected")
    walker.leaf(PAGE_DOWN, PAGE_DOWN)
    for shown in ("Began UTC", "Evidence by type", "Risk", "Alerts by tactic", "x␛[666666bEVIL", " lines"):
        walker.go(RIGHT, shown)
        walker.leaf(DOWN, PAGE_DOWN)
    walker.go("/", "words in keys")
    walker.go("EVIL\r", "“EVIL” ")
    walker.leaf("n", "n", "z")
    walker.back(" lines", without="“EVIL”")


def narrow(walker: Walker) -> None:
    empty = "words, severity:high"
    walker.back("Severity", without="Overview")
    walker.go("/", empty)
    walker.go("tag:", "tag:", '" 6  ')
    walker.go(TAB, 'tag:"', "6 of 200")
    walker.go("\x15", empty)
    walker.go("owner:", "none  ")
    walker.go("\x15", empty)
    walker.go("[/x] (((", "[/x] (((")
    walker.go("\x15", empty)
    walker.back(" 200 incidents", without=empty)


def see_menus(walker: Walker) -> None:
    walker.go("V", "Views", "A view needs a name")
    walker.go(DOWN * 6 + ENTER, "of 200", "INFO root", without="Views")
    walker.back(" 200 incidents", without=" of 200")
    walker.go("s", "Admin center", "Register the application")
    walker.leaf(DOWN, "x")
    walker.back("Severity", without="Register the application")
    walker.go("c", "cURL: token")
    walker.back("Severity", without="cURL: token")
    walker.go("p", "Profiles", "environment")
    walker.back("Severity", without="Esc closes")
    walker.go(":", "Commands")
    walker.go("mark", "Mark the row for triage")
    walker.back("Severity", without="Mark the row for triage")
    walker.go("?", "Help", "Esc closes")
    walker.back("Severity", without="Esc closes")


def see_the_token(walker: Walker) -> None:
    walker.go("2", "Accepted for incidents", "Report")
    for shown in ("Checks", "GET /api/incidents", "appid", "Header"):
        walker.terminal.read_until(shown)
        walker.leaf(PAGE_DOWN, DOWN)
        walker.terminal.press(RIGHT)
    walker.terminal.read_until("hidden: v shows it")
    walker.go("h", "Copy JSON")
    assert "broken" in walker.copy("y")
    walker.go("3", "Severity")


def change_incidents(walker: Walker) -> None:
    walker.go("g  t", "Triage", "2 incidents", "there are:")
    walker.go(RIGHT * 3, "‹Resolved›")
    walker.go(ENTER, "2 of 2 would be changed")
    walker.go("y", "Changed.", "Close")
    walker.go(ENTER, "Severity")
    walker.go("u", "Undo", "2 of 2 would be changed")
    walker.go("y", "Changed.", "Close")
    walker.go(ENTER, "Severity")


def copy_an_incident(walker: Walker) -> None:
    """One whose name cannot be written: what is copied is as it was sent, but for what no terminal could take."""
    walker.go("/", "words, severity")
    walker.go(f"id:{NUMBER_OF['high surrogate']}\r", "1 of 200")
    walker.go(ENTER, "broken � half", "Overview")
    walker.go("h", "␛]0;EVIL title␇")
    walker.go("y", "Key Copies")
    assert walker.copy("n") == "broken \ufffd half"
    walker.go("y", "Key Copies")
    assert json.loads(walker.copy("w"))["incidentName"] == "broken \ufffd half"
    for key in "tmo":
        walker.go("y", "Key Copies")
        walker.copy(key)
