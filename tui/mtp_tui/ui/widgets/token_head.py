"""What stands above everything that is said about a token: the verdict, the countdown, and a renewal that failed."""

from datetime import datetime, timedelta

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from mtp_tui.errors import MtpError
from mtp_tui.identity.credentials import CredentialKind
from mtp_tui.identity.token_checks import Verdict
from mtp_tui.moments import span
from mtp_tui.services.session import SignedIn
from mtp_tui.ui.text import plain
from mtp_tui.ui.widgets.said import Said
from mtp_tui.ui.widgets.tab_line import bar
from mtp_tui.ui.widgets.token_lines import VERDICT_SIGNS

THIN = 72
"""Below this width the countdown stands without its bar."""

_BAR_WIDTH = 12


class TokenHead(Vertical):
    """Shows whether the token is accepted, until when, and what comes then; may be told so each second."""

    verdict = getters.query_one("#verdict", Said)
    countdown = getters.query_one("#countdown", Said)
    warning = getters.query_one("#renewal-problem", Said)

    _shown: tuple[SignedIn, datetime] | None = None

    def compose(self) -> ComposeResult:
        yield Said(id="verdict")
        yield Said(id="countdown")
        yield Said(id="renewal-problem")

    def on_resize(self) -> None:
        if self._shown is not None:
            self._count_down(*self._shown)

    def show(self, signed_in: SignedIn | None, problem: MtpError | None, now: datetime) -> None:
        """Show a token as of now, and why its latest renewal failed if it did; None says how to get one."""
        self._shown = (signed_in, now) if signed_in else None
        self.countdown.display = signed_in is not None
        self.warning.display = signed_in is not None and problem is not None
        verdict = signed_in.report.headline(now)[0] if signed_in else None
        self.verdict.update_classes({f"-{each.name.lower()}": each is verdict for each in Verdict})
        self.verdict.say(verdict_text(signed_in, now))
        if signed_in is None:
            return
        self._count_down(signed_in, now)
        if problem is not None:
            self.warning.say(renewal_warning(problem, ends_at(signed_in) or now, now))

    def _count_down(self, signed_in: SignedIn, now: datetime) -> None:
        ends = ends_at(signed_in)
        is_over = ends is not None and ends <= now
        words = plain(countdown_text(signed_in, now)).stylize("bold $text-error" if is_over else "$quiet")
        if ends is not None and self.size.width >= THIN:
            begins = signed_in.report.issued_at or signed_in.token.obtained_at
            left = (ends - now) / max(timedelta(seconds=1), ends - begins)
            words = bar(_BAR_WIDTH, 0, left * _BAR_WIDTH, rest="$panel") + Content("  ") + words
        self.countdown.put(words)


def verdict_text(signed_in: SignedIn | None, now: datetime) -> str:
    """Whether the token is accepted, as a sign and a sentence."""
    if signed_in is None:
        return "– No token yet. Press 1 to sign in."
    verdict, sentence = signed_in.report.headline(now)
    return f"{VERDICT_SIGNS[verdict][0]} {sentence}"


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
