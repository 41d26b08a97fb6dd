"""A program run on the side: no terminal, no shell, a limit to its time and to what it may print."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

LARGEST_OUTPUT_BYTES = 64 * 1024
"""Of each of its two outputs; a program that prints more is stopped, one that only complains more is not listened to."""

_LAST_WORDS_S = 0.5
"""How long a program is waited for after it was stopped, and its pipes after it has ended."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a program."""

    code: int | None
    """Its exit code; None if it had to be stopped."""
    output: bytes = field(repr=False)
    """May hold a secret."""
    complaints: bytes = field(repr=False)
    """What it wrote to standard error."""
    printed_too_much: bool = False


async def run(argv: Sequence[str], environ: Mapping[str, str], *, given: bytes = b"", within_s: float) -> Ending:
    """Run a program to its end, or stop it and all that it started when the time is up or the caller is cancelled.

    It has no terminal to ask on, which would otherwise be the screen that this program paints. `given` is its standard
    input. Raises OSError if it cannot be started, ValueError if its words cannot be passed to a program.
    """
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.subprocess_exec(
        _Gathering,
        *argv,
        env=dict(environ),
        # a session of its own: no controlling terminal, and a group that can be stopped as a whole
        **({"creationflags": 0x08000000} if os.name == "nt" else {"start_new_session": True}),  # CREATE_NO_WINDOW
    )
    try:
        _give(transport, given)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await protocol.done.wait()
        code = None if protocol.printed_too_much else transport.get_returncode()
        if code is not None:
            await protocol.wait_for_pipes()
        return Ending(code, bytes(protocol.kept[1]), bytes(protocol.kept[2]), protocol.printed_too_much)
    finally:
        await _stop(transport, protocol)


class _Gathering(asyncio.SubprocessProtocol):
    """Keeps what the program prints, up to the limit, and knows when it has ended.

    Its end is what counts, not that of its pipes: an agent that it leaves behind may hold them for days.
    """

    def __init__(self) -> None:
        self.kept = {1: bytearray(), 2: bytearray()}
        self.done = asyncio.Event()
        self.printed_too_much = False
        self._ended = asyncio.Event()
        self._open_pipes = {1, 2}
        self._pipes_closed = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.kept[fd] += data[: LARGEST_OUTPUT_BYTES - len(self.kept[fd])]
        if fd == 1 and len(self.kept[fd]) == LARGEST_OUTPUT_BYTES:
            self.printed_too_much = True
            self.done.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002 - as asyncio calls it
        self._open_pipes.discard(fd)
        if not self._open_pipes:
            self._pipes_closed.set()

    def process_exited(self) -> None:
        self._ended.set()
        self.done.set()

    async def wait_for_pipes(self) -> None:
        """Until everything printed has arrived; not for long."""
        await _wait_a_moment(self._pipes_closed)

    async def wait_for_end(self) -> None:
        """Until the program has ended; not for long."""
        await _wait_a_moment(self._ended)


async def _wait_a_moment(event: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LAST_WORDS_S):
            await event.wait()


def _give(transport: asyncio.SubprocessTransport, given: bytes) -> None:
    pipe = cast("asyncio.WriteTransport", transport.get_pipe_transport(0))
    if given:
        pipe.write(given)
    pipe.close()


async def _stop(transport: asyncio.SubprocessTransport, protocol: _Gathering) -> None:
    """End the program and its group, if it still runs: once it is gone its group's number may be somebody else's."""
    try:
        if transport.get_returncode() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if os.name == "nt":
                    transport.kill()
                else:
                    os.killpg(transport.get_pid(), signal.SIGKILL)
            await protocol.wait_for_end()
    finally:
        transport.close()
