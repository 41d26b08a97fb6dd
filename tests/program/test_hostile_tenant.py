"""Nothing that a stranger wrote reaches the terminal as an order: the real program walked through with a hostile tenant.

Every byte that the terminal got is read by `escapes`, which knows nothing of the program's own fences.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from mtp_tui.clock import system_clock
from mtp_tui.sim.attacks import ATTACKS, CONTROL_SEQUENCES, CONTROL_STRINGS
from mtp_tui.sim.faults import Respond, raw
from mtp_tui.sim.hostile import FIRST_ID, hostile_claims, hostile_error, hostile_refusal, hostile_tenant
from mtp_tui.sim.tenant import SimulatedTenant
from tests.program.conftest import SECRET
from tests.support.escapes import BEGINNING_AND_END, PAINTING, copies_in, foreign
from tests.support.program import PROGRAM
from tests.support.terminal import Terminal
from tests.support.tls_server import TlsTenant

ESC, ENTER, TAB, RIGHT, DOWN, PAGE_DOWN, END = "\x1b", "\r", "\t", "\x1b[C", "\x1b[B", "\x1b[6~", "\x1b[F"
NUMBER_OF = {name: FIRST_ID + number for number, name in enumerate(ATTACKS)}
ORDERS = " ".join((*CONTROL_SEQUENCES.values(), *CONTROL_STRINGS.values()))


class Walker:
    """Presses keys, waits for what has to come, and keeps count of what was copied on purpose."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.begun = 0
        """How many bytes had come when the first frame was whole."""

    def begin(self, *texts: str) -> None:
        """Wait for the first screen."""
        self.terminal.read_until(*texts)
        self.begun = len(self.terminal.painted)

    def go(self, keys: str, *texts: str, without: str = "\0") -> str:
        """Press, and wait until all the texts are there, and one is not."""
        self.terminal.press(keys)
        return self.terminal.read_until(*texts, within_s=10, also=lambda: without not in self.terminal.screen.text)

    def back(self, *texts: str, without: str = "\0") -> None:
        """Press Escape, and nothing more until it is no longer the begin of a key's code."""
        self.terminal.press(ESC)
        self.terminal.settle(0.15)
        self.terminal.read_until(*texts, within_s=10, also=lambda: without not in self.terminal.screen.text)

    def leaf(self, *keys: str) -> None:
        """Press one after the other, whatever comes."""
        for key in keys:
            self.terminal.press(key)
            self.terminal.settle(0.08)

    def copy(self, keys: str) -> str:
        """Press what copies; gives the text."""
        before = len(self.terminal.clipboard)
        self.terminal.press(keys)
        self.terminal.read_until(also=lambda: len(self.terminal.clipboard) == before + 1)
        return self.terminal.clipboard[-1]

    def leave(self) -> None:
        """End the program, and read all that it ever wrote."""
        self.terminal.settle(0.05)
        ended = len(self.terminal.painted)
        self.terminal.press("\x11")
        assert self.terminal.leave() == 0
        painted = bytes(self.terminal.painted)
        assert foreign(painted[self.begun : ended], PAINTING) == []
        assert foreign(painted, BEGINNING_AND_END) == []
        assert copies_in(painted) == self.terminal.clipboard


@pytest.fixture
def tenant() -> SimulatedTenant:
    tenant = hostile_tenant(system_clock)
    app = tenant.apps[tenant.client_id]
    app.secret, app.extra_claims = SECRET, hostile_claims()
    tenant.prepare()
    return tenant


def toml_string(text: str) -> str:
    """As TOML writes it: control characters as escapes."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_file(home: Path, name: str, text: str) -> None:
    path = home / "config" / "mtp-tui" / name
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    path.chmod(0o600)


def hostile_views() -> str:
    """Views by the name of attacks, which narrow to attacks."""
    texts = [toml_string(text) for text in ATTACKS.values() if len(text) < 64 and text.isascii() and text.strip()]
    return "[views]\n" + "".join(f"{name} = {line}\n" for name, line in zip(texts, reversed(texts), strict=True))


def test_a_walk_through_everything(signing_in: dict[str, str], home: Path, tenant: SimulatedTenant) -> None:
    write_file(home, "views.toml", hostile_views())
    with Terminal([*PROGRAM, "--write"], signing_in, width=110, height=36) as terminal:
        walker = Walker(terminal)
        import time; T=[time.time()]
        def lap(w): print(w, time.time()-T[0], len(terminal.painted)); T[0]=time.time()
        walker.begin("taken from the environment")
        lap("begin")
        walker.go(ENTER, "Sev", f"{len(tenant.incidents)} incidents")
        see_the_queue(walker)
        lap('see_the_queue')
        see_an_incident(walker)
        lap('see_an_incident')
        narrow(walker)
        lap('narrow')
        see_menus(walker)
        lap('see_menus')
        see_the_token(walker)
        lap('see_the_token')
        change_incidents(walker)
        lap('change_incidents')
        walker.leave()


def see_the_queue(walker: Walker) -> None:
    walker.go("S", "Columns", "Tags")
    walker.leaf(END, " ", "k ", "k ", "k ", "k ", ENTER)
    walker.leaf(*[PAGE_DOWN] * 7)
    walker.terminal.resize(150, 45)
    walker.go("g", "Devices", "Users")
    walker.leaf(*[PAGE_DOWN] * 5)
    walker.go("T", "Sev")
    walker.terminal.resize(60, 18)
    walker.leaf(PAGE_DOWN, "g")
    walker.terminal.resize(110, 36)
    walker.go("T", "Sev", "a␛[66;666Hmoved")


def see_an_incident(walker: Walker) -> None:
    walker.go(ENTER, "6600", "Overview", "Evidence")
    for _ in range(6):
        walker.leaf(PAGE_DOWN, TAB, PAGE_DOWN, RIGHT)
    walker.leaf("/EVIL\r", "n", "n", "z")
    walker.back("6600")


def narrow(walker: Walker) -> None:
    walker.back("Severity")
    walker.go("/", "words, or severity:high")
    walker.go("tag:", "›")
    walker.go(f"{TAB}", f"of {len(ATTACKS)}"[:3])
    walker.leaf("\x15", "owner:", TAB, "\x15", "[/x] status:", TAB, "\x15", "(((", "\x15")
    walker.back("incidents", without="words, or severity:high")


def see_menus(walker: Walker) -> None:
    walker.go("V", "Views", "A view needs a name")
    walker.leaf(*[DOWN] * 6, ENTER)
    walker.back(" 200 incidents", without=" of 200")
    walker.go("s", "Set-up", "Register the application")
    walker.leaf(DOWN, "x")
    walker.back("Severity", without="Register the application")
    walker.go("c", "cURL: token")
    walker.back("Severity", without="cURL: token")
    walker.go("p", "Profiles", "environment")
    walker.back("Severity", without="Esc closes")
    walker.go(":", "Search")
    walker.go("mark", "Mark")
    walker.back("Severity")
    walker.go("?", "Help", "Esc closes")
    walker.back("Severity", without="Esc closes")


def see_the_token(walker: Walker) -> None:
    walker.go("2", "Accepted for incidents", "Report")
    for _ in range(4):
        walker.leaf(PAGE_DOWN, PAGE_DOWN, TAB, PAGE_DOWN, RIGHT)
    walker.go("3", "Severity")


def change_incidents(walker: Walker) -> None:
    walker.go("g  t", "Triage", "2 incidents", "there are:")
    walker.leaf(RIGHT, RIGHT, RIGHT)
    walker.go(ENTER, "2 of 2 would be changed")
    walker.go("y", "Resolved")
    walker.go(ENTER, "Severity")
