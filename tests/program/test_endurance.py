"""The real program where the world around it gives way: signals, a lost terminal, odd machines, full disks."""

import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("signals and pseudo-terminals are POSIX", allow_module_level=True)

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.program import PROGRAM, asked_for_incidents
from tests.support.terminal import ALTERNATE_SCREEN, Terminal

DEMO = (*PROGRAM, "--demo")

SIZES = ((1, 1), (20, 5), (80, 24), (200, 60), (2, 1), (1, 50), (300, 1), (37, 11), (120, 3))


def state_of(terminal: Terminal) -> str:
    """`T` while the process is stopped. Source: proc(5), /proc/PID/stat."""
    stat = Path(f"/proc/{terminal.process.pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0]


# signals


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131), (signal.SIGUSR1, 138)],
)
def test_a_signal_ends_it_with_the_terminal_restored(
    environment: dict[str, str], number: signal.Signals, code: int
) -> None:
    with Terminal(DEMO, environment) as terminal:
        terminal.read_until("Sev", "High")
        assert not terminal.is_restored
        terminal.process.send_signal(number)
        assert terminal.leave(within_s=5) == code
        assert terminal.is_restored
        assert "Traceback" not in terminal.screen.text


def test_a_signal_during_the_first_paint_restores_the_terminal_too(environment: dict[str, str]) -> None:
    with Terminal(DEMO, environment) as terminal:
        terminal.read_until(also=lambda: ALTERNATE_SCREEN in terminal.screen.modes)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.leave(within_s=5) == 143
        assert terminal.is_restored


IMPATIENT = """
import sys
from mtp_tui import cli, endings

endings.GRACE_S = 0.5
sys.exit(cli.main(["--demo"]))
"""


def test_a_line_that_takes_nothing_any_more_does_not_hold_it(environment: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "impatient.py"
    script.write_text(IMPATIENT)
    with Terminal([sys.executable, str(script)], environment, width=200, height=60) as terminal:
        terminal.read_until("Sev", "High")
        for _ in range(400):  # nobody reads what is painted, until there is no room for more
            terminal.press("\x1b[6~\x1b[5~T")
        time.sleep(0.3)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(timeout=10) == 143
        assert terminal.line_settings == terminal.line_settings_before


FREED = """
import asyncio, os, sys, threading, time
from mtp_tui import endings

endings.GRACE_S = 0.2
at_once = os._exit
os._exit = lambda code: (time.sleep(2), at_once(code))  # the main thread is always first

def paint():
    while True:
        sys.stderr.write("painted ")
        sys.stderr.flush()

async def window():
    left = asyncio.Event()
    endings.end_in_order(lambda code: (codes.append(code), left.set()))
    painter.start()
    await left.wait()

codes = []
painter = threading.Thread(target=paint)
asyncio.run(window())
painter.join()
sys.exit(codes[0])
"""


def test_leaving_by_force_keeps_the_exit_code_of_what_it_frees(environment: dict[str, str], tmp_path: Path) -> None:
    """Python ends with 120 if it cannot flush. Source: CPython's documentation of `Py_FinalizeEx`."""
    script = tmp_path / "freed.py"
    script.write_text(FREED)
    with Terminal([sys.executable, str(script)], environment) as terminal:
        terminal.read_until("painted")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(timeout=10) == 143


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc whether the process is stopped")
def test_it_is_suspended_and_goes_on_and_follows_any_number_of_resizes(environment: dict[str, str]) -> None:
    def stop(by: Callable[[], object]) -> None:
        terminal.settle()
        by()
        terminal.read_until(also=lambda: state_of(terminal) == "T")
        terminal.settle(0.1)

    def go_on() -> None:
        terminal.screen.resize(80, 24)  # the shell has written over it
        terminal.process.send_signal(signal.SIGCONT)
        terminal.read_until("DEMO", "Sev", "High", "F1 Help")

    with Terminal(DEMO, environment) as terminal:
        terminal.read_until("DEMO", "Sev", "High", "live")
        for way in (lambda: terminal.press("\x1a"), lambda: terminal.process.send_signal(signal.SIGTSTP)):
            stop(way)
            assert terminal.is_restored
            go_on()
            assert not terminal.is_restored
        stop(lambda: terminal.process.send_signal(signal.SIGSTOP))  # which nobody is told about
        go_on()
        for number in range(200):
            terminal.resize(*SIZES[number % len(SIZES)])
        terminal.resize(80, 24)
        terminal.read_until("DEMO", "Sev", "High", "F1 Help", rows=20)
        terminal.press("q")
        assert terminal.leave() == 0
        assert terminal.is_restored


@pytest.mark.skipif(shutil.which("bash") is None, reason="asks a shell with jobs")
@pytest.mark.parametrize("way", ["kill %1", "kill -HUP %1", "bg; sleep 1; kill %1"])
def test_a_suspended_job_is_ended_by_its_shell(environment: dict[str, str], way: str) -> None:
    shell = environment | {"PS1": "ready> ", "HISTFILE": ""}
    with Terminal(["bash", "--norc", "--noprofile", "-i"], shell, width=100) as terminal:
        terminal.read_until("ready>")
        terminal.press(f"{shlex.join(DEMO)}\r")
        terminal.read_until("DEMO", "Sev", "High", "live")
        terminal.settle()
        terminal.press("\x1a")
        terminal.read_until("Stopped")
        terminal.press(f"{way}\r")
        terminal.press("until jobs -l | grep Exit; do sleep 0.1; done\r")
        terminal.read_until("Exit 129" if "HUP" in way else "Exit 143")
        assert terminal.screen.modes[ALTERNATE_SCREEN] is False


# the terminal


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for the processor's time")
def test_a_terminal_that_is_gone_ends_it_without_spinning_and_the_store_is_whole(
    signing_in: dict[str, str], home: Path, tenant: SimulatedTenant
) -> None:
    data = home / "data"
    with Terminal(PROGRAM, signing_in | {"XDG_DATA_HOME": str(data)}) as terminal:
        terminal.read_until("taken from the environment variable")
        terminal.press("\r")
        terminal.read_until(f"{len(tenant.incidents.all())} incidents")
        before = processor_time_s(terminal.process.pid)
        terminal.hang_up()
        _, status, usage = os.wait4(terminal.process.pid, 0)
        terminal.process.returncode = os.waitstatus_to_exitcode(status)
        assert terminal.process.returncode == 129
        assert usage.ru_utime + usage.ru_stime - before < 2
    (store,) = data.rglob("*.sqlite")
    connection = sqlite3.connect(store)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("SELECT count(*) FROM incidents").fetchone() == (len(tenant.incidents.all()),)
    connection.close()
    assert list(data.rglob("*-wal")) == [], "it was closed, and not only dropped"


def processor_time_s(pid: int) -> float:
    """What a process has used until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


PYTHON = shlex.join([sys.executable, "-m", "mtp_tui"])


@pytest.mark.parametrize(
    ("line", "variables", "said"),
    [
        (f"{PYTHON} --demo", {"TERM": "dumb"}, "cannot be painted on (TERM=dumb)"),
        (f"{PYTHON}", {"TERM": "unknown"}, "cannot be painted on (TERM=unknown)"),
        (f"{PYTHON} --demo <&-", {}, "needs a terminal"),
        (f"{PYTHON} --demo </dev/null", {}, "needs a terminal"),
        (f"{PYTHON} --demo >/dev/null", {}, "needs a terminal"),
        (f"{PYTHON} --demo >&-", {}, "needs a terminal"),
        (f"{PYTHON} --demo 2>/dev/null", {}, "needs a terminal"),
        (f"{PYTHON} --demo 2>&-", {}, "needs a terminal"),
        (f"{PYTHON} --demo <&- >&-", {}, "needs a terminal"),
        (PYTHON, {"TEXTUAL_LOG": "log"}, "TEXTUAL_LOG writes down all that is typed"),
        (PYTHON, {"TEXTUAL_SCREENSHOT": "9"}, "TEXTUAL_SCREENSHOT writes down what is shown"),
        (PYTHON, {"TEXTUAL": "debug, DevTools"}, "TEXTUAL=devtools writes down all that is typed"),
    ],
)
def test_where_there_is_nothing_to_paint_on_or_somebody_listens_one_sentence_says_so(
    environment: dict[str, str], home: Path, line: str, variables: dict[str, str], said: str
) -> None:
    with Terminal(["sh", "-c", line], environment | variables, width=200, folder=home) as terminal:
        assert terminal.leave() == 2
        assert terminal.screen.modes == {}
        assert said in terminal.screen.text
        assert len(terminal.screen.text.strip().splitlines()) == 1
    assert list(home.rglob("*")) == []


def test_with_everything_closed_it_just_ends(environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        ["/bin/sh", "-c", f"{PYTHON} --demo <&- >&- 2>&-"], env=environment, check=False, timeout=20
    )
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("prefix", "variables"),
    [
        ("ulimit -n 32; unset TERM LANG; exec", {}),
        ("exec", {"PYTHONIOENCODING": "latin-1", "LC_ALL": "POSIX"}),
    ],
)
def test_few_open_files_no_name_of_a_terminal_and_another_character_set_are_no_obstacle(
    environment: dict[str, str], prefix: str, variables: dict[str, str]
) -> None:
    with Terminal(["sh", "-c", f"{prefix} {shlex.join(DEMO)}"], environment | variables) as terminal:
        terminal.read_until("DEMO", "Sev", "High", "⏎ Open", "▲", "contoso-demo.ex…")
        terminal.press("q")
        assert terminal.leave() == 0


# the disk


def test_a_full_disk_is_said_once_and_everything_else_works(
    signing_in: dict[str, str], home: Path, tenant: SimulatedTenant
) -> None:
    """No file may grow beyond 40 KB: room for the log's first lines and for nothing that is to be remembered."""
    command = f"ulimit -f 80; exec {shlex.join(PROGRAM)}"
    variables = signing_in | {"XDG_DATA_HOME": str(home / "data")}
    (home / "state" / "mtp-tui" / "log").mkdir(parents=True)
    (home / "state" / "mtp-tui" / "log" / "mtp-tui.log").write_bytes(b"an earlier line\n" * 2_570)
    with Terminal(["/bin/sh", "-c", command], variables, width=120, height=30) as terminal:
        terminal.read_until("taken from the environment variable")
        terminal.press("\r")
        whole = f"{len(tenant.incidents.all())} incidents"
        terminal.read_until("remembered")  # one word: where the sentence is broken depends on the path in it
        terminal.read_until(whole)
        terminal.press("Y")
        terminal.read_until("clipboard", also=lambda: "remembered" not in terminal.screen.text)
        asked = asked_for_incidents(tenant)
        terminal.press("r")
        terminal.read_until(whole, also=lambda: asked_for_incidents(tenant) > asked)
        terminal.settle()
        assert "remembered" not in terminal.screen.text, "once is enough"
        terminal.press("\r")
        terminal.read_until("Overview", "Evidence")
        terminal.press("q")
        assert terminal.leave() == 0
        assert "The log could not be written to the end (File too large)" in terminal.screen.text
    assert all(path.stat().st_size <= 40 * 1024 + 512 for path in home.rglob("*") if path.is_file())
