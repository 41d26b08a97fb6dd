"""What a person types to sign in, and what can be said about it before anything is sent."""

import re
from dataclasses import dataclass
from enum import StrEnum

from mtp_tui.errors import BadInput
from mtp_tui.identity.clouds import GLOBAL, Cloud
from mtp_tui.secret import Secret

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff")
"""Zero-width and direction characters, which come along from web pages and chats."""
_PLACEHOLDERS = frozenset({"common", "organizations", "consumers"})


class Field(StrEnum):
    """The names by which a BadInput says where it belongs."""

    TENANT = "tenant"
    CLIENT_ID = "client_id"
    SECRET = "secret"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """An application that proves itself with a client secret."""

    tenant: str
    """Tenant ID (GUID, lower case) or a verified domain of the tenant."""
    client_id: str
    """Application (client) ID, GUID in lower case."""
    secret: Secret
    cloud: Cloud = GLOBAL


def tenant_from(typed: str) -> str:
    """The tenant as Entra wants it. Raises BadInput if it is neither a GUID nor a domain."""
    text = _unwrapped(typed).lower()
    if not text:
        raise BadInput(Field.TENANT, "The tenant is missing.", "Directory (tenant) ID or a domain such as contoso.com.")
    if text in _PLACEHOLDERS:
        raise BadInput(
            Field.TENANT, f"An application cannot sign in to “{text}”.", "Give the tenant ID or a domain of the tenant."
        )
    if GUID.fullmatch(text) or _DOMAIN.fullmatch(text):
        return text
    raise BadInput(
        Field.TENANT,
        "This is neither a GUID nor a domain.",
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
    raise BadInput(Field.CLIENT_ID, "This is not a GUID.", "Copy Application (client) ID from the app's Overview page.")


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


def check(
    tenant: str, client_id: str, secret: Secret, cloud: Cloud = GLOBAL
) -> tuple[ClientSecret | None, tuple[BadInput, ...]]:
    """Credentials made of what was typed, or every field's fault at once."""
    faults: list[BadInput] = []
    parts: dict[Field, str] = {}
    for field, read, typed in ((Field.TENANT, tenant_from, tenant), (Field.CLIENT_ID, client_id_from, client_id)):
        try:
            parts[field] = read(typed)
        except BadInput as fault:
            faults.append(fault)
    if len(parts) == 2 and parts[Field.TENANT] == parts[Field.CLIENT_ID]:
        faults.append(
            BadInput(
                Field.CLIENT_ID,
                "Tenant and application have the same ID.",
                "One of them was pasted twice; both stand on the app's Overview page.",
            )
        )
    try:
        secret = secret_from(secret)
    except BadInput as fault:
        faults.append(fault)
    if faults:
        return None, tuple(faults)
    return ClientSecret(parts[Field.TENANT], parts[Field.CLIENT_ID], secret, cloud), ()


def _unwrapped(typed: str) -> str:
    """Without the blanks, quotes, braces and commas that come along when a value is copied from a script or a portal."""
    return _stripped(typed, "\"'{}<>,;")


def _stripped(text: str, also: str = "") -> str:
    """Without blanks, invisible characters and those of `also` at both ends."""
    kept = [at for at, char in enumerate(text) if not (char.isspace() or char in _INVISIBLE or char in also)]
    return text[kept[0] : kept[-1] + 1] if kept else ""
