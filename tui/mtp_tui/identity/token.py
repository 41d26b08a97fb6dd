"""An access token as a sign-in gave it, and a token's text taken apart, whatever shape it was pasted in.

Nothing here judges a token: a forged one is read like a genuine one. `token_checks` judges.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NoReturn

from mtp_tui.secret import Secret

LARGEST_TOKEN_CHARS = 100_000
"""Entra's tokens have 1 to 20 thousand characters, and web servers refuse a header far below this."""

SHORTEST_OPAQUE_CHARS = 100
"""A shorter text without the parts of a JWT is rather a password that was pasted by mistake."""

DEEPEST_NESTING = 32
"""Real claims nest two or three deep."""

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*={0,2}")
_BEARER = re.compile(r"(?:authorization[\"']?\s*[:=]\s*[\"']?)?bearer\s+", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
"""Byte order mark, zero-width and soft-hyphen characters, which come along from web pages and chats."""
_REFRESH_TOKEN = re.compile(r"[01]\.A[\w-]{16,}(?:\.[\w-]*)*")
"""Seen in published samples of Entra's answers; its documentation calls refresh tokens opaque and shows no form."""
_SAML_NAMES = ("urn:oasis:names:tc:saml:", "<saml", "<assertion", ":assertion")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WRAPPING = "\"'`,; \t\r\n"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a sign-in gave."""

    value: Secret
    obtained_at: datetime
    """Aware UTC, by our clock."""
    expires_at: datetime
    """Aware UTC: `obtained_at` and the seconds that Entra promised in `expires_in`."""
    token_type: str = "Bearer"  # noqa: S105 - a scheme, not a token
    expires_in_s: int = 0
    ext_expires_in_s: int | None = None


class Shape(StrEnum):
    """What kind of text a token is, before anything in it is looked at."""

    SIGNED = "signed token"
    """Three parts: header, payload, signature (JWS)."""
    ENCRYPTED = "encrypted token"
    """Five parts (JWE): only the API that it is for can open it."""
    OPAQUE = "opaque token"
    """Not a JWT; a service may issue such tokens, and only the API can tell."""
    SAML = "SAML assertion"
    """XML, or XML in base64: what single sign-on pages post, and no API of Microsoft's takes as a Bearer token."""
    REFRESH = "refresh token"
    """By its look only, which is not documented: opaque, and for Entra itself."""
    BROKEN = "broken token"
    """Has the dots of a JWT but not its contents; most often cut short by copying."""
    EMPTY = "nothing"
    TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True)
class TokenReading:
    """A token's text, taken apart without judging it."""

    header: dict[str, object]
    payload: dict[str, object]
    problem: str
    """Empty when header and payload were read; else one sentence that says what could not be."""
    parts: tuple[Secret, ...] = ()
    """The dot-separated parts, as they came but for blanks, line ends and wrapping."""
    shape: Shape = Shape.SIGNED
    value: Secret = field(default_factory=lambda: Secret(""))
    """The whole token without `Bearer`, quotes and line ends: what would be sent to the API."""

    @property
    def is_readable(self) -> bool:
        """Whether header and payload were both read."""
        return not self.problem

    @property
    def is_too_short(self) -> bool:
        """Whether this is rather a password, or a word, that stands where a token belongs."""
        return self.shape is Shape.OPAQUE and len(self.value.reveal()) < SHORTEST_OPAQUE_CHARS


def read_token(value: Secret) -> TokenReading:
    """Take a token apart; any text at all is answered with a reading, and nothing is ever raised.

    Accepted around the token: `Bearer` or a whole `Authorization` line, quotes, line ends and blanks in between,
    invisible characters, and Entra's JSON answer with its `access_token`. Work is bounded by `LARGEST_TOKEN_CHARS`.
    """
    if len(value.reveal()) > LARGEST_TOKEN_CHARS:
        problem = f"This text has {len(value.reveal()):,} characters; no token is that long, so it was not read."
        return TokenReading({}, {}, problem, shape=Shape.TOO_LARGE)
    token = _unwrap(value.reveal())
    parts = tuple(token.split(".", maxsplit=5))  # six are no token of any kind, and a text of dots has a million
    shape, problem = _no_access_token(token) or _shape_of(parts)
    header, payload = dict[str, object](), dict[str, object]()
    if shape in (Shape.SIGNED, Shape.ENCRYPTED):
        header, header_problem = _read_part("header", parts[0])
        payload, payload_problem = _read_part("payload", parts[1]) if shape is Shape.SIGNED else ({}, problem)
        if header_problem and payload_problem and not parts[0].startswith("ey"):
            shape, problem = Shape.OPAQUE, "This is not a JWT: it has dots, but no JSON between them."
        elif header_problem or (payload_problem and shape is Shape.SIGNED):
            shape, problem = Shape.BROKEN, header_problem or payload_problem
    return TokenReading(header, payload, problem, tuple(Secret(part) for part in parts), shape, Secret(token))


class NotBase64Url(ValueError):
    """A text with other characters, or of another length."""


def decode_base64url(text: str) -> bytes:
    """The bytes of base64url text, with or without padding. Raises NotBase64Url for anything else, blanks included."""
    if not _BASE64URL.fullmatch(text):
        raise NotBase64Url
    bare = text.rstrip("=")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as error:
        raise NotBase64Url from error


def _unwrap(text: str) -> str:
    text = text.translate(_INVISIBLE).strip(_WRAPPING)
    if text.startswith("{"):
        text = _access_token_in(text)
    text = _BEARER.sub("", text, count=1) if _BEARER.match(text) else text
    return "".join(text.split()).strip(_WRAPPING)


def _access_token_in(text: str) -> str:
    """The token inside Entra's own JSON answer; the text itself if it is not such an answer."""
    try:
        answer = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text
    token = answer.get("access_token") if isinstance(answer, Mapping) else None
    return token if isinstance(token, str) else text


def _no_access_token(token: str) -> tuple[Shape, str] | None:
    """What else single sign-on hands out and is easily copied in an access token's place."""
    if _is_saml(token):
        return Shape.SAML, "This is a SAML assertion (XML from a single sign-on page), not an access token."
    if _REFRESH_TOKEN.fullmatch(token):
        return (
            Shape.REFRESH,
            "This looks like a refresh token, which Entra exchanges for an access token; it is none itself.",
        )
    return None


def _is_saml(token: str) -> bool:
    """Whether the text begins like SAML's XML, as it is or in base64 of either alphabet."""
    beginning = token[:4096]
    if beginning.startswith("P"):  # how base64 writes < at the start
        bare = beginning.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            beginning = base64.b64decode(bare + "=" * (-len(bare) % 4)).decode("latin-1")
        except ValueError:
            return False
    return beginning.startswith("<") and any(name in beginning.lower() for name in _SAML_NAMES)


def _shape_of(parts: tuple[str, ...]) -> tuple[Shape, str]:
    match len(parts):
        case 3:
            return Shape.SIGNED, ""
        case 5:
            return (
                Shape.ENCRYPTED,
                "This token is encrypted (JWE, five parts): only the API that it is for can open it.",
            )
        case 1 if not parts[0]:
            return Shape.EMPTY, "There is no token."
        case _ if not parts[0].startswith("ey"):  # how base64url writes {" at the start of a header
            return Shape.OPAQUE, "This is not a JWT: it is not made of three parts with dots between them."
        case count:
            parted = "only one" if count == 1 else f"{count} parts" if count < 6 else "more than five"
            return (
                Shape.BROKEN,
                f"A JWT has three parts with dots between them, this text has {parted}: it was probably cut while copying.",
            )


def _read_part(name: str, text: str) -> tuple[dict[str, object], str]:
    """One part as a JSON object, or an empty one and a sentence."""
    try:
        value = json.loads(decode_base64url(text).decode("utf-8"), object_pairs_hook=_distinct, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return {}, f"The {name} {_what_is_wrong(error)}"
    if not isinstance(value, dict):
        return {}, f"The {name} is JSON, but not an object with named members."
    if not _depth_is_sane(value):
        return {}, f"The {name} {_what_is_wrong(RecursionError())}"
    return _without_half_pairs(value), ""


def _without_half_pairs(value: dict[str, object]) -> dict[str, object]:
    """JSON may smuggle half of a surrogate pair, which no terminal and no file can take; it becomes a replacement sign."""
    text = json.dumps(value, ensure_ascii=False)
    if not _SURROGATE.search(text):
        return value
    repaired: dict[str, object] = json.loads(_SURROGATE.sub("\ufffd", text))
    return repaired


def _what_is_wrong(error: Exception) -> str:
    match error:
        case _RepeatedNameError():
            return (
                f"names {str(error)[:80]!r} twice, so that two readers could see two different tokens; it was not read."
            )
        case RecursionError():
            return f"is nested more than {DEEPEST_NESTING} deep; no real token is, so it was not read."
        case UnicodeDecodeError():
            return "is not UTF-8 text: the token was changed or cut while copying."
        case json.JSONDecodeError():
            return "is not JSON: the token was changed or cut while copying."
        case NotBase64Url():
            return "is not base64url text: the token was changed or cut while copying."
        case _:  # the only other thing that Python refuses
            return "has a number with thousands of digits; no real token has, so it was not read."


def _depth_is_sane(value: object) -> bool:
    """Measured level by level: recursion is what a hostile token would exhaust."""
    level = [value]
    for _ in range(DEEPEST_NESTING):
        level = [child for item in level for child in _children(item)]
        if not level:
            return True
    return False


def _children(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


class _RepeatedNameError(ValueError):
    """A JSON object names one member twice."""


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise _RepeatedNameError(name)
        members[name] = value
    return members


def _refuse(constant: str) -> NoReturn:
    """Python's parser takes NaN and Infinity, which are not JSON."""
    raise json.JSONDecodeError("not JSON", constant, 0)
