"""What is to be said about a token: every finding, three answers, and the verdict in one line.

    1. Can it be read?                       signature_checks.check_readable
    2. Did Entra sign it for this tenant?    signature_checks, claim_checks.check_issuer, check_tenant
    3. Is it right for this API now?         claim_checks, permission_checks, time_checks

The answers are separate, because each may be yes while another is no or unknown. Nothing here asks the network.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from mtp_tui.identity import claim_checks, permission_checks, signature_checks, time_checks
from mtp_tui.identity.claims import ClaimRow, explain
from mtp_tui.identity.clouds import Cloud
from mtp_tui.identity.findings import Case, Finding, Verdict
from mtp_tui.identity.permissions import JudgedPermission, KnownApi, TokenKind, judge, kind_of, resource_of
from mtp_tui.identity.signing_keys import TenantMetadata
from mtp_tui.identity.token import TokenReading
from mtp_tui.moments import from_epoch

__all__ = ["Conclusion", "Finding", "TokenReport", "Verdict", "judge_token"]

_Check = Callable[[Case], Finding | None]

_TIME_CHECKS: tuple[_Check, ...] = (
    time_checks.check_not_before,
    time_checks.check_issued_at,
    time_checks.check_expiry,
    time_checks.check_clock,
)
_CHECKS: tuple[_Check, ...] = (
    signature_checks.check_readable,
    signature_checks.check_algorithm,
    signature_checks.check_key,
    signature_checks.check_signature,
    signature_checks.check_key_issuer,
    claim_checks.check_issuer,
    claim_checks.check_tenant,
    claim_checks.check_client,
    claim_checks.check_audience,
    claim_checks.check_kind,
    permission_checks.check_permission,
    permission_checks.check_least_privilege,
    claim_checks.check_binding,
    *_TIME_CHECKS,
)
_CHECKS_WITHOUT_CLAIMS: tuple[_Check, ...] = (signature_checks.check_readable, signature_checks.check_signature)

_GENUINE = ("algorithm", "signature", "tenant", "issuer", "key", "key-issuer")
_RIGHT = ("audience", "expiry", "not-before", "permission", "binding", "client", "readable")
"""Gravest first: the first of them that fails is the verdict."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The answer to one of the three questions."""

    question: str
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class TokenReport:
    """Everything that is to be said about one token."""

    reading: TokenReading
    findings: tuple[Finding, ...]
    """In the order of the checks; as of the moment of judging, see `at`."""
    permissions: tuple[JudgedPermission, ...]
    claims: tuple[ClaimRow, ...]
    kind: TokenKind
    issued_at: datetime | None
    not_before: datetime | None
    expires_at: datetime | None
    """Aware UTC, by Entra's clock; None if the token does not say."""
    api: KnownApi | None
    """Which API the token is for; None for one that is not known here."""
    case: Case
    """What was judged, and against what."""

    def at(self, now: datetime) -> "TokenReport":
        """The same report with its times judged anew; cheap, for a screen that counts down."""
        case = replace(self.case, now=now)
        anew = {finding.check: finding for finding in _run(_TIME_CHECKS if self.reading.is_readable else (), case)}
        return replace(self, case=case, findings=tuple(anew.get(finding.check, finding) for finding in self.findings))

    def finding(self, check: str) -> Finding | None:
        """One finding by the name of its check."""
        return next((finding for finding in self.findings if finding.check == check), None)

    def conclusions(self, now: datetime) -> tuple[Conclusion, Conclusion, Conclusion]:
        """Can it be read? Did Entra sign it for this tenant? Is it right for this API now?"""
        current = self.at(now)
        return current._can_be_read(), current._is_genuine(), current._is_right()

    def headline(self, now: datetime) -> tuple[Verdict, str]:
        """The verdict in one line, also right after the token has expired meanwhile."""
        current = self.at(now)
        readable = current.findings[0]
        if readable.in_short:
            return readable.verdict, readable.in_short
        broken = current._first_of(_GENUINE + _RIGHT, Verdict.FAIL)
        if broken is not None:
            return Verdict.FAIL, broken.in_short or broken.sentence
        genuine, doubt = current._is_genuine(), current._first_of(_RIGHT, Verdict.WARN)
        if genuine.verdict is not Verdict.PASS:
            known = doubt.sentence.rstrip(".") if doubt else "Right API, may read incidents"
            return genuine.verdict, f"{known}; but {_as_clause(genuine.sentence)}"
        if doubt is not None:
            return Verdict.WARN, doubt.in_short or f"Probably accepted for incidents; but {_as_clause(doubt.sentence)}"
        limit = " as far as the user's own Defender role allows" if self.kind is TokenKind.USER else ""
        return Verdict.PASS, f"Accepted for incidents: signed by Entra, right API, may read incidents{limit}"

    def _can_be_read(self) -> Conclusion:
        readable = self.findings[0]
        return Conclusion("Can it be read?", readable.verdict, readable.sentence)

    def _is_genuine(self) -> Conclusion:
        question = "Did Entra sign it for this tenant?"
        broken = self._first_of(_GENUINE, Verdict.FAIL)
        if broken is not None:
            return Conclusion(question, Verdict.FAIL, broken.sentence)
        # All three must have been made: a check that is missing must not look like one that passed.
        for check in ("signature", "issuer", "tenant"):
            finding = self.finding(check)
            if finding is None or finding.verdict is Verdict.UNCHECKED:
                reason = finding.sentence.removeprefix("Not checked: ") if finding else "the token cannot be read."
                return Conclusion(question, Verdict.UNCHECKED, f"The {check} was not checked: {reason}")
        doubt = self._first_of(_GENUINE, Verdict.WARN)
        if doubt is not None:
            return Conclusion(question, Verdict.WARN, doubt.sentence)
        return Conclusion(question, Verdict.PASS, "Signed by Entra for this tenant.")

    def _is_right(self) -> Conclusion:
        question = "Is it right for this API now?"
        if not self.reading.is_readable:
            return Conclusion(question, Verdict.UNCHECKED, "Only the API can tell: the token cannot be read here.")
        for verdict in (Verdict.FAIL, Verdict.WARN):
            finding = self._first_of(_RIGHT, verdict)
            if finding is not None:
                return Conclusion(question, verdict, finding.sentence)
        return Conclusion(question, Verdict.PASS, "Right API, valid now, and may read incidents.")

    def _first_of(self, checks: Iterable[str], verdict: Verdict) -> Finding | None:
        found = (self.finding(check) for check in checks)
        return next((finding for finding in found if finding is not None and finding.verdict is verdict), None)


def judge_token(
    reading: TokenReading,
    *,
    tenant: str,
    client_id: str,
    cloud: Cloud,
    metadata: TenantMetadata | None,
    keys_problem: str = "",
    now: datetime,
    clock_offset_s: float | None = None,
) -> TokenReport:
    """Run every check and gather what they find; never raises for any token.

    `keys_problem` says why there is no `metadata`, and `clock_offset_s` is Entra's clock minus ours. The first call
    that checks a signature loads the cryptography library, a tenth of a second: call it in a thread. Source of the
    rules: Microsoft Learn, "Access tokens in the Microsoft identity platform", validating tokens.
    """
    case = Case(reading, tenant, client_id, cloud, metadata, keys_problem, now, clock_offset_s)
    checks = _CHECKS if reading.is_readable else _CHECKS_WITHOUT_CLAIMS
    return TokenReport(
        reading=reading,
        findings=_run(checks, case),
        permissions=judge(reading.payload) if reading.is_readable else (),
        claims=explain(reading),
        kind=kind_of(reading.payload),
        issued_at=from_epoch(reading.payload.get("iat")),
        not_before=from_epoch(reading.payload.get("nbf")),
        expires_at=from_epoch(reading.payload.get("exp")),
        api=resource_of(reading.payload.get("aud")),
        case=case,
    )


def _run(checks: Iterable[_Check], case: Case) -> tuple[Finding, ...]:
    return tuple(finding for check in checks if (finding := check(case)) is not None)


def _as_clause(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")
