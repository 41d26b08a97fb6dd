"""The sign-in form: how to sign in, where, and the fields that this asks for."""

from dataclasses import replace
from urllib.parse import urlsplit

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from mtp_tui.clock import Clock
from mtp_tui.errors import BadInput
from mtp_tui.identity.clouds import AUDIENCES, BY_KEY, GLOBAL, REGIONS, Cloud
from mtp_tui.identity.credential_form import FIELDS, HeldSecret, SignInForm, check, client_id_from, tenant_from
from mtp_tui.identity.credentials import CredentialKind, Field
from mtp_tui.identity.pasted_ids import ids_in
from mtp_tui.profiles.profile import Profile, SecretFrom
from mtp_tui.secret import Secret
from mtp_tui.ui.widgets.certificate_field import CertificateField
from mtp_tui.ui.widgets.choice import Choice
from mtp_tui.ui.widgets.credential_field import CredentialField, PlainInput
from mtp_tui.ui.widgets.sign_in_fields import every_field, field_of

_KINDS = (
    (CredentialKind.SECRET, "Secret"),
    (CredentialKind.CERTIFICATE, "Certificate"),
    (CredentialKind.DEVICE_CODE, "Device code"),
    (CredentialKind.BROWSER, "Browser"),
    (CredentialKind.TOKEN, "Token"),
)
_AUDIENCE_LABELS = ("Defender XDR", "Endpoint", "windows.com", "windowsatpservice")
_IDS = (Field.TENANT, Field.CLIENT_ID)
_SECRETS = {CredentialKind.SECRET: Field.SECRET, CredentialKind.CERTIFICATE: Field.PASSPHRASE}


class SignInFormView(Vertical):
    """Shows the fields of the chosen kind, and says what stands in them."""

    class Submitted(Message):
        """Enter was pressed: this is what to sign in with."""

    class KindChosen(Message):
        """Another kind was chosen, and other fields are there."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(id="sign-in-form")
        self._held: HeldSecret | None = None
        self._profile = Profile("")
        self._fields: dict[Field, CredentialField] = {each.field: each for each in every_field(clock)}

    def compose(self) -> ComposeResult:
        yield Choice(_KINDS, label="Sign in with", id="kind")
        yield Choice([(key, cloud.name) for key, cloud in BY_KEY.items()], label="Cloud", id="cloud")
        regions = [(key, "nearest" if key == "global" else key) for key in REGIONS]
        yield Choice(regions, label="API region", id="region")
        yield Choice(list(zip(AUDIENCES, _AUDIENCE_LABELS, strict=True)), label="Token for", id="audience")
        # the fields follow, each when a kind that has it is first chosen

    def on_mount(self) -> None:
        self._show_fields()

    # what stands in it

    @property
    def kind(self) -> CredentialKind:
        """How to sign in."""
        return CredentialKind(self._choice("kind").chosen)

    @property
    def cloud(self) -> Cloud:
        """Where to sign in, and in which region to call."""
        cloud = BY_KEY[self._choice("cloud").chosen]
        return cloud.in_region(self._choice("region").chosen) if cloud is GLOBAL else cloud

    @property
    def typed(self) -> SignInForm:
        """Everything as it stands; a secret that is held stands in for one that was not typed."""
        held = self._held
        secrets = {field: Secret(self.field(field).typed) for field in (Field.SECRET, Field.PASSPHRASE)}
        mine = _SECRETS.get(self.kind)
        if held is not None and mine is not None and self._is_held(mine) and not secrets[mine]:
            secrets[mine] = held.secret
        return SignInForm(
            self.kind,
            self.field(Field.TENANT).typed,
            self.field(Field.CLIENT_ID).typed,
            secrets[Field.SECRET],
            self.field(Field.CERTIFICATE).typed,
            secrets[Field.PASSPHRASE],
            Secret(self.field(Field.TOKEN).typed),
            self.field(Field.TOKEN_FILE).typed,
            self.cloud,
            self._choice("audience").chosen,
        )

    @property
    def ids(self) -> tuple[str, str]:
        """Tenant and application ID; empty where they are not in order."""
        found = []
        for field, read in ((Field.TENANT, tenant_from), (Field.CLIENT_ID, client_id_from)):
            try:
                found.append(read(self.field(field).typed))
            except BadInput:
                found.append("")
        return found[0], found[1]

    @property
    def as_profile(self) -> Profile:
        """What the form holds but for secrets; named as the profile that filled it in, if one did."""
        form, (tenant, client_id) = self.typed, self.ids
        filled = self._profile
        is_same = (filled.kind, filled.client_id.lower()) == (form.kind, client_id)
        return replace(
            filled,
            tenant=tenant,
            client_id=client_id,
            kind=form.kind,
            cloud=self._choice("cloud").chosen,
            region=form.cloud.region,
            audience=form.audience,
            secret_from=filled.secret_from if is_same else SecretFrom(),
            certificate_path=form.certificate_path.strip() if form.kind is CredentialKind.CERTIFICATE else "",
        )

    @property
    def typed_secret(self) -> Secret:
        """The secret or passphrase that would be used now; empty if there is none."""
        form = self.typed
        return form.secret if form.kind is CredentialKind.SECRET else form.passphrase

    @property
    def held(self) -> HeldSecret | None:
        """The secret that stands in for typing."""
        return self._held

    # filling it in

    def fill(self, profile: Profile) -> None:
        """Show what a profile says; secrets that were typed or held are forgotten."""
        self._profile = profile
        self._held = None
        self._choose("kind", profile.kind)
        self._choose("cloud", profile.cloud)
        self._choose("region", profile.region)
        self._offer_audience(profile.audience)
        self.field(Field.TENANT).typed = profile.tenant
        self.field(Field.CLIENT_ID).typed = profile.client_id
        self.field(Field.CERTIFICATE).typed = profile.certificate_path
        self.forget_secrets()
        self._show_fields()

    def hold(self, held: HeldSecret | None) -> None:
        """Let a secret stand in for typing."""
        self._held = held
        self._hint()

    def _hint(self) -> None:
        """Say in the empty field where its secret comes from; it goes to its own application only."""
        for field in _SECRETS.values():
            is_its = self._held is not None and self._is_held(field)
            self.field(field).hint(f"taken from {self._held.source}" if self._held and is_its else "")

    def forget_secrets(self) -> None:
        """Empty every field that holds one."""
        for field in (Field.SECRET, Field.PASSPHRASE, Field.TOKEN):
            self.field(field).typed = ""

    def _offer_audience(self, audience: str) -> None:
        options = list(zip(AUDIENCES, _AUDIENCE_LABELS, strict=True))
        if audience not in AUDIENCES:
            options.append((audience, urlsplit(audience).hostname or audience[:40]))
        self._choice("audience").set_options(options, audience)

    # faults and remarks

    def show_faults(self, faults: tuple[BadInput, ...]) -> bool:
        """Say at each field what is wrong with it, and go to the first; False if none of them belongs to a field here."""
        by_field = {fault.field: fault for fault in reversed(faults)}
        shown = FIELDS[self.kind]
        for field in self._fields.values():
            field.show_fault(by_field.get(field.field))
        faulty = next((self.field(field) for field in shown if field in by_field), None)
        if faulty is not None:
            faulty.focus_input()
            faulty.call_after_refresh(faulty.scroll_visible, animate=False)  # the words below it too
        return faulty is not None

    def field(self, name: Field) -> CredentialField:
        """One field."""
        return self._fields[name]

    # moving through it

    @property
    def first_gap(self) -> CredentialField | None:
        """The first field in which something is still to be typed."""
        return next((self.field(name) for name in FIELDS[self.kind] if self._is_wanting(name)), None)

    def _is_wanting(self, name: Field) -> bool:
        if self.field(name).typed or self._is_held(name) or name is Field.PASSPHRASE:
            return False
        if name is Field.TENANT:
            return self.kind in (CredentialKind.SECRET, CredentialKind.CERTIFICATE)
        if name in (Field.TOKEN, Field.TOKEN_FILE):
            return not (self.field(Field.TOKEN).typed or self.field(Field.TOKEN_FILE).typed)
        return True

    def _is_held(self, name: Field) -> bool:
        held = self._held
        if held is None or name is not _SECRETS.get(held.kind):
            return False
        return held.client_id.lower() in self.field(Field.CLIENT_ID).typed.lower()

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def submit(self) -> None:
        """Enter signs in from anywhere; whatever is missing or wrong is said at once."""
        self.post_message(self.Submitted())

    @on(Input.Changed)
    def forgive(self, event: Input.Changed) -> None:
        """What was wrong with a field is no longer known once it changes; what another one has to do with it, neither."""
        changed = field_of(event.input)
        changed.show_fault(None)
        if changed.field in _IDS:
            self._look_again_at(*_IDS, Field.SECRET)
            self._hint()
        if changed.field in (Field.CERTIFICATE, Field.PASSPHRASE):
            self.field(Field.CERTIFICATE).remark("")

    def _look_again_at(self, *names: Field) -> None:
        """Forget of these what the check does not find any more: that both IDs are the same, or a secret that is held."""
        _, faults = check(self.typed)
        found = {(fault.field, fault.summary) for fault in faults}
        for field in map(self.field, names):
            if field.fault is not None and (field.field, field.fault.summary) not in found:
                field.show_fault(None)

    @on(Input.Blurred)
    def look_at_certificate(self, event: Input.Blurred) -> None:
        if event.input.id in (f"input-{Field.CERTIFICATE}", f"input-{Field.PASSPHRASE}"):
            self.query_one(CertificateField).look(self.typed.passphrase)

    @on(CertificateField.Read)
    def show_wrong_passphrase(self, event: CertificateField.Read) -> None:
        if event.fault is not None and event.fault.field == Field.PASSPHRASE:
            self.field(Field.PASSPHRASE).show_fault(event.fault)

    @on(PlainInput.Pasted)
    def take_labelled_ids(self, event: PlainInput.Pasted) -> None:
        """A whole page of the portal names both IDs: each goes where it belongs."""
        ids = ids_in(event.text)
        if ids.tenant and ids.client_id and self.field(Field.TENANT).display:
            self.field(Field.TENANT).typed, self.field(Field.CLIENT_ID).typed = ids.tenant, ids.client_id

    @on(Choice.Changed, "#kind")
    def change_kind(self) -> None:
        self._show_fields()
        self.show_faults(())
        self.post_message(self.KindChosen())

    @on(Choice.Changed, "#cloud")
    def change_cloud(self) -> None:
        self._show_fields()

    def _show_fields(self) -> None:
        kind = self.kind
        above: Widget = self._choice("audience")
        for field in self._fields.values():
            field.display = field.field in FIELDS[kind]
            if field.display and not field.is_attached:
                self.mount(field, after=above)
            if field.is_attached:
                above = field
        # regions are those of the Global cloud; what a pasted token is for stands in it
        self._choice("region").display = self._choice("cloud").chosen == "global"
        self._choice("audience").display = kind is not CredentialKind.TOKEN
        for_user = kind in (CredentialKind.DEVICE_CODE, CredentialKind.BROWSER)
        self.field(Field.TENANT).hint("tenant ID or domain; empty for your own" if for_user else "")

    def _choice(self, name: str) -> Choice:
        return self.query_one(f"#{name}", Choice)

    def _choose(self, name: str, key: str) -> None:
        self._choice(name).set_reactive(Choice.chosen, key)
        self._choice(name).refresh()
