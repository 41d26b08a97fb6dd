"""What is kept is read a piece ahead of whoever uses it, and no further."""

import asyncio
from contextlib import aclosing

from mtp_tui.services.asking import read_ahead
from mtp_tui.services.incidents import READ_WHOLE
from tests.services.queue_service import QueueService, events


class Shelf:
    """Answers with what it is asked for, but never with what is out of reach."""

    def __init__(self, *out_of_reach: int) -> None:
        self.asked: list[int] = []
        self.given_up: list[int] = []
        self._out_of_reach = out_of_reach

    async def read(self, piece: int) -> int:
        self.asked.append(piece)
        try:
            await asyncio.sleep(0)
            if piece in self._out_of_reach:
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.given_up.append(piece)
            raise
        return piece


async def test_pieces_come_in_order_and_the_next_one_is_being_read_meanwhile() -> None:
    shelf, given = Shelf(), list[int]()
    async for piece in read_ahead(shelf.read, range(4)):
        await asyncio.sleep(0)  # whoever uses a piece waits for something
        assert shelf.asked == list(range(min(piece + 2, 4)))
        given.append(piece)
    assert given == [0, 1, 2, 3]
    assert [piece async for piece in read_ahead(shelf.read, [])] == []


async def test_who_leaves_early_leaves_nothing_being_read() -> None:
    shelf = Shelf(1)
    async with aclosing(read_ahead(shelf.read, range(9))) as read:
        assert await anext(read) == 0
        assert asyncio.all_tasks() != {asyncio.current_task()}
    await asyncio.sleep(0)
    assert (shelf.asked, shelf.given_up) == ([0, 1], [1])
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_incidents_come_whole_and_in_the_order_asked_for_over_many_pieces() -> None:
    queue = QueueService(3 * READ_WHOLE + 7)
    await events(queue.feed.load_all())
    ids = sorted(queue.feed.incidents, key=int)
    found = [incident async for incident in queue.feed.wholes([*ids, "none"])]
    assert [incident.id for incident in found] == ids
    assert all(incident.raw for incident in found)
    assert len(queue.asked) == len([asked for asked in queue.asked if "$top" in asked]), "no call for what is kept"
    await queue.feed.memory.close()
