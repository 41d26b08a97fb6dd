"""Gates: answers that are ready, and wait until a test lets them go."""

import asyncio


class Gate:
    """Holds the answers to requests whose `place_of` contains a text, until it is opened. Once open it stays open."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._open = asyncio.Event()
        self._someone = asyncio.Event()
        self.held = 0
        """How many answers wait just now."""

    def open(self) -> None:
        """Let every answer go, those that wait and those to come."""
        self._open.set()

    async def waiting(self) -> None:
        """Wait until at least one answer is held."""
        await self._someone.wait()

    def concerns(self, place: str) -> bool:
        """Whether an answer to a request for this place is to be held."""
        return self._place in place and not self._open.is_set()

    async def pass_through(self) -> None:
        """Wait at the gate; a request that is cancelled meanwhile leaves it."""
        self.held += 1
        self._someone.set()
        try:
            await self._open.wait()
        finally:
            self.held -= 1
            if not self.held:
                self._someone.clear()
