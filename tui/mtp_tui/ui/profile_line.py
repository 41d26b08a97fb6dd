"""The line beside the button of the sign-in: says how it goes, and knows the profile that is used."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message

from mtp_tui.errors import MtpError
from mtp_tui.identity.credential_form import HeldSecret
from mtp_tui.identity.credentials import CredentialKind
from mtp_tui.profiles.profile import Profile
from mtp_tui.services.session import SignedIn
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.said import Said

if TYPE_CHECKING:
    from mtp_tui.services.profiles import Profiles


class ProfileLine(Said):
    """Looks for a profile's secret where the profile says it is, and offers to take it out of the keyring."""

    keeps_room = True

    class SecretSought(Message):
        """Where the profile's secret could be was looked; what is not wanted any more does not come."""

        def __init__(self, run: int, held: HeldSecret | None, sentence: str, *, then_sign_in: bool) -> None:
            super().__init__()
            self.run = run
            self.held = held
            self.sentence = sentence
            self.then_sign_in = then_sign_in

    def __init__(self, open_profiles: "Callable[[], Profiles] | None", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """None where no profiles are kept, as in the demo."""
        super().__init__(id=id)
        self._open_profiles = open_profiles
        self._run = 0
        self._used = Profile("")

    def use(self, profile: Profile) -> None:
        """This is the profile that the form is filled in with."""
        self._used = profile

    # its secret

    def seek(self, *, then_sign_in: bool) -> bool:
        """Look for the profile's secret; False, and nothing is looked for, if the profile names no place for it."""
        wanted = self._used.secret_from
        if self._open_profiles is None or not (wanted.variable or wanted.command or wanted.keyring):
            return False
        self._run += 1
        self.say(f"Looking for the secret of the profile {self._used.name} …  Esc stops")
        self._ask(self._open_profiles(), self._run, self._used, then_sign_in)
        return True

    def stop(self) -> None:
        """Look no further."""
        self.workers.cancel_group(self, "secret")
        self._run += 1

    @work(exclusive=True, group="secret", description="look for the secret")
    async def _ask(self, profiles: "Profiles", run: int, profile: Profile, then_sign_in: bool) -> None:
        answer = await profiles.secret_of(profile)
        held = None
        if answer.secret is not None:
            held = HeldSecret(answer.secret, answer.origin, CredentialKind(profile.kind), profile.client_id)
        self.post_message(self.SecretSought(run, held, answer.sentence, then_sign_in=then_sign_in))

    @on(SecretSought)
    def say_what_came(self, event: SecretSought) -> None:
        if event.run != self._run:
            event.stop()  # stopped, or another profile by now
        else:
            self.say(event.sentence)

    # after signing in and out

    def note_use(self) -> None:
        """Remember that the profile was used now."""
        if self._open_profiles is not None and self._used.name:
            self._note(self._open_profiles(), self._used)

    @work(exclusive=True, group="profiles", description="note the use of a profile")
    async def _note(self, profiles: "Profiles", profile: Profile) -> None:
        await profiles.touch(profile)

    def may_write_as(self, signed_in: SignedIn) -> bool:
        """Whether the profile lets incidents be changed by whoever signed in."""
        from mtp_tui.services.profiles import may_write_as

        return may_write_as(self._used, signed_in)

    def offer_to_forget(self) -> None:
        """Ask whether the keyring is to keep the profile's secret, if it has it."""
        if self._open_profiles is not None and self._used.secret_from.keyring:
            self._forget_if_wanted(self._open_profiles(), self._used)

    @work(exclusive=True, group="keyring", description="forget the keyring entry")
    async def _forget_if_wanted(self, profiles: "Profiles", profile: Profile) -> None:
        from mtp_tui.ui.ask_screen import ConfirmScreen

        words = f"The secret of the profile {profile.name} is in the keyring. Take it out of there too?"
        if await self.app.push_screen_wait(ConfirmScreen("Signed out", words, yes="Take it out", no="Keep it")):
            try:
                await profiles.forget_secret(profile)
            except MtpError as error:
                self.notify(visible(f"{error.summary} {error.hint}"), severity="error", markup=False)
            else:
                words = "Signed out; the keyring entry is gone too."
                self.post_message(self.SecretSought(self._run, None, words, then_sign_in=False))
