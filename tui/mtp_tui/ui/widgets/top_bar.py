"""The line at the top: which pane, whose tenant, how long the token lasts."""

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from mtp_tui.moments import span
from mtp_tui.ui.messages import PaneWanted
from mtp_tui.ui.text import plain
from mtp_tui.ui.widgets.said import Said

THIN = 72
"""Below this width there is no room for the program's name."""

ENDING_S = 300
"""From here on a lifetime is shown as a warning; a token that is used is renewed by then."""


class PaneTab(Said):
    """One pane's name; a click goes there."""

    def __init__(self, key: str, title: str, pane: str) -> None:
        super().__init__(id=f"tab-{pane}")
        self._pane = pane
        self._title = f" {key} {title} "
        self.say(self._title)

    def doubt(self, *, doubted: bool) -> None:
        """Mark the tab, or take the mark away."""
        self.say(f"{self._title}✗ " if doubted else self._title)
        self.set_class(doubted, "-doubted")

    def on_click(self) -> None:
        self.post_message(PaneWanted(self._pane))


class TopBar(Horizontal):
    """Tabs on the left, the session on the right."""

    PANES: ClassVar = (("1", "Sign in", "sign-in"), ("2", "Token", "token"), ("3", "Incidents", "incidents"))

    def __init__(self, *, demo: bool) -> None:
        super().__init__()
        self._demo = demo

    def compose(self) -> ComposeResult:
        yield Static(plain(" mtp-tui "), id="brand")
        for key, title, pane in self.PANES:
            yield PaneTab(key, title, pane)
        yield Said(id="who")
        yield Static(plain(" DEMO ") if self._demo else "", id="demo-mark")
        yield Said(id="lifetime")

    def on_resize(self) -> None:
        self.query_one("#brand").display = self.size.width >= THIN

    def show_pane(self, pane: str) -> None:
        """Mark the pane that is in front."""
        for tab in self.query(PaneTab):
            tab.set_class(tab.id == f"tab-{pane}", "-active")

    def doubt_token(self, *, doubted: bool) -> None:
        """Mark the token's tab: the API refused it, and the pane says why."""
        self.query_one("#tab-token", PaneTab).doubt(doubted=doubted)

    def show_session(self, who: str, expires_at: datetime | None, now: datetime) -> None:
        """Say whose tenant it is, or why none, and how long the token lasts."""
        self.query_one("#who", Said).say(who)
        lifetime = self.query_one("#lifetime", Said)
        if expires_at is None:
            lifetime.say("")
            return
        left_s = (expires_at - now).total_seconds()
        lifetime.set_class(left_s <= 0, "-expired")
        lifetime.set_class(0 < left_s < ENDING_S, "-ending")
        lifetime.say(" token ended " if left_s <= 0 else f" token {span(expires_at - now)} ")
