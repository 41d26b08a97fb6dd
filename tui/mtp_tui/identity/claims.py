"""Every claim of a token explained, offline."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mtp_tui.identity.claim_catalogue import CODES, HEADER, IDENTITY_RELATIONS, MOMENTS, PAYLOAD
from mtp_tui.identity.permissions import resource_of
from mtp_tui.identity.token import TokenReading, decode_base64url
from mtp_tui.moments import from_epoch

_GUID_IN_PATH = re.compile(r"https://(?P<host>[^/]+)/(?P<tenant>[0-9a-fA-F-]{36})(?P<rest>/.*)?")


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One member of a token's header or payload."""

    part: str
    """`header` or `payload`."""
    name: str
    value: str
    """As sent, on one line: lists with commas, objects as JSON."""
    meaning: str
    """What it says, in a sentence or two; empty for a claim that is not known here."""
    moment: datetime | None = None
    """Aware UTC, for a claim that holds a time."""


def explain(reading: TokenReading) -> tuple[ClaimRow, ...]:
    """Header, then payload, each in the order in which the token has them; empty for what could not be read."""
    rows = [
        ClaimRow("header", name, one_line(value), _meaning(HEADER, name, value))
        for name, value in reading.header.items()
    ]
    for name, value in reading.payload.items():
        moment = from_epoch(value) if name in MOMENTS else None
        rows.append(ClaimRow("payload", name, one_line(value), _meaning(PAYLOAD, name, value), moment))
    return tuple(rows)


def one_line(value: object) -> str:
    """A claim's value as readable text on one line; nothing is cut."""
    if isinstance(value, list) and value and all(isinstance(item, str) and "," not in item for item in value):
        value = ", ".join(value)
    return " ".join(value.splitlines()) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def request_id(uti: object) -> str:
    """The token identifier as the GUID that the sign-in logs call Request ID; empty if it is not one.

    Source: MSIdentityTools, ConvertFrom-MsIdUniqueTokenIdentifier.
    """
    if not isinstance(uti, str):
        return ""
    try:
        raw = decode_base64url(uti)
    except ValueError:
        return ""
    return str(UUID(bytes_le=raw)) if len(raw) == 16 else ""


def _meaning(catalogue: Mapping[str, str], name: str, value: object) -> str:
    sentence = catalogue.get(name, "")
    addition = _codes_of(name, value) if sentence else ""
    if sentence and not addition and (reader := _READERS.get(name)):
        addition = reader(value)
    return f"{sentence} {addition}".strip()


def _codes_of(name: str, value: object) -> str:
    """`1 = a client secret.` for each of the values whose code is known."""
    codes = CODES.get(name, {})
    values = value if isinstance(value, list) else [value]
    known = [f"{one} = {codes[str(one)]}" for one in values if isinstance(one, str | int | float) and str(one) in codes]
    return f"{'; '.join(known)}." if known else ""


def _read_audience(value: object) -> str:
    api = resource_of(value)
    return f"This is {api.name}, {api.purpose}." if api else ""


def _read_issuer(value: object) -> str:
    match = _GUID_IN_PATH.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return ""
    version = "2.0" if (match["rest"] or "").startswith("/v2.0") else "1.0"
    return f"Tenant {match['tenant']} at {match['host']}, version {version}."


def _read_identity_provider(value: object) -> str:
    if value == "live.com":
        return "A personal Microsoft account."
    return _read_issuer(value)


def _read_token_id(value: object) -> str:
    request = request_id(value)
    return f"Search the sign-in logs for Request ID {request}." if request else ""


def _read_relation(value: object) -> str:
    """Pairs of numbers such as `7 2`; the odd ones are the relations."""
    numbers = value.split()[::2] if isinstance(value, str) else []
    known = [f"{number} = {IDENTITY_RELATIONS[number]}" for number in numbers if number in IDENTITY_RELATIONS]
    return f"{'; '.join(known)}." if known else ""


_READERS: dict[str, Callable[[object], str]] = {
    "aud": _read_audience,
    "iss": _read_issuer,
    "idp": _read_identity_provider,
    "uti": _read_token_id,
    "xms_idrel": _read_relation,
}
