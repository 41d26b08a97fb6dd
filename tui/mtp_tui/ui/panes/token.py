"""The token pane: will it be accepted, for what, and until when."""

from pathlib import Path
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive

from mtp_tui.clock import Clock
from mtp_tui.errors import MtpError
from mtp_tui.identity.permissions import TokenKind
from mtp_tui.identity.token_comparison import Comparison, claims_of, compare
from mtp_tui.moments import both_texts
from mtp_tui.services.session import SignedIn
from mtp_tui.ui.messages import CopyWanted
from mtp_tui.ui.text import visible
from mtp_tui.ui.token_saving import save_where_wanted
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.token_head import TokenHead, ends_at
from mtp_tui.ui.widgets.token_views import TokenViews

REDRAW_EVERY_S = 30
"""How often the relative times in the documents are brought up to date; the countdown itself runs each second."""


class TokenPane(Vertical):
    """Shows the token of the session, decoded, judged, and compared with the one before."""

    BINDING_GROUP_TITLE = "Token"
    HELP = """\
# Token

The first line is the verdict, the second says how long the token lives and what comes then. ← and → go through the tabs.

Report: the three answers, the permissions, the times, and every check with what was expected and what was found.
✓ holds, ! take note, ✗ will be refused, ? could not be checked.

Can do: each call of the API, and whether the permissions open it. Below it stands why the call under the cursor would
be refused, and what to do. y copies what that needs, Y the commands for the Azure CLI.

Claims: each claim with its meaning, the one under the cursor whole. y copies its value.

JSON: header and payload as they came. y copies them, without the signature.

Token: the token itself in three colours, hidden until v.

Compared: what changed since the token before, as long as both were of one application.

v shows or hides the token from everywhere, y copies it where it copies nothing else, w saves it to a file.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left,h,left_square_bracket",
            "turn(-1)",
            "Tab before",
            show=False,
            id="token.tab-before",
            tooltip="Go to the tab before",
        ),
        Binding(
            "right,l,right_square_bracket",
            "turn(1)",
            "Tabs",
            key_display="← →",
            id="token.tab-next",
            tooltip="Go through the tabs: report, can do, claims, JSON, token",
        ),
        Binding("v", "reveal(True)", "Show token", id="token.reveal", tooltip="Show the token itself"),
        Binding("v", "reveal(False)", "Hide token", id="token.hide", tooltip="Hide the token itself"),
        Binding("y", "copy_token", "Copy token", id="token.copy", tooltip="Copy the token to the clipboard"),
        Binding(
            "y", "copy('fix')", "Copy fix", id="token.copy-fix", tooltip="Copy what the fix needs, if it needs any"
        ),
        Binding("y", "copy('claim')", "Copy value", id="token.copy-claim", tooltip="Copy the claim under the cursor"),
        Binding("y", "copy('json')", "Copy JSON", id="token.copy-json", tooltip="Copy header and payload"),
        Binding("y", "copy('changes')", "Copy changes", id="token.copy-changes", tooltip="Copy what changed"),
        Binding(
            "Y", "copy('commands')", "Copy az", id="token.copy-az", tooltip="Copy the fix for the Azure CLI, if any"
        ),
        Binding("w", "save", "Save", id="token.save", tooltip="Save the token to a file"),
    ]

    signed_in: reactive[SignedIn | None] = reactive(None, bindings=True)
    revealed: reactive[bool] = reactive(False, bindings=True)

    head = getters.query_one(TokenHead)
    views = getters.query_one(TokenViews)

    class Saved(Message):
        """The token stands in a file."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    class NotSaved(Message):
        """The token could not be written."""

        def __init__(self, error: MtpError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self._drawn_at = clock()
        self._renewal_problem: MtpError | None = None
        self._comparison: Comparison | None = None
        self._came_from = "report"
        self._is_ready = False

    def compose(self) -> ComposeResult:
        yield TokenHead()
        yield TokenViews(self._clock)

    # what it is told

    def take_focus(self) -> None:
        """Give the keys to what the tab in front shows."""
        self.views.focus_view()
        self.tick()

    def on_mount(self) -> None:
        self._is_ready = True  # Textual calls it mounted only after this
        self.set_interval(1, self.tick)
        self.views.compare(self._comparison)
        self._draw()

    def show(self, signed_in: SignedIn | None) -> None:
        """Show another token, the same one with a fuller report, or none."""
        before, self.signed_in = self.signed_in, signed_in
        if before is not None and signed_in is not None and before.token is signed_in.token:
            self._draw(keep_place=True)
            return
        self._comparison = None
        if before is not None and signed_in is not None and before.is_same_application(signed_in):
            self._comparison = compare(claims_of(before.report), claims_of(signed_in.report))
        self.revealed, self._renewal_problem = False, None
        if self._is_ready:
            self.views.compare(self._comparison)
            self._draw(keep_place=self._comparison is not None)

    def watch_revealed(self) -> None:
        self._draw(keep_place=True)

    def show_renewal_problem(self, error: MtpError | None) -> None:
        """Why the latest renewal failed, or None; may be told each second."""
        if error is not self._renewal_problem:
            self._renewal_problem = error
            self._show_head()

    def tick(self) -> None:
        """Let the countdown run; bring the rest up to date from time to time."""
        if not self.display or self.signed_in is None:
            return
        self._show_head()
        if (self._clock() - self._drawn_at).total_seconds() >= REDRAW_EVERY_S:
            self._draw(keep_place=True)

    @on(TokenViews.Turned)
    def follow_tab(self, event: TokenViews.Turned) -> None:
        if event.tab != "text":
            self.revealed = False
        self.refresh_bindings()

    # what the user does

    def action_turn(self, step: int) -> None:
        self.views.turn(step)

    def action_reveal(self, wanted: bool) -> None:
        """Show the token in its tab, or hide it and go back to where the reader was."""
        if wanted:
            self._came_from = self.views.open_tab
        self.revealed = wanted
        self.views.open("text" if wanted else self._came_from)

    def action_copy_token(self) -> None:
        if self.signed_in is not None:
            self.post_message(CopyWanted("Token", self.signed_in.token.value, _warning(self.signed_in)))

    def action_copy(self, what: str) -> None:
        """Copy something that is no secret: `fix`, `commands`, `claim`, `json` or `changes`."""
        text, name = self.views.to_copy(what)
        if text:
            self.post_message(CopyWanted(name, text))

    @on(RecordGrid.Chosen)
    def copy_chosen(self) -> None:
        self.action_copy(TokenViews.COPIED[self.views.open_tab])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self._is_ready or action not in ("turn", "reveal", "copy_token", "copy", "save"):
            return True
        if not self._belongs_here(action, parameters):
            return False
        if self.signed_in is None or (action == "copy" and not self.views.to_copy(str(parameters[0]))[0]):
            return None
        return True

    def why_not(self, action: str) -> str:
        """Why a key of this pane does nothing."""
        if self.signed_in is None:
            return "Nobody is signed in."
        copied = TokenViews.COPIED.get(self.views.open_tab)
        if action == "copy" and copied != "fix" and (copied is None or self.views.to_copy(copied)[0]):
            return "The commands for the Azure CLI are copied in the tab Can do."
        return "There is nothing to copy here." if action == "copy" else ""

    def _belongs_here(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether a key means this in the tab that is in front."""
        copied = TokenViews.COPIED.get(self.views.open_tab)
        match action:
            case "reveal":
                return parameters == (not self.revealed,)
            case "copy_token":
                return copied is None
            case "copy":
                return parameters in ((copied,), ("commands",) if copied == "fix" else ())
            case _:
                return True

    def action_save(self) -> None:
        if self.signed_in is not None:
            self._save(self.signed_in)

    @work(exclusive=True, group="token-file", description="save the token to a file")
    async def _save(self, signed_in: SignedIn) -> None:
        try:
            path = await save_where_wanted(self.app, signed_in, _warning(signed_in))
        except MtpError as error:
            self.post_message(self.NotSaved(error))
        else:
            if path is not None:
                self.post_message(self.Saved(path))

    @on(Saved)
    def say_where(self, event: Saved) -> None:
        self._tell(f"The token was saved to {event.path}, readable only by you.")

    @on(NotSaved)
    def say_why_not(self, event: NotSaved) -> None:
        error = event.error
        self.notify(visible(f"{error.summary} {error.hint}".rstrip()), severity="error", markup=False)

    def _tell(self, sentence: str) -> None:
        self.notify(visible(sentence), markup=False)

    # drawing

    def _show_head(self) -> None:
        if self._is_ready:
            self.head.show(self.signed_in, self._renewal_problem, self._clock())

    def _draw(self, *, keep_place: bool = False) -> None:
        if self._is_ready:
            self._drawn_at = self._clock()
            self._show_head()
            self.views.show(self.signed_in, revealed=self.revealed, keep_place=keep_place)


def _warning(signed_in: SignedIn) -> str:
    """What somebody can do who gets the token."""
    words = {TokenKind.APPLICATION: "the application", TokenKind.USER: "the user"}
    who = words.get(signed_in.report.kind, "whoever it was issued to")
    ends = ends_at(signed_in)
    until = f", {both_texts(ends)}" if ends else ""
    return f"Whoever has the token can act as {who} until it ends{until}."
