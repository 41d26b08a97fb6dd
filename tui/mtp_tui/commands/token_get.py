"""`mtp-tui token get`: sign in with a profile and print the token, as the 2020 guide's scripts do.

With `--json` it prints an object: `token_type`, `expires_on` (UTC in ISO 8601) and `access_token`.
"""

import argparse
import asyncio
import sys
from dataclasses import replace
from getpass import getpass

from mtp_tui.commands.exits import Exit
from mtp_tui.commands.streams import is_terminal, iso, put, put_json, shown, tell
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.errors import BadInput
from mtp_tui.identity.clouds import BY_KEY
from mtp_tui.identity.credential_form import SignInForm, audience_from, check
from mtp_tui.identity.credentials import CredentialKind, Credentials, Field
from mtp_tui.identity.progress import EnterCode, OpenBrowser, Progress
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.token import AccessToken
from mtp_tui.moments import span
from mtp_tui.profiles.profile import ENVIRONMENT, Profile
from mtp_tui.secret import Secret
from mtp_tui.services.profiles import open_profiles, profile_named

_ASKED_FOR = {CredentialKind.SECRET: "Client secret", CredentialKind.CERTIFICATE: "Passphrase of the certificate"}


def get(options: argparse.Namespace, around: Surroundings) -> Exit:
    """Sign in and print. Raises BadInput for what is set wrong, MtpError when no token came."""
    name = ENVIRONMENT if options.profile is None else options.profile
    profile = profile_named(name, around.profile_file, around.environ, around.clock)
    form = _form(profile, options.audience)
    if form.kind is CredentialKind.TOKEN:
        raise BadInput(
            "kind",
            f"The profile {profile.name} holds a pasted token; nothing can sign in with that.",
            "Name another one.",
        )
    token = _token(_with_secret(form, profile, around), around)
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


def _form(profile: Profile, audience: str) -> SignInForm:
    """Raises BadInput for an audience that is none, or a region that the cloud does not have."""
    return SignInForm(
        CredentialKind(profile.kind),
        profile.tenant,
        profile.client_id,
        certificate_path=profile.certificate_path,
        cloud=BY_KEY[profile.cloud].in_region(profile.region),
        audience=audience_from(audience or profile.audience),
    )


def _with_secret(form: SignInForm, profile: Profile, around: Surroundings) -> SignInForm:
    """The form with the secret of the profile's sources, or of the person; raises BadInput if neither has it."""
    if form.kind not in _ASKED_FOR:
        return form
    profiles = open_profiles(around.profile_file, around.clock, around.environ)
    answer = asyncio.run(profiles.secret_of(profile))
    if answer.secret is not None:
        return _holding(form, answer.secret)
    if form.kind is CredentialKind.CERTIFICATE:  # most have no passphrase; whether this one has, its file says
        return form
    if not is_terminal(sys.stdin):
        raise BadInput(
            Field.SECRET,
            f"There is no client secret for the profile {profile.name}. {answer.sentence}",
            "Set the variable or command that the profile names; AZURE_CLIENT_SECRET for the environment.",
        )
    return _holding(form, _asked(form.kind))


def _token(form: SignInForm, around: Surroundings) -> AccessToken:
    try:
        return asyncio.run(_acquired(_credentials(form), around))
    except BadInput as fault:
        if fault.field != Field.PASSPHRASE or form.passphrase or not is_terminal(sys.stdin):
            raise
    return asyncio.run(_acquired(_credentials(_holding(form, _asked(form.kind))), around))


def _credentials(form: SignInForm) -> Credentials:
    """Raises BadInput with all faults in one sentence after the other."""
    credentials, faults = check(form)
    if credentials is None:
        words = " ".join(f"{fault.field}: {fault.summary} {fault.hint}" for fault in faults)
        raise BadInput(faults[0].field, words)
    return credentials


async def _acquired(credentials: Credentials, around: Surroundings) -> AccessToken:
    wire = around.wire()
    try:
        sign_in = EntraSignIn(wire, around.clock, around.sleep)
        return (await sign_in.acquire(credentials, lambda progress: _tell(progress, around))).token
    finally:
        await wire.aclose()


def _tell(progress: Progress, around: Surroundings) -> None:
    """What a person has to do elsewhere; the steps in between are over in a second."""
    match progress:
        case EnterCode():
            left = span(progress.expires_at - around.clock())
            tell(f"Open {shown(progress.address)} and enter the code {shown(progress.user_code)} within {left}.")
        case OpenBrowser():
            tell(f"Sign in with a browser on this machine, at {shown(progress.address)}")
            around.open_browser(progress.address)


def _holding(form: SignInForm, secret: Secret) -> SignInForm:
    if form.kind is CredentialKind.CERTIFICATE:
        return replace(form, passphrase=secret)
    return replace(form, secret=secret)


def _asked(kind: CredentialKind) -> Secret:
    try:
        return Secret(getpass(f"{_ASKED_FOR[kind]} (not shown): ", stream=sys.stderr))
    except EOFError:
        raise BadInput(Field.SECRET, "Nothing was typed.", "Start again, or name a source in the profile.") from None
