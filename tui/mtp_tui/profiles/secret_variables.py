"""Which variables of the environment hold secrets: no program that is started from here inherits them."""

import re
from collections.abc import Mapping
from pathlib import Path

from mtp_tui.errors import MtpError
from mtp_tui.profiles import private_file

_AZURE = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD")
_NAMED = re.compile(rb"""\bsecret_env["']?\s*=\s*["']([^"'\r\n]{1,200})["']""")


def secret_variables(profile_file: Path) -> frozenset[str]:
    """Those of Azure's libraries, and all that the profile file names, found without parsing it."""
    try:
        content = private_file.read(profile_file)
    except MtpError:
        content = None
    named = _NAMED.findall(content.data) if content else []
    return frozenset((*_AZURE, *(name.decode(errors="replace") for name in named)))


def without_secrets(environ: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    """The environment for another program. A command that prints a secret needs none to be given."""
    return {name: value for name, value in environ.items() if name not in names}
