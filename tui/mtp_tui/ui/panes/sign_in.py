"""The sign-in pane: how to sign in, what to do elsewhere meanwhile, and what came of it."""

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Button, Static

from mtp_tui.errors import BadInput, MtpError
from mtp_tui.identity.credential_form import HeldSecret, check
from mtp_tui.identity.credentials import Credentials
from mtp_tui.identity.progress import EnterCode, OpenBrowser, Progress
from mtp_tui.profiles.profile import Profile
from mtp_tui.services.session import Candidate, SignedIn
from mtp_tui.services.wiring import Services
from mtp_tui.ui.messages import SignedInTo, SignedOut
from mtp_tui.ui.profile_line import ProfileLine
from mtp_tui.ui.text import plain, visible
from mtp_tui.ui.widgets.elsewhere import Elsewhere
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.ready_button import SignInButton, ready_button
from mtp_tui.ui.widgets.sign_in_form import SignInFormView
from mtp_tui.ui.widgets.signed_in_as import SignedInAs

_STOP_SHOWN_AFTER_S = 0.2
"""A sign-in that is over by then has no other button: two layouts of the form, and a flicker, come to nothing. Escape
stops it all the same."""


class SignInPane(VerticalScroll, can_focus=False):
    """Asks for credentials and signs in with them."""

    BINDING_GROUP_TITLE = "Sign in"
    HELP = """\
# Sign in

Secret and certificate sign in as the application itself, which needs the application permission Incident.Read.All of
the API Microsoft Threat Protection, with admin consent. Device code and browser sign in as you, with the delegated
permission Incident.Read and your own Defender role. Token takes one that you have already.

↑ and ↓ go from line to line, as Tab does, ← and → choose in a line, Enter signs in from anywhere, Escape stops or
leaves the field. p lists profiles, and saves what the form holds as one. A tenant or application ID may be pasted with
its label, or with the whole page.

AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH and
AZURE_CLIENT_CERTIFICATE_PASSWORD fill in the form. Secrets and tokens stay in memory.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up",
            "app.focus_previous",
            "Line before",
            show=False,
            id="sign-in.line-before",
            tooltip="Go to the line before",
        ),
        Binding(
            "down", "app.focus_next", "Next line", show=False, id="sign-in.next-line", tooltip="Go to the next line"
        ),
        Binding("escape", "stop", "Stop", show=False, id="sign-in.stop", tooltip="Stop signing in, or leave the field"),
        Binding("o", "sign_out", "Sign out", id="sign-in.sign-out", tooltip="Forget the token and the secret"),
    ]

    busy: reactive[bool] = reactive(False, bindings=True)
    signed_in: reactive[SignedIn | None] = reactive(None, bindings=True)

    form = getters.query_one(SignInFormView)
    """What is typed and chosen."""
    _line = getters.query_one(ProfileLine)

    class Progressed(Message):
        """The sign-in is at another step, or waits for a person."""

        def __init__(self, run: int, progress: Progress) -> None:
            super().__init__()
            self.run = run
            self.progress = progress

    class Ended(Message):
        """A token has come, or why none came."""

        def __init__(self, run: int, outcome: Candidate | MtpError) -> None:
            super().__init__()
            self.run = run
            self.outcome = outcome

    def __init__(self, services: Services, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._services = services
        self._session = services.session
        self._run = 0
        self._was_left = False
        self._patience: Timer | None = None
        """Until the button that stops takes the place of the other one."""
        self.asked: Credentials | None = None
        """With what the last sign-in was tried."""

    def compose(self) -> ComposeResult:
        with Vertical(id="form"):
            yield Static(plain("Sign in to Microsoft Defender XDR"), id="form-title")
            keys = "↑ ↓ lines, Enter signs in, Esc leaves the field; p profiles, s set-up guide."
            yield Static(plain(keys), id="form-subtitle")
            yield SignInFormView(self._services.clock)
            yield Elsewhere(self._services.clock, can_open=self._services.can_open_browser)
            with Horizontal(id="form-end"):
                yield ready_button("Sign in", kind=SignInButton, is_primary=True, id="sign-in-button")
                yield ready_button("Stop", id="stop-button")
                yield ProfileLine(self._services.profiles, id="progress")
            yield Problem()
            yield SignedInAs(id="signed-in-as")

    def on_mount(self) -> None:
        self.query_one(Elsewhere).show(None)
        if self._services.start_problem is not None:
            self.query_one(Problem).show(self._services.start_problem)
        demo = self._services.demo
        self._fill(self._services.start)
        if demo is not None:
            self.form.hold(HeldSecret(demo.secret, "the demo tenant", demo.kind, demo.client_id))
        else:
            self._seek(then_sign_in=False)

    def take_focus(self) -> None:
        """At the start to the first gap of the form; later to the button, where digits and letters stay keys."""
        if self.busy:
            self._focus_what_is_shown()
            return
        gap = None if self._was_left else self.form.first_gap
        self._was_left = True
        if gap is not None:
            gap.focus_input()
        else:
            self.query_one("#sign-in-button").focus()

    # profiles

    def use(self, profile: Profile, *, then_sign_in: bool) -> None:
        """Fill in the form with a profile, look for its secret, and sign in if that is wanted and nothing is missing."""
        self._give_up()
        self._fill(profile)
        self.query_one(Problem).show(None)
        self._line.say("")
        self._seek(then_sign_in=then_sign_in)

    def _fill(self, profile: Profile) -> None:
        self._line.use(profile)
        self.form.fill(profile)
        self.form.hold(None)

    def _seek(self, *, then_sign_in: bool) -> None:
        self.busy = self._line.seek(then_sign_in=then_sign_in)
        if not self.busy:
            self._go_on(then_sign_in=then_sign_in)

    @on(ProfileLine.SecretSought)
    def take_secret(self, event: ProfileLine.SecretSought) -> None:
        self.busy = False
        self.form.hold(event.held)
        self._go_on(then_sign_in=event.then_sign_in)

    def _go_on(self, *, then_sign_in: bool) -> None:
        """The form is filled in: sign in if that is wanted and nothing is missing, or else to what is."""
        gap = self.form.first_gap
        if then_sign_in and gap is None:
            self.submit()
        elif then_sign_in and gap is not None:
            gap.focus_input()
        else:
            self._was_left = False
            if self._has_keys:
                self.take_focus()

    @property
    def _has_keys(self) -> bool:
        return self.has_focus_within and self.app.screen is self.screen

    # what the user does

    @on(SignInFormView.Submitted)
    @on(Button.Pressed, "#sign-in-button")
    def submit(self) -> None:
        """Check what was typed, then sign in."""
        if self.busy:
            return
        credentials, faults = check(self.form.typed)
        self.form.show_faults(faults)
        if credentials is not None:
            self.sign_in(credentials)

    @on(SignInFormView.KindChosen)
    def forget_problem(self) -> None:
        self.query_one(Problem).show(None)
        self._line.say("")

    def sign_in(self, credentials: Credentials) -> None:
        """Sign in with credentials that are in order."""
        self._run += 1
        self.busy = True
        self.asked = credentials
        self.query_one(Problem).show(None)
        self._line.say("Signing in …")
        self._ask_entra(self._run, credentials)

    @on(Button.Pressed, "#stop-button")
    def action_stop(self) -> None:
        """Stop a sign-in that is under way; otherwise leave the field, so that digits and letters are keys again."""
        if self.busy:
            self._give_up()
            self._line.say("Stopped.")
        self.query_one("#sign-in-button").focus()

    def _give_up(self) -> None:
        self.workers.cancel_group(self, "sign-in")
        self._line.stop()
        self._run += 1
        self._end_waiting()

    def _end_waiting(self) -> None:
        """Whatever was under way is over: the form is there again."""
        had_keys = self._has_keys
        self.busy = False
        self.query_one(Elsewhere).show(None)
        self._show_form(shown=True)
        if had_keys:
            self.query_one("#sign-in-button").focus()

    def _show_form(self, *, shown: bool) -> None:
        """The form and the words on its keys, or room for what is to be done elsewhere."""
        self.form.display = self.query_one("#form-subtitle").display = shown

    def action_sign_out(self) -> None:
        self._give_up()
        self._session.sign_out()
        self.form.forget_secrets()
        self.signed_in = None
        held = self.form.held
        self._line.say(
            "Signed out: token and secret are forgotten."
            + (f" The secret is still held by {held.source}." if held else "")
        )
        self.post_message(SignedOut())
        if held is not None:
            self._line.offer_to_forget()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        return self.signed_in is not None if action == "sign_out" else True

    def why_not(self, action: str) -> str:  # noqa: ARG002 - only one key is ever hidden
        """Why nobody can be signed out."""
        return "Nobody is signed in."

    # what comes of it

    @work(exclusive=True, group="sign-in", description="sign in")
    async def _ask_entra(self, run: int, credentials: Credentials) -> None:
        outcome: Candidate | MtpError
        try:
            outcome = await self._session.obtain(credentials, lambda progress: self._tell(run, progress))
        except MtpError as error:
            outcome = error
        self.post_message(self.Ended(run, outcome))

    def _tell(self, run: int, progress: Progress) -> None:
        self.post_message(self.Progressed(run, progress))

    @on(Progressed)
    def show_progress(self, event: Progressed) -> None:
        if event.run != self._run or not self.busy:
            return
        if not isinstance(event.progress, EnterCode | OpenBrowser):
            self._line.say(f"{event.progress} …  Esc stops")
            return
        had_keys = self._has_keys
        self._line.say("")
        self._show_form(shown=False)
        self.query_one(Elsewhere).show(event.progress)
        if had_keys:
            self._focus_what_is_shown()
        if isinstance(event.progress, OpenBrowser):
            self._services.open_browser(self.app.open_url, event.progress.address)

    def _focus_what_is_shown(self) -> None:
        waiting = self.query_one(Elsewhere)
        (waiting if waiting.display else self.query_one("#stop-button")).focus()

    @on(Ended)
    def take_outcome(self, event: Ended) -> None:
        if event.run != self._run:
            return
        self._end_waiting()
        self._line.say("")
        if isinstance(event.outcome, MtpError):
            self._show_failure(event.outcome)
        else:
            self._take_token(event.outcome)

    def _show_failure(self, error: MtpError) -> None:
        if not (isinstance(error, BadInput) and self.form.show_faults((error,))):
            problem = self.query_one(Problem)
            problem.show(error)
            problem.call_after_refresh(problem.scroll_visible, animate=False)  # on 18 lines it stands below them
        if self.signed_in is not None:
            self.query_one(SignedInAs).show(self.signed_in, is_from_before=True)
        if not self.display:
            self.notify(visible(error.summary), severity="error", markup=False)  # no pane comes forward by itself

    def _take_token(self, candidate: Candidate) -> None:
        self.form.forget_secrets()
        self.signed_in = self._session.adopt(candidate)
        self.post_message(SignedInTo(self.signed_in, may_write=self._line.may_write_as(self.signed_in)))
        self._line.note_use()

    def watch_busy(self, busy: bool) -> None:
        if self._patience is not None:
            self._patience.stop()
        if busy:
            self._patience = self.set_timer(_STOP_SHOWN_AFTER_S, self._show_buttons)
        elif self.children:
            self._show_buttons()

    def _show_buttons(self) -> None:
        # a class of theirs alone: one of the pane would style every field anew
        self.query_one("#form-end").set_class(self.busy, "-busy")

    def watch_signed_in(self) -> None:
        if self.children:
            self.query_one("#sign-in-button", Button).label = "Sign in again" if self.signed_in else "Sign in"
            self.query_one(SignedInAs).show(self.signed_in)
