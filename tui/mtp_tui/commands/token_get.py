"""`mtp-tui token get`: sign in with a profile and print the token, as the 2020 guide's scripts do.

With `--json` it prints an object: `token_type`, `expires_on` (UTC in ISO 8601) and `access_token`.
"""

import argparse
import sys

from mtp_tui.commands.exits import Exit
from mtp_tui.commands.signing_in import signed_in_by, tell_progress
from mtp_tui.commands.streams import is_terminal, iso, put, put_json, tell
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.identity.credentials import Credentials
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.token import AccessToken


def get(options: argparse.Namespace, around: Surroundings) -> Exit:
    """Sign in and print. Raises BadInput for what is set wrong, MtpError when no token came."""
    token = signed_in_by(options, around, lambda credentials: _acquired(credentials, around), audience=options.audience)
    if is_terminal(sys.stdout):
        tell("The token is printed to the terminal; whoever sees it can use it until it ends.")
    if options.json:
        put_json(
            {
                "token_type": token.token_type,
                "expires_on": iso(token.expires_at),
                "access_token": token.value.reveal(),
            }
        )
    else:
        put(f"{token.value.reveal()}\n")
    return Exit.OK


async def _acquired(credentials: Credentials, around: Surroundings) -> AccessToken:
    wire = around.wire()
    try:
        sign_in = EntraSignIn(wire, around.clock, around.sleep)
        return (await sign_in.acquire(credentials, lambda progress: tell_progress(progress, around))).token
    finally:
        await wire.aclose()
