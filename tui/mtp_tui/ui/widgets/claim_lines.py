"""The claims of a token as documents of lines: all of them with what they mean, or one of them whole."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mtp_tui.identity.claims import ClaimRow, request_id
from mtp_tui.identity.token_checks import TokenReport
from mtp_tui.moments import both_texts, local_text, relative, utc_text
from mtp_tui.ui.lines import BLANK, Line, Role, Span, fact, heading, paragraphs, text_line
from mtp_tui.ui.widgets.json_lines import lines_of_json

NOT_KNOWN = "not known here; shown as sent"
_NAME_WIDTH = 16


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """One row of the claims table."""

    row: ClaimRow
    value: object
    """As the token has it."""
    key: str

    @property
    def to_copy(self) -> str:
        """Text as it came, anything else as JSON."""
        return self.value if isinstance(self.value, str) else json.dumps(self.value, ensure_ascii=False)


def shown_claims(report: TokenReport) -> list[ShownClaim]:
    """Header, then payload; below the token's own ID, the same as the sign-in logs write it."""
    shown: list[ShownClaim] = []
    for row in report.claims:
        part = report.reading.header if row.part == "header" else report.reading.payload
        value = part[row.name]
        shown.append(ShownClaim(row, value, f"{row.part} {row.name}"))
        if row.name == "uti" and (request := request_id(value)):
            meaning = "The token identifier as the sign-in logs write it: search them for this."
            shown.append(ShownClaim(ClaimRow("uti", "↳ Request ID", request, meaning), request, "request ID"))
    return shown


def claim_lines(report: TokenReport, now: datetime) -> list[Line]:
    """Header and payload, claim by claim, each with what it means."""
    lines: list[Line] = []
    for part in ("header", "payload"):
        rows = [row for row in report.claims if row.part == part]
        lines += [heading(part.capitalize(), f"{len(rows)} claims" if part == "payload" else "")]
        if not rows:
            lines.append(text_line("could not be read", Role.DIM, 1))
        for row in rows:
            lines += _claim(row, now)
        lines.append(BLANK)
    return lines


def particulars(claim: ShownClaim, now: datetime) -> list[Line]:
    """One claim: what it means, and the whole of its value, laid out where it is nested."""
    row, value = claim.row, claim.value
    lines = [heading(row.name, f"in the {row.part}" if row.part in ("header", "payload") else f"read from {row.part}")]
    lines.append(
        text_line(row.meaning or f"{NOT_KNOWN[0].upper()}{NOT_KNOWN[1:]}.", Role.TEXT if row.meaning else Role.DIM)
    )
    lines.append(BLANK)
    if isinstance(value, str):
        lines += paragraphs(value, role=Role.STRING)
    else:
        lines += lines_of_json(json.dumps(value, indent=2, ensure_ascii=False))
    if row.moment is not None:
        moments = (
            ("local", local_text(row.moment)),
            ("UTC", utc_text(row.moment)),
            ("from now", relative(row.moment, now)),
        )
        lines += [fact(label, text, width=10) for label, text in moments]
    return lines


def _claim(row: ClaimRow, now: datetime) -> Iterator[Line]:
    value: list[Span] = [Span(row.value, Role.STRING)]
    if row.moment is not None:
        value.append(Span(f"  {relative(row.moment, now)} · {both_texts(row.moment)}"))
    yield Line(tuple(value), lead=Span(row.name, Role.NAME), lead_width=_NAME_WIDTH, indent=1)
    yield text_line(row.meaning or NOT_KNOWN, Role.DIM, 1 + _NAME_WIDTH)
