"""What can be done to profiles from the screen: first what has to be asked, then the change, then what came of it."""

from dataclasses import dataclass, replace

from textual.app import App

from mtp_tui.errors import BadInput
from mtp_tui.profiles.profile import ENVIRONMENT, Profile, SecretFrom
from mtp_tui.profiles.profile_book import ProfileList
from mtp_tui.profiles.profile_table import name_from
from mtp_tui.secret import Secret
from mtp_tui.services.profiles import Profiles, keeping_secret, may_have_secret
from mtp_tui.ui.ask_screen import AskScreen, ConfirmScreen


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of something that was done to the profiles."""

    listed: ProfileList | None = None
    """What there is now; None if nothing was done."""
    said: str = ""
    """One sentence about it."""
    name: str = ""
    """The profile to put the cursor on; empty leaves it where it is."""


@dataclass(frozen=True, slots=True)
class ProfileChanges:
    """Each of these asks in front of the app, gives what came of it, and raises MtpError; to be run in a worker."""

    app: App[object]
    profiles: Profiles
    form: Profile
    """What the sign-in form holds, with the name of the profile that it was filled in from."""
    secret: Secret
    """The form's secret; may be empty."""

    async def load(self) -> Outcome:
        """Read the file; the cursor begins where the form came from."""
        return Outcome(await self.profiles.load(), name=self.form.name)

    async def save_form(self, listed: ProfileList) -> Outcome:
        """Save what the form holds under a name, and its secret in the keyring if that is wanted."""
        suggested = "" if self.form.name == ENVIRONMENT else self.form.name
        words = "Everything that the form holds, without its secret, under this name:"
        name = await self._ask(AskScreen("Save the form as a profile", words, suggested, "such as Contoso", name_from))
        if name is None or not await self._may_write(name, suggested, listed):
            return Outcome()
        before = next((each for each in listed.profiles if _is(each.name, name)), None)
        profile = _with_sources(replace(self.form, name=name), before, listed)
        outcome = Outcome(await self.profiles.save(profile), f"{name} is saved.", name)
        if not (self.secret and may_have_secret(profile)) or self.profiles.no_keyring_because():
            return outcome
        kept = await self._keep(profile)
        return replace(kept, said=f"{outcome.said} {kept.said}", name=name) if kept.listed else outcome

    async def rename(self, profile: Profile) -> Outcome:
        """Ask for another name and give it."""
        name = await self._ask(
            AskScreen("Rename a profile", f"The new name of {profile.name}:", profile.name, "", name_from)
        )
        if name is None or name == profile.name:
            return Outcome()
        return Outcome(await self.profiles.rename(profile, name), f"{profile.name} is named {name} now.", name)

    async def delete(self, profile: Profile, listed: ProfileList) -> Outcome:
        """Delete a profile, and its secret in the keyring if that is wanted."""
        others = _others_keeping(profile, listed)
        is_kept = profile.secret_from.keyring
        words = f"Delete the profile {profile.name}, with its comments in the file?"
        if is_kept and others:
            words += f" Its secret stays in the keyring, since {others} has it from there too."
        if not await self._confirm(ConfirmScreen("Delete a profile", words)):
            return Outcome()
        words = f"The secret of {profile.name} is in the keyring. Delete it there too?"
        if is_kept and not others and await self._confirm(ConfirmScreen("Delete its secret", words)):
            await self.profiles.forget_secret(profile)
        return Outcome(await self.profiles.delete(profile), f"{profile.name} is deleted.")

    async def keep(self, profile: Profile) -> Outcome:
        """Put the form's secret into the keyring for a profile of the same application."""
        whose = self.form.kind, self.form.client_id.strip().casefold()
        if whose != (profile.kind, profile.client_id.strip().casefold()):
            raise BadInput(
                "client_id",
                f"What the form holds is not a secret of the application of {profile.name}.",
                "Fill in the form from this profile first (Space), and type its secret.",
            )
        return await self._keep(profile)

    async def forget(self, profile: Profile, listed: ProfileList) -> Outcome:
        """Take a profile's secret out of the keyring."""
        others = _others_keeping(profile, listed)
        words = f"Take the secret of {profile.name} out of the keyring?"
        if others:
            words += f" It is the one of {others} too."
        if not await self._confirm(ConfirmScreen("Forget a secret", words, yes="Take it out")):
            return Outcome()
        had = await self.profiles.forget_secret(profile)
        said = "The secret is out of the keyring." if had else "The keyring had no secret of this application."
        return Outcome(await self.profiles.load(), said)

    async def _keep(self, profile: Profile) -> Outcome:
        words = (
            f"Keep the form's secret in the keyring? It is kept for the application {profile.client_id} in the tenant "
            f"{profile.tenant}, in place of an earlier one, and found there from now on."
        )
        question = ConfirmScreen("Keep the secret", words, yes="Keep it", no="Not now")
        # where no keyring is, keeping says why; nobody need be asked before
        if not self.profiles.no_keyring_because() and not await self._confirm(question):
            return Outcome()
        keyring = await self.profiles.keep_secret(profile, self.secret)
        return Outcome(await self.profiles.load(), f"The secret is in the keyring ({keyring}).")

    async def _may_write(self, name: str, suggested: str, listed: ProfileList) -> bool:
        """Whether there is no such profile yet, it is the one that the form came from, or may be written over."""
        taken = (*(each.name for each in listed.profiles), *(each.profile for each in listed.problems))
        if _is(name, suggested) or not any(_is(name, each) for each in taken):
            return True
        words = f"There is a profile {name} already. Write over it?"
        return await self._confirm(ConfirmScreen("Save the form as a profile", words, yes="Write over"))

    async def _ask(self, question: AskScreen) -> str | None:
        return await self.app.push_screen_wait(question)

    async def _confirm(self, question: ConfirmScreen) -> bool:
        return await self.app.push_screen_wait(question)


def _with_sources(profile: Profile, before: Profile | None, listed: ProfileList) -> Profile:
    """The form cannot say where the secret comes from, nor that incidents may be changed: what was said before stays.

    That it is in the keyring, and that it may change anything, stay only where it is the same application's.
    """
    wanted = profile.secret_from
    if before is not None and wanted == SecretFrom():
        wanted = before.secret_from
    is_kept = wanted.keyring and bool(keeping_secret(profile, listed.profiles))
    may_write = before is not None and before.may_write and before.client_id.casefold() == profile.client_id.casefold()
    return replace(profile, secret_from=replace(wanted, keyring=is_kept), may_write=may_write)


def _others_keeping(profile: Profile, listed: ProfileList) -> str:
    """Names of the other profiles that have the same secret from the keyring, as words."""
    return " and ".join(name for name in keeping_secret(profile, listed.profiles) if name != profile.name)


def _is(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()
