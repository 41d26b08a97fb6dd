"""The application: themes, keys, the last fence before the terminal, and the page that a bug leaves behind."""

import signal
import traceback
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segments
from rich.text import Text
from textual import events, on, work
from textual.actions import ActionParseResult
from textual.app import App
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widgets import Input

from mtp_tui.logs import bug_report
from mtp_tui.secret import Secret
from mtp_tui.services.wiring import Services
from mtp_tui.settings import has_windows
from mtp_tui.ui import clipboard
from mtp_tui.ui.main_screen import MainScreen
from mtp_tui.ui.messages import CopyWanted, OpenWanted
from mtp_tui.ui.reasons import why_not
from mtp_tui.ui.suspending import Suspending
from mtp_tui.ui.text import ControlCodeGuard, visible, writable
from mtp_tui.ui.themes import THEMES
from mtp_tui.ui.tidying import Tidying
from mtp_tui.ui.type_ahead import KeyPassed, KeyTurn, TypeAhead, Typed

if TYPE_CHECKING:
    from mtp_tui.ui.palette_screen import Command


class MtpApp(App[None]):
    """mtp-tui on a terminal."""

    TITLE = "mtp-tui"
    CSS_PATH: ClassVar = [
        Path("styles") / f"{name}.tcss" for name in ("app", "sign_in", "profiles")
    ]  # panes bring theirs
    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        # those with priority work in fields and above every other screen; the plain letters do not
        Binding(
            "f1",
            "help",
            "Help",
            priority=True,
            key_display="F1",
            id="app.help",
            tooltip="Keys and help of what is in front; ? too",
        ),
        Binding("question_mark", "help", "Help", show=False),
        Binding(
            "T",
            "toggle_theme",
            "Light/dark",
            show=False,
            id="app.theme",
            tooltip="Switch between the light and the dark theme",
        ),
        Binding(
            "ctrl+p",
            "command_palette",
            "More",
            priority=True,
            id="app.palette",
            tooltip="Every command by name; : too, outside of fields",
        ),
        Binding("colon", "command_palette", "More", show=False),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="app.quit", tooltip="Leave; q too, outside of fields"),
        Binding("q", "quit", "Quit", show=False),
        Binding(
            "ctrl+z",
            "suspend_process",
            "Suspend",
            show=False,
            id="app.suspend",
            tooltip="Back to the shell for a while; fg there goes on",
        ),
    ]

    class Copied(Message):
        """A text was sent to the clipboard."""

        def __init__(self, asked: CopyWanted, sent: clipboard.Sent) -> None:
            super().__init__()
            self.asked = asked
            self.sent = sent

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._guard = ControlCodeGuard()
        self._tidying = Tidying()
        self._type_ahead = TypeAhead(self)
        self._suspending: Suspending | None = None
        self._has_painted = False
        self._leaves_with: int | None = None
        self._has_acted = False
        self._is_leaving = False
        self._is_way_told = False
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = services.settings.theme
        self.stylesheet.set_variables(self.get_css_variables())
        self._is_styled = False
        self.animation_level = "none"  # a slow link pays for every frame

    def get_default_screen(self) -> Screen[None]:
        return MainScreen(self._services, self._tidying)

    def refresh_css(self, animate: bool = True) -> None:
        """As Textual does, but for the first theme: its colours are known before any stylesheet is read."""
        if self._is_styled:
            super().refresh_css(animate=animate)
        self._is_styled = True

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._guard]

    def on_notify(self) -> None:
        """What is said in the corner stands in place of what was said there: a pile would hide what it speaks of.

        Here, where Textual takes it in, since several may be on their way.
        """
        self.clear_notifications()

    def clear_notifications(self) -> None:
        """As Textual does, which misses one that is just being mounted, and those behind the screen in front."""
        super().clear_notifications()
        for screen in self.screen_stack:
            screen.query("ToastRack > *").remove()

    def copy_to_clipboard(self, text: str) -> None:
        """Send a text that was selected on the screen or in a field."""
        self.send_to_clipboard(CopyWanted("Selected text", text))

    @on(CopyWanted)
    def send_to_clipboard(self, event: CopyWanted) -> None:
        """By the terminal at once, and by a program of this machine if there is one."""
        text = writable(event.text.reveal() if isinstance(event.text, Secret) else event.text)
        # what Textual's own fields paste, and what outlasts a sign-out: a token does neither
        self._clipboard = "" if isinstance(event.text, Secret) else text
        if self._driver is not None:
            self._driver.write(clipboard.sequence(text, self._services.settings.terminal))
        self._give_to_program(event, text)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:  # noqa: ARG002 - the base class's form
        """Open a page by a process of its own, whose output lands nowhere; only https leaves the program."""
        from mtp_tui.services.browser import open_in_window

        if url.startswith("https://"):
            open_in_window(url)

    @on(OpenWanted)
    def open_or_copy(self, event: OpenWanted) -> None:
        """Open a page; where no browser could show up, say its link and copy it."""
        if self._services.demo is None and has_windows(self._services.settings.terminal):
            self.open_url(event.link)
            self.notify(visible(f"Opened in the browser: {event.link}"), markup=False, timeout=4)
            return
        why = "The demo opens no browser" if self._services.demo is not None else "No browser can show up here"
        self.send_to_clipboard(CopyWanted(event.what, event.link, f"{why}. The link is {event.link}"))

    @work(exclusive=True, group="clipboard", description="copy to the clipboard")
    async def _give_to_program(self, asked: CopyWanted, text: str) -> None:
        sent = await clipboard.copy(text, self._services.settings.terminal)
        self.post_message(self.Copied(asked, sent))

    @on(Copied)
    def say_what_was_copied(self, event: Copied) -> None:
        """What went where, and never the text itself."""
        asked, sent = event.asked, event.sent
        parts = (
            sent.sentence(asked.what, is_way_known=self._is_way_told),
            asked.if_large if sent.is_doubtful else "",
            asked.note,
        )
        severity: SeverityLevel = "warning" if sent.is_doubtful or sent.why_not else "information"
        timeout = 8 if sent.is_doubtful or asked.note else 4
        self._is_way_told |= not sent.is_certain
        self.notify(visible(" ".join(filter(None, parts))), severity=severity, timeout=timeout, markup=False)

    async def on_event(self, event: events.Event) -> None:
        """As Textual does, but one key after another; and note that somebody is there."""
        if isinstance(event, events.InputEvent):
            self._tidying.put_off()
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif not self._type_ahead.holds(event):
            await self._send(event)

    @on(KeyTurn)
    async def send_held_key(self, turn: KeyTurn) -> None:
        await self._send(turn.typed)
        turn.is_sent.set()

    @on(KeyPassed)
    def note_key_passed(self, event: KeyPassed) -> None:
        event.is_out.set()

    async def _send(self, typed: Typed) -> None:
        self._type_ahead.note_sending(typed)
        await super().on_event(typed)
        if not typed.is_forwarded:  # it goes before everything else, and is done
            self._type_ahead.note_done(typed)

    def on_key(self, event: events.Key) -> None:
        """A key that nobody took by now: unless it does something after all, say why it is greyed if it is."""
        self._has_acted = False
        self.call_next(self._answer_key, event)

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """As Textual does; and note that something was done."""
        has_acted = await super().run_action(action, default_namespace, namespaces)
        self._has_acted |= has_acted
        return has_acted

    def _answer_key(self, event: events.Key) -> None:
        """A key that did nothing: why it is greyed or where it works; or what screens in front keep from the app's keys."""
        self._type_ahead.note_done(event)
        if self._has_acted:
            return
        key = event.key
        active = self.screen.active_bindings.get(key)
        if active is not None and not active.enabled:
            self.notify(visible(why_not(active.node, active.binding)), markup=False, timeout=4)
        elif key == "question_mark":
            self.action_help()
        elif key == "colon":
            self.action_command_palette()
        elif not isinstance(self.focused, Input):
            self._say_why_silent(key, event.character)

    def _say_why_silent(self, key: str, character: str | None) -> None:
        from mtp_tui.ui.known_keys import why_silent  # not needed before somebody presses a key that is none

        why = why_silent(self.screen, key, character)
        if why:
            self.notify(visible(why), markup=False, timeout=4)

    def action_toggle_theme(self) -> None:
        self.theme = "mtp-dark" if self.theme == "mtp-light" else "mtp-light"

    def action_command_palette(self) -> None:
        """Show every command, and do the one that is chosen; the same key again closes the list."""
        from mtp_tui.ui.known_keys import commands_of
        from mtp_tui.ui.palette_screen import PaletteScreen

        if isinstance(self.screen, PaletteScreen):
            self.screen.dismiss(None)
        else:
            self.push_screen(PaletteScreen(commands_of(self, self.screen)), self._do)

    async def _do(self, command: "Command | None") -> None:
        if command is not None:
            await self.run_action(command.action, command.node)

    def action_help(self) -> None:
        from mtp_tui.ui.help_screen import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
            return
        self.push_screen(HelpScreen(self.screen.focused or self.screen, self.screen.active_bindings))

    def on_mount(self) -> None:
        if self._driver is not None and self._driver.can_suspend and hasattr(signal, "SIGTSTP"):
            self._suspending = Suspending(partial(self.refresh, layout=True))

    def on_ready(self) -> None:
        self.call_after_refresh(self._note_painted)

    def _note_painted(self) -> None:
        self._has_painted = True
        if self._leaves_with is not None:
            self.exit(return_code=self._leaves_with)

    def leave(self, code: int = 0) -> None:
        """Close the window; if it is just being opened, once it is there: widgets that are half mounted fail."""
        self._leaves_with = code
        if self._suspending is not None:
            self._suspending.end()
        if self._has_painted:
            self.exit(return_code=code)

    async def action_quit(self) -> None:
        """Leave, unless something would be lost by it that somebody wants to keep."""
        if not self._is_leaving:
            self._is_leaving = True
            self._leave_if_all_agree()

    @work(group="leave", description="leave if nothing is lost")
    async def _leave_if_all_agree(self) -> None:
        from mtp_tui.ui.leaving import may_leave

        try:
            if await may_leave(self):
                self.leave()
        finally:
            self._is_leaving = False

    @on(Driver.SignalResume)
    def paint_again(self) -> None:
        if self._suspending is not None:
            self._suspending.resumed()

    def on_resize(self) -> None:
        if self._has_painted:
            self.screen.refresh()  # a window that went away and came back has its old size, and lost what it showed

    async def on_unmount(self) -> None:
        await self._services.close()

    def _fatal_error(self) -> None:
        # Textual's own page prints the local variables of every frame, and with them what was typed
        self.bell()
        report = visible(bug_report(traceback.format_exc()), lines=True)
        log_file = self._services.settings.log_file
        where = f"\nThe log is at {visible(str(log_file))}." if log_file else ""
        page = Text(f"{report}\nThis is a bug in mtp-tui; nothing was sent anywhere.{where}", no_wrap=False)
        self._exit_renderables.append(Segments(self.console.render(page, self.console.options)))
        self._close_messages_no_wait()
