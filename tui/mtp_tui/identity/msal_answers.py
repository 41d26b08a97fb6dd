"""What MSAL gets to see of Entra's answers: the members that are used, in the types that are documented.

MSAL looks into more than it needs, and stumbles when that is not as documented. Sources: Microsoft Learn, "OAuth 2.0
client credentials flow", "OAuth 2.0 device authorization grant flow"; RFC 6749, section 5; RFC 8628, section 3.2.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from mtp_tui.errors import UnexpectedAnswer

LONGEST_LIFETIME_S = 10**9
"""Seconds beyond this are no lifetime, and would lead out of the calendar."""

SHORTEST_INTERVAL_S, LONGEST_INTERVAL_S = 5, 60
"""Between two questions whether a device code has been confirmed; Entra says 5."""
CODE_LIFETIME_S, LONGEST_CODE_LIFETIME_S = 900, 3600
"""How long a device code is waited for, if Entra does not say, and at most."""

LONGEST_USER_CODE = 64
LONGEST_ADDRESS = 2000

_TOLD = ("error", "error_description", "correlation_id", "trace_id", "timestamp")


def sifted(body: Mapping[str, object], host: str) -> dict[str, object]:
    """A token, a device code or a refusal for MSAL. Raises UnexpectedAnswer for one of the former that cannot be used."""
    if "access_token" in body:
        return _grant(body, host)
    if "user_code" in body and "error" not in body:
        return _device_code(body, host)
    return _refusal(body)


def whole_seconds(value: object) -> int | None:
    """Seconds that may come as a number or as text; None if they are neither, or no time that anything could last."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = int(float(value))
    except (ValueError, OverflowError):
        return None
    return seconds if 0 <= seconds <= LONGEST_LIFETIME_S else None


def _grant(body: Mapping[str, object], host: str) -> dict[str, object]:
    """An answer with a token that a header can carry.

    `id_token` and `client_info` are left out: MSAL would take them apart to build accounts, which nobody here asks for.
    Nothing is lost with them: `state` and the PKCE verifier bind the answer to our own request, and who signed in
    stands in the access token.
    """
    token = body["access_token"]
    if not _is_header_text(token):
        raise UnexpectedAnswer(
            "access_token", f"{host} sent something in the place of an access token that is none.", "Try again."
        )
    times = {name: whole_seconds(body.get(name)) for name in ("expires_in", "ext_expires_in")}
    known: dict[str, object] = {name: seconds for name, seconds in times.items() if seconds is not None}
    if _is_header_text(body.get("refresh_token")):
        known["refresh_token"] = body["refresh_token"]
    token_type = body.get("token_type")
    is_word = _is_header_text(token_type) and _is_short_text(token_type)
    return {"token_type": token_type if is_word else "Bearer", "access_token": token, **known}


def _device_code(body: Mapping[str, object], host: str) -> dict[str, object]:
    """A code that a person can read and an address that can be trusted with it, in bounds of time that make sense."""
    for name, is_usable in (
        ("device_code", _is_header_text(body.get("device_code"))),
        ("user_code", _is_short_text(body.get("user_code"))),
        ("verification_uri", _is_https(body.get("verification_uri"))),
    ):
        if not is_usable:
            raise UnexpectedAnswer(name, f"{host} sent a device code whose {name} cannot be used.", "Try again.")
    interval_s = whole_seconds(body.get("interval")) or SHORTEST_INTERVAL_S
    return {
        **{name: body[name] for name in ("device_code", "user_code", "verification_uri")},
        "interval": min(max(interval_s, SHORTEST_INTERVAL_S), LONGEST_INTERVAL_S),
        "expires_in": min(whole_seconds(body.get("expires_in")) or CODE_LIFETIME_S, LONGEST_CODE_LIFETIME_S),
    }


def _refusal(body: Mapping[str, object]) -> dict[str, object]:
    told: dict[str, object] = {name: body[name] for name in _TOLD if isinstance(body.get(name), str)}
    codes = body.get("error_codes")
    return {"error": "", **told, **({"error_codes": codes} if isinstance(codes, list | str) else {})}


def _is_header_text(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and value != "" and " " not in value


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != "" and value.isprintable() and len(value) <= LONGEST_USER_CODE


def _is_https(value: object) -> bool:
    """Whether this is an address for a browser: https, with a host, and no user name that looks like one."""
    if not (isinstance(value, str) and _is_header_text(value) and len(value) <= LONGEST_ADDRESS):
        return False
    try:
        split = urlsplit(value)
        has_host = bool(split.hostname) and split.port in (None, 443)
    except ValueError:
        return False
    return split.scheme == "https" and has_host and "@" not in split.netloc and "\\" not in value
