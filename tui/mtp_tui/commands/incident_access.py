"""Signed in for a command that reads incidents: the client, and as whom it asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mtp_tui.commands.signing_in import tell_progress
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.quota import Quota
from mtp_tui.identity.credentials import Credentials
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.signing_keys import SigningKeys
from mtp_tui.services.session import Session, SignedIn


@dataclass(frozen=True, slots=True)
class Access:
    """The API, and as whom it is asked."""

    client: DefenderClient
    signed_in: SignedIn


@asynccontextmanager
async def access(credentials: Credentials, around: Surroundings) -> AsyncIterator[Access]:
    """Sign in, and close every connection at the end. Raises MtpError when no token came."""
    wire = around.wire()
    try:
        session = Session(EntraSignIn(wire, around.clock, around.sleep), SigningKeys(wire, around.clock), around.clock)
        candidate = await session.obtain(credentials, lambda progress: tell_progress(progress, around))
        session.adopt(candidate)
        quota = Quota(around.clock, around.sleep)
        client = DefenderClient(wire, credentials.cloud.api_base, session, quota, around.clock)
        yield Access(client, candidate.signed_in)
    finally:
        await wire.aclose()
