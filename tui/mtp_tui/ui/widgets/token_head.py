"""What stands above everything that is said about a token: the verdict, the countdown, and a renewal that failed."""

from datetime import datetime

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import ProgressBar

from mtp_tui.errors import MtpError
from mtp_tui.identity.credentials import CredentialKind
from mtp_tui.identity.token_checks import Verdict
from mtp_tui.moments import span
from mtp_tui.services.session import SignedIn
from mtp_tui.ui.widgets.said import Said
from mtp_tui.ui.widgets.token_lines import VERDICT_SIGNS

THIN = 72
"""Below this width the countdown stands without its bar."""


class TokenHead(Vertical):
    """Shows whether the token is accepted, until when, and what comes then; may be told so each second."""

    verdict = getters.query_one("#verdict", Said)
    countdown = getters.query_one("#countdown", Horizontal)
    bar = getters.query_one("#lifetime-bar", ProgressBar)
    warning = getters.query_one("#renewal-problem", Said)

    _ends: datetime | None = None

    def compose(self) -> ComposeResult:
        yield Said(id="verdict")
        with Horizontal(id="countdown"):
            yield ProgressBar(id="lifetime-bar", show_percentage=False, show_eta=False)
            yield Said(id="lifetime-text")
        yield Said(id="renewal-problem")

    def on_resize(self) -> None:
        self._show_bar()

    def show(self, signed_in: SignedIn | None, problem: MtpError | None, now: datetime) -> None:
        """Show a token as of now, and why its latest renewal failed if it did; None says how to get one."""
        self.countdown.display = signed_in is not None
        self.warning.display = signed_in is not None and problem is not None
        if signed_in is None:
            self._say_verdict(None, "No token yet. Press 1 to sign in.")
            return
        self._say_verdict(*signed_in.report.headline(now))
        self._count_down(signed_in, now)
        if problem is not None:
            self.warning.say(renewal_warning(problem, ends_at(signed_in) or now, now))

    def _count_down(self, signed_in: SignedIn, now: datetime) -> None:
        self._ends = ends = ends_at(signed_in)
        self._show_bar()
        self.countdown.set_class(ends is not None and ends <= now, "-expired")
        self.query_one("#lifetime-text", Said).say(countdown_text(signed_in, now))
        if ends is not None:
            begins = signed_in.report.issued_at or signed_in.token.obtained_at
            left_s = max(0.0, (ends - now).total_seconds())
            self.bar.update(total=max(1.0, (ends - begins).total_seconds()), progress=left_s)

    def _show_bar(self) -> None:
        self.bar.display = self._ends is not None and self.size.width >= THIN

    def _say_verdict(self, verdict: Verdict | None, sentence: str) -> None:
        for each in Verdict:
            self.verdict.set_class(each is verdict, f"-{each.name.lower()}")
        sign = VERDICT_SIGNS[verdict][0] if verdict else "–"
        self.verdict.say(f"{sign} {sentence}")


def ends_at(signed_in: SignedIn) -> datetime | None:
    """When the token ends by its own word; by that of the sign-in where it does not say (aware UTC).

    None for a pasted token that does not say: nobody promised anything.
    """
    promised = None if signed_in.kind is CredentialKind.TOKEN else signed_in.token.expires_at
    return signed_in.report.expires_at or promised


def countdown_text(signed_in: SignedIn, now: datetime) -> str:
    """How long the token has left, until when that is, and what happens then."""
    ends, is_pasted = ends_at(signed_in), signed_in.kind is CredentialKind.TOKEN
    if ends is None:
        return "it does not say until when · not renewed: it was pasted"
    left = ends - now
    if left.total_seconds() <= 0:
        then = (
            "renewed with the next call" if signed_in.can_renew else "paste another" if is_pasted else "sign in again"
        )
        return f"ended {span(-left)} ago · {then}"
    minutes, seconds = divmod(int(left.total_seconds()), 60)
    length = span(left) if minutes >= 60 else f"{minutes}:{seconds:02d}"
    if signed_in.can_renew:
        then = "renewed before it ends"
    else:
        then = f"not renewed: {'it was pasted' if is_pasted else 'sign in again then'}"
    return f"{length} left · until {_clock_time(ends)} · {then}"


def renewal_warning(problem: MtpError, ends: datetime, now: datetime) -> str:
    """Why there is no newer token, and for how long the old one still does."""
    until = (
        f"The token still works until {_clock_time(ends)}." if ends > now else f"The token has ended. {problem.hint}"
    )
    return f"! Renewal failed: {problem.summary} {until}".rstrip()


def _clock_time(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M %Z}"
