"""The profiles: picked to sign in with, saved, renamed, deleted, and their secrets put into the keyring."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from mtp_tui.clock import Clock
from mtp_tui.errors import MtpError
from mtp_tui.profiles.profile import ENVIRONMENT, Profile
from mtp_tui.profiles.profile_book import ProfileList
from mtp_tui.secret import Secret
from mtp_tui.services.profiles import Profiles, may_have_secret
from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.lines import paragraphs
from mtp_tui.ui.messages import CopyWanted
from mtp_tui.ui.profile_changes import Outcome, ProfileChanges
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.profile_lines import columns, counted, particulars, problem_lines
from mtp_tui.ui.widgets.record_grid import RecordGrid


@dataclass(frozen=True, slots=True)
class Picked:
    """What was chosen from the list."""

    profile: Profile
    sign_in: bool
    """Whether to sign in at once, instead of only filling in the form."""


class ProfileGrid(RecordGrid[Profile]):
    """The list; Enter and Space take a profile along."""

    BINDING_GROUP_TITLE = "List"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Sign in", id="profiles.sign-in", tooltip="Fill in the form and sign in"),
        Binding("space", "screen.fill_in", "Fill in", id="profiles.fill-in", tooltip="Fill in the form only"),
        Binding(
            "K",
            "screen.keyring",
            "Keyring",
            id="profiles.keyring",
            tooltip="Keep the form's secret in the keyring for this profile, or take it out again; needs a profile of the "
            "file with tenant and application",
        ),
    ]


class ProfilesScreen(Dialog[Picked | None]):
    """Lists the profiles; gives the one that was picked, or None."""

    BINDING_GROUP_TITLE = "Profiles"
    HELP = """\
# Profiles

A profile is everything about a sign-in but its secret. It may say where the secret comes from: an environment variable
(secret_env), a command that prints it (secret_command), or the keyring of the operating system (secret_keyring). These
are asked in this order; where none has it, you are.

The file may be edited by hand at any time; y copies its path. What is wrong in it is listed below the profiles, with
line and key. Comments stay where they are.

The profile “environment” is made of AZURE_TENANT_ID, AZURE_CLIENT_ID and their like, and does not stand in the file.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "save_form", "Save form", id="profiles.save", tooltip="Save what the form holds as a profile"),
        Binding(
            "R",
            "rename",
            "Rename",
            id="profiles.rename",
            tooltip="Give the profile another name; not the environment's, which is no profile of the file",
        ),
        Binding(
            "d",
            "delete",
            "Delete",
            id="profiles.delete",
            tooltip="Take the profile out of the file; not the environment's, which the AZURE_* variables make",
        ),
        Binding(
            "slash",
            "narrow",
            "Narrow",
            key_display="/",
            id="profiles.narrow",
            tooltip="Show only rows with these words",
        ),
        Binding("y", "copy_path", "Copy path", id="profiles.copy", tooltip="Copy the path of the profile file"),
        Binding("tab", "app.focus_next", "Text", show=False, id="profiles.text", tooltip="Go to the text, to scroll"),
        Binding("escape,q", "back", "Close", show=False, id="profiles.close", tooltip="Show all rows again; go back"),
    ]

    busy: reactive[bool] = reactive(False, toggle_class="-busy", bindings=True)

    grid = getters.query_one("#profiles", ProfileGrid)
    view = getters.query_one("#profile-text", LineView)
    field = getters.query_one("#profiles-narrow", Input)

    class Done(Message):
        """What was wanted is done, or was not wanted after all."""

        def __init__(self, outcome: Outcome) -> None:
            super().__init__()
            self.outcome = outcome

    class Failed(Message):
        """What was wanted could not be done."""

        def __init__(self, error: MtpError, listed: ProfileList) -> None:
            super().__init__()
            self.error = error
            self.listed = listed
            """What there is now, so that it can be decided anew."""

    def __init__(self, profiles: Profiles, form: Profile, secret: Secret, clock: Clock) -> None:
        """`form` is what the sign-in form holds, with the name of the profile it was filled in from, and its secret."""
        super().__init__()
        self._profiles = profiles
        self._secret = secret
        self._clock = clock
        self._form = form
        self._listed = ProfileList()
        self._is_read = False

    def compose(self) -> ComposeResult:
        with Vertical(id="profiles-box"):
            yield Input(placeholder="words of name or tenant; Enter keeps them, Esc clears", id="profiles-narrow")
            yield ProfileGrid(columns(self._clock), lambda profile: profile.name, id="profiles")
            yield Problem()
            yield LineView(id="profile-text")
        yield KeyLine()

    def on_mount(self) -> None:
        self.field.display = False
        self.grid.focus()
        self._begin(self._changes.load)

    @property
    def profile(self) -> Profile | None:
        """The one under the cursor."""
        rows = self.grid.rows
        return rows[self.grid.cursor] if rows else None

    @property
    def _changes(self) -> ProfileChanges:
        return ProfileChanges(self.app, self._profiles, self._form, self._secret)

    # what the user does

    @on(RecordGrid.Chosen)
    def sign_in(self) -> None:
        self._pick(sign_in=True)

    def action_fill_in(self) -> None:
        self._pick(sign_in=False)

    def _pick(self, *, sign_in: bool) -> None:
        if self.profile is not None:
            self.dismiss(Picked(self.profile, sign_in))

    def action_save_form(self) -> None:
        self._begin(partial(self._changes.save_form, self._listed))

    def action_rename(self) -> None:
        if self.profile is not None:
            self._begin(partial(self._changes.rename, self.profile))

    def action_delete(self) -> None:
        if self.profile is not None:
            self._begin(partial(self._changes.delete, self.profile, self._listed))

    def action_keyring(self) -> None:
        """Keep the form's secret for the profile; forget the one that is kept."""
        if (profile := self.profile) is None:
            return
        if profile.secret_from.keyring:
            self._begin(partial(self._changes.forget, profile, self._listed))
        else:
            self._begin(partial(self._changes.keep, profile))

    def action_copy_path(self) -> None:
        self.post_message(CopyWanted("Path of the profile file", str(self._profiles.path)))

    def action_narrow(self) -> None:
        self.field.display = True
        self.field.focus()

    def action_back(self) -> None:
        """Show all rows again if they were narrowed; otherwise go back."""
        if self.field.display:
            self.field.value, self.field.display = "", False
            self.grid.focus()
        else:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action in ("save_form", "rename", "delete", "keyring", "fill_in"):
            return None if self.busy or not self._is_possible(action) else True
        return True

    def why_not(self, action: str) -> str:
        """Why a key is greyed."""
        if self.busy:
            return "Something is still under way."
        if self.profile is None:
            return "There is no profile here."
        if self.profile.name == ENVIRONMENT:
            return "The environment is not a profile in the file."
        return "The form holds no secret for this profile." if action == "keyring" else ""

    def _is_possible(self, action: str) -> bool:
        profile = self.profile
        if action == "save_form":
            return True
        if profile is None or action == "fill_in":
            return profile is not None
        if action == "keyring":
            is_useful = profile.secret_from.keyring or bool(self._secret)
            return profile.name != ENVIRONMENT and may_have_secret(profile) and is_useful
        return profile.name != ENVIRONMENT

    @on(Input.Submitted, "#profiles-narrow")
    def leave_field(self) -> None:
        if not self.field.value.strip():
            self.field.display = False
        self.grid.focus()

    @on(Input.Changed, "#profiles-narrow")
    def narrow_rows(self) -> None:
        self._show_rows()

    @on(RecordGrid.Highlighted)
    def show_profile(self) -> None:
        self._show_profile()

    # what comes of it

    def watch_busy(self) -> None:
        self.query_one("#profiles-box").border_subtitle = "working … Esc closes" if self.busy else "Esc closes"

    def _begin(self, wish: Callable[[], Awaitable[Outcome]]) -> None:
        self.busy = True
        self.query_one(Problem).show(None)
        self._do(wish)

    @work(exclusive=True, group="profiles", description="read or change profiles")
    async def _do(self, wish: Callable[[], Awaitable[Outcome]]) -> None:
        try:
            outcome = await wish()
        except MtpError as error:
            self.post_message(self.Failed(error, await self._profiles.load()))
        else:
            self.post_message(self.Done(outcome))

    @on(Done)
    def show_outcome(self, event: Done) -> None:
        outcome = event.outcome
        self.busy = False
        if outcome.listed is not None:
            self._show_list(outcome.listed)
        if outcome.name:
            self.grid.move_to(outcome.name)
        if outcome.said:
            self._tell(outcome.said)

    @on(Failed)
    def show_failure(self, event: Failed) -> None:
        self.busy = False
        self.query_one(Problem).show(event.error)
        self._show_list(event.listed)

    def _show_list(self, listed: ProfileList) -> None:
        self._listed, self._is_read = listed, True
        problems = counted(len(listed.problems))
        self.query_one("#profiles-box").border_title = f"Profiles · ! {problems}" if problems else "Profiles"
        self._show_rows()
        if listed.merged:
            self._tell("The file had been changed by another program; those changes were kept.")

    def _show_rows(self) -> None:
        words = self.field.value.casefold().split()
        profiles = self._listed.profiles
        self.grid.show(
            [each for each in profiles if all(word in f"{each.name} {each.tenant}".casefold() for word in words)]
        )
        self._show_profile()

    def _show_profile(self) -> None:
        """The particulars of the profile under the cursor, and what is wrong with the file."""
        listed, profile = self._listed, self.profile
        if not self._is_read:
            return
        if profile is not None:
            lines = particulars(profile, self._clock())
        elif listed.profiles:
            lines = paragraphs("No profile has all these words. Esc shows all again.")
        else:
            lines = paragraphs(f"There are no profiles yet. n saves what the form holds; or edit {self._profiles.path}")
        self.view.show([*lines, *problem_lines(listed.problems)])
        self.refresh_bindings()

    def _tell(self, sentence: str) -> None:
        self.notify(visible(sentence), markup=False, timeout=4)
