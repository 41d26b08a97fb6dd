"""Which calls a token's permissions open, and for one call: would it be refused, why, and what to do about it.

The two answers are separate. The matrix looks at permissions; the diagnosis also at everything else that is wrong with
the token, gravest cause first. Both read the report's findings: nothing is judged a second time here.
"""

from dataclasses import dataclass
from datetime import datetime

from mtp_tui.identity.clouds import MTP_APP_ID
from mtp_tui.identity.credentials import GUID
from mtp_tui.identity.findings import Case, Check, Finding, Verdict
from mtp_tui.identity.permission_checks import doubt_about_shape, how_to_grant
from mtp_tui.identity.permissions import (
    CALLS,
    MTP,
    ApiCall,
    Permission,
    PermissionKind,
    TokenKind,
    allowed_by,
    find_permission,
    granted_as,
    permissions_in,
)
from mtp_tui.identity.token_checks import TokenReport
from mtp_tui.moments import utc_text

_FORGED = ("algorithm", "signature")
_NOT_OF_THE_TENANT = ("key", "key-issuer", "issuer")
_REFUSED = ("audience", "expiry", "not-before", "binding", "tenant", "client")
"""Gravest first. The API refuses the first four by itself; the last two it may accept, for somebody else's incidents."""


@dataclass(frozen=True, slots=True)
class CanDo:
    """One call and what the token's permissions say to it."""

    call: ApiCall
    verdict: Verdict
    """PASS or FAIL; WARN if the permission is there in a shape that the API may not see; UNCHECKED for an unreadable token."""
    by: Permission | None
    """What allows it: of several, the least."""
    would_flip: Permission | None
    """The least permission that would allow it, of the kind that counts for this token; None if it is allowed."""
    sentence: str
    refusal: str
    """Why the call would be refused whatever the permissions, such as expiry; empty if nothing is against it."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What would come of one call with this token."""

    call: ApiCall
    verdict: Verdict
    """FAIL: refused, or not what was asked for. UNCHECKED: nobody here can know."""
    cause: str
    """Name of the check that decides, as in `TokenReport.finding`; empty for a call that would be accepted."""
    sentence: str
    fix: str
    """The next step in words; empty when there is none to take."""
    to_copy: str = ""
    """What the step needs, ready to paste: a scope, an ID, a consent link, or a permission with its API and kind."""
    command: str = ""
    """The same step for the Azure CLI, one command per line; empty where there is none."""


def matrix(report: TokenReport, now: datetime) -> tuple[CanDo, ...]:
    """One row per call of the API, in the order of `CALLS`."""
    current = report.at(now)
    if not report.reading.is_readable:
        unknown = "Not known: the token cannot be read here."
        return tuple(CanDo(call, Verdict.UNCHECKED, None, None, unknown, "") for call in CALLS)
    fault = _gravest_fault(current)
    refusal = _refusal(current, fault) if fault else ""
    return tuple(_row(current, call, refusal) for call in CALLS)


def diagnose(report: TokenReport, call: ApiCall, now: datetime, *, consented_at: datetime | None = None) -> Diagnosis:
    """Whether one call would be refused, by the gravest cause, and the way out.

    `consented_at` is when an administrator last consented (aware UTC, by Entra's clock): an older token cannot know of it.
    """
    current = report.at(now)
    fault = _gravest_fault(current)
    if fault is not None:
        copied = _to_copy(current.case, fault)
        return Diagnosis(call, fault.verdict, fault.check, _refusal(current, fault), fault.fix, copied)
    by = allowed_by(call, current.case.payload)
    if not by:
        return _lacking(current, call, consented_at)
    return _allowed(current, call, by, now)


def _gravest_fault(report: TokenReport) -> Finding | None:
    """What decides before any permission is looked at: the token cannot be read, is not genuine, or not right."""
    readable = report.finding("readable")
    if not report.reading.is_readable:
        return readable
    # Another tenant's token has that tenant's keys and issuer too: the tenant is what there is to say.
    is_elsewhere = _has(report, "tenant", Verdict.FAIL)
    order = (*_FORGED, *(() if is_elsewhere else _NOT_OF_THE_TENANT), *_REFUSED)
    return _first(report, order, Verdict.FAIL)


def _refusal(report: TokenReport, fault: Finding) -> str:
    """The finding in one sentence, for any call of the API: a headline speaks of incidents only."""
    if fault.check == "audience" and report.api is not None:
        return f"Will be refused: this token is for {report.api.name} ({report.api.purpose}), not for {MTP.name}."
    return _ended(fault.in_short or fault.sentence)


def _to_copy(case: Case, fault: Finding) -> str:
    """Only what has the form of an ID is offered from the token itself."""
    match fault.check:
        case "audience":
            return case.cloud.scope
        case "tenant":
            return _id_in(case, "tid")
        case "client":
            return _id_in(case, "appid", "azp")
        case _:
            return ""


def _row(report: TokenReport, call: ApiCall, refusal: str) -> CanDo:
    case, held = report.case, permissions_in(report.case.payload)
    by, least = allowed_by(call, case.payload), _least(call, report.kind)
    if by:
        doubt = doubt_about_shape(case)
        verdict, sentence = (Verdict.WARN, doubt) if doubt else (Verdict.PASS, f"Allowed by {by}{_limit(report)}.")
        return CanDo(call, verdict, find_permission(MTP, granted_as(report.kind), by), None, sentence, refusal)
    if held and report.api is not MTP:
        elsewhere = report.finding("permission")
        sentence = elsewhere.sentence if elsewhere else ""
    else:
        sentence = f"{least.value} is missing from this token."
    return CanDo(call, Verdict.FAIL, None, least, sentence, refusal)


def _lacking(report: TokenReport, call: ApiCall, consented_at: datetime | None) -> Diagnosis:
    """No permission opens the call: none at all, not the right one, or none yet."""
    case, least = report.case, _least(call, report.kind)
    fix, named = how_to_grant(case, least.value, report.kind), f"{MTP.name}: {least.value} ({least.kind} permission)"
    held = permissions_in(case.payload)
    if consented_at is not None and report.issued_at is not None:
        if report.issued_at < consented_at:
            return _older_than_consent(report, call, least, consented_at)
        fix = f"The consent of {utc_text(consented_at)} did not bring it, though this token is newer. {fix}"
    instead = _taken_for_it(report, call)
    if instead:
        sentence = f"Will be refused: {least.value} is missing from this token, {instead}."
    elif held:
        sentence = f"Will be refused: {least.value} is missing from this token."
    else:
        found = report.finding("permission")
        sentence = _ended(found.in_short) if found else ""
        other = PermissionKind.APPLICATION if least.kind is PermissionKind.DELEGATED else PermissionKind.DELEGATED
        fix = f"{fix} If it was added as {_with_article(other)} permission, that one does not count for {_speaker(report.kind)}."
        named = case.consent_link if _application(case) else named
    return Diagnosis(call, Verdict.FAIL, "permission", sentence, fix, named, _commands(case, least))


def _older_than_consent(report: TokenReport, call: ApiCall, least: Permission, consented_at: datetime) -> Diagnosis:
    until = utc_text(report.expires_at) if report.expires_at else "it expires"
    return Diagnosis(
        call,
        Verdict.FAIL,
        "permission",
        f"Will be refused: {least.value} is missing from this token, which is older than the consent of {utc_text(consented_at)}.",
        f"Get a new token: this one keeps its permissions until {until}.",
    )


def _allowed(report: TokenReport, call: ApiCall, by: str, now: datetime) -> Diagnosis:
    """The permission is there, and nothing fails: accepted, accepted with a doubt, or not known."""
    genuine, doubt = report.conclusions(now)[1], _doubt(report)
    if genuine.verdict is Verdict.UNCHECKED:
        known = f"with one doubt: {_clause(doubt.sentence)}" if doubt else "as nothing here speaks against it"
        sentence = f"Probably accepted, {known}; but {_clause(genuine.sentence)}."
        fix = doubt.fix if doubt else "Just use it: the API checks the signature itself."
        return Diagnosis(call, Verdict.UNCHECKED, _unchecked(report), sentence, fix)
    if doubt is not None:
        sentence = f"Probably accepted, with one doubt: {_clause(doubt.sentence)}."
        return Diagnosis(call, Verdict.WARN, doubt.check, sentence, doubt.fix, _to_copy(report.case, doubt))
    sentence = (
        f"Will be accepted: signed by Entra for this tenant, right API, valid now, allowed by {by}{_limit(report)}."
    )
    return Diagnosis(call, Verdict.PASS, "", sentence, "")


def _doubt(report: TokenReport) -> Finding | None:
    """The gravest warning that bears on whether a call is accepted."""
    found = _first(report, ("readable", *_NOT_OF_THE_TENANT, *_REFUSED), Verdict.WARN)
    shape = doubt_about_shape(report.case)
    if found is None and shape:
        return Check("permission", "Permission").warned(shape, fix="Sign in for a fresh token.")
    return found


def _unchecked(report: TokenReport) -> str:
    """Which of the checks that make a token genuine was not made."""
    found = _first(report, ("signature", "issuer", "tenant"), Verdict.UNCHECKED)
    return found.check if found else "signature"


def _taken_for_it(report: TokenReport, call: ApiCall) -> str:
    """A word in the token that somebody will have taken for the permission, as the end of a sentence."""
    case, least = report.case, _least(call, report.kind)
    kind = TokenKind.APPLICATION if report.kind is TokenKind.USER else TokenKind.USER
    other_kind = call.permissions(kind)
    for claim in ("roles", "scp"):
        sent = case.payload.get(claim)
        words = sent.split() if isinstance(sent, str) else sent if isinstance(sent, list) else []
        mixed_up = next((value for value in other_kind if value in words), "")
        if mixed_up:
            return f"and {mixed_up} is {_with_article(granted_as(kind))} permission, which does not count for {_speaker(report.kind)}"
    names = (f" called {least.value}.", f" calls it {least.value.split('.')[0]}.")
    misspelt = next((one for one in report.permissions if one.note.endswith(names)), None)
    return f"and {misspelt.value} is not it ({misspelt.note.rstrip('.')})" if misspelt else ""


def _least(call: ApiCall, kind: TokenKind) -> Permission:
    permission = find_permission(MTP, granted_as(kind), call.permissions(kind)[0])
    assert permission is not None, call.key  # noqa: S101 - CALLS and the catalogue are one table
    return permission


def _commands(case: Case, permission: Permission) -> str:
    """Source: Azure CLI reference, `az ad app permission`. Nothing but IDs is put into a command."""
    application = _application(case)
    if not application:
        return ""
    kind = "Scope" if permission.kind is PermissionKind.DELEGATED else "Role"
    return (
        f"az ad app permission add --id {application} --api {MTP_APP_ID} --api-permissions {permission.id}={kind}\n"
        f"az ad app permission admin-consent --id {application}"
    )


def _application(case: Case) -> str:
    """The application's ID: the one that was asked for, or the token's own; empty if neither is one."""
    return case.client_id if GUID.fullmatch(case.client_id.lower()) else _id_in(case, "appid", "azp")


def _id_in(case: Case, *claims: str) -> str:
    values = (case.payload.get(claim) for claim in claims)
    return next((value for value in values if isinstance(value, str) and GUID.fullmatch(value.lower())), "")


def _first(report: TokenReport, checks: tuple[str, ...], verdict: Verdict) -> Finding | None:
    return next((report.finding(check) for check in checks if _has(report, check, verdict)), None)


def _has(report: TokenReport, check: str, verdict: Verdict) -> bool:
    found = report.finding(check)
    return found is not None and found.verdict is verdict


def _limit(report: TokenReport) -> str:
    return ", as far as the user's own Defender role allows" if report.kind is TokenKind.USER else ""


def _speaker(kind: TokenKind) -> str:
    return "a user" if kind is TokenKind.USER else "an application"


def _with_article(kind: PermissionKind) -> str:
    return f"an {kind}" if kind is PermissionKind.APPLICATION else f"a {kind}"


def _clause(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _ended(sentence: str) -> str:
    return f"{sentence.rstrip('.')}."
