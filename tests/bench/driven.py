"""An app that draws all that a terminal would get, into nothing: keys go in, and what each costs comes out."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver

SIZE = (120, 40)
QUIET_S = 0.03
"""So long nothing is painted once a key is done with; Textual paints 60 times a second."""
_CHARACTERS = {"/": "slash", ":": "colon", "-": "minus", "<": "less_than_sign", " ": "space"}


class SinkDriver(HeadlessDriver):
    """Takes what is painted, and notes when. The app does not see that there is no terminal."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.written = 0
        """Characters so far."""
        self.text = ""
        """All that was painted since somebody emptied it."""
        self.at = self.cpu_at = 0.0
        """When something was painted last, and how much CPU time the process had used by then."""
        self.woken = asyncio.Event()

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.written += len(data)
        self.text += data
        self.at, self.cpu_at = time.perf_counter(), time.process_time()
        self.woken.set()


@dataclass(frozen=True, slots=True)
class Pressed:
    """What became of a key."""

    wall_ms: float
    """Until the last thing that it led to was painted."""
    work_ms: float
    """CPU time of all threads until then."""
    written: int
    """Characters that were painted."""


class Driven:
    """A running app, and somebody with a stop-watch in front of it."""

    def __init__(self, app: App[Any]) -> None:
        self.app = app
        driver = app._driver
        assert isinstance(driver, SinkDriver)
        self.driver = driver

    async def press(self, key: str, until: Callable[[], object] = lambda: True, within_s: float = 30.0) -> Pressed:
        """Press a key; it is done with when `until` holds, no worker runs and nothing is painted any more."""
        name = _CHARACTERS.get(key, key)
        character = key if len(key) == 1 else None
        return await self.cost(lambda: self.app.post_message(events.Key(name, character)), until, within_s)

    async def cost(
        self, begin: Callable[[], object], until: Callable[[], object] = lambda: True, within_s: float = 30.0
    ) -> Pressed:
        """The same for whatever `begin` sets going."""
        driver = self.driver
        driver.text, written = "", driver.written
        started, cpu = time.perf_counter(), time.process_time()
        driver.at, driver.cpu_at = started, cpu
        with self.app._context():
            begin()
        await self._quiet(until, within_s)
        return Pressed((driver.at - started) * 1e3, (driver.cpu_at - cpu) * 1e3, driver.written - written)

    async def first_paint(self, begin: Callable[[], object], until: Callable[[], object], within_s: float) -> Pressed:
        """What it costs until `until` holds right after something was painted; the rest is waited for as well."""
        driver = self.driver
        driver.text, written = "", driver.written
        started, cpu = time.perf_counter(), time.process_time()
        with self.app._context():
            begin()
        await self.until_painted(until, within_s)
        found = Pressed((driver.at - started) * 1e3, (driver.cpu_at - cpu) * 1e3, driver.written - written)
        await self._quiet(lambda: True, within_s)
        return found

    async def echo(self, key: str, until: Callable[[], object], within_s: float = 30.0) -> float:
        """Wall ms from a key until something is painted with `until` holding; whatever else goes on goes on."""
        driver, started = self.driver, time.perf_counter()
        self.app.post_message(events.Key(key, None))
        await self.until_painted(lambda: until() and driver.at > started, within_s)
        return (driver.at - started) * 1e3

    async def until_painted(self, until: Callable[[], object], within_s: float = 60.0) -> None:
        """Wait until `until` holds right after something was painted, or at once."""
        deadline = time.perf_counter() + within_s
        while not until():
            self.driver.woken.clear()
            await asyncio.wait_for(self.driver.woken.wait(), max(0.01, deadline - time.perf_counter()))

    async def settle(self, until: Callable[[], object] = lambda: True, within_s: float = 300.0) -> None:
        """Wait until nothing is going on."""
        await self._quiet(until, within_s)

    async def _quiet(self, until: Callable[[], object], within_s: float) -> None:
        deadline = time.perf_counter() + within_s
        await asyncio.sleep(QUIET_S)
        while True:
            now, since = time.perf_counter(), self.driver.at
            is_busy = any(worker.is_running for worker in self.app.workers)
            if until() and not is_busy and now - since >= QUIET_S:
                return
            if now > deadline:
                raise TimeoutError(f"not done within {within_s:.0f} s")
            await asyncio.sleep(max(0.004, min(QUIET_S, since + QUIET_S - now)))


@asynccontextmanager
async def driven(app: App[Any], size: tuple[int, int] = SIZE) -> AsyncIterator[Driven]:
    """The app, running on a terminal of this size."""
    app.driver_class = SinkDriver
    async with app.run_test(headless=False, size=size):
        gc.collect()
        yield Driven(app)
