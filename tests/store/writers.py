"""Other windows on the same tenant, each a process of its own."""

import asyncio
import itertools
import multiprocessing
from collections.abc import Awaitable, Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from mtp_tui.store.store import Store
from tests.store.shapes import incident, opened
from tests.support.clocks import NOON, StoppedClock

PAGE = 20

Doing = Callable[[Store, Connection], Awaitable[None]]


def window(doing: Doing, folder: Path) -> tuple[BaseProcess, Connection]:
    """Start a process that does this with a store of its own; both ends of a pipe can be told things."""
    context = multiprocessing.get_context("forkserver")  # imports once, forks often
    context.set_forkserver_preload(["tests.store.writers"])
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(doing, folder, theirs))
    process.start()
    theirs.close()
    return process, ours


def _run(doing: Doing, folder: Path, pipe: Connection) -> None:
    async def run() -> None:
        async with opened(folder, StoppedClock()) as store:
            await doing(store, pipe)

    asyncio.run(run())


async def write_until_killed(store: Store, pipe: Connection) -> None:
    """Tells of each page that was written; every page changes every incident."""
    for turn in itertools.count():
        await _write(store, turn)
        pipe.send(turn)


async def write_fifty_pages(store: Store, pipe: Connection) -> None:
    """Tells how many incidents were news at all, and what was said of the file."""
    news = 0
    for turn in range(50):
        news += await _write(store, turn)
    pipe.send((news, store.said))


async def _write(store: Store, turn: int) -> int:
    as_of = NOON + timedelta(seconds=turn)
    page = [
        incident(
            number,
            incidentName=f"Turn {turn}",
            lastUpdateTime=as_of.isoformat(),
            comments=[{"comment": f"of {number} in turn {turn}"}] * 40,
            alerts=[{"title": f"Alert of turn {turn}", "entities": [{"entityType": "Url", "url": f"u{turn}"}]}],
        )
        for number in range(PAGE)
    ]
    stored = await store.put(page, as_of)
    return len(stored.new) + len(stored.changed)
