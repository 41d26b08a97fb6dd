"""Where a browser on this machine comes back to after a sign-in: a listener on the loopback address, for one answer.

Any program on this machine, and any page in the browser, can send something here. So nothing counts but the `state` that
only Entra was told, and nothing that was sent is repeated. Sources: RFC 8252, sections 7.3 and 8.3; OAuth 2.0 Form Post
Response Mode.
"""

import asyncio
import errno
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import parse_qsl

from mtp_tui.errors import MtpError

LARGEST_REQUEST_BYTES = 64 * 1024
"""Of a request's head, and again of its form; Entra's codes have one or two thousand."""
REQUEST_TIMEOUT_S = 10.0
MOST_CONNECTIONS = 16
"""At once; browsers open some ahead of time and leave them idle. The oldest has to go for one more."""
PORTS_TRIED = 5
"""Until one is free for both addresses."""

_NAMES = frozenset({"code", "state", "error", "error_description", "error_uri"})
"""What is read of an answer. Source: RFC 6749, sections 4.1.2 and 4.1.2.1."""

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>mtp-tui</title></head><body><h1>{title}</h1><p>{text}</p></body></html>
"""
_SIGNED_IN = _PAGE.format(title="You are signed in", text="Close this page and go back to the terminal.")
_FAILED = _PAGE.format(title="The sign-in failed", text="Close this page; the terminal says why.")
_NOT_HERE = _PAGE.format(title="Nothing here", text="This address only waits for a sign-in to come back.")


class _Refused(Exception):
    """A request that is answered with a status, and forgotten."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status


class Loopback:
    """A listener that is open; made by `listening`."""

    def __init__(self) -> None:
        self._servers: list[asyncio.Server] = []
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}  # the oldest first
        self._state = b""
        self._answer: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        self._port = 0

    @property
    def address(self) -> str:
        """The redirect address: `http://localhost` and a free port, which Entra lets public clients choose."""
        return f"http://localhost:{self._port}"

    async def answer(self, state: str) -> dict[str, str]:
        """Wait for the first request that carries this state with a code or an error; others are refused.

        Returns `code`, `state`, `error`, `error_description` and `error_uri` as far as they came.
        """
        self._state = state.encode()
        return await self._answer

    async def open(self) -> None:
        """Listen. Raises MtpError if this machine lets nobody."""
        try:
            for _ in range(PORTS_TRIED):
                await self._listen("127.0.0.1")
                if await self._shares_no_port():
                    return
                self._let_go()
        except OSError as error:
            raise _nowhere(str(error)) from error
        raise _nowhere("another program listens on ::1 at every port that was tried")

    async def _shares_no_port(self) -> bool:
        """Listen on ::1 too; False if somebody else does so there, to whom a browser could bring the answer instead."""
        try:
            await self._listen("::1")
        except OSError as error:  # some machines have no IPv6; browsers then take 127.0.0.1 for localhost
            return error.errno != errno.EADDRINUSE
        return True

    async def close(self) -> None:
        """Stop listening, and let go of whoever is connected."""
        self._let_go()
        for connection in self._connections:
            self._hang_up(connection)
        await asyncio.gather(*self._connections, return_exceptions=True)
        await asyncio.sleep(0)  # the loop closes aborted connections in its next round

    def _let_go(self) -> None:
        for server in self._servers:
            server.close()
        self._servers.clear()
        self._port = 0

    async def _listen(self, host: str) -> None:
        server = await asyncio.start_server(self._connected, host, self._port, limit=LARGEST_REQUEST_BYTES)
        self._servers.append(server)
        self._port = server.sockets[0].getsockname()[1]

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        living = [connection for connection in self._connections if not connection.cancelling()]
        if len(living) >= MOST_CONNECTIONS:  # the newest may be the answer, the oldest has long had its time
            self._hang_up(living[0])
        connection = asyncio.create_task(self._serve(reader, writer))
        self._connections[connection] = writer
        connection.add_done_callback(self._connections.pop)

    def _hang_up(self, connection: asyncio.Task[None]) -> None:
        connection.cancel()
        self._connections[connection].transport.abort()  # a task that has not begun yet would not do so

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request and its answer; then the connection ends."""
        answer: dict[str, str] = {}
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                try:
                    answer = self._checked(await _read_form(reader, self._port))
                    _write(writer, HTTPStatus.OK, _SIGNED_IN if "code" in answer else _FAILED)
                except _Refused as refused:
                    _write(writer, refused.status, _NOT_HERE)
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except (OSError, EOFError, TimeoutError):
            pass  # whoever it was has gone, or says nothing
        finally:
            writer.transport.abort()
            if answer and not self._answer.done():
                self._answer.set_result(answer)

    def _checked(self, form: list[tuple[str, str]]) -> dict[str, str]:
        """An answer to our own question. Raises _Refused for anything else."""
        known = [(name, value) for name, value in form if name in _NAMES and value]
        answer = dict(known)
        state = answer.get("state", "").encode("utf-8", "replace")
        if len(answer) < len(known) or not self._state or not hmac.compare_digest(state, self._state):
            raise _Refused(HTTPStatus.BAD_REQUEST)
        if ("code" in answer) == ("error" in answer):
            raise _Refused(HTTPStatus.BAD_REQUEST)
        return answer


def _nowhere(why: str) -> MtpError:
    return MtpError(
        "No port of this machine could be opened for the browser to come back to.",
        "Sign in with a device code instead.",
        detail=why,
    )


@asynccontextmanager
async def listening() -> AsyncIterator[Loopback]:
    """A listener on 127.0.0.1, and on ::1 if it can be had; closed at the end, however that comes. Raises MtpError."""
    loopback = Loopback()
    try:
        await loopback.open()
        yield loopback
    finally:
        await loopback.close()


async def _read_form(reader: asyncio.StreamReader, port: int) -> list[tuple[str, str]]:
    """The fields of a request, from its query (GET) or its form (POST). Raises _Refused, or EOFError if it is cut short."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError as error:
        raise _Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from error
    request_line, *lines = head.split("\r\n")
    method, target = _method_and_target(request_line)
    headers = _headers(lines)
    # a page elsewhere can make its own name lead to this machine, and would be read as that page's own
    if headers.get("host", "").lower() not in {f"{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]")}:
        raise _Refused(HTTPStatus.MISDIRECTED_REQUEST)
    path, _, query = target.partition("?")
    if path != "/":
        raise _Refused(HTTPStatus.NOT_FOUND)
    if method == "GET":
        return _fields(query)
    if method != "POST":
        raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED)
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 10):
        raise _Refused(HTTPStatus.LENGTH_REQUIRED)
    if int(length) > LARGEST_REQUEST_BYTES:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return _fields((await reader.readexactly(int(length))).decode("latin-1"))


def _method_and_target(request_line: str) -> tuple[str, str]:
    match request_line.split(" "):
        case [method, target, version] if version.startswith("HTTP/1."):
            return method, target
    raise _Refused(HTTPStatus.BAD_REQUEST)


def _headers(lines: list[str]) -> dict[str, str]:
    """Headers by their names in lower case. Raises _Refused if one that decides something comes twice."""
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        if name in headers and name in ("host", "content-length"):
            raise _Refused(HTTPStatus.BAD_REQUEST)
        headers[name] = value.strip()
    return headers


def _fields(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=50)
    except ValueError as error:
        raise _Refused(HTTPStatus.BAD_REQUEST) from error


def _write(writer: asyncio.StreamWriter, status: HTTPStatus, page: str) -> None:
    body = page.encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "Cache-Control: no-store",
        "Content-Security-Policy: default-src 'none'",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
    )
    writer.write("\r\n".join((*head, "", "")).encode("ascii") + body)
