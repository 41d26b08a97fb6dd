"""The report on a token as a document of lines."""

from collections.abc import Iterator
from datetime import datetime

from mtp_tui.identity.permissions import JudgedPermission, Standing
from mtp_tui.identity.token_checks import Finding, TokenReport, Verdict
from mtp_tui.moments import both_texts, relative
from mtp_tui.ui.lines import BLANK, Line, Role, Span, fact, heading, text_line

VERDICT_SIGNS = {
    Verdict.PASS: ("✓", Role.GOOD),
    Verdict.WARN: ("!", Role.WARN),
    Verdict.FAIL: ("✗", Role.BAD),
    Verdict.UNCHECKED: ("?", Role.UNKNOWN),
}

_STANDINGS = {
    Standing.GRANTED: ("✓ granted", Role.GOOD),
    Standing.MISSING: ("✗ missing", Role.BAD),
    Standing.OPTIONAL: ("– not granted", Role.DIM),
    Standing.EXCESS: ("! not needed", Role.WARN),
    Standing.OTHER_API: ("✗ other API", Role.BAD),
    Standing.UNKNOWN: ("? unknown", Role.UNKNOWN),
}
_STANDING_WIDTH = 15


def report_lines(report: TokenReport, now: datetime) -> list[Line]:
    """The three answers, then permissions, times, and every check."""
    report = report.at(now)
    return [*_answers(report, now), BLANK, *_permissions(report), BLANK, *_times(report, now), BLANK, *_checks(report)]


def _answers(report: TokenReport, now: datetime) -> Iterator[Line]:
    for conclusion in report.conclusions(now):
        sign, role = VERDICT_SIGNS[conclusion.verdict]
        body = (Span(conclusion.question, Role.STRONG), Span(f"  {conclusion.sentence}"))
        yield Line(body, lead=Span(sign, role), lead_width=2)


def _permissions(report: TokenReport) -> Iterator[Line]:
    yield heading(
        "Permissions", {"application": "of the application, in roles", "user": "of a user, in scp"}.get(report.kind, "")
    )
    for permission in report.permissions:
        yield from _permission(permission)
    if not report.permissions:
        if report.reading.is_readable:
            yield text_line("none in this token", Role.BAD, 1)
        else:
            yield text_line("not known: the token cannot be read here", Role.UNKNOWN, 1)


def _permission(permission: JudgedPermission) -> Iterator[Line]:
    sign, role = _STANDINGS[permission.standing]
    lead = Span(sign, role)
    name = Span(permission.value, Role.DIM if permission.standing is Standing.OPTIONAL else Role.STRONG)
    meaning = permission.display_name
    yield Line(
        (name, Span(f"  {meaning}", Role.DIM)) if meaning else (name,), lead=lead, lead_width=_STANDING_WIDTH, indent=1
    )
    for text in (permission.unlocks and f"opens: {permission.unlocks}", permission.note):
        if text and permission.standing is not Standing.OPTIONAL:
            yield text_line(text, Role.DIM, 1 + _STANDING_WIDTH)


def _times(report: TokenReport, now: datetime) -> Iterator[Line]:
    yield heading("Times")
    for label, moment in (("issued", report.issued_at), ("valid from", report.not_before), ("ends", report.expires_at)):
        if moment is None:
            yield fact(label, "unknown", indent=1, width=12)
            continue
        is_over = label == "ends" and moment <= now
        spans = (
            Span(relative(moment, now), Role.BAD if is_over else Role.STRONG),
            Span(f"  {both_texts(moment)}", Role.DIM),
        )
        yield fact(label, spans, indent=1, width=12)


def _checks(report: TokenReport) -> Iterator[Line]:
    yield heading("Checks", f"{len(report.findings)}, each on its own")
    for finding in report.findings:
        yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[Line]:
    sign, role = VERDICT_SIGNS[finding.verdict]
    yield Line(
        (Span(finding.title, Role.STRONG), Span(f"  {finding.sentence}")), lead=Span(sign, role), lead_width=2, indent=1
    )
    if finding.verdict is Verdict.PASS:
        return
    if finding.expected:
        yield fact("expected", finding.expected, indent=3, width=10)
    if finding.actual:
        yield fact("actual", finding.actual, indent=3, width=10)
    if finding.fix:
        yield Line((Span(finding.fix, Role.STRONG),), lead=Span("→", Role.GOOD), lead_width=2, indent=3)
