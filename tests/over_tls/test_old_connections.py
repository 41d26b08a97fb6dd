"""A server may close a connection just when it is used again: a reader asks once more, and only then."""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.quota import Quota
from mtp_tui.errors import UnexpectedAnswer, Unreachable
from mtp_tui.old_connections import send_again_if_unheard
from mtp_tui.wire import Limits, Wire
from tests.defender.shapes import Tokens
from tests.over_tls.talks import hangs, head, resets
from tests.support.clocks import StoppedClock
from tests.support.tls_server import LOOPBACK, Talk, root, tls_tenant

GOOD = head("Content-Length: 2") + b"{}"


async def closes(reader: StreamReader, writer: StreamWriter) -> None:
    """Hangs up without a word."""


async def babbles(reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(b"HTTP/1.1 nonsense\r\n\r\n")
    await writer.drain()


async def begins_an_answer(reader: StreamReader, writer: StreamWriter) -> None:
    writer.write(head("Content-Length: 50") + b'{"val')
    await writer.drain()


class Impatient:
    """Answers the first request of each connection well, and then does something else; remembers what came."""

    def __init__(self, then: Talk, *, first_too: bool = False) -> None:
        """With `first_too` only the very first connection is ever answered."""
        self.requests: list[tuple[int, str]] = []
        """Number of the connection, and method."""
        self._connections = 0
        self._then = then
        self._first_too = first_too

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._connections += 1
        number, is_first = self._connections, True
        while True:
            asked = await reader.readuntil(b"\r\n\r\n")
            self.requests.append((number, asked.split(b" ", 1)[0].decode()))
            if not is_first or (self._first_too and number > 1):
                await self._then(reader, writer)
                return
            is_first = False
            writer.write(GOOD)
            await writer.drain()


async def nobody(_: httpx.Request) -> httpx.Response:
    raise AssertionError("asked")


@asynccontextmanager
async def wire_to(server: Impatient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Wire, str]]:
    root().cert_pem.write_to_path(folder / "root.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "root.pem"))
    wire = Wire(limits=Limits(5, 5, 10))
    async with tls_tenant(nobody, talk=server.talk) as listening:
        try:
            yield wire, f"https://{LOOPBACK}:{listening.port}/api/incidents/1"
        finally:
            await wire.aclose()


@pytest.mark.parametrize("how", [closes, resets])
async def test_a_reader_asks_once_more_on_another_connection(
    how: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Impatient(how)
    async with wire_to(server, tmp_path, monkeypatch) as (wire, url):
        for _ in range(3):
            assert json.loads((await wire.send("GET", url)).body) == {}
    assert server.requests == [(1, "GET"), (1, "GET"), (2, "GET"), (2, "GET"), (3, "GET")]


async def test_the_quota_counts_what_the_service_may_have_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock
) -> None:
    server = Impatient(closes)
    quota = Quota(clock, clock.sleep)
    async with wire_to(server, tmp_path, monkeypatch) as (wire, url):
        client = DefenderClient(wire, url.removesuffix("/api/incidents/1"), Tokens(), quota, clock)
        for _ in range(3):
            with pytest.raises(UnexpectedAnswer):  # {} is no incident
                await client.incident("1")
    assert quota.used_this_minute == len(server.requests) == 5


async def test_it_does_not_ask_a_third_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Impatient(closes, first_too=True)
    async with wire_to(server, tmp_path, monkeypatch) as (wire, url):
        await wire.send("GET", url)
        with pytest.raises(Unreachable, match="broke off"):
            await wire.send("GET", url)
        assert server.requests == [(1, "GET"), (1, "GET"), (2, "GET")]
        with pytest.raises(Unreachable, match="broke off"):
            await wire.send("GET", url)
    assert server.requests[3:] == [(3, "GET")], "a new connection that fails is no old one"


async def test_a_change_is_never_sent_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Impatient(closes)
    async with wire_to(server, tmp_path, monkeypatch) as (_, url), httpx.AsyncClient() as client:
        await send_again_if_unheard(client, client.build_request("GET", url))
        for method in ("PATCH", "POST"):
            answer, _ = await send_again_if_unheard(client, client.build_request("GET", url))
            await answer.aread()
            with pytest.raises(httpx.RemoteProtocolError):
                await send_again_if_unheard(client, client.build_request(method, url))
    assert server.requests[-1][1] == "POST"
    assert [method for _, method in server.requests].count("PATCH") == 1


@pytest.mark.parametrize("how", [babbles, begins_an_answer])
async def test_an_answer_that_began_is_not_asked_for_again(
    how: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Impatient(how)
    async with wire_to(server, tmp_path, monkeypatch) as (wire, url):
        await wire.send("GET", url)
        with pytest.raises(Unreachable, match="broke off"):
            await wire.send("GET", url)
    assert server.requests == [(1, "GET"), (1, "GET")]


async def test_what_we_close_ourselves_is_not_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asyncio.Event()

    async def hangs_at_the_second(reader: StreamReader, writer: StreamWriter) -> None:
        asked.set()
        await hangs(reader, writer)

    server = Impatient(hangs_at_the_second)
    async with wire_to(server, tmp_path, monkeypatch) as (wire, url):
        await wire.send("GET", url)
        on_an_old_connection = asyncio.create_task(wire.send("GET", url))
        await asked.wait()
        await wire.aclose()
        with pytest.raises(Unreachable, match="broke off"):
            await on_an_old_connection
