"""When nothing goes on in the program any more, so that what is on the screen is what a key led to."""

import asyncio
import inspect
from collections.abc import Callable

from textual.app import App
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import Worker

from mtp_tui.ui.pane_area import PaneArea

_TURNS = 50
"""Of the event loop: more than a message has stations on its way through the widgets."""
_MOST_PAUSES = 600
_MOST_LOOKS, _BETWEEN_LOOKS_S = 1000, 0.01


async def until_quiet(pilot: Pilot[None]) -> None:
    """Wait until no worker works, no pane is being made and no message is under way.

    A worker that has asked somebody, and waits for the answer, does not count.
    """
    app, quiet = pilot.app, 0
    for _ in range(_MOST_PAUSES):
        await pilot.pause()
        for _ in range(_TURNS):  # a busy machine gives the pause no turn at all, and it would find everything quiet
            await asyncio.sleep(0)
        quiet = 0 if _is_at_work(app) else quiet + 1
        if quiet == 2:  # what ended last may have begun something else
            return
    workers = [worker for worker in app.workers if not worker.is_finished]
    raise AssertionError(f"never quiet: {workers}, {[node for node in _nodes(app) if _is_handling(node)]}")


async def until(pilot: Pilot[None], is_so: Callable[[], object]) -> None:
    """Wait until something is the case: where something is held back, or asked, the program is never quiet."""
    for _ in range(_MOST_LOOKS):
        if is_so():
            return
        await pilot.pause(_BETWEEN_LOOKS_S)
    raise AssertionError(f"never so: {inspect.getsource(is_so).strip()}")


def _is_at_work(app: App[None]) -> bool:
    is_asked = len(app.screen_stack) > 1
    return (
        any(not worker.is_finished and not (is_asked and _has_asked(worker)) for worker in app.workers)
        or any(panes.is_making for panes in app.screen_stack[0].query(PaneArea))
        or _is_to_paint(app.screen)
        or any(map(_is_handling, _nodes(app)))
    )


def _nodes(app: App[None]) -> tuple[MessagePump, ...]:
    return app, *app.screen.walk_children(with_self=True)


def _is_to_paint(screen: Screen[object]) -> bool:
    """Whether something is to be drawn, or waits until it is."""
    return bool(
        screen._callbacks
        or screen._dirty_widgets
        or screen._layout_required
        or screen._repaint_required
        or screen._recompose_required
    )


def _is_handling(node: MessagePump) -> bool:
    """Whether a message waits for a node, or is being handled: for that, too, somebody may wait for a thread."""
    task = node._task
    is_between = task is None or task.done() or _stands_in(task, MessagePump._get_message)
    return bool(node.message_queue_size or node._next_callbacks or not is_between)


def _has_asked(worker: Worker[object]) -> bool:
    return worker._task is not None and _stands_in(worker._task, App.push_screen_wait)


def _stands_in(task: asyncio.Task[object], function: Callable[..., object]) -> bool:
    """Whether a task waits for something in this coroutine, or below it."""
    at: object = task.get_coro()
    while inspect.iscoroutine(at):
        if at.cr_code is function.__code__:
            return True
        at = at.cr_await
    return False
