"""A request on a connection that has been used before, and that the server may be closing at the same moment.

Neither side is at fault then, and nothing was answered; a reader asks once more at once, and nobody is told.
Source: RFC 9112, section 9.3.1.
"""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)


async def send_again_if_unheard(client: "httpx.AsyncClient", request: "httpx.Request") -> "tuple[httpx.Response, int]":
    """Send a request, and open its answer; with how often it was sent. A GET for which an old connection fails before
    the head of an answer is there is sent a second time, but not a third, and not if it failed because we closed it.

    Raises what httpx raises.
    """
    import httpx

    steps: list[str] = []

    async def note(step: str, _: object) -> None:
        steps.append(step)

    request.extensions["trace"] = note
    try:
        return await client.send(request, stream=True), 1
    except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
        if request.method != "GET" or not _is_old(steps) or _is_no_http(error) or client.is_closed:
            raise
        log.info("%s closed an old connection; asking once more", request.url.host)
    return await client.send(request, stream=True), 2


def _is_old(steps: list[str]) -> bool:
    """Whether the request was sent, and over a connection that was there already."""
    return any(".send_request_headers." in step for step in steps) and not any(
        ".connect_tcp." in step for step in steps
    )


def _is_no_http(error: "httpx.TransportError") -> bool:
    """Whether something came that could not be read; a connection that ends gives no such reason for a protocol error."""
    import httpx

    below = error.__cause__  # httpcore's error; its pool hides the parser's, but leaves it as the context
    return isinstance(error, httpx.RemoteProtocolError) and below is not None and below.__context__ is not None
