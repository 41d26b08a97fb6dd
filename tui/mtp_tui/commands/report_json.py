"""The report on a token as one JSON object, for scripts. What is promised here is not changed without a new `version`.

    version      1
    is_readable  whether header and payload could be read
    shape        what kind of text it is: `signed token`, `encrypted token`, `opaque token` …
    verdict      {verdict, sentence}; a verdict is `pass`, `warn`, `fail` or `not checked` wherever there is one
    conclusions  [{question, verdict, sentence}]: the three answers
    findings     [{check, title, verdict, sentence, expected, actual, fix}]; what does not apply is an empty text
    kind         for whom it speaks: `application`, `user` or `unknown`
    api          {name, app_id} of the API that it is for; null if that is not known here
    permissions  [{value, standing, display_name, unlocks, note}]: those held, then those missing
    can_do       [{call, title, request, verdict, allowed_by, would_allow, sentence, refusal}]: one per call of the API
    times        {judged_at, issued_at, not_before, expires_at, clock_offset_s}: UTC in ISO 8601, null where unknown;
                 clock_offset_s is Entra's clock minus this machine's
    claims       {header, payload}: as the token has them; a number beyond JSON's is text

Neither the token nor its signature is in it.
"""

import math
from datetime import datetime

from mtp_tui.commands.streams import iso
from mtp_tui.identity.token_checks import Finding, TokenReport
from mtp_tui.identity.token_doctor import CanDo, matrix

VERSION = 1


def report_object(report: TokenReport, now: datetime) -> dict[str, object]:
    """The object that the module's docstring describes; ready for JSON."""
    report = report.at(now)
    verdict, sentence = report.headline(now)
    return {
        "version": VERSION,
        "is_readable": report.reading.is_readable,
        "shape": str(report.reading.shape),
        "verdict": {"verdict": str(verdict), "sentence": sentence},
        "conclusions": [
            {"question": answer.question, "verdict": str(answer.verdict), "sentence": answer.sentence}
            for answer in report.conclusions(now)
        ],
        "findings": [_finding(finding) for finding in report.findings],
        "kind": str(report.kind),
        "api": {"name": report.api.name, "app_id": report.api.app_id} if report.api else None,
        "permissions": [
            {
                "value": permission.value,
                "standing": str(permission.standing),
                "display_name": permission.display_name,
                "unlocks": permission.unlocks,
                "note": permission.note,
            }
            for permission in report.permissions
        ],
        "can_do": [_can_do(row) for row in matrix(report, now)],
        "times": {
            "judged_at": iso(now),
            "issued_at": iso(report.issued_at),
            "not_before": iso(report.not_before),
            "expires_at": iso(report.expires_at),
            "clock_offset_s": report.case.clock_offset_s,
        },
        "claims": {"header": _within_json(report.reading.header), "payload": _within_json(report.reading.payload)},
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "title": finding.title,
        "verdict": str(finding.verdict),
        "sentence": finding.sentence,
        "expected": finding.expected,
        "actual": finding.actual,
        "fix": finding.fix,
    }


def _can_do(row: CanDo) -> dict[str, object]:
    return {
        "call": row.call.key,
        "title": row.call.title,
        "request": row.call.request,
        "verdict": str(row.verdict),
        "allowed_by": row.by.value if row.by else None,
        "would_allow": row.would_flip.value if row.would_flip else None,
        "sentence": row.sentence,
        "refusal": row.refusal,
    }


def _within_json(value: object) -> object:
    """Python reads 1e999 as infinity, which JSON has no word for; a token nests at most as deep as `read_token` lets it."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case dict():
            return {name: _within_json(member) for name, member in value.items()}
        case list():
            return [_within_json(item) for item in value]
        case _:
            return value
