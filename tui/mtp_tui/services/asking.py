"""One page of a reading, after as many pauses as it takes; and reading of what is kept, a piece ahead."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from typing import Any, TypeVar

from mtp_tui.clock import Sleep
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.models import IncidentPage
from mtp_tui.defender.quota import Priority
from mtp_tui.errors import MtpError
from mtp_tui.services.patience import Patience, Waiting
from mtp_tui.services.reading import Reading

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")

SHORTEST_TOLD_PAUSE_S = 1.0
"""Shorter ones are over before they are read."""


async def next_page(
    client: DefenderClient, sleep: Sleep, reading: Reading, priority: Priority = Priority.BACKGROUND
) -> AsyncGenerator[IncidentPage | Waiting, None]:
    """The pauses and then the page; no page at all if the service lets us look no deeper.

    Raises what the client raises once asking again is of no use.
    """
    patience = Patience()
    while True:
        pause_s = client.quota.wait_s(priority)
        if pause_s >= SHORTEST_TOLD_PAUSE_S:
            yield Waiting(pause_s, "The quota of calls is used up for now; keeping below it.")
        try:
            page = await client.page(
                reading.question, skip=reading.offset, next_link=reading.next_link, priority=priority
            )
        except MtpError as error:
            if reading.fall_back(error):
                return
            pause = patience.pause_after(error)
            if pause is None:
                raise
        else:
            yield page
            return
        yield pause
        await sleep(pause.seconds)


async def read_ahead(
    read: Callable[[Asked], Coroutine[Any, Any, Answered]], pieces: Iterable[Asked]
) -> AsyncGenerator[Answered, None]:
    """What is read of each piece, in their order; the next one is being read while somebody uses the one before.

    Whoever leaves such a loop early closes it (`contextlib.aclosing`), which stops the reading.
    """
    begun: asyncio.Task[Answered] | None = None
    try:
        for piece in pieces:
            before, begun = begun, asyncio.create_task(read(piece))
            if before is not None:
                yield await before
        if begun is not None:
            yield await begun
    finally:
        if begun is not None:
            begun.cancel()
