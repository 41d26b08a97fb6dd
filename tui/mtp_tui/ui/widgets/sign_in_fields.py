"""The fields that the sign-in form may ask for, whatever the kind of the sign-in."""

from textual.widgets import Input

from mtp_tui.clock import Clock
from mtp_tui.identity.credentials import Field
from mtp_tui.ui.widgets.certificate_field import CertificateField
from mtp_tui.ui.widgets.credential_field import CredentialField

_GUID_SHAPE = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"


def every_field(clock: Clock) -> tuple[CredentialField, ...]:
    """Every field there is, in the order in which they stand."""
    return (
        CredentialField(Field.TENANT, "Tenant", "Directory (tenant) ID, or a domain such as contoso.com"),
        CredentialField(Field.CLIENT_ID, "Application ID", f"Application (client) ID {_GUID_SHAPE}"),
        CredentialField(Field.SECRET, "Client secret", "the secret's Value, not its ID", is_secret=True),
        CertificateField(clock),
        CredentialField(Field.PASSPHRASE, "Passphrase", "of the file, if it has one", is_secret=True),
        CredentialField(Field.TOKEN, "Token", "paste it: raw, with Bearer, wrapped, or as JSON", is_secret=True),
        CredentialField(Field.TOKEN_FILE, "or a file", "such as Latest-token.txt"),
    )


def field_of(entry: Input) -> CredentialField:
    """The field around an input of the form."""
    field = entry.parent
    assert isinstance(field, CredentialField)  # noqa: S101 - there are no other inputs in the form
    return field
