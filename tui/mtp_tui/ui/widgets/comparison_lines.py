"""What changed from one token to the next, as a document of lines."""

from datetime import timedelta

from mtp_tui.identity.token_comparison import Comparison
from mtp_tui.moments import span
from mtp_tui.ui.lines import BLANK, Line, Role, Span, fact, heading, text_line

_LEAD_WIDTH = 10


def changed_in_short(comparison: Comparison) -> str:
    """Numbers of lost and gained permissions, as `−1 +2`; empty if there is neither."""
    counts = (("−", comparison.lost), ("+", comparison.gained))
    return " ".join(f"{sign}{len(values)}" for sign, values in counts if values)


def compared_lines(comparison: Comparison) -> list[Line]:
    """Permissions lost, gained and kept, the lifetime, then every other claim that is not what it was."""
    lines = [heading("Permissions", "compared with the token before; only its claims were kept")]
    if not (comparison.lost or comparison.gained):
        lines.append(text_line("Same permissions as before.", Role.STRONG, 1))
    for sign, values, role in (
        ("− lost", comparison.lost, Role.BAD),
        ("+ gained", comparison.gained, Role.GOOD),
        ("= kept", comparison.kept, Role.DIM),
    ):
        lines += [Line((Span(value),), lead=Span(sign, role), lead_width=_LEAD_WIDTH, indent=1) for value in values]
    lines += [BLANK, heading("Lifetime"), text_line(_lifetime(comparison), indent=1), BLANK]
    told = (comparison.tenant, comparison.audience, comparison.application, comparison.kind, comparison.version)
    changes = [*(change for change in told if change is not None), *comparison.other_claims]
    lines.append(heading("Other claims", "those that differ in every token are left out"))
    for change in changes:
        lines += [
            fact(change.name, (Span(change.before, Role.DIM),), indent=1),
            fact("", (Span("→ ", Role.GOOD), Span(change.after)), indent=1),
        ]
    if not changes:
        lines.append(text_line("All as before, the version too.", Role.DIM, 1))
    return lines


def _lifetime(comparison: Comparison) -> str:
    before, after = _length(comparison.lifetime_before_s), _length(comparison.lifetime_after_s)
    return f"{after}, as before" if before == after else f"{before} → {after}"


def _length(seconds: int | None) -> str:
    return "unknown" if seconds is None else span(timedelta(seconds=seconds))
