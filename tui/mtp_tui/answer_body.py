"""The body of an answer, read and unpacked within a bound: of a bomb no more is unpacked than would be kept.

httpx unpacks whatever comes in one go, and as often as the headers say; a few kilobytes become gigabytes that way.
"""

import zlib
from typing import TYPE_CHECKING

from mtp_tui.errors import UnexpectedAnswer

if TYPE_CHECKING:
    import httpx

ACCEPTED = "gzip, deflate"
"""What is asked for, as `Accept-Encoding` has it; nothing else is unpacked."""

_MOST_PIECES = 256
"""Of 16 KB each, as TLS hands them over, four megabytes: so much is there twice while they are put together."""

_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS


async def read_whole(response: "httpx.Response", host: str, largest_bytes: int) -> bytes:
    """The body, unpacked.

    Raises UnexpectedAnswer beyond `largest_bytes`, packed or unpacked, and for a packing that was not asked for;
    httpx.DecodingError if it is not packed as it says, or breaks off; and whatever the connection fails with.
    """
    if response.is_stream_consumed:  # a transport without a network may hand the answer over whole and unpacked
        return _within(response.content, host, largest_bytes)
    unpacker = _unpacker_of(response, host)
    body, received_bytes = _Pieces(), 0
    async for chunk in response.aiter_raw():
        received_bytes += len(chunk)
        body.add(unpacker.feed(chunk, largest_bytes + 1 - body.size_bytes) if unpacker else chunk)
        if max(received_bytes, body.size_bytes) > largest_bytes:
            raise _too_large(host, largest_bytes)
    if unpacker and received_bytes:
        unpacker.finish()
    return body.joined()


class _Pieces:
    """Bytes that come in pieces: put together once at the end, and in between so that very small ones take no room."""

    def __init__(self) -> None:
        self.size_bytes = 0
        self._kept: list[bytes] = []
        self._latest: list[bytes] = []

    def add(self, piece: bytes) -> None:
        self.size_bytes += len(piece)
        self._latest.append(piece)
        if len(self._latest) == _MOST_PIECES:  # each of them takes twenty times its size if it has two bytes
            self._kept.append(b"".join(self._latest))
            self._latest.clear()

    def joined(self) -> bytes:
        return b"".join((*self._kept, *self._latest))


class _Unpacker:
    """Unpacks one `gzip` or `deflate` stream; what follows its end is dropped."""

    def __init__(self, *, gzip: bool) -> None:
        self._inflate = zlib.decompressobj(_GZIP_BITS) if gzip else None
        self._head = b""

    def feed(self, chunk: bytes, room_bytes: int) -> bytes:
        """What comes of one more chunk, its first `room_bytes` at most; what is beyond them is lost."""
        import httpx

        if self._inflate is None:
            self._head += chunk
            if len(self._head) < 2:
                return b""
            chunk = self._head
            self._inflate = zlib.decompressobj(_ZLIB_BITS if _has_zlib_header(chunk) else _RAW_BITS)
        if self._inflate.eof:
            return b""
        try:
            return self._inflate.decompress(chunk, room_bytes)
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from error

    def finish(self) -> None:
        """Raises httpx.DecodingError if the stream has not come to its end."""
        import httpx

        if self._inflate is None or not self._inflate.eof:
            raise httpx.DecodingError("the packed answer has no end")


def _has_zlib_header(start: bytes) -> bool:
    """Whether this is deflate as RFC 9110 has it, and not the raw form that some servers send under the same name."""
    return start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0


def _unpacker_of(response: "httpx.Response", host: str) -> _Unpacker | None:
    named = [name.strip().lower() for name in response.headers.get("content-encoding", "").split(",")]
    packings = [name for name in named if name not in ("", "identity")]
    if not packings:
        return None
    if len(packings) > 1 or packings[0] not in ("gzip", "x-gzip", "deflate"):
        raise UnexpectedAnswer(
            "",
            f"{host} packed its answer in a way that was not asked for.",
            "A proxy of your network may stand in between. The names of the packing are kept as detail.",
            detail=", ".join(packings)[:200],
        )
    return _Unpacker(gzip=packings[0] != "deflate")


def _within(body: bytes, host: str, largest_bytes: int) -> bytes:
    if len(body) > largest_bytes:
        raise _too_large(host, largest_bytes)
    return body


def _too_large(host: str, largest_bytes: int) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        "",
        f"{host} sent more than {largest_bytes // 2**20} MB in one answer; reading was stopped.",
        "Try again; if it repeats, ask for less.",
    )
