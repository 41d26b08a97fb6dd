"""A service on loopback in a process of its own, which sends prepared bytes: `serving` starts it, `main` is it.

`plain` speaks HTTP and has no quota. `tls` is the simulated tenant's sign-in and the same pages behind TLS, with the
proxy that leads Microsoft's host names to it.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from mtp_tui.moments import parse_moment
from tests.bench.corpus import FIRST_ID, PAGE, Corpus, corpus, page_of

LIST = "/api/incidents"


@dataclass(frozen=True, slots=True)
class Serving:
    """Where it listens."""

    port: int
    environment: dict[str, str]
    """Variables that lead a program there; empty for `plain`."""
    tenant: dict[str, str]
    """IDs and secret with which to sign in; empty for `plain`."""


@contextmanager
def serving(kind: str, folder: Path, count: int) -> Iterator[Serving]:
    """The service with so many incidents, until the block ends; what it needs is put into the folder."""
    command = [sys.executable, "-m", "tests.bench.server", kind, str(folder), str(count)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Serving(**json.loads(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait(10)


class Pages:
    """Answers of the list endpoint; what was asked for once is kept as bytes."""

    def __init__(self, queue: Corpus) -> None:
        self._queue = queue
        self.answer = lru_cache(maxsize=None)(self._answer)
        for skip in range(0, min(queue.count, 10_000) + PAGE, PAGE):
            self.answer(f"{LIST}?$top={PAGE}&$skip={skip}" if skip else f"{LIST}?$top={PAGE}")

    def _answer(self, target: str) -> bytes:
        parts = urlsplit(target)
        if parts.path != LIST:
            number = self._queue.count - (int(parts.path.rpartition("/")[2]) - FIRST_ID)
            return self._queue.body(number)
        asked = parse_qs(parts.query)
        skip = int(asked.get("$skip", ["0"])[0])
        since = parse_moment(asked.get("$filter", [""])[0].rpartition(" ")[2])
        end = self._queue.count if since is None else self._queue.since(since)
        return page_of(self._queue.bodies(skip, min(end, skip + PAGE)))


class PlainProtocol(asyncio.Protocol):
    """As little HTTP/1.1 as will do: one GET after the other."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            body = self._pages.answer(unquote(head.split(b" ", 2)[1].decode("ascii")))
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            )
            self._transport.write(body)


async def _serve_plain(pages: Pages) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: PlainProtocol(pages), "127.0.0.1", 0)
    await _until_closed(server.sockets[0].getsockname()[1])


async def _serve_tls(pages: Pages, folder: Path) -> None:
    import httpx

    from mtp_tui.clock import system_clock
    from mtp_tui.sim.tenant import SimulatedTenant
    from tests.support.tls_server import tls_tenant

    tenant = SimulatedTenant(clock=system_clock, incidents=[])
    tenant.prepare()

    async def handle(request: httpx.Request) -> httpx.Response:
        if not request.url.path.startswith(LIST):
            return await tenant.handle(request)
        body = pages.answer(unquote(request.url.raw_path.decode("ascii")))
        return httpx.Response(200, content=body, headers={"Content-Type": "application/json"})

    names = {"tenant": tenant.tenant_id, "client": tenant.client_id, "secret": tenant.client_secret}
    async with tls_tenant(handle) as server:
        await _until_closed(server.port, server.environment(folder), names)


async def _until_closed(
    port: int, environment: dict[str, str] | None = None, tenant: dict[str, str] | None = None
) -> None:
    sys.stdout.write(json.dumps({"port": port, "environment": environment or {}, "tenant": tenant or {}}) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    kind, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    pages = Pages(corpus(folder, count))
    serve: Any = _serve_plain(pages) if kind == "plain" else _serve_tls(pages, folder)
    asyncio.run(serve)


if __name__ == "__main__":
    main()
