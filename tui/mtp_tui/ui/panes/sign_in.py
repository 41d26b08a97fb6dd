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
from mtp_tui.identity.clouds import BY_KEY
from mtp_tui.identity.credentials import ClientSecret, Field, check, client_id_from, tenant_from
from mtp_tui.identity.sign_in import SignInStep
from mtp_tui.secret import Secret
from mtp_tui.services.session import Candidate, Session, SignedIn
from mtp_tui.settings import Prefill
from mtp_tui.ui.messages import SignedInTo, SignedOut
from mtp_tui.ui.text import plain, visible
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.said import Said
from mtp_tui.ui.widgets.secret_input import SecretInput

_IDS = (Field.TENANT, Field.CLIENT_ID)


class CredentialField(Vertical):
    """A label, an input, and the place where its fault is said."""

    def __init__(
        self, field: Field, label: str, value: str = "", placeholder: str = "", *, password: bool = False
    ) -> None:
        super().__init__(id=f"field-{field}")
        self.field = field
        self._label = label
        kind = SecretInput if password else Input
        self._input = kind(
            value, placeholder=placeholder, password=password, select_on_focus=False, id=f"input-{field}"
        )

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


class SignInPane(VerticalScroll, can_focus=False):
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
        Binding("escape", "stop", "Stop", show=False, id="sign-in.stop", tooltip="Stop signing in, or leave the field"),
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

        def __init__(self, run: int, candidate: Candidate) -> None:
            super().__init__()
            self.run = run
            self.candidate = candidate

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
        self._was_left = False
        self.asked: ClientSecret | None = None
        """With what the last sign-in was tried."""

    def compose(self) -> ComposeResult:
        prefill = self._prefill
        cloud = "" if prefill.cloud == "global" else f" in the cloud {BY_KEY[prefill.cloud].name}"
        with Vertical(id="form"):
            yield Static(plain("Sign in to Microsoft Defender XDR"), id="form-title")
            yield Static(
                plain(
                    f"as an application{cloud}. Enter signs in, Esc leaves the field; s explains how to register an app."
                ),
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

    @property
    def typed_ids(self) -> tuple[str, str]:
        """Tenant and application ID as they stand in the form; empty where they are not in order."""
        read = {Field.TENANT: tenant_from, Field.CLIENT_ID: client_id_from}
        ids = []
        for name, check_one in read.items():
            try:
                ids.append(check_one(self.query_one(f"#field-{name}", CredentialField).typed))
            except BadInput:
                ids.append("")
        return ids[0], ids[1]

    def take_focus(self) -> None:
        """At the start to the first gap of the form; later to the button, where digits and letters stay keys."""
        gap = None if self._was_left else self._gap()
        self._was_left = True
        if gap is not None:
            gap.focus_input()
        else:
            self.query_one("#sign-in-button").focus()

    def _gap(self, after: CredentialField | None = None) -> CredentialField | None:
        """The first field behind `after` in which something is still to be typed."""
        fields = list(self.query(CredentialField))
        later = fields[fields.index(after) + 1 :] if after is not None else fields
        return next((field for field in later if not field.typed and not self._is_held(field)), None)

    def _is_held(self, field: CredentialField) -> bool:
        """Whether the environment's secret stands in for this field: it belongs to the environment's application only."""
        prefill, client_id = self._prefill, self.query_one(f"#field-{Field.CLIENT_ID}", CredentialField).typed
        return field.field == Field.SECRET and bool(prefill.secret) and prefill.client_id.lower() in client_id.lower()

    # what the user does

    @on(Input.Submitted)
    def enter_field(self, event: Input.Submitted) -> None:
        """Enter goes on to the next gap, and signs in when there is none."""
        field = event.input.parent
        assert isinstance(field, CredentialField)  # noqa: S101 - the pane has no other inputs
        gap = self._gap(after=field) if field.typed else None
        if gap is not None:
            gap.focus_input()
        else:
            self.submit()

    @on(Input.Changed)
    def forgive(self, event: Input.Changed) -> None:
        """What was wrong with a field is no longer known once it changes."""
        fields = {field.field: field for field in self.query(CredentialField)}
        changed = next((name for name, field in fields.items() if field is event.input.parent), None)
        # what is wrong with one of the IDs may be that the other is the same
        concerned = _IDS if changed in _IDS else (changed,)
        for name, field in fields.items():
            if name in concerned:
                field.show_fault(None)

    @on(Button.Pressed, "#sign-in-button")
    def submit(self) -> None:
        """Check what was typed, then sign in."""
        if self.busy:
            return
        fields = {field.field: field for field in self.query(CredentialField)}
        typed = fields[Field.SECRET].typed
        secret = Secret(typed) if typed or not self._is_held(fields[Field.SECRET]) else self._prefill.secret
        credentials, faults = check(
            fields[Field.TENANT].typed, fields[Field.CLIENT_ID].typed, secret, BY_KEY[self._prefill.cloud]
        )
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
        self.asked = credentials
        self.query_one(Problem).show(None)
        self._say("Signing in …")
        self._ask_entra(self._run, credentials)

    @on(Button.Pressed, "#stop-button")
    def action_stop(self) -> None:
        """Stop a sign-in that is under way; otherwise leave the field, so that digits and letters are keys again."""
        if self.busy:
            self._give_up()
            self._say("Stopped.")
        self.query_one("#sign-in-button").focus()

    def _give_up(self) -> None:
        self.workers.cancel_group(self, "sign-in")
        self._run += 1
        self.busy = False

    def action_sign_out(self) -> None:
        self._give_up()
        self._session.sign_out()
        self.query_one(f"#field-{Field.SECRET}", CredentialField).clear()
        self.signed_in = None
        held = f" The secret is still held by {self._prefill.secret_from}." if self._prefill.secret else ""
        self._say(f"Signed out: token and secret are forgotten.{held}")
        self.post_message(SignedOut())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        return self.signed_in is not None if action == "sign_out" else True

    # what comes of it

    @work(exclusive=True, group="sign-in", description="sign in")
    async def _ask_entra(self, run: int, credentials: ClientSecret) -> None:
        try:
            candidate = await self._session.obtain(credentials, lambda step: self._tell_step(run, step))
        except MtpError as error:
            self.post_message(self.Failed(run, error))
        else:
            self.post_message(self.Succeeded(run, candidate))

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
        if self.signed_in is not None:
            self._say_signed_in("Still signed in, with the token from before,")
        if not self.display:
            self.notify(visible(event.error.summary), severity="error", markup=False)  # no pane comes forward by itself

    @on(Succeeded)
    def show_success(self, event: Succeeded) -> None:
        if event.run != self._run:
            return
        self.busy = False
        self._say("")
        self.query_one(f"#field-{Field.SECRET}", CredentialField).clear()
        self.signed_in = self._session.adopt(event.candidate)
        self.post_message(SignedInTo(self.signed_in))

    def watch_signed_in(self) -> None:
        if self.children:
            self._say_signed_in("Signed in")

    def _say_signed_in(self, how: str) -> None:
        held, line = self.signed_in, self.query_one("#signed-in-as", Said)
        line.display = held is not None
        self.query_one("#sign-in-button", Button).label = "Sign in again" if held else "Sign in"
        if held is None:
            return
        token = held.token
        answer = f"{token.token_type} · expires_in {token.expires_in_s} s"
        if token.ext_expires_in_s is not None:
            answer += f" · ext_expires_in {token.ext_expires_in_s} s"
        line.say(f"✓ {how} to {held.tenant}\n  as application {held.client_id}\n  {answer}")

    def _say(self, text: str) -> None:
        self.query_one("#progress", Said).say(text)
