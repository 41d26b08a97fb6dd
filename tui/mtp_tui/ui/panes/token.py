"""The token pane: will it be accepted, for what, and until when."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widgets import ProgressBar

from mtp_tui.clock import Clock
from mtp_tui.identity.token_checks import Verdict
from mtp_tui.moments import span
from mtp_tui.services.session import SignedIn
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.said import Said
from mtp_tui.ui.widgets.token_lines import VERDICT_SIGNS, claim_lines, report_lines, token_text_lines

WIDE = 120
"""From this width on, report and claims stand side by side."""

REDRAW_EVERY_S = 30
"""How often the relative times in the documents are brought up to date; the countdown itself runs each second."""


class TokenPane(Vertical):
    """Shows the token of the session, decoded and judged."""

    BINDING_GROUP_TITLE = "Token"
    HELP = """\
# Token

The first line is the verdict. Below it stand the permissions, the times, every check with what was expected and what
was found, and each claim with its meaning.

✓ holds, ! take note, ✗ will be refused, ? could not be checked.

v shows or hides the token itself, y copies it to the clipboard.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "reveal(True)", "Show token", id="token.reveal", tooltip="Show the token itself"),
        Binding("v", "reveal(False)", "Hide token", id="token.hide", tooltip="Hide the token itself"),
        Binding("y", "copy_token", "Copy token", id="token.copy", tooltip="Copy the token to the clipboard"),
    ]

    signed_in: reactive[SignedIn | None] = reactive(None, bindings=True)
    revealed: reactive[bool] = reactive(False, bindings=True)

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self._is_wide = False
        self._drawn_at = clock()
        self._left_at = 0
        self._token_starts = 0

    def compose(self) -> ComposeResult:
        yield Said(id="verdict")
        with Horizontal(id="countdown"):
            yield ProgressBar(id="lifetime-bar", show_percentage=False, show_eta=False)
            yield Said(id="lifetime-text")
        with Horizontal(id="token-body"):
            yield LineView(id="token-report")
            yield LineView(id="token-claims")

    def take_focus(self) -> None:
        """Give the keys to the report."""
        self.query_one("#token-report", LineView).focus()
        self.tick()

    def on_mount(self) -> None:
        self.set_interval(1, self.tick)
        self._draw()

    def on_resize(self) -> None:
        is_wide = self.size.width >= WIDE
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self.set_class(is_wide, "-wide")
            self._draw(keep_place=True)

    def watch_signed_in(self) -> None:
        self.revealed = False
        self._draw()

    def watch_revealed(self) -> None:
        self._draw(keep_place=True)

    def show_judged(self, signed_in: SignedIn) -> None:
        """The same token with a fuller report."""
        self.set_reactive(TokenPane.signed_in, signed_in)
        self._draw(keep_place=True)

    def action_reveal(self, wanted: bool) -> None:
        """Show the token where it stands, or hide it and go back to where the reader was."""
        view = self._claims_view
        if wanted:
            self._left_at = round(view.scroll_y)
        self.revealed = wanted
        view.scroll_to(y=view.place_of(self._token_starts) if wanted else self._left_at, animate=False)

    @property
    def _claims_view(self) -> LineView:
        return self.query_one("#token-claims" if self._is_wide else "#token-report", LineView)

    def action_copy_token(self) -> None:
        if self.signed_in is not None:
            self.app.copy_to_clipboard(self.signed_in.token.value.reveal())
            self.notify(
                "The token was sent to the clipboard. Who has it can act as the application until it ends.",
                markup=False,
            )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "reveal" and parameters != (not self.revealed,):
            return False
        if action in ("reveal", "copy_token"):
            return True if self.signed_in is not None else None
        return True

    def tick(self) -> None:
        """Let the countdown run; bring the rest up to date from time to time."""
        if not self.display or self.signed_in is None:
            return
        self._count_down(self.signed_in)
        if (self._clock() - self._drawn_at).total_seconds() >= REDRAW_EVERY_S:
            self._draw(keep_place=True)

    def _draw(self, *, keep_place: bool = False) -> None:
        if not self.children:
            return  # not composed yet
        signed_in, now = self.signed_in, self._clock()
        self._drawn_at = now
        for part in ("#countdown", "#token-body"):
            self.query_one(part).display = signed_in is not None
        if signed_in is None:
            self._say_verdict(None, "No token yet. Press 1 to sign in.")
            return
        report = signed_in.report
        token_text = token_text_lines(signed_in.reading, revealed=self.revealed)
        claims, left = claim_lines(report, now), report_lines(report, now)
        self._token_starts = len(claims) if self._is_wide else len(left) + len(claims)
        claims += token_text
        self.query_one("#token-report", LineView).show(
            left if self._is_wide else [*left, *claims], keep_place=keep_place
        )
        self.query_one("#token-claims", LineView).show(claims, keep_place=keep_place)
        self._count_down(signed_in)

    def _count_down(self, signed_in: SignedIn) -> None:
        now, report = self._clock(), signed_in.report
        self._say_verdict(*report.headline(now))
        ends = report.expires_at or signed_in.token.expires_at
        begins = report.issued_at or signed_in.token.obtained_at
        left = ends - now
        bar = self.query_one("#lifetime-bar", ProgressBar)
        bar.update(total=max(1.0, (ends - begins).total_seconds()), progress=max(0.0, left.total_seconds()))
        is_over = left.total_seconds() <= 0
        self.query_one("#countdown").set_class(is_over, "-expired")
        minutes, seconds = divmod(max(0, int(left.total_seconds())), 60)
        clock = f"{span(left)} left" if minutes >= 60 else f"{minutes}:{seconds:02d} left"
        until = f"{ends.astimezone():%H:%M %Z}"
        text = f"ended {span(now - ends)} ago" if is_over else f"{clock} · until {until} · renewed before it ends"
        self.query_one("#lifetime-text", Said).say(text)

    def _say_verdict(self, verdict: Verdict | None, sentence: str) -> None:
        line = self.query_one("#verdict", Said)
        for each in Verdict:
            line.set_class(each is verdict, f"-{each.name.lower()}")
        sign = VERDICT_SIGNS[verdict][0] if verdict else "–"
        line.say(f"{sign} {sentence}")
