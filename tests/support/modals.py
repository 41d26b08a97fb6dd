"""An app with nothing in it but a modal screen in front, and what that screen gave."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Generic, TypeVar

from textual import on
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

import mtp_tui.ui
from mtp_tui.secret import Secret
from mtp_tui.ui.messages import CopyWanted
from mtp_tui.ui.themes import THEMES
from tests.support.bursts import press_at_once

T = TypeVar("T")

STYLES = Path(mtp_tui.ui.__file__).parent / "styles"


class ModalApp(App[None]):
    """Styled as the program is."""

    CSS_PATH = [STYLES / "app.tcss", STYLES / "profiles.tcss"]  # noqa: RUF012 - typed by the base class

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.animation_level = "none"

    @on(CopyWanted)
    def take_copy(self, event: CopyWanted) -> None:
        """As the program does, but for the clipboards of the machine."""
        self.copy_to_clipboard(event.text.reveal() if isinstance(event.text, Secret) else event.text)


class Front(Generic[T]):
    """A modal screen, somebody in front of it, and its answer."""

    def __init__(self, app: ModalApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.answers: list[T | None] = []
        """What the screen gave; empty as long as it is open."""

    async def press(self, *keys: str) -> None:
        """Press keys and wait until what follows from them is done, or asks."""
        await self.pilot.press(*keys)
        await self.settle()

    async def press_at_once(self, *keys: str) -> None:
        """Press keys that come in one read, and wait until what follows from them is done, or asks."""
        press_at_once(self.app, *keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text into whatever has the focus, in place of what is there."""
        await self.press("end", "ctrl+u", *(_KEY_NAMES.get(char, char) for char in text))

    async def settle(self) -> None:
        """Wait until nothing works any more, or asks, and all is painted."""
        await self.pilot.pause()
        while self._is_at_work:
            await self.pilot.pause(0.01)  # for a process or a thread
        painted = ""
        while painted != self.text:
            painted = self.text
            await self.pilot.pause()

    @property
    def _is_at_work(self) -> bool:
        """Whether the screen is busy, and not with waiting for an answer."""
        opened = self.app.screen_stack[1:]
        return len(opened) == 1 and bool(getattr(opened[0], "busy", False))

    @property
    def text(self) -> str:
        """Everything that is painted, line by line."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    @property
    def words(self) -> str:
        """The same in one line, without frames."""
        return " ".join(self.text.translate(_FRAMES).split())

    @property
    def question(self) -> str:
        """What is asked in front of all else."""
        return str(self.app.screen.query_one(".question Static", Static).content)

    @property
    def notices(self) -> str:
        """What the toasts say."""
        return "\n".join(notice.message for notice in self.app._notifications)


_FRAMES = str.maketrans(dict.fromkeys("│╭╮╰╯─▔▁", " "))
_KEY_NAMES = {" ": "space", "/": "slash", ".": "full_stop", "-": "minus", "@": "at", "_": "underscore", "~": "tilde"}


@asynccontextmanager
async def in_front_of(screen: Screen[T], *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Front[T]]:
    """Somebody in front of the screen."""
    app = ModalApp()
    async with app.run_test(size=size) as pilot:
        front: Front[T] = Front(app, pilot)
        await app.push_screen(screen, front.answers.append)
        await front.settle()
        yield front
