"""Which calls a token opens, as a table, and below it what would come of the call under the cursor."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from mtp_tui.clock import Clock
from mtp_tui.identity.findings import Verdict
from mtp_tui.identity.token_checks import TokenReport
from mtp_tui.identity.token_doctor import CanDo, Diagnosis, diagnose, matrix
from mtp_tui.ui.lines import BLANK, Line, Role, Span, fact, heading, text_line
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.record_columns import Column
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.token_lines import VERDICT_SIGNS

_WORDS = {
    Verdict.PASS: Span("✓ allowed", Role.GOOD),
    Verdict.WARN: Span("! doubtful", Role.WARN),
    Verdict.FAIL: Span("✗ missing", Role.BAD),
    Verdict.UNCHECKED: Span("? unknown", Role.UNKNOWN),
}
_REFUSED = Span("✗ refused", Role.BAD)
"""The permission is there, and something else is wrong with the token."""


class CallGrid(RecordGrid[CanDo]):
    """One row for each call; Enter copies what its fix needs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Copy fix", show=False, id="token.choose-call", tooltip="Copy what the fix needs"),
    ]


class CanDoView(Vertical):
    """Shows for each call of the API whether the token opens it, and for one of them why not and what to do."""

    grid = getters.query_one("#token-calls", CallGrid)
    view = getters.query_one("#token-diagnosis", LineView)

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self._report: TokenReport | None = None
        self.diagnosis: Diagnosis | None = None
        """Of the call under the cursor; None before a token is shown."""

    def compose(self) -> ComposeResult:
        columns: tuple[Column[CanDo], ...] = (
            Column("Permission", 11, standing),
            Column("Call", 30, lambda row: Span(row.call.request, Role.STRONG)),
            Column("to …", 28, lambda row: Span(row.call.title), drop=1),
            Column("Allowed by", 32, _opened_by, grows=True),
        )
        yield CallGrid(columns, lambda row: row.call.key, id="token-calls")
        yield LineView(id="token-diagnosis")

    def show(self, report: TokenReport, now: datetime) -> None:
        """Show what a report says of each call; the cursor stays on its call."""
        self._report = report
        self.grid.show(matrix(report, now))
        self._draw(now, keep_place=True)

    @on(RecordGrid.Highlighted)
    def show_diagnosis(self, event: RecordGrid.Highlighted) -> None:
        self._draw(self._clock(), keep_place=not event.by_user)

    def _draw(self, now: datetime, *, keep_place: bool) -> None:
        if self._report is None or not self.grid.rows:
            return
        row = self.grid.rows[self.grid.cursor]
        self.diagnosis = diagnose(self._report, row.call, now)
        self.view.show(list(diagnosis_lines(row, self.diagnosis)), keep_place=keep_place)
        self.refresh_bindings()  # not every call has something to copy


def standing(row: CanDo) -> Span:
    """Sign and word for one call."""
    return _REFUSED if row.refusal and row.verdict is Verdict.PASS else _WORDS[row.verdict]


def diagnosis_lines(row: CanDo, found: Diagnosis) -> Iterator[Line]:
    """What would come of a call, what to do about it, and the texts that this takes."""
    sign, role = VERDICT_SIGNS[found.verdict]
    yield heading(row.call.title[:1].upper() + row.call.title[1:], row.call.request)
    yield Line((Span(found.sentence, Role.STRONG),), lead=Span(sign, role), lead_width=2)
    if row.would_flip is not None and row.would_flip.value not in found.to_copy:
        wanted = row.would_flip
        yield fact("permission", f"{wanted.value}, {wanted.kind} permission of {wanted.resource}", width=12)
    if found.to_copy:
        yield fact("y copies", (Span(found.to_copy, Role.STRING),), width=12)
    if found.fix:
        yield BLANK
        yield Line((Span(found.fix),), lead=Span("→", Role.GOOD), lead_width=2)
    if found.command:
        yield BLANK
        yield heading("Azure CLI", "Y copies it")
        for command in found.command.splitlines():
            yield text_line(command, Role.STRING, 1)


def _opened_by(row: CanDo) -> Span:
    if row.by is not None:
        return Span(row.by.value)
    return Span(f"needs {row.would_flip.value}", Role.DIM) if row.would_flip else Span("–", Role.DIM)
