"""The line at the top: which pane, whose tenant, how long the token lasts. One widget, since it is drawn each minute."""

from datetime import datetime
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.widget import Widget

from mtp_tui.moments import span
from mtp_tui.ui.messages import PaneWanted
from mtp_tui.ui.text import plain
from mtp_tui.ui.widgets.seethrough import LaidOutOnce

THIN = 72
"""Below this width there is no room for the program's name."""

ENDING_S = 300
"""From here on a lifetime is shown as a warning; a token that is used is renewed by then."""


class TopBar(LaidOutOnce, Widget, can_focus=False):
    """Tabs on the left, the session on the right; a click on a tab goes to its pane."""

    PANES: ClassVar = (("1", "Sign in", "sign-in"), ("2", "Token", "token"), ("3", "Incidents", "incidents"))
    ALLOW_SELECT = False

    def __init__(self, *, demo: bool) -> None:
        super().__init__()
        self._demo = demo
        self._pane = ""
        self._is_doubted = False
        self._who = ""
        self._lifetime = ("", "")

    def show_pane(self, pane: str) -> None:
        """Mark the pane that is in front."""
        self._pane = pane
        self.refresh()

    def doubt_token(self, *, doubted: bool) -> None:
        """Mark the token's tab: the API refused it, and the pane says why."""
        if doubted is not self._is_doubted:
            self._is_doubted = doubted
            self.refresh()

    def show_session(self, who: str, expires_at: datetime | None, now: datetime) -> None:
        """Say whose tenant it is, or why none, and how long the token lasts; may be told each second."""
        lifetime = _lifetime(expires_at, now)
        if (who, lifetime) != (self._who, self._lifetime):
            self._who, self._lifetime = who, lifetime
            self.refresh()

    @property
    def _tabs(self) -> list[tuple[str, str, str]]:
        """What is shown for each pane, how, and the pane; the program's name first, which is none."""
        shown = [(" mtp-tui ", "bold $primary", "")] if self.size.width >= THIN else []
        for key, title, pane in self.PANES:
            is_doubted = pane == "token" and self._is_doubted
            look = "$text-error" if is_doubted else "$quiet"
            if pane == self._pane:
                look = "bold $background on $primary"
            shown.append((f" {key} {title} {'✗ ' if is_doubted else ''}", look, pane))
        return shown

    def render(self) -> Content:
        left = Content.assemble(*((text, look) for text, look, _ in self._tabs))
        demo = (" DEMO ", "bold $background on $warning") if self._demo else ""
        right = Content.assemble(demo, self._lifetime)
        room = max(0, self.size.width - left.cell_length - right.cell_length - 2)
        who = plain(self._who).truncate(room, ellipsis=True)
        return Content.assemble(left, " " * (room - who.cell_length + 1), who, " ", right)

    def on_click(self, event: events.Click) -> None:
        left = 0
        for text, _, pane in self._tabs:
            left += len(text)
            if event.x < left:
                if pane:
                    self.post_message(PaneWanted(pane))
                return


def _lifetime(expires_at: datetime | None, now: datetime) -> tuple[str, str]:
    """How long the token lasts, and how that is shown."""
    if expires_at is None:
        return "", ""
    left_s = (expires_at - now).total_seconds()
    if left_s <= 0:
        return " token ended ", "bold $text-error"
    return f" token {span(expires_at - now)} ", "$text-warning" if left_s < ENDING_S else "$quiet"
