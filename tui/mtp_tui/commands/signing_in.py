"""Signing in for a command: whose credentials, where the secret is, and what a person has to do elsewhere meanwhile."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from getpass import getpass
from typing import TypeVar

from mtp_tui.commands.streams import is_terminal, tell
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.errors import BadInput
from mtp_tui.identity.clouds import BY_KEY
from mtp_tui.identity.credential_form import SignInForm, audience_from, check
from mtp_tui.identity.credentials import CredentialKind, Credentials, Field
from mtp_tui.identity.progress import EnterCode, OpenBrowser, Progress
from mtp_tui.moments import span
from mtp_tui.profiles.profile import ENVIRONMENT, Profile
from mtp_tui.secret import Secret
from mtp_tui.services.profiles import open_profiles, profile_named

T = TypeVar("T")

_ASKED_FOR = {CredentialKind.SECRET: "Client secret", CredentialKind.CERTIFICATE: "Passphrase of the certificate"}


def signed_in_by(
    options: argparse.Namespace, around: Surroundings, use: Callable[[Credentials], Awaitable[T]], *, audience: str = ""
) -> T:
    """What `use` makes of the credentials of the chosen profile. A passphrase that turns out to be needed is asked for.

    Raises BadInput for what is set wrong, and whatever `use` raises.
    """
    name = ENVIRONMENT if options.profile is None else options.profile
    profile = profile_named(name, around.profile_file, around.environ, around.clock)
    form = _form(profile, audience)
    if form.kind is CredentialKind.TOKEN:
        raise BadInput(
            "kind",
            f"The profile {profile.name} holds a pasted token; nothing can sign in with that.",
            "Name another one.",
        )
    form = _with_secret(form, profile, around)
    try:
        return asyncio.run(_awaited(use, _credentials(form)))
    except BadInput as fault:  # which comes before anything was printed
        if fault.field != Field.PASSPHRASE or form.passphrase or not is_terminal(sys.stdin):
            raise
    return asyncio.run(_awaited(use, _credentials(_holding(form, _asked(form.kind)))))


def tell_progress(progress: Progress, around: Surroundings) -> None:
    """What a person has to do elsewhere; the steps in between are over in a second."""
    match progress:
        case EnterCode():
            left = span(progress.expires_at - around.clock())
            tell(f"Open {progress.address} and enter the code {progress.user_code} within {left}.")
        case OpenBrowser():
            tell(f"Sign in with a browser on this machine, at {progress.address}")
            around.open_browser(progress.address)


async def _awaited(use: Callable[[Credentials], Awaitable[T]], credentials: Credentials) -> T:
    return await use(credentials)


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


def _credentials(form: SignInForm) -> Credentials:
    """Raises BadInput with all faults in one sentence after the other."""
    credentials, faults = check(form)
    if credentials is None:
        words = " ".join(f"{fault.field}: {fault.summary} {fault.hint}" for fault in faults)
        raise BadInput(faults[0].field, words)
    return credentials


def _holding(form: SignInForm, secret: Secret) -> SignInForm:
    if form.kind is CredentialKind.CERTIFICATE:
        return replace(form, passphrase=secret)
    return replace(form, secret=secret)


def _asked(kind: CredentialKind) -> Secret:
    try:
        return Secret(getpass(f"{_ASKED_FOR[kind]} (not shown): ", stream=sys.stderr))
    except EOFError:
        raise BadInput(Field.SECRET, "Nothing was typed.", "Start again, or name a source in the profile.") from None
