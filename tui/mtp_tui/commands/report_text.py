"""The report on a token as the token pane words it, printed: wrapped to a terminal, on long plain lines into a pipe."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING

from mtp_tui.commands.streams import shown
from mtp_tui.identity.token_checks import TokenReport, Verdict
from mtp_tui.identity.token_doctor import CanDo, matrix
from mtp_tui.ui.lines import BLANK, Line, Role, Span, heading, text_line
from mtp_tui.ui.widgets.claim_lines import claim_lines
from mtp_tui.ui.widgets.token_lines import VERDICT_SIGNS, report_lines

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

ENDLESS = 100_000
"""Columns of what is no terminal: nothing is wrapped, so that grep finds whole sentences."""

_WORDS = {sign: f"{sign} {verdict}" for verdict, (sign, _) in VERDICT_SIGNS.items()}
_WORD_WIDTH = max(map(len, _WORDS.values())) + 2
_STYLES = {
    Role.HEADING: "bold underline",
    Role.LABEL: "dim",
    Role.DIM: "dim",
    Role.STRONG: "bold",
    Role.GOOD: "green",
    Role.WARN: "yellow",
    Role.BAD: "bold red",
    Role.UNKNOWN: "magenta",
    Role.NAME: "cyan",
}
"""A terminal's own colours, which fit its background whatever that is; every one has a sign and a word beside it."""


def document(report: TokenReport, now: datetime) -> list[Line]:
    """Verdict, report, what can be done with the token, and its claims; the token itself is not in it."""
    verdict, sentence = report.headline(now)
    sign, role = VERDICT_SIGNS[verdict]
    return [
        Line((Span(sentence, Role.STRONG),), lead=Span(sign, role), lead_width=2),
        BLANK,
        *report_lines(report, now),
        BLANK,
        *_can_do_lines(matrix(report, now)),
        BLANK,
        *claim_lines(report, now),
    ]


def rendered(lines: Iterable[Line], *, width: int, is_coloured: bool) -> str:
    """The lines as text of at most this many columns; without colour there is no control code in it but line feeds."""
    from rich.console import Console

    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=is_coloured,
        color_system="standard" if is_coloured else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        for line in lines:
            console.print(_renderable(_with_word(line), width))
    return "\n".join(row.rstrip() for row in capture.get().rstrip().split("\n")) + "\n"


def _can_do_lines(rows: Iterable[CanDo]) -> Iterator[Line]:
    yield heading("Can do", "by its permissions")
    for row in rows:
        sign, role = VERDICT_SIGNS[row.verdict]
        body = (Span(row.call.title, Role.STRONG), Span(f"  {row.call.request}", Role.DIM), Span(f"  {row.sentence}"))
        yield Line(body, lead=Span(sign, role), lead_width=2, indent=1)
        if row.refusal and row.verdict is not Verdict.UNCHECKED:
            yield text_line(row.refusal, Role.BAD, 1 + _WORD_WIDTH)


def _with_word(line: Line) -> Line:
    """A verdict's sign with its word, for whoever reads without colour, or has it read out."""
    if line.lead is None or line.lead.text not in _WORDS:
        return line
    return replace(line, lead=replace(line.lead, text=_WORDS[line.lead.text]), lead_width=_WORD_WIDTH)


def _renderable(line: Line, width: int) -> "RenderableType":
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    body = Text("", overflow="fold")
    for span in line.body:
        _append(body, span)
    if not body.plain and line.lead is None:
        return body
    margin = line.indent + line.lead_width
    if line.lead is None:
        return Padding(body, (0, 0, 0, margin), expand=False)
    lead = Text(" " * line.indent)
    _append(lead, line.lead)
    beside = Table.grid()
    # a longer lead is not cut as in a pane, since nobody can open it here: it pushes its body aside
    beside.add_column(min_width=margin, max_width=max(margin, width // 2), no_wrap=True, overflow="ellipsis")
    beside.add_column(overflow="fold")
    beside.add_row(lead if lead.cell_len < margin else lead.append("  "), body)
    return beside


def _append(text: "Text", span: Span) -> None:
    text.append(shown(span.text), _STYLES.get(span.role, ""))
