"""The sign-in pane: tenant, application, secret, and what came of it."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button, Input, Label, Static

from mtp_tui.errors import BadInput, MtpError
from mtp_tui.identity.credentials import ClientSecret, Field, check
from mtp_tui.identity.sign_in import SignInStep
from mtp_tui.secret import Secret
from mtp_tui.services.session import Session, SignedIn
from mtp_tui.settings import Prefill
from mtp_tui.ui.messages import PaneWanted, SignedInTo, SignedOut
from mtp_tui.ui.text import plain
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.said import Said


class CredentialField(Vertical):
    """A label, an input, and the place where its fault is said."""

    def __init__(
        self, field: Field, label: str, value: str = "", placeholder: str = "", *, password: bool = False
    ) -> None:
        super().__init__(id=f"field-{field}")
        self.field = field
        self._label = label
        self._input = Input(value, placeholder=placeholder, password=password, id=f"input-{field}")

    def compose(self) -> ComposeResult:
        yield Label(self._label)
        yield self._input
        yield Said(classes="fault")

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self._input.value

    def clear(self) -> None:
        """Empty the field."""
        self._input.value = ""

    def focus_input(self) -> None:
        """Put the cursor into the field."""
        self._input.focus()

    def show_fault(self, fault: BadInput | None) -> None:
        """Say what is wrong with the field, or nothing."""
        self.set_class(fault is not None, "-faulty")
        text = f"✗ {fault.summary} {fault.hint}" if fault else ""
        self.query_one(".fault", Said).say(text.strip())


class SignInPane(VerticalScroll):
    """Asks for credentials and signs in with them."""

    BINDING_GROUP_TITLE = "Sign in"
    HELP = """\
# Sign in

Tenant ID, application (client) ID and client secret of an app registration in Entra ID. The app needs the application
permission Incident.Read.All of the API Microsoft Threat Protection, with admin consent.

AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET fill in the fields. The secret and the token stay in
memory and are never written anywhere.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop", show=False, id="sign-in.stop", tooltip="Stop signing in"),
        Binding("o", "sign_out", "Sign out", id="sign-in.sign-out", tooltip="Forget the token and the secret"),
    ]

    busy: reactive[bool] = reactive(False, toggle_class="-busy", bindings=True)
    signed_in: reactive[SignedIn | None] = reactive(None, bindings=True)

    class StepReached(Message):
        """The sign-in is at another step."""

        def __init__(self, run: int, step: SignInStep) -> None:
            super().__init__()
            self.run = run
            self.step = step

    class Succeeded(Message):
        """A token has come."""

        def __init__(self, run: int, signed_in: SignedIn) -> None:
            super().__init__()
            self.run = run
            self.signed_in = signed_in

    class Failed(Message):
        """No token came, and why."""

        def __init__(self, run: int, error: MtpError) -> None:
            super().__init__()
            self.run = run
            self.error = error

    def __init__(self, session: Session, prefill: Prefill, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._session = session
        self._prefill = prefill
        self._run = 0

    def compose(self) -> ComposeResult:
        prefill = self._prefill
        with Vertical(id="form"):
            yield Static(plain("Sign in to Microsoft Defender XDR"), id="form-title")
            yield Static(
                plain("as an application, with an Entra app registration. Enter signs in, Esc leaves the field."),
                id="form-subtitle",
            )
            yield CredentialField(
                Field.TENANT, "Tenant", prefill.tenant, "Directory (tenant) ID, or a domain such as contoso.com"
            )
            yield CredentialField(
                Field.CLIENT_ID, "Application (client) ID", prefill.client_id, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
            )
            held = (
                f"taken from {prefill.secret_from}; type to use another"
                if prefill.secret
                else "the secret's Value, not its ID"
            )
            yield CredentialField(Field.SECRET, "Client secret", "", held, password=True)
            with Horizontal(id="form-end"):
                yield Button("Sign in", variant="primary", id="sign-in-button")
                yield Button("Stop", id="stop-button")
                yield Said(id="progress")
            yield Problem()
            yield Said(id="signed-in-as")

    def focus_first_gap(self) -> None:
        """Put the cursor where something is still to be typed."""
        for field in self._fields():
            if not field.typed and not (field.field == Field.SECRET and self._prefill.secret):
                field.focus_input()
                return
        self.query_one("#sign-in-button").focus()

    # what the user does

    @on(Input.Submitted)
    @on(Button.Pressed, "#sign-in-button")
    def submit(self) -> None:
        """Check what was typed, then sign in; Enter in any field does it."""
        if self.busy:
            return
        fields = {field.field: field for field in self._fields()}
        secret = Secret(fields[Field.SECRET].typed) if fields[Field.SECRET].typed else self._prefill.secret
        credentials, faults = check(fields[Field.TENANT].typed, fields[Field.CLIENT_ID].typed, secret)
        by_field = {fault.field: fault for fault in faults}
        for name, field in fields.items():
            field.show_fault(by_field.get(name))
        if credentials is None:
            next(field for name, field in fields.items() if name in by_field).focus_input()
            return
        self.sign_in(credentials)

    def sign_in(self, credentials: ClientSecret) -> None:
        """Sign in with credentials that are in order."""
        self._run += 1
        self.busy = True
        self.query_one(Problem).show(None)
        self._say("Signing in …")
        self._ask_entra(self._run, credentials)

    @on(Button.Pressed, "#stop-button")
    def action_stop(self) -> None:
        """Stop a sign-in that is under way; otherwise leave the field, so that digits and letters are keys again."""
        if self.busy:
            self._give_up()
            self._say("Stopped.")
        else:
            self.focus()

    def _give_up(self) -> None:
        self.workers.cancel_group(self, "sign-in")
        self._run += 1
        self.busy = False

    def action_sign_out(self) -> None:
        self._give_up()
        self._session.sign_out()
        self.query_one(f"#field-{Field.SECRET}", CredentialField).clear()
        self.signed_in = None
        self._say("Signed out: token and secret are forgotten.")
        self.post_message(SignedOut())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action == "sign_out":
            return True if self.signed_in is not None else None
        return True

    # what comes of it

    @work(exclusive=True, group="sign-in", description="sign in")
    async def _ask_entra(self, run: int, credentials: ClientSecret) -> None:
        try:
            signed_in = await self._session.sign_in(credentials, lambda step: self._tell_step(run, step))
        except MtpError as error:
            self.post_message(self.Failed(run, error))
        else:
            self.post_message(self.Succeeded(run, signed_in))

    def _tell_step(self, run: int, step: SignInStep) -> None:
        self.post_message(self.StepReached(run, step))

    @on(StepReached)
    def show_step(self, event: StepReached) -> None:
        if event.run == self._run and self.busy:
            self._say(f"{event.step} …  Esc stops")

    @on(Failed)
    def show_failure(self, event: Failed) -> None:
        if event.run != self._run:
            return
        self.busy = False
        self._say("")
        self.query_one(Problem).show(event.error)
        self.post_message(PaneWanted("sign-in"))

    @on(Succeeded)
    def show_success(self, event: Succeeded) -> None:
        if event.run != self._run:
            return
        self.busy = False
        self._say("")
        self.query_one(f"#field-{Field.SECRET}", CredentialField).clear()
        self.signed_in = event.signed_in
        self.post_message(SignedInTo(event.signed_in))

    def watch_signed_in(self, signed_in: SignedIn | None) -> None:
        if not self.is_mounted:
            return
        line = self.query_one("#signed-in-as", Said)
        line.display = signed_in is not None
        if signed_in is not None:
            token = signed_in.token
            answer = f"{token.token_type} · expires_in {token.expires_in_s} s"
            if token.ext_expires_in_s is not None:
                answer += f" · ext_expires_in {token.ext_expires_in_s} s"
            line.update(
                plain(
                    f"✓ Signed in to {signed_in.tenant}\n  as application {signed_in.client_id}\n  {answer}", lines=True
                )
            )

    def _fields(self) -> list[CredentialField]:
        return list(self.query(CredentialField))

    def _say(self, text: str) -> None:
        self.query_one("#progress", Said).say(text)
