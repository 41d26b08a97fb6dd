"""What may leave the program: reading anything, signing in, and, if the wire was made for it, changing one incident.

Everything else is refused, whoever asks: a method, host or path that is not named here does not leave.
"""

import re
from typing import TYPE_CHECKING

from mtp_tui.errors import MtpError

if TYPE_CHECKING:
    import httpx

SIGN_IN_HOSTS = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoft.com",
        "login.windows.net",
        "sts.windows.net",
        "login.microsoftonline.us",
        "login.usgovcloudapi.net",
    }
)
"""The only hosts that a form is posted to: those of every cloud that `identity.clouds` knows."""

_SIGN_IN_PATH = re.compile(r"/[^/]+/oauth2/(?:v2\.0/)?[a-z]+")
_API_HOST = re.compile(r"(?:[a-z]+\.)?api(?:-[a-z]+)?\.security\.microsoft\.(?:com|us)")
_INCIDENT_PATH = re.compile(r"/api/incidents/[0-9]+")

_METHOD_OVERRIDES = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})
"""Headers by which some servers take one method for another."""


class ReadOnly(MtpError):
    """A request that would change something was stopped before it left the program."""


def read_only() -> ReadOnly:
    """Why an incident is not changed over a wire that was made for reading."""
    return ReadOnly(
        "Nothing was changed: this session only reads.",
        "Start with --write to change incidents, or put write = true into the profile.",
    )


def refuse_unless_allowed(request: "httpx.Request", *, may_write: bool) -> None:
    """Raises ReadOnly for a request that must not leave."""
    method, url = request.method, request.url
    if _METHOD_OVERRIDES.intersection(request.headers):
        raise ReadOnly(f"Refused to send {method} to {url.host} as something else.", "Nothing was sent.")
    is_plain = not url.userinfo and url.port is None
    is_sign_in = url.host in SIGN_IN_HOSTS and _SIGN_IN_PATH.fullmatch(url.path)
    if method == "GET" or (method == "POST" and is_sign_in and is_plain):
        return
    is_incident = _API_HOST.fullmatch(url.host) and _INCIDENT_PATH.fullmatch(url.path)
    is_update = method == "PATCH" and is_incident and is_plain
    if is_update and may_write:
        return
    if is_update:
        raise read_only()
    raise ReadOnly(
        f"Refused to send {method} to {url.host}: this program never does that.",
        "Nothing was sent. Please report it.",
    )
