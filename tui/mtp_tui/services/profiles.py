"""The profiles that a person may sign in with: listed, saved, and each with its secret from where it says."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mtp_tui.clock import Clock
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.identity.clouds import BY_KEY
from mtp_tui.identity.credential_form import audience_from, client_id_from, tenant_from
from mtp_tui.identity.credentials import CredentialKind
from mtp_tui.profiles.os_keyring import OsKeyring, account_of
from mtp_tui.profiles.profile import ENVIRONMENT, Profile, environment_profile
from mtp_tui.profiles.profile_book import ProfileBook, ProfileList
from mtp_tui.profiles.profile_file import Problem
from mtp_tui.profiles.secret_sources import SecretAnswer, SecretSources
from mtp_tui.profiles.secret_variables import secret_variables, without_secrets
from mtp_tui.secret import Secret

if TYPE_CHECKING:
    from mtp_tui.services.session import SignedIn

_KINDS_WITH_SECRET = (CredentialKind.SECRET, CredentialKind.CERTIFICATE)


class Profiles:
    """The profiles of this user: the file's, and the one that the AZURE_* variables make."""

    def __init__(self, book: ProfileBook, sources: SecretSources, environ: Mapping[str, str]) -> None:
        self._book = book
        self._sources = sources
        self._environ = environ

    @property
    def path(self) -> Path:
        """The file, whether there is one yet or not."""
        return self._book.path

    def no_keyring_because(self) -> str:
        """Why no secret can be kept, as a sentence; empty if there may be a keyring, which only asking it tells."""
        return self._sources.no_keyring_because

    async def load(self) -> ProfileList:
        """The environment's profile if there is one, then the file's, the last used first. Never raises MtpError."""
        return self._with_environment(await asyncio.to_thread(self._book.load))

    async def secret_of(self, profile: Profile) -> SecretAnswer:
        """The profile's secret and which source gave it, or why none did; never raises MtpError.

        May take as long as a command (30 s) and a keyring (45 s) are waited for; can be cancelled, which stops them.
        """
        return await self._sources.find(profile)

    async def save(self, profile: Profile) -> ProfileList:
        """Write a profile, new or over the one of its name. Raises BadInput, or MtpError if it cannot be written."""
        return self._with_environment(await asyncio.to_thread(self._book.save, profile))

    async def rename(self, profile: Profile, new_name: str) -> ProfileList:
        """Give a profile another name. Raises as `save`."""
        _refuse_environment(profile)
        return self._with_environment(await asyncio.to_thread(self._book.rename, profile.name, new_name))

    async def delete(self, profile: Profile) -> ProfileList:
        """Take a profile out of the file; what the keyring has of it stays. Raises as `save`."""
        _refuse_environment(profile)
        return self._with_environment(await asyncio.to_thread(self._book.delete, profile.name))

    async def touch(self, profile: Profile) -> bool:
        """Remember that a profile was used now; False if only until the program ends. Never raises MtpError."""
        return await asyncio.to_thread(self._book.touch, profile.name)

    async def keep_secret(self, profile: Profile, secret: Secret) -> str:
        """Put a secret into the keyring and save the profile as one that has it there; gives the keyring's name.

        Raises KeyringTrouble, BadInput if the profile does not say whose secret it is, else as `save`.
        """
        _refuse_environment(profile)
        if not may_have_secret(profile):
            raise BadInput(
                "kind", "Only a client secret or the passphrase of a certificate is kept, for a tenant and application."
            )
        keyring = await self._sources.keep(profile, secret)
        if not profile.secret_from.keyring:
            try:
                await self.save(_naming_keyring(profile, wanted=True))
            except MtpError:
                await self._forget_unless_shared(profile)
                raise
        return keyring

    async def forget_secret(self, profile: Profile) -> bool:
        """Take the secret out of the keyring, and out of what the profile says; False if the keyring had none.

        Another profile of the same application has it no longer either. Raises as `keep_secret`.
        """
        _refuse_environment(profile)
        had = await self._sources.forget(profile)
        if profile.secret_from.keyring:
            await self.save(_naming_keyring(profile, wanted=False))
        return had

    async def _forget_unless_shared(self, profile: Profile) -> None:
        """Nothing is to lie in the keyring of which no profile says so."""
        if not keeping_secret(profile, (await self.load()).profiles):
            with suppress(MtpError):
                await self._sources.forget(profile)

    def _with_environment(self, listed: ProfileList) -> ProfileList:
        listed = _with_environment(listed, self._environ)
        return replace(listed, profiles=tuple(map(self._book.with_last_use, listed.profiles)))


def open_profiles(path: Path, clock: Clock, environ: Mapping[str, str]) -> Profiles:
    """The profiles of a file and of an environment. Nothing is parsed yet, and the keyring is not asked."""
    for_others = without_secrets(environ, secret_variables(path))
    sources = SecretSources(environ, OsKeyring(for_others), for_commands=for_others)
    return Profiles(_book(path, clock), sources, environ)


def profile_named(name: str, path: Path, environ: Mapping[str, str], clock: Clock) -> Profile:
    """The profile of this name, read from the file now; `environment` is the one of the AZURE_* variables.

    Raises BadInput, with the nearest name or with what is wrong with it, if there is none that can be used.
    """
    if name.strip().casefold() == ENVIRONMENT:
        profile = environment_profile(environ)
        if profile is None:
            raise BadInput(
                "profile",
                f"There is no profile “{ENVIRONMENT}”, since the environment names neither tenant nor application.",
                "Set AZURE_TENANT_ID and AZURE_CLIENT_ID.",
            )
        return profile
    return _with_environment(_book(path, clock).load(), environ).named(name)


def may_write_as(profile: Profile, signed_in: "SignedIn") -> bool:
    """Whether whoever is signed in is the one that the profile lets change incidents: its application in its tenant."""
    tenants = {signed_in.tenant.casefold(), signed_in.tenant_id.casefold()}
    is_same = profile.client_id.casefold() == signed_in.client_id.casefold() and profile.tenant.casefold() in tenants
    return profile.may_write and bool(profile.client_id) and is_same


def may_have_secret(profile: Profile) -> bool:
    """Whether there is a secret to keep, and known whose it is; a token is none, it ends by itself."""
    return profile.kind in _KINDS_WITH_SECRET and bool(profile.tenant and profile.client_id)


def keeping_secret(profile: Profile, profiles: tuple[Profile, ...]) -> tuple[str, ...]:
    """Names of the profiles that have this one's secret from the keyring, which keeps one for each application."""
    return tuple(other.name for other in profiles if other.secret_from.keyring and _account(other) == _account(profile))


def _with_environment(listed: ProfileList, environ: Mapping[str, str]) -> ProfileList:
    """The list with the environment's profile before the others, or with what is wrong with it as a problem."""
    try:
        profile = environment_profile(environ)
    except BadInput as fault:
        # the place of this problem is no file, but reads as one
        problem = Problem(Path(ENVIRONMENT), fault.summary, fault.hint, key=fault.field, profile=ENVIRONMENT)
        return replace(listed, problems=(problem, *listed.problems))
    return replace(listed, profiles=(profile, *listed.profiles)) if profile else listed


def _account(profile: Profile) -> str:
    return account_of(profile.kind, profile.tenant, profile.client_id)


def _book(path: Path, clock: Clock) -> ProfileBook:
    checks = {
        "tenant": lambda typed: tenant_from(
            typed, for_user=True
        ),  # whether it has to be one tenant depends on the kind
        "client_id": client_id_from,
        "audience": audience_from,
    }
    return ProfileBook(path, clock, checks=checks, agreement=_agree)


def _agree(profile: Profile) -> None:
    """Raises BadInput for an application that signs in to no tenant in particular, or a region of a cloud without any."""
    if profile.tenant and profile.kind in _KINDS_WITH_SECRET:
        tenant_from(profile.tenant)
    BY_KEY[profile.cloud].in_region(profile.region)


def _naming_keyring(profile: Profile, *, wanted: bool) -> Profile:
    return replace(profile, secret_from=replace(profile.secret_from, keyring=wanted))


def _refuse_environment(profile: Profile) -> None:
    if profile.name == ENVIRONMENT:
        raise BadInput(
            "profile",
            f"“{ENVIRONMENT}” is made of the AZURE_* variables and does not stand in the file.",
            "Change the variables, or save it under a name of its own first.",
        )
