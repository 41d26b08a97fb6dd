"""What the program is given in place of time, of a token and of the network's names."""

import asyncio
import time
from datetime import datetime, timedelta

import httpx

from mtp_tui.secret import Secret
from tests.bench.corpus import NEWEST


class RunningClock:
    """A Clock that goes on by itself; its `sleep` is a Sleep that takes no time but is believed to have."""

    def __init__(self, start: datetime = NEWEST + timedelta(hours=1)) -> None:
        self._start, self._begun, self._slept_s = start, time.monotonic(), 0.0

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._begun + self._slept_s)

    async def sleep(self, seconds: float) -> None:
        self._slept_s += seconds
        await asyncio.sleep(0)


class MadeUpToken:
    """A token source."""

    async def bearer(self, *, renew: bool = False) -> Secret:  # noqa: ARG002 - the form of a token source
        return Secret("made-up-token")


class ToPlainServer(httpx.AsyncBaseTransport):
    """Leads https requests to a plain port on loopback: what TLS costs is no part of the row."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        request = httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
