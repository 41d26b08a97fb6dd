"""The signals of a terminal: another size, stopped by ctrl+z or whoever sends SIGTSTP, and going on with the shell's `fg`."""

import asyncio
import signal
from collections.abc import Callable

from mtp_tui.endings import let_go_of_terminal

HEARD_OF_S = 0.2
"""Within so much time a signal that was sent together with another one has been heard of."""


class Suspending:
    """Stands before the driver's own signal handlers.

    Those act in the middle of whatever is being done, and start the terminal's modes once more when the process was
    stopped by what cannot be noticed (SIGSTOP): then two threads would read keys, and the line settings that are
    restored in the end would be the wrong ones. And Python runs a handler in the middle of the same one: of two sizes the
    older would be told last, and the window painted for that until the next.
    """

    def __init__(self, repaint: Callable[[], object]) -> None:
        """To be made in the event loop once the driver has its handlers; `repaint` paints everything anew."""
        self._repaint = repaint
        self._is_suspended = False
        self._is_ended = False
        self._loop = loop = asyncio.get_running_loop()
        self._hear_of_sizes_in_turn()
        stop, go_on = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
        if not (callable(stop) and callable(go_on)):
            return
        self._stop, self._go_on = stop, go_on
        signal.signal(signal.SIGTSTP, lambda *_: loop.call_soon_threadsafe(self._suspend))
        signal.signal(signal.SIGCONT, lambda *_: loop.call_soon_threadsafe(self._resume))

    def resumed(self) -> None:
        """The terminal is ours again, and the driver has put its handlers back."""
        self._is_suspended = False
        self._hear_of_sizes_in_turn()
        self._repaint()

    def end(self) -> None:
        """The window is being closed. While it is suspended the terminal is the shell's: it was restored, and to touch it
        once more from the background would only stop the process again, with all that it holds in memory."""
        self._is_ended = True
        if self._is_suspended:
            let_go_of_terminal()

    def _hear_of_sizes_in_turn(self) -> None:
        tell = signal.getsignal(signal.SIGWINCH)
        if callable(tell):
            signal.signal(signal.SIGWINCH, lambda *_: self._loop.call_soon_threadsafe(tell, signal.SIGWINCH, None))

    def _suspend(self) -> None:
        if not self._is_suspended:
            self._is_suspended = True
            self._stop(signal.SIGTSTP, None)

    def _resume(self) -> None:
        if self._is_ended:
            return
        if self._is_suspended:
            # a shell that ends a stopped job sends TERM or HUP and then CONT, and which is heard of first is chance
            self._loop.call_later(HEARD_OF_S, self._take_back)
        else:
            self._repaint()

    def _take_back(self) -> None:
        if self._is_suspended and not self._is_ended:
            # which says so by a message if it succeeds: it does not in the background
            self._go_on(signal.SIGCONT, None)
