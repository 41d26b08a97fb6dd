"""What a script asks of a token, each condition judged on its own. All but times and names are the report's own findings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from mtp_tui.identity.claims import one_line
from mtp_tui.identity.findings import Finding, Verdict
from mtp_tui.identity.permissions import MTP, PermissionKind, find_permission, permissions_in, resource_of
from mtp_tui.identity.token_checks import TokenReport
from mtp_tui.moments import span


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked for, besides what the report was made for."""

    permissions: tuple[str, ...] = ()
    audience: str = ""
    """A name of an API; empty for the one with the incidents."""
    min_left: timedelta = timedelta(0)
    is_signed: bool = False
    """Whether a signature that could not be checked is none."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One demand, and what became of it."""

    name: str
    """Stable: `signature`, `audience`, `time-left`, `permission`, `tenant`, `client` or `binding`."""
    asked: str
    """What was demanded; empty where the name says it."""
    holds: bool
    sentence: str
    is_checked: bool = True
    """False for a signature that could not be checked, whether that was demanded or not."""


def conditions(report: TokenReport, demands: Demands, now: datetime) -> tuple[Condition, ...]:
    """Every demand on a readable token, the gravest first."""
    report = report.at(now)
    return tuple(_conditions(report, demands, now))


def _conditions(report: TokenReport, demands: Demands, now: datetime) -> Iterator[Condition]:
    yield _signature(report, demands, now)
    for name, asked in (("tenant", report.case.tenant), ("client", report.case.client_id)):
        finding = report.finding(name)
        if asked and finding is not None:
            yield Condition(name, asked, finding.verdict is Verdict.PASS, finding.sentence)
    yield _audience(report, demands.audience)
    yield _time_left(report, demands.min_left)
    binding = report.finding("binding")
    if binding is not None:
        yield Condition("binding", "", binding.verdict is not Verdict.FAIL, binding.sentence)
    for value in dict.fromkeys(demands.permissions):
        yield _permission(report, value)


def respelt(permission: str) -> str:
    """The permission that was meant: the 2020 guide prints `Incidents.Read.All`, which never existed."""
    singular = permission.replace("Incidents.", "Incident.", 1)
    is_known = any(find_permission(MTP, kind, singular) for kind in PermissionKind)
    return singular if is_known else permission


def _signature(report: TokenReport, demands: Demands, now: datetime) -> Condition:
    """Entra's, for the tenant: what is known to be wrong never holds."""
    genuine = report.conclusions(now)[1]
    is_checked = genuine.verdict is not Verdict.UNCHECKED
    holds = genuine.verdict is not Verdict.FAIL and (is_checked or not demands.is_signed)
    return Condition("signature", "", holds, genuine.sentence, is_checked)


def _audience(report: TokenReport, asked: str) -> Condition:
    if not asked:
        finding = report.finding("audience")
        return Condition("audience", MTP.name, _is_no_failure(finding), finding.sentence if finding else "")
    sent, api = report.case.payload.get("aud"), resource_of(asked)
    holds = resource_of(sent) is api if api else isinstance(sent, str) and _bare(sent) == _bare(asked)
    named = one_line(sent) if sent is not None else "no API"
    return Condition("audience", asked, holds, f"For {named}." if holds else f"For {named}, not for {asked}.")


def _bare(name: str) -> str:
    return name.strip().rstrip("/").casefold().removeprefix("api://")


def _time_left(report: TokenReport, least: timedelta) -> Condition:
    """By Entra's clock where it is known. No leeway: whoever asks wants to use the token for a while."""
    asked = span(least) if least else ""
    not_before = report.finding("not-before")
    if not_before is not None and not_before.verdict is Verdict.FAIL:
        return Condition("time-left", asked, False, not_before.sentence)
    if report.expires_at is None:
        return Condition("time-left", asked, False, "The token does not say when it ends.")
    left = report.expires_at - report.case.entra_now
    if left <= timedelta(0):
        return Condition("time-left", asked, False, f"Expired {span(-left)} ago.")
    if left < least:
        return Condition("time-left", asked, False, f"Valid for another {span(left)} only, not for {span(least)}.")
    return Condition("time-left", asked, True, f"Valid for another {span(left)}.")


def _permission(report: TokenReport, value: str) -> Condition:
    held = permissions_in(report.case.payload)
    if value in held:
        return Condition("permission", value, True, f"{value} is in the token.")
    return Condition("permission", value, False, f"{value} is missing; the token has {', '.join(held) or 'none'}.")


def _is_no_failure(finding: Finding | None) -> bool:
    return finding is not None and finding.verdict in (Verdict.PASS, Verdict.WARN)
