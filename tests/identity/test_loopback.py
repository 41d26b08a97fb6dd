"""Where the browser comes back to: one answer with the right state is taken, everything else is refused and forgotten."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.errors import MtpError
from mtp_tui.identity import loopback as module
from mtp_tui.identity.loopback import LARGEST_REQUEST_BYTES, MOST_CONNECTIONS, Loopback, listening

STATE = "made-up-state"
GOOD = {"code": "made-up-code", "state": STATE}
HOSTILE = "<script>alert(1)</script>"


async def hang_up(*writers: asyncio.StreamWriter) -> None:
    """Close connections, and wait until they are."""
    for writer in writers:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


class Visitor:
    """Somebody with a socket to the listener, and the one who waits for the answer."""

    def __init__(self, loopback: Loopback) -> None:
        self.port = int(loopback.address.rpartition(":")[2])
        self.waiting = asyncio.create_task(loopback.answer(STATE))

    async def send(self, request: str | bytes, host: str = "127.0.0.1") -> str:
        """What comes back for these bytes, until the connection ends."""
        reader, writer = await asyncio.open_connection(host, self.port)
        try:
            writer.write(request if isinstance(request, bytes) else request.encode())
            writer.write_eof()
            return (await reader.read()).decode()
        except OSError:  # a request that is refused early is not read to its end
            return ""
        finally:
            await hang_up(writer)

    async def get(self, target: str, *, host: str = "") -> str:
        """A GET as a browser sends it."""
        return await self.send(f"GET {target} HTTP/1.1\r\nHost: {host or f'localhost:{self.port}'}\r\n\r\n")

    async def post(self, form: str, *more: str, target: str = "/") -> str:
        """A form as a browser posts it."""
        head = f"POST {target} HTTP/1.1", f"Host: localhost:{self.port}", f"Content-Length: {len(form)}", *more
        return await self.send("\r\n".join((*head, "", form)))

    async def idle(self, count: int) -> list[asyncio.StreamWriter]:
        """So many connections on which nothing is sent."""
        return [(await asyncio.open_connection("127.0.0.1", self.port))[1] for _ in range(count)]

    async def still_waits(self) -> bool:
        """Whether what was sent so far was no answer."""
        await asyncio.sleep(0)
        return not self.waiting.done()


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with listening() as loopback:
        visitor = Visitor(loopback)
        yield visitor
        visitor.waiting.cancel()


# what is taken


async def test_a_posted_form_is_the_answer(visitor: Visitor) -> None:
    page = await visitor.post(urlencode({**GOOD, "session_state": "x", "client_info": "x"}))
    assert await visitor.waiting == GOOD
    assert page.startswith("HTTP/1.1 200 ")
    assert "You are signed in" in page


async def test_a_query_is_the_answer_too(visitor: Visitor) -> None:
    page = await visitor.get(f"/?{urlencode(GOOD)}")
    assert await visitor.waiting == GOOD
    assert "You are signed in" in page


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
async def test_this_machine_may_be_called_by_each_of_its_names(visitor: Visitor, host: str) -> None:
    await visitor.get(f"/?{urlencode(GOOD)}", host=f"{host}:{visitor.port}")
    assert await visitor.waiting == GOOD


async def test_both_addresses_of_this_machine_lead_here(visitor: Visitor) -> None:
    try:
        page = await visitor.send(f"GET /other HTTP/1.1\r\nHost: localhost:{visitor.port}\r\n\r\n", host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    assert page.startswith("HTTP/1.1 404 ")


async def test_a_refusal_is_an_answer_and_nothing_of_it_is_repeated(visitor: Visitor) -> None:
    refusal = {"error": HOSTILE, "error_description": HOSTILE, "error_uri": HOSTILE, "state": STATE}
    page = await visitor.post(urlencode(refusal))
    assert await visitor.waiting == refusal
    assert "The sign-in failed" in page
    assert "script" not in page


async def test_the_page_loads_nothing_and_is_kept_nowhere(visitor: Visitor) -> None:
    head, _, body = (await visitor.post(urlencode(GOOD))).partition("\r\n\r\n")
    lines = head.split("\r\n")
    assert "Connection: close" in lines
    assert "Cache-Control: no-store" in lines
    assert "Content-Security-Policy: default-src 'none'" in lines
    assert "Referrer-Policy: no-referrer" in lines
    assert f"Content-Length: {len(body.encode())}" in lines
    assert "http" not in body
    assert "made-up" not in head + body


async def test_the_first_answer_counts(visitor: Visitor) -> None:
    await visitor.post(urlencode(GOOD))
    await visitor.post(urlencode({**GOOD, "code": "another"}))
    assert await visitor.waiting == GOOD


# what is not


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=made-up-code",
        "code=made-up-code&state=",
        "code=made-up-code&state=other",
        f"code=made-up-code&state={STATE}x",
        f"code=made-up-code&state={STATE}&state=other",
        f"code=one&code=two&state={STATE}",
        f"code=&state={STATE}",
        f"state={STATE}",
        f"code=made-up-code&error=access_denied&state={STATE}",
        f"error={quote(HOSTILE)}",
        f"state={quote(HOSTILE)}&code={quote(HOSTILE)}",
        "state=%ff%fe%00&code=%ed%a0%80",
        "&".join(f"n{at}=1" for at in range(60)),
        "%",
    ],
)
async def test_what_is_not_our_answer_is_refused_and_waiting_goes_on(visitor: Visitor, query: str) -> None:
    for page in (await visitor.get(f"/?{query}"), await visitor.post(query)):
        assert page.startswith("HTTP/1.1 400 ")
        assert "script" not in page
    assert await visitor.still_waits()
    await visitor.post(urlencode(GOOD))
    assert await visitor.waiting == GOOD


@pytest.mark.parametrize(
    "host", ["evil.example:{}", "localhost", "127.0.0.1", "localhost.evil.example:{}", "", "a@localhost:{}"]
)
async def test_another_name_that_leads_here_is_refused(visitor: Visitor, host: str) -> None:
    """A page elsewhere can let its own name lead to this machine, and would be let read the answer as its own."""
    query = urlencode(GOOD)
    target = host.format(visitor.port)
    page = await visitor.send(f"GET /?{query} HTTP/1.1\r\nHost: {target}\r\n\r\n")
    assert page.startswith("HTTP/1.1 421 ")
    assert (await visitor.send(f"GET /?{query} HTTP/1.1\r\n\r\n")).startswith("HTTP/1.1 421 ")
    assert await visitor.still_waits()


async def test_two_names_of_a_host_are_refused(visitor: Visitor) -> None:
    page = await visitor.post(urlencode(GOOD), "Host: evil.example")
    assert page.startswith("HTTP/1.1 400 ")
    assert await visitor.still_waits()


@pytest.mark.parametrize("target", ["/favicon.ico", "/callback?{}", "//?{}", "/../?{}", "http://localhost/?{}", "*"])
async def test_there_is_nothing_at_other_paths(visitor: Visitor, target: str) -> None:
    page = await visitor.get(target.format(urlencode(GOOD)))
    assert page.startswith("HTTP/1.1 404 ")
    assert await visitor.still_waits()


@pytest.mark.parametrize("method", ["HEAD", "PUT", "OPTIONS", "DELETE", "get"])
async def test_other_methods_are_refused(visitor: Visitor, method: str) -> None:
    query = urlencode(GOOD)
    page = await visitor.send(f"{method} /?{query} HTTP/1.1\r\nHost: localhost:{visitor.port}\r\n\r\n")
    assert page.startswith("HTTP/1.1 405 ")
    assert await visitor.still_waits()


@pytest.mark.parametrize("length", ["", "-1", "x", "1e3", "²", "9" * 30])
async def test_a_form_of_no_known_length_is_not_read(visitor: Visitor, length: str) -> None:
    head = f"POST / HTTP/1.1\r\nHost: localhost:{visitor.port}\r\nContent-Length: {length}\r\n\r\n"
    assert (await visitor.send(head + urlencode(GOOD))).startswith("HTTP/1.1 411 ")
    assert await visitor.still_waits()


async def test_a_form_as_large_as_allowed_is_read_and_a_larger_one_is_not(visitor: Visitor) -> None:
    room = LARGEST_REQUEST_BYTES - len(urlencode({**GOOD, "code": ""}))
    assert not (await visitor.post(urlencode({**GOOD, "code": "x" * (room + 1)}))).startswith("HTTP/1.1 200 ")
    assert await visitor.still_waits()
    await visitor.post(urlencode({**GOOD, "code": "x" * room}))
    assert (await visitor.waiting)["code"] == "x" * room


async def test_a_head_without_end_is_not_read_to_its_end(visitor: Visitor) -> None:
    assert not (await visitor.send(b"GET / HTTP/1.1\r\nX: " + b"x" * 5_000_000)).startswith("HTTP/1.1 200 ")
    assert await visitor.still_waits()


@pytest.mark.parametrize(
    "request_", ["", "\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1\r\nHost", "\0\x16\x03\x01\r\n\r\n"]
)
async def test_what_is_no_request_is_no_failure(visitor: Visitor, request_: str) -> None:
    assert not (await visitor.send(request_)).startswith("HTTP/1.1 200 ")
    assert await visitor.still_waits()


async def test_a_form_that_is_cut_short_is_no_answer(visitor: Visitor) -> None:
    head = f"POST / HTTP/1.1\r\nHost: localhost:{visitor.port}\r\nContent-Length: 500\r\n\r\n"
    assert await visitor.send(head + urlencode(GOOD)) == ""
    assert await visitor.still_waits()


async def test_idle_connections_keep_nobody_out(visitor: Visitor) -> None:
    """Browsers open connections ahead of time and send nothing on them."""
    idle = await visitor.idle(MOST_CONNECTIONS - 1)
    await visitor.post(urlencode(GOOD))
    assert await visitor.waiting == GOOD
    await hang_up(*idle)


async def test_there_is_a_limit_to_idle_connections_and_the_oldest_has_to_go(visitor: Visitor) -> None:
    """Anybody on this machine, and any page, can open some and open them again."""
    opened = [await asyncio.open_connection("127.0.0.1", visitor.port) for _ in range(MOST_CONNECTIONS + 2)]
    await visitor.post(urlencode(GOOD))
    assert await visitor.waiting == GOOD
    async with asyncio.timeout(5):
        for reader, _ in opened[:3]:
            with suppress(ConnectionError):
                assert await reader.read() == b""
    assert not any(reader.at_eof() for reader, _ in opened[3:])
    await hang_up(*(writer for _, writer in opened))


async def test_whoever_says_nothing_is_hung_up_on(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REQUEST_TIMEOUT_S", 0.01)
    reader, writer = await asyncio.open_connection("127.0.0.1", visitor.port)
    writer.write(b"GET / HTTP/1.1\r\n")
    async with asyncio.timeout(5):
        with pytest.raises((ConnectionError, EOFError)):
            await reader.readexactly(1)
    await hang_up(writer)
    assert await visitor.still_waits()


# the listener itself


async def test_nobody_is_listening_afterwards() -> None:
    async with asyncio.timeout(5), listening() as loopback:
        visitor = Visitor(loopback)
        reader, writer = await asyncio.open_connection("127.0.0.1", visitor.port)
        writer.write(b"GET / HTTP/1.1\r\n")
        await asyncio.sleep(0)
        visitor.waiting.cancel()
    with pytest.raises(OSError, match=r".*") as refused:
        await asyncio.open_connection("127.0.0.1", visitor.port)
    assert refused.value.errno == errno.ECONNREFUSED
    with pytest.raises((ConnectionError, EOFError)):
        await reader.readexactly(1)
    await hang_up(writer)


async def test_only_this_machine_is_listened_to() -> None:
    async with listening() as loopback:
        hosts = {sock.getsockname()[0] for server in loopback._servers for sock in server.sockets}
    assert hosts <= {"127.0.0.1", "::1"}
    assert "127.0.0.1" in hosts


async def test_a_machine_that_lets_nobody_listen_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(asyncio, "start_server", refuse)
    with pytest.raises(MtpError) as caught:
        async with listening():
            pass
    assert "device code" in caught.value.hint


async def test_a_machine_without_ipv6_is_listened_to_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    start_server = asyncio.start_server

    async def only_ipv4(called: object, host: str, *more: object, **others: object) -> asyncio.Server:
        if host == "::1":
            raise socket.gaierror(socket.EAI_ADDRFAMILY, "Address family for hostname not supported")
        return await start_server(called, host, *more, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "start_server", only_ipv4)
    async with listening() as loopback:
        visitor = Visitor(loopback)
        await visitor.post(urlencode(GOOD))
        assert await visitor.waiting == GOOD


async def test_a_port_that_somebody_else_has_on_the_other_address_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser takes localhost for ::1 first, and would bring the answer there."""
    taken: list[socket.socket] = []
    start_server = asyncio.start_server

    async def late(called: object, host: str, port: int, **others: object) -> asyncio.Server:
        if host == "::1" and len(taken) < 2:
            taken.append(socket.create_server(("::1", port), family=socket.AF_INET6))
        return await start_server(called, host, port, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "start_server", late)
    try:
        async with listening() as loopback:
            assert {sock.getsockname()[0] for server in loopback._servers for sock in server.sockets} == {
                "127.0.0.1",
                "::1",
            }
            assert loopback.address.rpartition(":")[2] not in {str(one.getsockname()[1]) for one in taken}
        while taken:
            taken.pop().close()
        monkeypatch.setattr(module, "PORTS_TRIED", 2)
        with pytest.raises(MtpError, match="No port"):
            async with listening():
                pass
    finally:
        for one in taken:
            one.close()


@settings(max_examples=60)
@given(st.binary(max_size=300) | st.tuples(st.sampled_from([b"GET", b"POST"]), st.binary(max_size=200)).map(
    lambda pair: pair[0] + b" / HTTP/1.1\r\nHost: localhost\r\n" + pair[1] + b"\r\n\r\n"
))  # fmt: skip
def test_no_bytes_at_all_are_an_answer_or_a_failure(sent: bytes) -> None:
    async def visit() -> None:
        async with listening() as loopback:
            visitor = Visitor(loopback)
            assert not (await visitor.send(sent)).startswith("HTTP/1.1 200 ")
            assert await visitor.still_waits()
            visitor.waiting.cancel()

    asyncio.run(visit())
