"""A profile of the profile file, turned into what the sign-in pane starts with."""

from collections.abc import Mapping
from pathlib import Path

from mtp_tui.clock import Clock
from mtp_tui.errors import BadInput
from mtp_tui.identity.credentials import client_id_from, tenant_from
from mtp_tui.profiles.os_keyring import OsKeyring
from mtp_tui.profiles.profile import Profile
from mtp_tui.profiles.profile_book import ProfileBook
from mtp_tui.profiles.secret_sources import SecretSources
from mtp_tui.secret import Secret
from mtp_tui.settings import Prefill


async def prefill_from_profile(name: str, path: Path, environ: Mapping[str, str], clock: Clock) -> tuple[Prefill, str]:
    """The profile's IDs with its secret, and one sentence on which source gave the secret, or why none did.

    Raises BadInput if there is no such profile, or if it asks for what cannot be done.
    """
    book = ProfileBook(path, clock, checks={"tenant": tenant_from, "client_id": client_id_from})
    profile = book.load().named(name)
    _check_possible(profile)
    answer = await SecretSources(environ, OsKeyring(environ)).find(profile)
    book.touch(profile.name)
    secret = answer.secret or Secret("")
    source = f"the profile {profile.name} ({answer.source})" if answer.secret else ""
    return Prefill(profile.tenant, profile.client_id, secret, source, profile.cloud), answer.sentence


def _check_possible(profile: Profile) -> None:
    for wish, value, possible in (
        ("kind", profile.kind, "secret"),
        ("region", profile.region, "global"),
        ("audience", profile.audience, ""),
    ):
        if value != possible:
            instead = f"Set it to “{possible}”." if possible else "Leave it out."
            raise BadInput(
                wish, f"The profile {profile.name} asks for the {wish} “{value}”, which cannot be had yet.", instead
            )
