"""What a server can do with a connection, each as a `Talk`: the bytes are sent as they are, HTTP or not."""

import asyncio
import socket
import struct
import zlib
from asyncio import StreamReader, StreamWriter

from tests.support.tls_server import Talk

MEGABYTE = bytes(2**20)
GZIP, ZLIB, RAW = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
STREAMED = "Transfer-Encoding: chunked"


def sends(*parts: bytes, then: Talk | None = None) -> Talk:
    """Reads a request, answers it with these bytes, and hangs up, or goes on with `then`."""

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()
        if then is not None:
            await then(reader, writer)

    return talk


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", "Content-Type: application/json", *lines, "", "")).encode()


def whole(body: bytes, *lines: str, status: str = "200 OK") -> bytes:
    return head(*lines, "Connection: close", f"Content-Length: {len(body)}", status=status) + body


async def resets(reader: StreamReader, writer: StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hangs(reader: StreamReader, writer: StreamWriter) -> None:
    await asyncio.get_running_loop().create_future()


def repeats(part: bytes, *, pause_s: float = 0.0) -> Talk:
    """Sends the same again and again, until the other side has had enough."""

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        while True:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return talk


def packed(content: bytes, times: int, bits: int) -> bytes:
    """The same content over and over in one stream of zlib; without an end, and a thousandth of the size."""
    packer = zlib.compressobj(9, wbits=bits)
    return b"".join(packer.compress(content) for _ in range(times)) + packer.flush(zlib.Z_SYNC_FLUSH)


STREAMED = "Transfer-Encoding: chunked"
