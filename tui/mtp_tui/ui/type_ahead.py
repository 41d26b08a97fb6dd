"""Keys that come faster than the program follows: each goes where the one before has led to.

Textual gives a key to whatever has the focus when it comes. Of what is typed in one go, as over a slow line, `/` would
open the line for words, and every letter behind it would still go to the list, where letters are commands.
"""

import asyncio
import contextlib
from collections import deque
from typing import ClassVar

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

_LOOKS, _BETWEEN_LOOKS_S = 25, 0.02
"""How often a key looks whether the screen that was opened before it has a focus by now."""
_PATIENCE_S = 0.5
"""How long a key waits for a widget that does not answer: it may be gone."""


class KeyTurn(Message):
    """A key that was held back may go."""

    bubble: ClassVar[bool] = False

    def __init__(self, key: events.Key) -> None:
        super().__init__()
        self.key = key
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
        self._held: deque[events.Key] = deque()
        self._in_turn: asyncio.Task[None] | None = None
        self._last: events.Key | None = None
        """The key that was sent last, while it may be under way."""
        self._sent_to: MessagePump = app
        self._screen: Screen[object] | None = None
        """What was in front then."""

    @property
    def is_holding(self) -> bool:
        """Whether there are keys that wait."""
        return self._in_turn is not None and not self._in_turn.done()

    def holds(self, key: events.Key) -> bool:
        """Whether a key has to wait; it comes in a `KeyTurn` when it may go."""
        if not self.is_holding and not self._is_under_way:
            return False
        self._held.append(key)
        if not self.is_holding:
            self._in_turn = asyncio.create_task(self._send_in_turn())
        return True

    def note_sending(self, key: events.Key) -> None:
        """A key is about to be sent."""
        self._last, self._screen = key, self._app.screen
        self._sent_to = self._app.focused or self._screen

    def note_done(self, key: events.Key) -> None:
        """No widget took it, and what the app does with it is done."""
        if key is self._last:
            self._last = None

    @property
    def _is_under_way(self) -> bool:
        return self._last is not None and not self._last._stop_propagation

    async def _send_in_turn(self) -> None:
        while self._held:
            await self._until_done()
            turn = KeyTurn(self._held.popleft())
            if self._app.post_message(turn):
                await turn.is_sent.wait()

    async def _until_done(self) -> None:
        passed = KeyPassed()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                if self._is_under_way and self._sent_to.post_message(passed):
                    await passed.is_out.wait()
        self._last = None
        await asyncio.sleep(0)  # a worker that was begun, and opens a screen, has done so then
        for _ in range(_LOOKS):
            if self._app.screen is self._screen or self._app.focused is not None:
                return
            await asyncio.sleep(_BETWEEN_LOOKS_S)
