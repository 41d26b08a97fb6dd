"""The one way out: every request of the program, MSAL's and the API's, goes through `Wire.send`.

httpx lives here, and in what serves this module alone (gate, answer_body, old_connections, network_failures). It is
imported with the first request, because that costs a start about as much as half of Textual does. No request is made
over plain http, none to a server whose certificate is not trusted, no redirect is followed. And nothing is changed
anywhere unless the wire was made for it: any request but reading, and signing in, stops here. Beside it there are only
`certificate_issuer`, which looks at a certificate that was not trusted and hangs up, and the demo's browser, which
calls this machine.
"""

import asyncio
import json
import logging
import os
import ssl
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from mtp_tui import __version__
from mtp_tui.answer_body import ACCEPTED, read_whole
from mtp_tui.certificate_issuer import issuer_of
from mtp_tui.errors import BadInput, Step, UnexpectedAnswer, Unreachable
from mtp_tui.gate import refuse_unless_allowed
from mtp_tui.moments import from_http_date
from mtp_tui.network_failures import unreachable
from mtp_tui.old_connections import send_again_if_unheard

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
"""A page of 100 incidents has been seen at about 1 MB and may reach tens; beyond this it is not an answer."""

LONGEST_PATH_IN_LOG = 200
"""Characters; a path of ours has some sixty, and the rest of a longer one says nothing."""

BELIEVABLE_OFFSET = timedelta(days=3650)
"""A clock may stand at its factory's date; a Date header beyond that is nonsense."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for what, in seconds."""

    connect_s: float = 10.0
    """For the connection, and for the TLS handshake."""
    silence_s: float = 60.0
    """For the next byte."""
    whole_s: float = 120.0
    """From asking to the last byte: whoever sends a byte now and then is not waited for without end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, read whole and decompressed."""

    host: str
    status: int
    headers: Mapping[str, str]
    """Names are matched without regard to case."""
    body: bytes = field(repr=False)
    """May hold a token."""
    sends: int = 1
    """How often the request was sent until this came; the service may have counted each."""

    @property
    def text(self) -> str:
        """The body as text, whatever it is; undecodable bytes are replaced, a byte order mark is dropped."""
        return self.body.decode("utf-8-sig", errors="replace")

    @property
    def served_at(self) -> datetime | None:
        """The server's own clock (aware UTC), from the Date header; None if it gave none that can be read."""
        return from_http_date(self.headers.get("date", ""))

    def clock_offset_s(self, now: datetime) -> float | None:
        """The server's clock minus ours, to the second; None if it told none, or one that is years away."""
        served_at = self.served_at
        if served_at is None or abs(served_at - now) > BELIEVABLE_OFFSET:
            return None
        return (served_at - now).total_seconds()

    def server_now(self, now: datetime) -> datetime:
        """When it was answered, by the clock that the times in it were made with; `now` (aware UTC) if the server told no
        time that can be believed."""
        offset_s = self.clock_offset_s(now)
        return now if offset_s is None else now + timedelta(seconds=offset_s)

    def json_object(self) -> dict[str, object]:
        """The body as a JSON object.

        Raises UnexpectedAnswer for anything else, such as a proxy's own page.
        """
        try:
            # strict=False: Entra has been seen to send bare line feeds inside error_description
            value = json.loads(self.text, strict=False)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            return value
        first_line = self.text.strip().split("\n", 1)[0][:200]
        raise UnexpectedAnswer(
            "",
            f"{self.host} answered {self.status} with something that is not JSON.",
            "A proxy or a sign-in page of your network may stand in between. The first line is kept as detail.",
            detail=first_line,
        )


class Wire:
    """An HTTPS client that opens with the first request and turns every network failure into `Unreachable`.

    The environment is honoured as elsewhere: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`, `SSL_CERT_DIR`.
    Without the latter two the operating system's own trust store decides.
    """

    def __init__(
        self,
        transport: "Callable[[], httpx.AsyncBaseTransport] | None" = None,
        *,
        may_write: bool = False,
        limits: Limits | None = None,
    ) -> None:
        """`transport` replaces the network; the simulated tenant gives its own.

        `may_write` lets one kind of change through: PATCH of a single incident. It cannot be switched on later.
        """
        self._transport = transport
        self._may_write = may_write
        self._limits = limits or Limits()
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    @property
    def may_write(self) -> bool:
        """Whether an incident may be changed over this wire."""
        return self._may_write

    async def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        content: str | None = None,
    ) -> Answer:
        """Send one request and read the answer whole, whatever its status.

        Raises Unreachable when no complete answer came, BadInput when the trust settings of the environment are wrong,
        and ReadOnly, with nothing sent, for whatever is neither reading, nor signing in, nor a change that is allowed.
        """
        host = urlsplit(url).hostname or ""
        if not url.startswith("https://"):
            raise Unreachable(Step.CONNECTION, host, f"Refused to call {host} without TLS.", "Only https is used.")
        if params:
            url = f"{url}?{urlencode(params, quote_via=quote)}"  # OData is documented with %20; httpx would write +
        try:
            return await self._ask(method, url, host, headers=headers, form=form, content=content)
        except Unreachable as failure:
            if failure.step is Step.CERTIFICATE and self._transport is None and (issuer := await issuer_of(host)):
                failure.summary = f"{failure.summary.rstrip('.')} (issued by “{issuer}”)."
            raise

    async def _ask(
        self,
        method: str,
        url: str,
        host: str,
        *,
        headers: Mapping[str, str] | None,
        form: Mapping[str, str] | None,
        content: str | None,
    ) -> Answer:
        client = await self._open()
        if client.is_closed:  # while this was waited for
            raise Unreachable(Step.CONNECTION, host, "The connections are being closed, and the call was not made.")
        started = time.perf_counter()
        with _failures_of(host, self._limits):
            request = client.build_request(method, url, headers=headers, data=form, content=content)
            async with asyncio.timeout(self._limits.whole_s):
                response, sends = await send_again_if_unheard(client, request)
                try:
                    body = await read_whole(response, host, LARGEST_ANSWER_BYTES)
                finally:
                    await response.aclose()
        elapsed_ms = (time.perf_counter() - started) * 1000
        log.info(
            "%s %s%s → %d, %d bytes, %.0f ms",
            method,
            host,
            _path_in_log(request.url.raw_path),
            response.status_code,
            len(body),
            elapsed_ms,
        )
        return Answer(host, response.status_code, response.headers, body, sends)

    async def aclose(self) -> None:
        """Close every connection; a later request opens anew."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _open(self) -> "httpx.AsyncClient":
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._build)
        return self._client

    def _build(self) -> "httpx.AsyncClient":
        from http.cookiejar import CookieJar, DefaultCookiePolicy

        import httpx

        _search_once("sniffio")
        transport = self._transport() if self._transport else None
        trust = _trust() if transport is None else True
        try:
            return httpx.AsyncClient(
                transport=transport,
                verify=trust,
                timeout=httpx.Timeout(self._limits.silence_s, connect=self._limits.connect_s),
                headers={
                    "User-Agent": f"mtp-tui/{__version__}",
                    "Accept": "application/json",
                    "Accept-Encoding": ACCEPTED,
                },
                follow_redirects=False,
                # nothing here needs one, and those of a stranger would come back to his and to other hosts, however many
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                # in the client itself, and on the request as it will leave: no caller can go round it
                event_hooks={"request": [self._let_pass]},
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:  # SOCKS, another scheme, no address at all
            raise _wrong_proxy() from error

    async def _let_pass(self, request: "httpx.Request") -> None:
        refuse_unless_allowed(request, may_write=self._may_write)


def _search_once(module: str) -> None:
    """Say in advance that a module is not there, if it is not.

    httpcore asks for it with each lock of each request, and Python looks through all that it has on disk each time.
    """
    if find_spec(module) is None:
        sys.modules.setdefault(module, None)  # type: ignore[arg-type]  # which is how Python itself is told so


def _path_in_log(raw_path: bytes) -> str:
    """The path as it was sent, without the query: what it would be decoded, a link in an answer decides."""
    path = raw_path.partition(b"?")[0].decode("ascii", "replace")
    return path if len(path) <= LONGEST_PATH_IN_LOG else path[:LONGEST_PATH_IN_LOG] + "…"


def _trust() -> ssl.SSLContext:
    """Whom to believe: the files named in the environment if there are any, else the system's trust store."""
    cafile, capath = os.environ.get("SSL_CERT_FILE") or None, os.environ.get("SSL_CERT_DIR") or None
    context: ssl.SSLContext
    # not create_default_context: that obeys SSLKEYLOGFILE, and what is in such a file decrypts secret and token
    if cafile or capath:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            context.load_verify_locations(cafile, capath)
        except (OSError, ssl.SSLError) as error:
            name = "SSL_CERT_FILE" if cafile else "SSL_CERT_DIR"
            raise BadInput(
                name,
                f"The certificates named by {name} could not be read: {cafile or capath}",
                "Point it to a readable PEM file, or unset it to use the system's trust store.",
            ) from error
    else:
        import truststore

        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _wrong_proxy() -> BadInput:
    """Which variable of the environment httpx could not make a proxy of; its value may hold a password."""
    import httpx

    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy", "HTTP_PROXY"):
        value = os.environ.get(name)
        if not value:
            continue
        try:
            usable = httpx.Proxy(value if "://" in value else f"http://{value}").url.scheme in ("http", "https")
        except (ValueError, httpx.InvalidURL):
            usable = False
        if not usable:
            return BadInput(
                name,
                f"{name} does not name a proxy that can be used.",
                "It has to look like http://proxy.example:8080; SOCKS proxies are not supported.",
            )
    return BadInput(
        "NO_PROXY", "NO_PROXY could not be read.", "It is a list of hosts and domains with commas between them."
    )


@contextmanager
def _failures_of(host: str, limits: Limits) -> Iterator[None]:
    """Turns what a request can fail with inside the block into `Unreachable`."""
    import httpx

    try:
        yield
    # OSError: TimeoutError, when the whole took too long, and ssl.SSLError, which httpx lets through after the handshake
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        failure = unreachable(
            error, host, connect_s=limits.connect_s, silence_s=limits.silence_s, whole_s=limits.whole_s
        )
        log.warning("%s: %s (%s)", host, failure.step, type(error).__name__)
        raise failure from error
