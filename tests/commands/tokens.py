"""Tokens of the simulated tenant, and what of them must not be seen."""

import random
import re

from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.resources import MTP
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.sim.tokens import Granted, access_token
from tests.support.clocks import NOON

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What acts on a terminal, but for the line feed."""


def issued(tenant: SimulatedTenant, *, header: JsonObject | None = None, **claims: object) -> str:
    """A token of the demo app, issued at noon; claims and header members can be changed, None takes one away."""
    app = tenant.apps[tenant.client_id]
    app.extra_header, app.extra_claims = header or {}, dict(claims)
    granted = Granted(tenant.client_id, MTP, "https://api.security.microsoft.com", "1")
    return access_token(tenant.directory, granted, now=NOON, dice=random.Random(1))  # noqa: S311 - the same token each time


def forged(token: str) -> str:
    """The same with another signature."""
    start, _, signature = token.rpartition(".")
    return f"{start}.{signature[::-1]}"


def pieces_of(token: str) -> list[str]:
    """Any twelve characters of payload or signature in a row, at every fourth place."""
    _, payload, signature = token.split(".")
    return [part[at : at + 12] for part in (payload, signature) for at in range(0, len(part) - 12, 4)]


def shows_any_of(token: str, *texts: str) -> bool:
    """Whether a piece of the token stands in one of the texts."""
    return any(piece in text for piece in pieces_of(token) for text in texts)
