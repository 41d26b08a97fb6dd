"""Keys that come faster than the program follows: each goes where the one before has led to.

Textual gives a key, or a paste, to whatever has the focus when it comes. Of what is typed in one go, as over a slow line,
`/` would open the line for words, and every letter behind it would still go to the list, where letters are commands.
"""

import asyncio
import contextlib
from collections import deque
from typing import ClassVar

from textual import events
from textual.app import App
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

Typed = events.Key | events.Paste
"""What waits in line."""

_LOOKS, _BETWEEN_LOOKS_S = 25, 0.02
"""How often is looked whether a screen that was opened has a focus by now."""
_MOST_LOOKS = 150
"""So often, and no longer than three seconds, a widget is waited for; what it does within a key takes thousandths of that."""


class KeyTurn(Message):
    """What was held back may go."""

    bubble: ClassVar[bool] = False

    def __init__(self, typed: Typed) -> None:
        super().__init__()
        self.typed = typed
        self.is_sent = asyncio.Event()


class KeyPassed(Message):
    """Follows a key through all widgets that it passes, and comes out when none of them is going to take it any more."""

    def __init__(self) -> None:
        super().__init__()
        self.is_out = asyncio.Event()


class TypeAhead:
    """Holds keys back while one before them is under way."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._held: deque[Typed] = deque()
        self._in_turn: asyncio.Task[None] | None = None
        self._last: Typed | None = None
        """What was sent last, while it may be under way."""
        self._sent_to: Widget | None = None
        self._screen: Screen[object] | None = None
        """What was in front then."""

    @property
    def is_holding(self) -> bool:
        """Whether something waits."""
        return self._in_turn is not None and not self._in_turn.done()

    def holds(self, typed: Typed) -> bool:
        """Whether it has to wait; it comes in a `KeyTurn` when it may go."""
        if not self.is_holding and not self._is_under_way:
            return False
        self._held.append(typed)
        if not self.is_holding:
            self._in_turn = asyncio.create_task(self._send_in_turn())
        return True

    def note_sending(self, typed: Typed) -> None:
        """It is about to be sent."""
        self._last, self._screen = typed, self._app.screen
        self._sent_to = self._app.focused or self._screen
        typed.set_sender(self._sent_to)  # or Textual would call it stopped on its way from the screen to the app

    def note_done(self, typed: Typed) -> None:
        """No widget took it, and what the app does with it is done."""
        if typed is self._last:
            self._last = None

    @property
    def _is_under_way(self) -> bool:
        if self._last is None:
            return False
        # what a field takes, it has taken; another widget may go on with what it has stopped
        return not (isinstance(self._sent_to, Input) and self._last._stop_propagation)

    async def _send_in_turn(self) -> None:
        try:
            while self._held:
                await self._until_done()
                turn = KeyTurn(self._held.popleft())
                if self._app.post_message(turn):
                    await turn.is_sent.wait()
        finally:
            self._held.clear()  # only if the program is being closed there is anything left

    async def _until_done(self) -> None:
        passed, widget = KeyPassed(), self._sent_to
        if self._is_under_way and widget is not None and widget.post_message(passed):
            for _ in range(_MOST_LOOKS):
                if passed.is_out.is_set() or not self._is_waited_for(widget):
                    break
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(passed.is_out.wait(), _BETWEEN_LOOKS_S)
        self._last = None
        await asyncio.sleep(0)  # a worker that was begun, and opens a screen, has done so then
        for _ in range(_LOOKS):
            if self._app.screen is self._screen or self._app.focused is not None:
                return
            await asyncio.sleep(_BETWEEN_LOOKS_S)

    def _is_waited_for(self, widget: Widget) -> bool:
        """Whether it is still there, and has not asked something that only a key answers."""
        return widget.is_attached and self._app.screen is self._screen
