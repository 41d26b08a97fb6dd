"""What a person has to do elsewhere to sign in: enter a code at an address, or go through a browser window."""

from datetime import datetime
from functools import lru_cache
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from mtp_tui.clock import Clock
from mtp_tui.identity.progress import EnterCode, OpenBrowser
from mtp_tui.ui.messages import CopyWanted
from mtp_tui.ui.text import plain, visible
from mtp_tui.ui.widgets.big_text import big_text
from mtp_tui.ui.widgets.said import Said

_ROOM_FOR_QR = 92
"""Columns in which the largest code and the QR code stand side by side."""
_LINES_AROUND = 2
"""Lines of the screen that are never a pane's: the bar at the top and the keys at the bottom."""


class Elsewhere(Vertical, can_focus=True):
    """Shows code and address while the sign-in waits; its keys copy them."""

    BINDING_GROUP_TITLE = "Sign in elsewhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_code", "Copy code", id="elsewhere.copy-code", tooltip="Copy the code"),
        Binding("u", "copy_link", "Copy link", id="elsewhere.copy-link", tooltip="Copy the address"),
        Binding("x", "show_qr(True)", "QR code", id="elsewhere.qr", tooltip="Show the address as a QR code"),
        Binding("x", "show_qr(False)", "Show code", id="elsewhere.code", tooltip="Show the code again"),
        Binding("b", "open_link", "Open browser", id="elsewhere.open", tooltip="Open the address in a browser here"),
    ]

    def __init__(self, clock: Clock, *, can_open: bool) -> None:
        """`can_open` says whether a browser could show up on this machine."""
        super().__init__(id="elsewhere")
        self._clock = clock
        self._can_open = can_open
        self.asked: EnterCode | OpenBrowser | None = None
        """What is waited for."""
        self._qr_alone = False
        # mounted when there is something to do elsewhere, which most sign-ins never come to
        self._what, self._then, self._left, self._note = (
            Said(id=f"elsewhere-{name}") for name in ("what", "then", "left", "note")
        )
        self._link, self._code, self._qr = (Static(id=f"elsewhere-{name}") for name in ("link", "code", "qr"))
        self._words = Vertical(
            self._what, self._link, self._then, self._code, self._left, self._note, id="elsewhere-words"
        )

    def show(self, asked: EnterCode | OpenBrowser | None) -> None:
        """Show what to do elsewhere, or nothing more."""
        self.asked = asked
        self.display = asked is not None
        self._qr_alone = False
        if asked is None:
            return
        if not self.children:
            self.mount(Horizontal(self._words, self._qr, id="elsewhere-body"))
            self.set_interval(1, self.tick)
        self._link.update(plain(asked.address))
        code = self._code
        code.display = isinstance(asked, EnterCode)
        if isinstance(asked, EnterCode):
            self._what.say("On any device with a browser, open")
            self._then.say("and enter the code")
            drawn = "\n".join(big_text(asked.user_code))
            spelt = visible(asked.user_code)
            code.update(plain(f"{drawn}\n{spelt}" if drawn else spelt, lines=True))
        else:
            self._what.say("Sign in with the browser on this machine, at")
            self._then.say(f"It comes back to {asked.comes_back_to} by itself.")
        note = "" if self._can_open else self._why_not(asked)
        self._note.say(note)
        self._show_qr()
        self.tick()

    def _why_not(self, asked: EnterCode | OpenBrowser) -> str:
        if isinstance(asked, EnterCode):
            return ""
        port = asked.comes_back_to.rpartition(":")[2].rstrip("/")
        return (
            "There is no browser here. Choose Device code, or forward the port from where one is "
            f"(ssh -L {port}:localhost:{port} …) and open the address there: u copies it."
        )

    @property
    def _has_room(self) -> bool:
        return self.size.width >= _ROOM_FOR_QR

    def _show_qr(self) -> None:
        """Beside the words where there is room for both, else in their place when asked for."""
        # the code of a loopback sign-in would lead a phone to itself
        asked, qr = self.asked, self._qr
        is_wanted = isinstance(asked, EnterCode) and (self._has_room or self._qr_alone)
        lines = _qr_lines(asked.address) if asked is not None and is_wanted else ()
        room = self.screen.size.height - _LINES_AROUND
        is_drawn = len(lines) <= room
        qr.set_class(is_drawn, "-drawn")
        if not is_drawn:
            need = len(lines) + _LINES_AROUND
            lines = (f"The QR code needs {need} lines. Enlarge the terminal;", "x shows the code again.")
        qr.display = bool(lines)
        qr.update(plain("\n".join(lines), lines=True))
        self._words.display = self._has_room or not lines

    def on_resize(self) -> None:
        if self.asked is not None:
            self._show_qr()
            self.refresh_bindings()

    def tick(self) -> None:
        """Let the time that is left run."""
        if self.asked is not None:
            self._left.say(_time_left(self.asked.expires_at, self._clock()))
            if self._qr_alone:
                self._show_qr()  # the terminal may be higher by now

    def action_copy_code(self) -> None:
        if isinstance(self.asked, EnterCode):
            self.post_message(CopyWanted("Code", self.asked.user_code))

    def action_copy_link(self) -> None:
        if self.asked is not None:
            self.post_message(CopyWanted("Address", self.asked.address))

    def action_show_qr(self, wanted: bool) -> None:
        self._qr_alone = wanted
        self._show_qr()
        self.refresh_bindings()
        if wanted:
            qr = self._qr
            qr.call_after_refresh(qr.scroll_visible, animate=False)

    def action_open_link(self) -> None:
        if self.asked is not None and self._can_open:
            self.app.open_url(self.asked.address)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "copy_code":
            return isinstance(self.asked, EnterCode)
        if action == "show_qr":
            return isinstance(self.asked, EnterCode) and not self._has_room and parameters == (not self._qr_alone,)
        return None if action == "open_link" and not self._can_open else True

    def why_not(self, action: str) -> str:
        """Why a link cannot be opened."""
        return "No browser can show up here; u copies the address." if action == "open_link" else ""


def _time_left(until: datetime, now: datetime) -> str:
    minutes, seconds = divmod(max(0, int((until - now).total_seconds())), 60)
    return f"Waiting for you: {minutes}:{seconds:02d} left. Esc stops."


@lru_cache(maxsize=1)
def _qr_lines(text: str) -> tuple[str, ...]:
    from mtp_tui.guide.qr import qr_lines  # loads its library when a code is wanted

    return qr_lines(text)
