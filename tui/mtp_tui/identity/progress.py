"""What a sign-in is at, for whoever waits for it: a step, or something that a person has to do elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SignInStep(StrEnum):
    """What is being done, as a sentence."""

    LIBRARY = "Loading the sign-in library"
    CERTIFICATE = "Reading the certificate"
    TENANT = "Finding the tenant"
    TOKEN = "Asking for a token"  # noqa: S105 - a sentence, not a token
    FILE = "Reading the token"


@dataclass(frozen=True, slots=True)
class EnterCode:
    """A code to be entered at an address, in a browser anywhere. Both are Entra's own: text from outside."""

    user_code: str
    address: str
    """https, as checked."""
    expires_at: datetime
    """Aware UTC, by our clock."""


@dataclass(frozen=True, slots=True)
class OpenBrowser:
    """An address to be opened in a browser on this machine, which comes back to us by itself."""

    address: str
    """Made by MSAL for the chosen cloud; https."""
    comes_back_to: str
    """The loopback address at which the answer is awaited, such as `http://localhost:52817`."""
    expires_at: datetime
    """When waiting ends; aware UTC, by our clock."""


Progress = SignInStep | EnterCode | OpenBrowser
OnProgress = Callable[[Progress], None]
