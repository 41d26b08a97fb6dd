"""What a person types to sign in, and what can be said about it before anything is sent."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mtp_tui.errors import BadInput
from mtp_tui.identity.clouds import GLOBAL, Cloud
from mtp_tui.identity.credentials import (
    ANY_ORGANIZATION,
    DOMAIN,
    GUID,
    SHARED_TENANTS,
    BrowserSignIn,
    ClientCertificate,
    ClientSecret,
    CredentialKind,
    Credentials,
    DeviceCode,
    Field,
    PastedToken,
)
from mtp_tui.identity.pasted_ids import ids_in
from mtp_tui.secret import Secret

_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff")
"""Zero-width and direction characters, which come along from web pages and chats; what turns a text round does not."""


_IDS = (Field.TENANT, Field.CLIENT_ID)

FIELDS = {
    CredentialKind.SECRET: (*_IDS, Field.SECRET),
    CredentialKind.CERTIFICATE: (*_IDS, Field.CERTIFICATE, Field.PASSPHRASE),
    CredentialKind.DEVICE_CODE: _IDS,
    CredentialKind.BROWSER: _IDS,
    CredentialKind.TOKEN: (Field.TOKEN, Field.TOKEN_FILE),
}
"""What each kind asks for."""


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What was typed and chosen, as it is; only the fields of its kind are looked at."""

    kind: CredentialKind = CredentialKind.SECRET
    tenant: str = ""
    client_id: str = ""
    secret: Secret = field(default_factory=lambda: Secret(""))
    certificate_path: str = ""
    passphrase: Secret = field(default_factory=lambda: Secret(""))
    token: Secret = field(default_factory=lambda: Secret(""))
    token_file: str = ""
    cloud: Cloud = GLOBAL
    """With the region of its API."""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class HeldSecret:
    """A secret that was not typed; it goes to its own application only."""

    secret: Secret
    source: str
    """Where it comes from, as the end of “taken from”."""
    kind: CredentialKind
    client_id: str


def tenant_from(typed: str, *, for_user: bool = False) -> str:
    """The tenant as Entra wants it; a user may leave it open. Raises BadInput if it is neither a GUID nor a domain."""
    text = _unwrapped(typed).lower()
    if not text and for_user:
        return ANY_ORGANIZATION
    if not text:
        raise BadInput(Field.TENANT, "The tenant is missing.", "Directory (tenant) ID or a domain such as contoso.com.")
    if text in SHARED_TENANTS:
        if for_user:
            return text
        raise BadInput(
            Field.TENANT, f"An application cannot sign in to “{text}”.", "Give the tenant ID or a domain of the tenant."
        )
    if GUID.fullmatch(text) or DOMAIN.fullmatch(text):
        return text
    pasted = ids_in(typed)
    if pasted.tenant:
        return pasted.tenant
    raise BadInput(
        Field.TENANT,
        pasted.problem or "This is neither a GUID nor a domain.",
        "It stands on the app's Overview page as Directory (tenant) ID.",
    )


def client_id_from(typed: str) -> str:
    """The application ID as Entra wants it. Raises BadInput if it is not a GUID."""
    text = _unwrapped(typed).lower()
    if not text:
        raise BadInput(
            Field.CLIENT_ID,
            "The application ID is missing.",
            "It stands on the app's Overview page as Application (client) ID.",
        )
    if GUID.fullmatch(text):
        return text
    pasted = ids_in(typed)
    if pasted.client_id:
        return pasted.client_id
    raise BadInput(
        Field.CLIENT_ID,
        pasted.problem or "This is not a GUID.",
        "Copy Application (client) ID from the app's Overview page.",
    )


def secret_from(typed: Secret) -> Secret:
    """The client secret without blanks around it.

    Raises BadInput if it is missing, is the secret's ID, or holds what cannot be seen: a line break of two values pasted
    at once, or a byte of the environment that is no text.
    """
    text = _stripped(typed.reveal())
    if not text:
        raise BadInput(
            Field.SECRET, "The client secret is missing.", "Its Value can be copied only right after it was made."
        )
    if GUID.fullmatch(text.lower()):
        raise BadInput(
            Field.SECRET,
            "This looks like the Secret ID, not the secret.",
            "Copy the column Value, not Secret ID; if it is hidden by now, make a new secret.",
        )
    if not text.isprintable():
        raise BadInput(
            Field.SECRET,
            "There are characters in this secret that cannot be seen, such as a line break.",
            "Copy its Value again, and nothing else.",
        )
    return Secret(text)


def audience_from(typed: str) -> str:
    """The name of an API as a scope has it, without `/.default`; empty for the cloud's own. Raises BadInput."""
    text = _unwrapped(typed).removesuffix("/.default")
    is_name = text.startswith(("https://", "api://")) and text.isascii() and text.isprintable() and " " not in text
    if not text or is_name or GUID.fullmatch(text.lower()):
        return text
    raise BadInput(
        "audience", f"“{text[:80]}” is no name of an API.", "It looks like https://api.securitycenter.microsoft.com"
    )


def check(form: SignInForm) -> tuple[Credentials | None, tuple[BadInput, ...]]:
    """Credentials made of what was typed, or every field's fault at once. Files are not opened yet."""
    faults: list[BadInput] = []
    tenant = client_id = ""
    if Field.TENANT in FIELDS[form.kind]:
        for_user = form.kind in (CredentialKind.DEVICE_CODE, CredentialKind.BROWSER)
        tenant = _read(lambda: tenant_from(form.tenant, for_user=for_user), faults)
        client_id = _read(lambda: client_id_from(form.client_id), faults)
        if tenant and tenant == client_id:
            faults.append(
                BadInput(
                    Field.CLIENT_ID,
                    "Tenant and application have the same ID.",
                    "One of them was pasted twice; both stand on the app's Overview page.",
                )
            )
    secret = Secret("")
    match form.kind:
        case CredentialKind.SECRET:
            try:
                secret = secret_from(form.secret)
            except BadInput as fault:
                faults.append(fault)
        case CredentialKind.CERTIFICATE if not form.certificate_path.strip():
            faults.append(
                BadInput(
                    Field.CERTIFICATE,
                    "No certificate is named.",
                    "Give the path of a PEM or PFX file that holds the certificate and its private key.",
                )
            )
        case CredentialKind.TOKEN if not form.token.reveal().strip() and not form.token_file.strip():
            faults.append(BadInput(Field.TOKEN, "There is no token.", "Paste one, or name a file that holds it."))
    if faults:
        return None, tuple(faults)
    return _credentials(form, tenant, client_id, secret), ()


def _read(read: Callable[[], str], faults: list[BadInput]) -> str:
    try:
        return read()
    except BadInput as fault:
        faults.append(fault)
        return ""


def _credentials(form: SignInForm, tenant: str, client_id: str, secret: Secret) -> Credentials:
    cloud, audience = form.cloud, form.audience
    match form.kind:
        case CredentialKind.SECRET:
            return ClientSecret(tenant, client_id, secret, cloud=cloud, audience=audience)
        case CredentialKind.CERTIFICATE:
            path = form.certificate_path.strip()
            return ClientCertificate(tenant, client_id, path, form.passphrase, cloud=cloud, audience=audience)
        case CredentialKind.DEVICE_CODE:
            return DeviceCode(tenant, client_id, cloud=cloud, audience=audience)
        case CredentialKind.BROWSER:
            return BrowserSignIn(tenant, client_id, cloud=cloud, audience=audience)
        case CredentialKind.TOKEN:
            return PastedToken("", "", form.token, form.token_file.strip(), cloud=cloud)


def _unwrapped(typed: str) -> str:
    """Without the blanks, quotes, braces and commas that come along when a value is copied from a script or a portal."""
    return _stripped(typed, "\"'{}<>,;")


def _stripped(text: str, also: str = "") -> str:
    """Without blanks, invisible characters and those of `also` at both ends."""
    kept = [at for at, char in enumerate(text) if not (char.isspace() or char in _INVISIBLE or char in also)]
    return text[kept[0] : kept[-1] + 1] if kept else ""
