"""What a check of a token says, and what all checks are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mtp_tui.identity.claims import one_line
from mtp_tui.identity.clouds import Cloud
from mtp_tui.identity.consent import consent_link
from mtp_tui.identity.credentials import GUID
from mtp_tui.identity.signing_keys import SigningKey, TenantMetadata
from mtp_tui.identity.token import TokenReading


class Verdict(StrEnum):
    """How a check came out."""

    PASS = "pass"  # noqa: S105 - a word, not a password
    WARN = "warn"
    FAIL = "fail"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    check: str
    """Stable name of the check, such as `audience`."""
    title: str
    """The check in a word or two, for a list."""
    verdict: Verdict
    sentence: str
    expected: str = ""
    actual: str = ""
    """As sent by the token: text from outside."""
    fix: str = ""
    """The exact next step; empty when there is none to take."""
    in_short: str = ""
    """The verdict on the whole token, in one line, if this finding decides it."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one check is about; its methods make the finding."""

    name: str
    title: str
    expected: str = ""
    actual: str = ""

    def passed(self, sentence: str) -> Finding:
        """All is well."""
        return self._finding(Verdict.PASS, sentence)

    def warned(self, sentence: str, *, fix: str = "", in_short: str = "") -> Finding:
        """The token may work, and somebody should know."""
        return self._finding(Verdict.WARN, sentence, fix, in_short)

    def failed(self, sentence: str, *, fix: str = "", in_short: str = "") -> Finding:
        """The token will not work, or is not what was asked for."""
        return self._finding(Verdict.FAIL, sentence, fix, in_short)

    def unchecked(self, why: str, *, fix: str = "", in_short: str = "") -> Finding:
        """The check could not be made, which is neither good nor bad."""
        return self._finding(Verdict.UNCHECKED, why, fix, in_short)

    def _finding(self, verdict: Verdict, sentence: str, fix: str = "", in_short: str = "") -> Finding:
        return Finding(self.name, self.title, verdict, sentence, self.expected, self.actual, fix, in_short)


@dataclass(frozen=True, slots=True)
class Case:
    """A token, what was asked for, and what is known about the tenant's keys and the clocks."""

    reading: TokenReading
    tenant: str
    """Tenant ID or domain that was signed in to; empty for a pasted token with nothing to compare."""
    client_id: str
    cloud: Cloud
    metadata: TenantMetadata | None
    keys_problem: str
    now: datetime
    """Our clock, aware UTC."""
    clock_offset_s: float | None
    """Entra's clock minus ours."""

    @property
    def payload(self) -> Mapping[str, object]:
        """The claims."""
        return self.reading.payload

    @property
    def header(self) -> Mapping[str, object]:
        """How the token is signed."""
        return self.reading.header

    @property
    def tenant_id(self) -> str:
        """The asked tenant's GUID in lower case; empty while it is known only as a domain."""
        if GUID.fullmatch(self.tenant.lower()):
            return self.tenant.lower()
        return self.metadata.tenant_id if self.metadata else ""

    @property
    def entra_now(self) -> datetime:
        """Now by Entra's clock, which wrote the times in the token."""
        return self.now + timedelta(seconds=self.clock_offset_s or 0.0)

    @property
    def without_keys(self) -> str:
        """Why there are no keys to check with, as the end of a sentence."""
        return (self.keys_problem or "the tenant's signing keys were not fetched").rstrip(". ")

    @property
    def consent_link(self) -> str:
        """For the application and tenant that were asked for; for a pasted token, those that it names."""
        sent = next((value for name in ("appid", "azp") if isinstance(value := self.payload.get(name), str)), "")
        tenant = self.tenant or self.payload.get("tid")
        return consent_link(self.cloud, tenant if isinstance(tenant, str) else "", self.client_id or sent)

    def as_sent(self, claim: str, *, in_header: bool = False) -> str:
        """A member of payload or header on one line, or `absent`."""
        part = self.header if in_header else self.payload
        return one_line(part[claim]) if claim in part else "absent"

    def matching_keys(self) -> tuple[SigningKey, ...]:
        """The tenant's keys under the token's `kid`, those of its own version first."""
        kid = self.header.get("kid")
        keys = self.metadata.keys if self.metadata else ()
        return tuple(
            sorted((key for key in keys if key.kid == kid), key=lambda key: key.version != self.payload.get("ver"))
        )
