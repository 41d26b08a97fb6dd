"""What there is to say about a token, in tabs."""

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher

from mtp_tui.clock import Clock
from mtp_tui.identity.token_comparison import Comparison
from mtp_tui.services.session import SignedIn
from mtp_tui.ui.lines import WIDE
from mtp_tui.ui.widgets.can_do import CanDoView
from mtp_tui.ui.widgets.claim_lines import claim_lines
from mtp_tui.ui.widgets.claims_table import ClaimsTable
from mtp_tui.ui.widgets.comparison_lines import changed_in_short, compared_lines
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.raw_token_lines import json_text, token_json_lines, token_text_lines
from mtp_tui.ui.widgets.tab_line import TabLine
from mtp_tui.ui.widgets.token_lines import report_lines

LONGEST_NAME = 60
"""Characters of a claim's name in a sentence."""

_TABS = {
    "report": "Report",
    "can-do": "Can do",
    "claims": "Claims",
    "json": "JSON",
    "text": "Token",
    "compared": "Compared",
}
"""Title of each tab."""


class TokenViews(Vertical):
    """Shows one token; which tab is open stays when another token is shown."""

    COPIED: ClassVar[dict[str, str]] = {"can-do": "fix", "claims": "claim", "json": "json", "compared": "changes"}
    """What a tab has to copy, as in `to_copy`; the others have nothing but the token itself."""

    tabs = getters.query_one(TabLine)
    can_do = getters.query_one(CanDoView)
    claims = getters.query_one(ClaimsTable)

    class Turned(Message):
        """Another tab came to the front."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self._is_wide = False
        self._signed_in: SignedIn | None = None
        self._comparison: Comparison | None = None
        self._revealed = False

    def compose(self) -> ComposeResult:
        yield TabLine(_TABS, id="token-tabs")
        with ContentSwitcher(initial="view-report"), Horizontal(id="view-report"):
            yield LineView(id="token-report")  # the other views are made when their tab is first wanted

    def on_mount(self) -> None:
        self.tabs.hide("compared")

    def on_resize(self) -> None:
        is_wide = self.size.width >= WIDE
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            if is_wide and not self.query("#token-claims"):
                self.query_one("#view-report").mount(LineView(id="token-claims"))
            self.set_class(is_wide, "-wide")
            self._draw(keep_place=True)

    def show(self, signed_in: SignedIn | None, *, revealed: bool, keep_place: bool) -> None:
        """Show a token as of now, from the top, or anew with `keep_place`; its text only if it is `revealed`."""
        self._signed_in, self._revealed = signed_in, revealed
        self.display = signed_in is not None
        self._draw(keep_place=keep_place)

    def compare(self, comparison: Comparison | None) -> None:
        """What changed since the token before; its tab is there only while there is such a token."""
        self._comparison = comparison
        if comparison is not None:
            self.tabs.rename({"compared": f"Compared {changed_in_short(comparison)}".rstrip()})
            self.tabs.hide()
            return
        if self.open_tab == "compared":
            self.open("report")
        self.tabs.hide("compared")

    # tabs

    @property
    def open_tab(self) -> str:
        """Which tab is in front: `report`, `can-do`, `claims`, `json`, `text` or `compared`."""
        return self.tabs.active

    def open(self, tab: str) -> None:
        """Bring a tab to the front."""
        self.tabs.active = tab

    def turn(self, step: int) -> None:
        """Go to the tab before or after."""
        self.tabs.turn(step)

    def focus_view(self) -> None:
        """Give the keys to what the tab in front shows."""
        tab = self.open_tab
        if not self._is_made(tab):
            return  # it has them as soon as it is made
        if tab == "can-do":
            self.can_do.grid.focus()
        elif tab == "claims":
            self.claims.grid.focus()
        else:
            self._view(tab).focus()

    def _is_made(self, tab: str) -> bool:
        """Whether it is there with all that it holds: keys are asked about while it is being put together."""
        return any(view.is_mounted for view in self.query(f"#view-{tab}"))

    def _made(self, tab: str) -> CanDoView | ClaimsTable | Vertical:
        match tab:
            case "can-do":
                return CanDoView(self._clock, id="view-can-do")
            case "claims":
                return ClaimsTable(self._clock, id="view-claims")
            case _:
                return Vertical(LineView(id=f"token-{tab}"), id=f"view-{tab}")

    @on(TabLine.Turned)
    async def show_tab(self, event: TabLine.Turned) -> None:
        event.stop()
        had_keys, tab, switcher = self.has_focus_within, self.open_tab, self.query_one(ContentSwitcher)
        if not self._is_made(tab):
            await switcher.add_content(self._made(tab))
        switcher.current = f"view-{tab}"
        if tab != "text":
            self._revealed = False
            if self._is_made("text"):
                self._view("text").show([])
        self._draw(keep_place=True)
        if had_keys:
            self.focus_view()
        self.post_message(self.Turned(tab))

    # what can be copied

    def to_copy(self, what: str) -> tuple[str, str]:
        """A text that is no secret, and what to call it; `what` as in `COPIED`, or `commands`. Empty if there is none."""
        comparison = self._comparison
        diagnosis = self.can_do.diagnosis if self._is_made("can-do") else None
        claim = self.claims.claim if self._is_made("claims") else None
        if what == "fix" and diagnosis is not None:
            return diagnosis.to_copy, diagnosis.to_copy
        if what == "commands" and diagnosis is not None:
            return diagnosis.command, "The commands for the Azure CLI"
        if what == "claim" and claim is not None:
            return claim.to_copy, claim.row.name[:LONGEST_NAME]
        if what == "changes" and comparison is not None:
            return "\n".join(comparison.sentences), "What changed"
        if what == "json" and self._signed_in is not None:
            return json_text(self._signed_in.reading), "Header and payload, without the signature"
        return "", ""

    # drawing

    def _draw(self, *, keep_place: bool) -> None:
        """The tab in front; the others are drawn when they come to the front."""
        tab = self.open_tab
        if self._signed_in is None or not self._is_made(tab):
            return
        report, now = self._signed_in.report, self._clock()
        if tab == "report":
            self._view("report").show(report_lines(report, now), keep_place=keep_place)
            if self._is_wide:
                self._view("claims").show(claim_lines(report, now), keep_place=keep_place)
        elif tab == "can-do":
            self.can_do.show(report, now)
        elif tab == "claims":
            self.claims.show(report, now)
        elif tab == "json":
            self._view("json").show(token_json_lines(report.reading), keep_place=keep_place)
        elif tab == "text":
            self._view("text").show(token_text_lines(report.reading, revealed=self._revealed), keep_place=keep_place)
        elif self._comparison is not None:
            self._view("compared").show(compared_lines(self._comparison), keep_place=keep_place)

    def _view(self, name: str) -> LineView:
        return self.query_one(f"#token-{name}", LineView)
