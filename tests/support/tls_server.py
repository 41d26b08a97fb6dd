"""The simulated tenant behind real TLS on loopback, and a CONNECT proxy that leads Microsoft's host names to it.

A program that is given `environment()` calls the hosts it always calls: name, certificate, proxy and socket are real,
only the address is ours. The root of the certificates is made anew in each test run and trusted by nobody else.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from threading import Thread

import h11
import httpx
import trustme

from mtp_tui.sim.defender import API_HOSTS
from mtp_tui.sim.entra import LOGIN_HOSTS
from tests.support.hunt import secrets_in

HOSTS = tuple(sorted(LOGIN_HOSTS | API_HOSTS))
"""Sign-in and API of every cloud and region."""
LOOPBACK = "127.0.0.1"

Handle = Callable[[httpx.Request], Awaitable[httpx.Response]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@cache
def root() -> trustme.CA:
    """The authority of this test run."""
    return trustme.CA(organization_name="mtp-tui tests")


@dataclass(frozen=True, slots=True)
class Served:
    """One request, and the number of the TLS connection it came on."""

    connection: int
    method: str
    host: str
    path: str
    user_agent: str


class TlsTenant:
    """A TLS server for `handle` and the proxy in front of it. Both listen on a port of their own while it is open."""

    def __init__(
        self,
        handle: Handle,
        *,
        certificate_for: tuple[str, ...] = HOSTS,
        speaks_tls: bool = True,
        certificate_until: datetime | None = None,
        talk: Talk | None = None,
    ) -> None:
        """`talk` takes the place of HTTP: it gets each connection, and `handle` none; it may leave it as it likes."""
        self.served: list[Served] = []
        """Everything that came in over TLS, in order."""
        self.led: list[str] = []
        """What the proxy was asked to connect to, as `host:port`."""
        self.issued: list[str] = []
        """Every access token that was handed out."""
        self.secrets: set[tuple[str, str]] = set()
        """Every secret that crossed the wire, with the name of its field."""
        self.proxy_refuses = False
        """Whether the proxy wants a name and a password first."""
        self.proxy_spoils = False
        """Whether the proxy changes bytes of every answer, once the TLS handshake is through."""
        self._handle = handle
        self._talk = talk or self._serve
        self._tls = _server_context(certificate_for, certificate_until) if speaks_tls else None
        self._numbers = count(1)
        self._talks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []

    @property
    def port(self) -> int:
        """Where TLS is spoken, without the proxy."""
        return _port(self._servers[0])

    def environment(self, folder: Path) -> dict[str, str]:
        """The variables that lead a program here; the root's certificate is written into `folder`."""
        certificates = folder / "root.pem"
        root().cert_pem.write_to_path(certificates)
        return {"HTTPS_PROXY": f"http://{LOOPBACK}:{_port(self._servers[1])}", "SSL_CERT_FILE": str(certificates)}

    async def open(self) -> None:
        """Listen."""
        self._servers = [
            await asyncio.start_server(self._tracked(self._talk), LOOPBACK, 0, ssl=self._tls),
            await asyncio.start_server(self._tracked(self._lead), LOOPBACK, 0),
        ]

    async def close(self) -> None:
        """Listen no more, and end every connection."""
        for server in self._servers:
            server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _tracked(self, talk: Talk) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
        async def until_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await talk(reader, writer)
            except (OSError, EOFError, httpx.TransportError, h11.ProtocolError):
                writer.transport.abort()
            finally:
                writer.close()

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(until_closed(reader, writer))
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)

        return begin

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection, number = h11.Connection(h11.SERVER), next(self._numbers)
        while (request := await _next_request(connection, reader)) is not None:
            agent = request.headers.get("user-agent", "")
            self.served.append(Served(number, request.method, request.url.host, request.url.path, agent))
            response = await self._handle(request)
            self._remember_secrets(request, response)
            head = h11.Response(status_code=response.status_code, headers=response.headers.raw)
            writer.write(connection.send(head) or b"")
            assert isinstance(response.stream, httpx.AsyncByteStream)
            async for chunk in response.stream:  # as it is, whatever its encoding
                writer.write(connection.send(h11.Data(chunk)) or b"")
                await writer.drain()
            writer.write(connection.send(h11.EndOfMessage()) or b"")
            await writer.drain()
            if connection.our_state is not h11.DONE:
                return
            connection.start_next_cycle()

    def _remember_secrets(self, request: httpx.Request, response: httpx.Response) -> None:
        if request.url.host in LOGIN_HOSTS:
            self.secrets.update(secrets_in(request, response))
        if request.url.path.endswith("/token") and response.status_code == 200:
            self.issued.append(json.loads(response.content)["access_token"])

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.decode("ascii").split("\r\n", 1)[0].split(" ")
        self.led.append(target)
        host, _, port = target.rpartition(":")
        if self.proxy_refuses:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        if (method, port) != ("CONNECT", "443") or host not in HOSTS:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        there_reader, there_writer = await asyncio.open_connection(LOOPBACK, self.port)
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            spoils = self.proxy_spoils
            await asyncio.gather(_pass_on(reader, there_writer), _pass_on(there_reader, writer, spoils=spoils))
        finally:
            there_writer.close()


@asynccontextmanager
async def tls_tenant(handle: Handle, **choices: object) -> AsyncIterator[TlsTenant]:
    """A TLS tenant in the loop of the test; `choices` are those of TlsTenant."""
    server = TlsTenant(handle, **choices)  # type: ignore[arg-type]
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.close)
        await server.open()
        yield server


@contextmanager
def tls_tenant_in_a_thread(handle: Handle) -> Iterator[TlsTenant]:
    """A TLS tenant with a loop of its own, for programs in other processes."""
    server, loop = TlsTenant(handle), asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="tls tenant", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.open(), loop).result(10)
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _server_context(names: tuple[str, ...], until: datetime | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    root().issue_cert(*names, LOOPBACK, not_after=until).configure_cert(context)
    return context


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def _next_request(connection: h11.Connection, reader: asyncio.StreamReader) -> httpx.Request | None:
    """The next whole request; None when the other side has closed."""
    head: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            headers = httpx.Headers(list(head.headers))
            url = f"https://{headers['host']}{head.target.decode('ascii')}"
            return httpx.Request(head.method.decode("ascii"), url, headers=headers, content=body)
        else:
            return None


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, spoils: bool = False) -> None:
    is_handshake = True
    try:
        while data := await reader.read(65536):
            writer.write(data if is_handshake or not spoils else data[:-1] + bytes([data[-1] ^ 1]))
            await writer.drain()
            is_handshake = False
    except OSError:
        writer.transport.abort()  # a reset is passed on as a reset
    finally:
        writer.close()
