"""The claims of a token as a table, the one under the cursor whole below it."""

from datetime import datetime
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from mtp_tui.clock import Clock
from mtp_tui.identity.token_checks import TokenReport
from mtp_tui.moments import relative
from mtp_tui.ui.lines import Role, Span
from mtp_tui.ui.widgets.claim_lines import NOT_KNOWN, ShownClaim, particulars, shown_claims
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.record_columns import Column
from mtp_tui.ui.widgets.record_grid import RecordGrid


class ClaimGrid(RecordGrid[ShownClaim]):
    """One row for each claim; Enter copies its value."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Copy value", show=False, id="token.choose-claim", tooltip="Copy the claim's value"),
    ]


class ClaimsTable(Vertical):
    """Shows every claim in one line, and one of them with its meaning, its times and its nested values."""

    grid = getters.query_one("#token-claim-list", ClaimGrid)
    view = getters.query_one("#token-claim", LineView)

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock

    def compose(self) -> ComposeResult:
        columns: tuple[Column[ShownClaim], ...] = (
            Column("Claim", 18, lambda claim: Span(claim.row.name, Role.NAME)),
            Column("Value", 40, lambda claim: Span(claim.row.value, Role.STRING), grows=True),
            Column("From now", 15, self._from_now, drop=1),
            Column("Meaning", 36, _meaning, drop=2),
        )
        yield ClaimGrid(columns, lambda claim: claim.key, id="token-claim-list")
        yield LineView(id="token-claim")

    def show(self, report: TokenReport, now: datetime) -> None:
        """Show a report's claims; the cursor stays on the claim that it was on."""
        self.grid.show(shown_claims(report))
        self._draw(now, keep_place=True)

    @property
    def claim(self) -> ShownClaim | None:
        """The one under the cursor; None for a token without any."""
        rows = self.grid.rows
        return rows[self.grid.cursor] if rows else None

    @on(RecordGrid.Highlighted)
    def show_claim(self, event: RecordGrid.Highlighted) -> None:
        self._draw(self._clock(), keep_place=not event.by_user)

    def _draw(self, now: datetime, *, keep_place: bool) -> None:
        claim = self.claim
        self.view.show(particulars(claim, now) if claim else [], keep_place=keep_place)

    def _from_now(self, claim: ShownClaim) -> Span:
        moment = claim.row.moment
        return Span(relative(moment, self._clock()) if moment else "")


def _meaning(claim: ShownClaim) -> Span:
    return Span(claim.row.meaning or NOT_KNOWN, Role.DIM)
