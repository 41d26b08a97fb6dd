"""How the window ends when it is not a key that ends it: by a signal, or because its terminal is gone.

It leaves as it does with `q`: terminal restored, store closed. What cannot be left in order within `GRACE_S`, since the
line hangs or a disk does, is left by force; the terminal is restored even then.
"""

import asyncio
import contextlib
import os
import select
import signal
import threading
from collections.abc import Callable
from types import FrameType

GRACE_S = 5.0
"""How long leaving may take; writing a page of incidents takes hundredths."""

ENDING_SIGNALS = (
    *("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"),
    *("SIGUSR1", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGABRT"),
)
"""Those that would end a program that does not wait for them, and leave its terminal as it is. By name, since Windows does
not know them all."""

OUT_OF_ORDER = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l"  # bracketed paste, line wrap, resize reports
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l"  # mouse, focus
    "\x1b[<u\x1b[?1049l\x1b[?25h"  # keys, screen, cursor
)
"""Takes back every mode that Textual sets; for when Textual itself cannot."""

Leave = Callable[[int], object]


def exit_code(number: int) -> int:
    """What a shell shows for a program that a signal has ended: 128 and its number."""
    return 128 + number


def end_in_order(leave: Leave) -> None:
    """From now on call `leave` with the exit code, in the event loop, once something wants the window gone.

    Before there is a loop, and after, SystemExit is raised: there nothing is painted. To be called in the main thread,
    while the terminal is as it was found.
    """
    ending = _Ending(leave)
    for name in ENDING_SIGNALS:
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, ending.told)
    if hasattr(select, "poll") and hasattr(signal, "SIGHUP"):
        threading.Thread(target=_watch_terminal, name="terminal watch", daemon=True).start()


class _Ending:
    """What was found, and whether leaving has begun."""

    def __init__(self, leave: Leave) -> None:
        self._leave = leave
        self._restore = _restorer()
        self._has_begun = False

    def told(self, number: int, _: FrameType | None) -> None:
        """A signal has come. Runs in the main thread, also while that waits for a terminal that takes nothing."""
        if self._has_begun:
            return
        self._has_begun = True
        code = exit_code(number)
        by_force = threading.Timer(GRACE_S, self._end_by_force, (code,))
        by_force.daemon = True
        by_force.start()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise SystemExit(code) from None
        loop.call_soon_threadsafe(self._leave, code)

    def _end_by_force(self, code: int) -> None:
        # this frees whatever waits for the terminal, and the main thread with it: what that still paints, and what
        # Python flushes at its end, must not fail, or the exit code would be Python's own
        with contextlib.suppress(OSError, ValueError):
            terminal = os.dup(2)
            _paint_nowhere()
            os.set_blocking(terminal, False)
            os.write(terminal, OUT_OF_ORDER.encode())
        self._restore()
        os._exit(code)


def _restorer() -> Callable[[], object]:
    """Puts the terminal's line settings back to what they are now."""
    try:
        import termios
    except ImportError:  # Windows
        return lambda: None
    try:
        settings = termios.tcgetattr(0)
    except (OSError, termios.error):
        return lambda: None

    def restore() -> None:
        with contextlib.suppress(OSError, termios.error):
            termios.tcsetattr(0, termios.TCSANOW, settings)

    return restore


def _watch_terminal() -> None:
    """Wait until nobody is at the other end of the terminal any more, and end as the kernel's own signal would.

    That signal does not come where the terminal is not the controlling one, or hanging up is ignored. Reading then
    returns at once and without end, and writing fails, which Textual's threads do not expect: what is still painted
    goes nowhere.
    """
    terminal = select.poll()
    terminal.register(0, 0)
    try:
        events = terminal.poll()
    except OSError:
        return
    if not any(event & (select.POLLHUP | select.POLLERR) for _, event in events):
        return  # a system that cannot watch a terminal like this
    _paint_nowhere()
    os.kill(os.getpid(), signal.SIGHUP)


def let_go_of_terminal() -> None:
    """From now on nothing is read from the terminal, painted on it, or set in it."""
    with contextlib.suppress(OSError):
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
    _paint_nowhere()


def _paint_nowhere() -> None:
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.close(nowhere)
