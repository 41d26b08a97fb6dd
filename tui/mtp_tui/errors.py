"""Every failure a user can meet, as a sentence and a next step.

    MtpError                 summary: what happened · hint: what to do now
    ├── BadInput             something typed or set cannot be right; names the field
    ├── ProfileFileDamaged, ProfileChanged, KeyringTrouble (in `profiles`): what is kept elsewhere cannot be used
    ├── Closed (in `store`): it was asked for after the end
    ├── Unreachable          no answer came; names the step that failed
    ├── SignInError          Entra refused; carries its AADSTS number and trace
    ├── ApiError             Defender refused; carries the HTTP status and the service's own text
    │   ├── RequestRefused   400 and other 4xx
    │   ├── TokenRefused     401
    │   ├── PermissionMissing 403: which permission would do, which ones the token has
    │   ├── NotFound         404
    │   ├── Throttled        429: how long to wait
    │   └── ServiceFault     5xx
    └── UnexpectedAnswer     an answer came, and it is not what was documented; names the place

Anything else that is raised is a bug, and is not caught. What the service wrote is kept in `detail` as it came:
it is text from outside, and only `ui.text` may put it on a screen.
"""

from dataclasses import dataclass
from enum import StrEnum


class MtpError(Exception):
    """What happened (`summary`), what to do now (`hint`), and the service's own words if there are any (`detail`)."""

    def __init__(self, summary: str, hint: str = "", *, detail: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.hint = hint
        self.detail = detail


class BadInput(MtpError):
    """A field (`tenant`, `client_id`, `secret`, or a setting's name) holds what cannot be right."""

    def __init__(self, field: str, summary: str, hint: str = "") -> None:
        super().__init__(summary, hint)
        self.field = field


class Step(StrEnum):
    """How far a request got before it failed."""

    NAME = "name lookup"
    PROXY = "proxy"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    ANSWER = "answer"


class Unreachable(MtpError):
    """No answer came from `host`; `step` says how far the request got."""

    def __init__(self, step: Step, host: str, summary: str, hint: str = "", *, detail: str = "") -> None:
        super().__init__(summary, hint, detail=detail)
        self.step = step
        self.host = host


@dataclass(frozen=True, slots=True)
class EntraTrace:
    """What Microsoft's support asks for when Entra refused a sign-in. All as sent; empty if not sent."""

    error: str = ""
    """The OAuth error word, such as `invalid_client`."""
    number: int | None = None
    """The AADSTS number, such as 7000215."""
    correlation_id: str = ""
    trace_id: str = ""
    timestamp: str = ""


class SignInError(MtpError):
    """Entra gave no token."""

    def __init__(
        self, summary: str, hint: str = "", *, trace: EntraTrace | None = None, detail: str = "", raw: str = ""
    ) -> None:
        super().__init__(summary, hint, detail=detail)
        self.trace = trace or EntraTrace()
        self.raw = raw
        """Entra's refusing answer as it came, its first 4,000 characters; empty if there was none."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusing answer of the Defender API, in its own words."""

    status: int
    """HTTP status; the only part that decides anything."""
    code: str = ""
    """The service's word, such as `Forbidden`; may be empty, a number as text, or missing."""
    message: str = ""
    """The service's sentence, first line, as sent."""
    request_id: str = ""
    """The tracking id to give to support."""
    needed: tuple[str, ...] = ()
    """Permissions of which any one would do, if the service listed them."""
    held: tuple[str, ...] = ()
    """Permissions that the service saw in the token, if it listed them."""


class ApiError(MtpError):
    """The Defender API answered, but not with what was asked for."""

    def __init__(self, refusal: Refusal, summary: str, hint: str = "") -> None:
        super().__init__(summary, hint, detail=refusal.message)
        self.refusal = refusal


class RequestRefused(ApiError):
    """400 and other 4xx: the request itself was not liked."""


class TokenRefused(ApiError):
    """401: the token is not accepted, or the tenant has no active Defender."""


class PermissionMissing(ApiError):
    """403: the token is accepted and may not do this."""


class NotFound(ApiError):
    """404: there is no such incident, or this token may not see it."""


class Throttled(ApiError):
    """429: the quota of this app in this tenant is used up."""

    def __init__(self, refusal: Refusal, summary: str, hint: str = "", *, retry_after_s: float) -> None:
        super().__init__(refusal, summary, hint)
        self.retry_after_s = retry_after_s


class ServiceFault(ApiError):
    """5xx: the service failed on its side."""


class UnexpectedAnswer(MtpError):
    """A body that is not what the documentation promises, at `path` (such as `value[3].incidentId`)."""

    def __init__(self, path: str, summary: str, hint: str = "", *, detail: str = "") -> None:
        super().__init__(summary, hint, detail=detail)
        self.path = path
