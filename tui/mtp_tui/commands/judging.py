"""A token from outside, judged with the public keys of the tenant that it belongs to."""

import argparse
import asyncio
from dataclasses import dataclass

from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.identity.clouds import BY_KEY, Cloud
from mtp_tui.identity.credential_form import client_id_from, tenant_from
from mtp_tui.identity.credentials import PastedToken
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.signing_keys import SigningKeys
from mtp_tui.identity.token import read_token
from mtp_tui.identity.token_checks import TokenReport, judge_token
from mtp_tui.secret import Secret
from mtp_tui.services.session import Session


@dataclass(frozen=True, slots=True)
class Asked:
    """What a token is compared with."""

    cloud: Cloud
    """Whose sign-in host publishes the keys."""
    tenant: str = ""
    """ID or domain; empty leaves it to the token."""
    client_id: str = ""
    is_offline: bool = False
    """Whether nobody is to be asked."""


def asked_by(options: argparse.Namespace) -> Asked:
    """What the arguments compare a token with. Raises BadInput for a tenant or an application ID that is none."""
    return Asked(
        BY_KEY[options.cloud],
        tenant_from(options.tenant) if options.tenant else "",
        client_id_from(options.client_id) if options.client_id else "",
        options.offline,
    )


def judged(token: Secret, asked: Asked, around: Surroundings) -> TokenReport:
    """The report on a token. Asks the cloud's Entra for keys if the token can be read and that is allowed; raises nothing.

    When Entra cannot be asked, the report says why the signature is unchecked.
    """
    reading = read_token(token)
    if reading.is_readable and not asked.is_offline:
        return asyncio.run(_with_keys(token, asked, around))
    return judge_token(
        reading,
        tenant=asked.tenant,
        client_id=asked.client_id,
        cloud=asked.cloud,
        metadata=None,
        keys_problem="the network was not to be asked (--offline)" if asked.is_offline else "",
        now=around.clock(),
    )


async def _with_keys(token: Secret, asked: Asked, around: Surroundings) -> TokenReport:
    wire = around.wire()
    session = Session(EntraSignIn(wire, around.clock, around.sleep), SigningKeys(wire, around.clock), around.clock)
    try:
        signed_in = await session.sign_in(PastedToken(asked.tenant, asked.client_id, token, cloud=asked.cloud))
        return (await session.verify() or signed_in).report
    finally:
        await wire.aclose()
