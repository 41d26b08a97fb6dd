"""Faults on request: what a service, a proxy or a network does instead of answering as documented."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from urllib.parse import unquote

import httpx

from mtp_tui.sim.payload import json_bytes

Respond = Callable[[httpx.Request], httpx.Response]
ALWAYS = 10**9
"""As `times`: until `clear`."""


@dataclass(slots=True)
class _Fault:
    place: str
    respond: Respond | Exception
    times: int


class Faults:
    """Faults that wait for their request; the first that fits is used, then the next."""

    def __init__(self) -> None:
        self._faults: list[_Fault] = []

    def add(self, place: str, respond: Respond | Exception, times: int = 1) -> None:
        """Answer the next `times` requests whose `place_of` contains the text with this; an exception is raised."""
        self._faults.append(_Fault(place, respond, times))

    def clear(self) -> None:
        """Be well again."""
        self._faults.clear()

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        """The faulty answer due for this request, if any. Raises what was to be raised."""
        place = place_of(request)
        fault = next((each for each in self._faults if each.place in place), None)
        if fault is None:
            return None
        fault.times -= 1
        if fault.times <= 0:
            self._faults.remove(fault)
        if isinstance(fault.respond, Exception):
            raise fault.respond
        return fault.respond(request)


def place_of(request: httpx.Request) -> str:
    """Host, path and query of a request, readable: `api.security.microsoft.com/api/incidents?$top=100&$skip=200`."""
    query = unquote(request.url.query.decode("ascii"))
    return f"{request.url.host}{request.url.path}" + (f"?{query}" if query else "")


def error_body(
    status: int,
    code: str,
    message: str,
    *,
    target: str = "00000000-0000-4000-8000-00000000fa17",
    headers: dict[str, str] | None = None,
) -> Respond:
    """The documented error object with any content (Microsoft Learn, "Error codes")."""
    return raw(status, json_bytes({"error": {"code": code, "message": message, "target": target}}), headers=headers)


def raw(
    status: int, content: bytes, *, content_type: str = "application/json", headers: dict[str, str] | None = None
) -> Respond:
    """Any body at all."""
    return lambda _: httpx.Response(status, headers={"Content-Type": content_type, **(headers or {})}, content=content)


def throttled(
    *, retry_after_header: str | None = "7", seconds_in_body: int | None = 7, code: str = "TooManyRequests"
) -> Respond:
    """A 429 in any of its forms; None leaves the header, or the seconds in the sentence, out."""
    message = "API calls quota exceeded! Maximum allowed 50 calls per 00:01:00."
    if seconds_in_body is not None:
        message += f" You can send requests again in {seconds_in_body} seconds."
    headers = {} if retry_after_header is None else {"Retry-After": retry_after_header}
    return error_body(429, code, message, headers=headers)


def server_error(status: int = 500, *, message: str = "An internal server error occurred.") -> Respond:
    """A 5xx of the service itself."""
    return error_body(status, "InternalServerError", message)


def empty_body(status: int = 503) -> Respond:
    """A status and nothing else, as front ends send it; also for 401 and 200."""
    return lambda _: httpx.Response(status)


def unauthorized(
    message: str = "Unauthorized. Reason of failure: Account mode is inactive.", *, challenge: str = ""
) -> Respond:
    """A 401; `challenge` is the WWW-Authenticate header."""
    return error_body(401, "Unauthorized", message, headers={"WWW-Authenticate": challenge} if challenge else None)


def forbidden(*, required: str = "Incident.Read.All,Incident.ReadWrite.All", held: str = "") -> Respond:
    """A 403 that lists the roles which would do and those of the token, as seen with the sister APIs."""
    return error_body(
        403, "Forbidden", f"Missing application roles. API required roles: {required}, application roles: {held}."
    )


def html_page(status: int = 200) -> Respond:
    """The sign-in page of a proxy in between."""
    page = "<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head><body>Contoso Guest Proxy</body></html>"
    return raw(status, page.encode(), content_type="text/html; charset=utf-8")


def truncated_json(status: int = 200) -> Respond:
    """JSON that ends in the middle of a word."""
    return raw(
        status,
        b'{"@odata.context":"https://api.security.microsoft.com/api/$metadata#Incidents","value":[{"incidentId":924565,"incidentNa',
    )


def wrong_json(value: object = None, status: int = 200) -> Respond:
    """Good JSON that is not what was asked for; null unless given."""
    return raw(status, json_bytes(value))


def redirect(location: str = "https://proxy.example/login") -> Respond:
    """A redirect, which no API call should follow."""
    return lambda _: httpx.Response(302, headers={"Location": location})


def broken_off(content: bytes = b'{"value":[') -> Respond:
    """An answer whose connection breaks after `content`."""
    return lambda _: httpx.Response(200, headers={"Content-Type": "application/json"}, stream=_BrokenStream(content))


class _BrokenStream(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content
        raise httpx.ReadError("the connection was closed by the other side")
