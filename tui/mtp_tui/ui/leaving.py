"""Whether the program may end now: some screens hold what nobody should lose by one key."""

import asyncio
import contextlib
from typing import Protocol, runtime_checkable

from textual.app import App
from textual.worker import Worker, WorkerCancelled, WorkerFailed

_TURNS = 50
"""Of the event loop, at most: more than a key has stations on its way up."""


@runtime_checkable
class HoldsSomething(Protocol):
    """A screen with something in it that would be lost."""

    async def may_leave(self) -> bool:
        """Ask, or wait, if need be; called in a worker. False if somebody wants to stay."""
        ...


async def may_leave(app: App[None]) -> bool:
    """Whether everybody lets the program end; those in front are asked first."""
    await _keys_before(app)
    for screen in reversed(app.screen_stack):
        if isinstance(screen, HoldsSomething) and not await screen.may_leave():
            return False
    return True


async def ended(worker: Worker[None]) -> None:
    """Once it does nothing more, however that came."""
    with contextlib.suppress(WorkerCancelled, WorkerFailed):
        await worker.wait()


async def _keys_before(app: App[None]) -> None:
    """Let those do what they do that came in the same read: they are still on their way up from what has the focus."""
    stations = (app.focused or app.screen).ancestors_with_self
    for _ in range(_TURNS):
        if not any(node.message_queue_size for node in stations):
            return
        await asyncio.sleep(0)
