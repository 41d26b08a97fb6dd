"""What every language's code is made from: the requests in question, and a way to fill in a template."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

TENANT_PLACEHOLDER = "YOUR-TENANT-ID"
CLIENT_ID_PLACEHOLDER = "YOUR-APPLICATION-ID"
"""Stand where nothing is known yet. No angle brackets: a shell would take them for files."""

SECRET_VARIABLE = "AZURE_CLIENT_SECRET"  # noqa: S105 - names of variables, which Azure's own libraries read too
CERTIFICATE_VARIABLE = "AZURE_CLIENT_CERTIFICATE_PATH"
CERTIFICATE_PASSWORD_VARIABLE = "AZURE_CLIENT_CERTIFICATE_PASSWORD"  # noqa: S105
TOKEN_VARIABLE = "MTP_TOKEN"  # noqa: S105

_VARIABLE = {"secret": SECRET_VARIABLE, "certificate": CERTIFICATE_VARIABLE, "token": TOKEN_VARIABLE}

_MARK = re.compile(r"‹(\w+)›")


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """How a token is asked for."""

    kind: str
    """`secret`, `certificate`, `device-code`, `browser`, or `token` for one that is there already."""
    tenant: str
    client_id: str
    login_host: str
    scope: str
    """One scope, or several with blanks between them."""

    @property
    def authority(self) -> str:
        """The tenant's address at the sign-in host; whatever the tenant holds, it stays one part of the path."""
        return f"https://{self.login_host}/{quote(self.tenant, safe='', errors='replace')}"

    @property
    def token_address(self) -> str:
        """Where all kinds end."""
        return f"{self.authority}/oauth2/v2.0/token"

    @property
    def device_address(self) -> str:
        """Where a device code begins."""
        return f"{self.authority}/oauth2/v2.0/devicecode"

    @property
    def variable(self) -> str:
        """The environment variable that has to be set first; empty if there is none."""
        return _VARIABLE.get(self.kind, "")


def head(mark: str, request: TokenRequest, does: str, needs: str) -> str:
    """The comment above the code.

    Words, full stops, commas and colons only: pasted into zsh, the rest of such a line may be read as a command.
    """
    lines = [does, needs]
    if request.variable:
        lines.insert(1, f"Set the environment variable {request.variable} first{_of_what(request.kind)}.")
    return "".join(f"{mark} {line}\n" for line in lines)


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with each `‹name›` replaced, in one pass: what a value holds is not looked at again."""
    return _MARK.sub(lambda match: values[match[1]], template)


def _of_what(kind: str) -> str:
    if kind == "certificate":
        return f", and {CERTIFICATE_PASSWORD_VARIABLE} if the file has a passphrase"
    return ""
