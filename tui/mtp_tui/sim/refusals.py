"""How Entra says no: the error body around a row of the table of AADSTS numbers."""

import random
from collections import defaultdict
from datetime import datetime
from uuid import UUID

import httpx

from mtp_tui.sim.aadsts import AADSTS, UNKNOWN, UNNUMBERED
from mtp_tui.sim.payload import JsonObject, json_bytes

RETRY_AFTER_S = 17
"""What a throttled token request is told to wait."""
_CLAIMS = '{"access_token":{"capolids":{"essential":true,"values":["00000000-0000-4000-8000-0000000ca001"]}}}'


class Refused(Exception):
    """Raised while a request is answered; becomes Entra's error body."""

    def __init__(self, reason: int | str, /, *, error: str = "", **names: str) -> None:
        """`reason` is an AADSTS number, or the error word of a refusal that has none; `error` replaces the table's word."""
        super().__init__(reason)
        self.number = reason if isinstance(reason, int) else None
        self.row = AADSTS.get(reason, UNKNOWN) if isinstance(reason, int) else UNNUMBERED[reason]
        self.error = error or self.row.error
        self.names = names


def refusal_body(
    refused: Refused,
    now: datetime,
    dice: random.Random,
    *,
    correlation_id: str = "",
    line_break: str = "\r\n",
    login_host: str = "login.microsoftonline.com",
) -> JsonObject:
    """Entra's error body, as in Microsoft Learn, "Handling error codes in your application"."""
    number, row = refused.number, refused.row
    trace_id = str(UUID(int=dice.getrandbits(128)))
    correlation_id = correlation_id or str(UUID(int=dice.getrandbits(128)))
    timestamp = f"{now:%Y-%m-%d %H:%M:%S}Z"
    text = row.text.format_map(defaultdict(lambda: "?", refused.names))
    sentence = text if number is None else f"AADSTS{number}: {text}"
    parts = [sentence, f"Trace ID: {trace_id}", f"Correlation ID: {correlation_id}", f"Timestamp: {timestamp}"]
    body: JsonObject = {
        "error": refused.error,
        "error_description": line_break.join(parts),
        "error_codes": None if number is None else [number],
        "timestamp": timestamp,
        "trace_id": trace_id,
        "correlation_id": correlation_id,
        "error_uri": None if number is None else f"https://{login_host}/error?code={number}",
        "suberror": row.suberror or None,
        "claims": _CLAIMS if row.has_claims else None,
    }
    return {name: value for name, value in body.items() if value is not None}


def refusal_response(refused: Refused, body: JsonObject) -> httpx.Response:
    """The body with the status and the headers that go with it."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "x-ms-request-id": str(body["trace_id"]),
        "Cache-Control": "no-store, no-cache",
    }
    if refused.row.status in (429, 503):
        headers["Retry-After"] = str(RETRY_AFTER_S)
    return httpx.Response(refused.row.status, headers=headers, content=json_bytes(body))
