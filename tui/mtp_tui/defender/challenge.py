"""The challenge of a 401: what the header WWW-Authenticate says is wrong with a token.

It has been seen with two schemes in one header, with values without quotes, with names in capitals or without their
underscore, and with claims in base64 or as JSON with its quotes escaped.
Source: RFC 9110, section 11.6.1; https://learn.microsoft.com/entra/identity-platform/claims-challenge
"""

import base64
import json
import re
from dataclasses import dataclass

LONGEST_HEADER = 16_000
"""Characters that are looked at."""

_BEARER = re.compile(r"\bbearer\b", re.I)
_PARAMETER = re.compile(r'([A-Za-z][\w-]{0,60})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What of a header could be read; empty where nothing could."""

    error: str = ""
    """A word such as `invalid_token` or `insufficient_claims`."""
    description: str = ""
    claims: tuple[str, ...] = ()
    """Names of the claims that a new token is to have, such as `acrs`, or `nbf` for one that is newer."""

    @property
    def wants_more(self) -> bool:
        """Conditional access asks for another sign-in: a token that is only renewed may not do."""
        return bool(self.claims) or self.error.casefold() == "insufficient_claims"


def read_challenge(header: str) -> Challenge:
    """The challenge of the Bearer scheme, or of the only one there is. Never raises."""
    header = header[:LONGEST_HEADER]
    start = _BEARER.search(header)
    found: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(header[start.start() if start else 0 :]):
        found.setdefault(name.replace("_", "").casefold(), _ESCAPED.sub(r"\1", quoted) or bare)
    return Challenge(found.get("error", ""), found.get("errordescription", ""), _claims_in(found.get("claims", "")))


def _claims_in(text: str) -> tuple[str, ...]:
    if not text.lstrip().startswith("{"):
        try:
            text = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)).decode()
        except ValueError:
            return ()
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    of_token = asked.get("access_token") if isinstance(asked, dict) else None
    return tuple(of_token) if isinstance(of_token, dict) else ()
