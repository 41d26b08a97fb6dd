"""From an answer that is not a success to an error that says what to do.

The body of a refusal may be the documented object, another product's object, a text, a page of HTML, or nothing. Only
the HTTP status decides what kind of error it is; the body gives the words.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from mtp_tui.defender.challenge import read_challenge
from mtp_tui.errors import (
    ApiError,
    MtpError,
    NotFound,
    PermissionMissing,
    Refusal,
    RequestRefused,
    ServiceFault,
    Throttled,
    TokenRefused,
    UnexpectedAnswer,
)
from mtp_tui.moments import from_http_date

LONGEST_MESSAGE = 1000
"""Characters of the service's own words that are kept; what is cut ends in an ellipsis."""
LONGEST_ID = 100
"""Characters of what is given to support; a GUID has 36."""

LONGEST_LOOKED_AT = 4000
"""Characters of a refusal's words that are searched: patterns may take time with the square of the length."""

LARGEST_BODY_BYTES = 64 * 1024
"""Of a refusal; what comes behind is not read."""

DEFAULT_RETRY_S, SHORTEST_RETRY_S, LONGEST_RETRY_S = 10.0, 1.0, 3600.0

_PERMISSION = re.compile(r"(?<!\w)[A-Za-z]\w{0,60}(?:\.[A-Za-z]\w{0,60})+")
_REQUIRED = re.compile(
    r"required\s+(?:roles|scopes|permissions)\s*:(.*?)(?:(?:application|user|token)\s+(?:roles|scopes)\s*:|$)",
    re.I | re.S,
)
_HELD = re.compile(r"(?:application|user|token)\s+(?:roles|scopes)\s*:(.*)$", re.I | re.S)
_SECONDS_AHEAD = re.compile(r"\b(?:in|after|for)\s+(\d{1,9})\s*s(?:ec(?:ond)?s?)?\b", re.I)
_SECONDS = re.compile(r"\b(\d{1,9})\s*sec(?:ond)?s?\b", re.I)
_NOT_TEXT = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.I | re.S)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.I | re.S)
_TENANT_INACTIVE = re.compile(r"account mode is inactive|not provisioned|no\s+\w*\s*licen[cs]e|not licensed", re.I)
_FEATURE_OFF = re.compile(r"feature is not enabled|feature is disabled", re.I)

_LEAST = ("Incident.Read.All", "Incident.Read")
"""The least that opens the incidents: for an app, for a user."""

_REQUEST_ID_KEYS = ("target", "request-id", "requestid", "client-request-id", "trackingid", "traceid", "correlationid")
_REQUEST_ID_HEADERS = ("request-id", "x-ms-request-id", "x-request-id", "client-request-id", "x-correlation-id")


def error_of(status: int, headers: Mapping[str, str], body: bytes, *, host: str, now: datetime) -> MtpError:
    """The error that a status other than 2xx stands for.

    `now` is the server's clock if it told one; only a Retry-After that is a date needs it.
    Source: https://learn.microsoft.com/defender-xdr/api-error-codes
    """
    body = body[:LARGEST_BODY_BYTES]
    if 300 <= status < 400:
        return _redirect(status, headers, host)
    if not 400 <= status < 600:
        return _no_status(status, host)
    refusal, words = read_refusal(status, headers, body), _message_of(_content(body))
    if status == 429:
        wait_s = retry_after_s(headers, words, now)
        return Throttled(
            refusal,
            "The service's quota for this app in this tenant is used up.",
            f"It asks to wait {wait_s:.0f} s. Other programs with the same app registration use the same quota.",
            retry_after_s=wait_s,
        )
    if status >= 500:
        why = "" if refusal.message else " and gave no reason"
        return ServiceFault(
            refusal,
            f"The service failed on its side ({status}){why}.",
            "Try again in a moment." + _for_support(refusal),
        )
    if status == 401 and read_challenge(headers.get("www-authenticate", "")).wants_more:
        return _sign_in_wanted(refusal)
    return _REFUSED.get(status, _request_refused)(refusal)


def read_refusal(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    """Any body of a refusal, in one form. Never raises.

    Read are `{"error": {code, message, target, innerError}}`, `error` as a text, `odata.error`, a bare `Message`, a
    message that is itself JSON, plain text, HTML and nothing at all; of a 401 without words its challenge.
    """
    content = _content(body)
    challenge = read_challenge(headers.get("www-authenticate", ""))
    words = _message_of(content) or challenge.description
    needed, held = _REQUIRED.search(words), _HELD.search(words)
    return Refusal(
        status=status,
        code=next((code for layer in _layers(content) if (code := _word(layer.get("code")))), challenge.error),
        message=_first_line(words),
        request_id=_request_id(content, headers),
        needed=_permissions(needed),
        held=_permissions(held),
    )


def first_line(body: bytes) -> str:
    """What a body says, in one line: its message, a page's title, or the first line of its text. Never raises."""
    return _first_line(_message_of(_content(body)))


def retry_after_s(headers: Mapping[str, str], message: str, now: datetime) -> float:
    """Seconds to wait: from Retry-After (seconds or HTTP date), else from the message's words, else 10.

    Never less than 1, never more than 3600.
    Source: RFC 9110, section 10.2.3; messages like "… in 42 seconds" as published by others.
    """
    sent = headers.get("retry-after", "").strip()
    seconds = float(sent) if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", sent) else _seconds_until(sent, now)
    if seconds is None:
        told = _SECONDS_AHEAD.search(message) or _SECONDS.search(message)
        seconds = float(told[1]) if told else DEFAULT_RETRY_S
    return min(max(seconds, SHORTEST_RETRY_S), LONGEST_RETRY_S)


def _seconds_until(http_date: str, now: datetime) -> float | None:
    moment = from_http_date(http_date)
    return (moment - now) / timedelta(seconds=1) if moment else None


def _content(body: bytes) -> object:
    """JSON if it is JSON (also inside a string), else text."""
    text = body.decode("utf-8-sig", errors="replace").strip()
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text


def _layers(content: object) -> Iterator[dict[str, object]]:
    """The objects that may hold code and message, from the outside in, with their keys folded."""
    for _ in range(8):
        if isinstance(content, str) and content.lstrip().startswith("{"):
            content = _content(content.encode(errors="replace"))
        if isinstance(content, list) and content:
            content = content[0]
        if not isinstance(content, dict):
            return
        layer = {str(key).casefold(): value for key, value in content.items()}
        yield layer
        inner = ("error", "odata.error", "innererror", "message")
        content = next((layer[key] for key in inner if _opens(layer.get(key))), None)


def _opens(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, str) and value.lstrip().startswith("{"))


def _message_of(content: object) -> str:
    """The words of a refusal, all lines of them."""
    if isinstance(content, str) and not _opens(content):
        return _without_markup(content)[:LONGEST_LOOKED_AT]
    for layer in _layers(content):
        for key in ("message", "value", "error_description", "detail", "title", "error"):
            value = layer.get(key)
            if isinstance(value, str) and value.strip() and not _opens(value):
                return _without_markup(value)[:LONGEST_LOOKED_AT]
    return ""


def _without_markup(text: str) -> str:
    """HTML and XML to their title or text; anything else as it is."""
    if not text.lstrip().startswith("<"):
        return text
    text = text[:LONGEST_LOOKED_AT]
    title = _TITLE.search(text)
    words = html.unescape(title[1]).strip() if title else ""
    return words or html.unescape(_NOT_TEXT.sub("\n", text))


def _first_line(words: str) -> str:
    line = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return line if len(line) <= LONGEST_MESSAGE else line[:LONGEST_MESSAGE] + "…"


def _word(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _request_id(content: object, headers: Mapping[str, str]) -> str:
    found = [layer.get(key) for layer in _layers(content) for key in _REQUEST_ID_KEYS]
    found += [headers.get(name) for name in _REQUEST_ID_HEADERS]
    return next((word[:LONGEST_ID] for value in found if (word := _word(value))), "")


def _permissions(match: re.Match[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_PERMISSION.findall(match[1]))) if match else ()


def _for_support(refusal: Refusal) -> str:
    return f" Microsoft's support asks for this ID: {refusal.request_id}" if refusal.request_id else ""


def _redirect(status: int, headers: Mapping[str, str], host: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        "",
        f"{host} answered {status} and wants to send us elsewhere, which is not followed.",
        "A proxy or a sign-in page of your network may stand in between; the API itself does not redirect.",
        detail=_first_line(headers.get("location", "")),
    )


def _no_status(status: int, host: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        "",
        f"{host} answered with the status {status}, which says nothing that can be acted on.",
        "A proxy or something else in between may have answered in its place; try again in a moment.",
    )


def _token_refused(refusal: Refusal) -> ApiError:
    if _TENANT_INACTIVE.search(refusal.message):
        return TokenRefused(
            refusal,
            "The tenant has no active Defender for this API.",
            "The credentials are not the problem: check the tenant's licence, and open the Defender portal once so that it is set up.",
        )
    return TokenRefused(
        refusal,
        "The service does not accept the token.",
        "Sign in again. If it repeats, the token is for another API, tenant or cloud; the token pane tells.",
    )


def _sign_in_wanted(refusal: Refusal) -> ApiError:
    return TokenRefused(
        refusal,
        "Conditional access of the tenant wants another sign-in before it lets this token in.",
        "Sign in again, in the browser if it can be done: it asks there for what is missing.",
    )


def _permission_missing(refusal: Refusal) -> ApiError:
    if refusal.code.casefold() == "disabledfeature" or _FEATURE_OFF.search(refusal.message):
        return PermissionMissing(
            refusal,
            "The tenant has this feature switched off.",
            "No permission would help: the tenant needs a licence for it, or its Defender portal has never been opened.",
        )
    needed = " or ".join(refusal.needed) or "Incident.Read.All"
    least = next((name for name in _LEAST if name in refusal.needed), needed)
    held = f" The token has {', '.join(refusal.held)}." if refusal.held else ""
    return PermissionMissing(
        refusal,
        f"The token is accepted, but a permission is missing: {needed}.",
        f'Grant {least} on the API "Microsoft Threat Protection" to the app, give admin consent, and sign in again:'
        f" a token that exists does not learn.{held}",
    )


def _not_found(refusal: Refusal) -> ApiError:
    return NotFound(
        refusal,
        "The service knows no such incident, or does not show it to this token.",
        "It may be older than the tenant keeps incidents, or belong to another tenant.",
    )


def _request_refused(refusal: Refusal) -> ApiError:
    return RequestRefused(
        refusal,
        f"The service did not like the request ({refusal.status}).",
        "Temporary faults have been seen to come this way too: try again once." + _for_support(refusal),
    )


_REFUSED = {401: _token_refused, 403: _permission_missing, 404: _not_found}
