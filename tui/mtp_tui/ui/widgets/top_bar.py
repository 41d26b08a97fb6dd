"""The line at the top: which pane, whose tenant, how long the token lasts."""

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from mtp_tui.moments import span
from mtp_tui.ui.messages import PaneWanted
from mtp_tui.ui.text import plain


class PaneTab(Static):
    """One pane's name; a click goes there."""

    def __init__(self, key: str, title: str, pane: str) -> None:
        super().__init__(plain(f" {key} {title} "), id=f"tab-{pane}")
        self._pane = pane

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
        yield Static(id="who")
        yield Static(plain(" DEMO ") if self._demo else "", id="demo-mark")
        yield Static(id="lifetime")

    def show_pane(self, pane: str) -> None:
        """Mark the pane that is in front."""
        for tab in self.query(PaneTab):
            tab.set_class(tab.id == f"tab-{pane}", "-active")

    def doubt_token(self, *, doubted: bool) -> None:
        """Mark the token's tab: the API refused it, and the pane says why."""
        self.query_one("#tab-token", PaneTab).update(plain(" 2 Token ✗ " if doubted else " 2 Token "))
        self.query_one("#tab-token", PaneTab).set_class(doubted, "-doubted")

    def show_session(self, tenant: str, expires_at: datetime | None, now: datetime) -> None:
        """Say whose tenant it is and how long the token lasts; an empty tenant means nobody is signed in."""
        self.query_one("#who", Static).update(plain(tenant or "not signed in"))
        lifetime = self.query_one("#lifetime", Static)
        if not tenant or expires_at is None:
            lifetime.update("")
            return
        left = expires_at - now
        ended, ending = left.total_seconds() <= 0, left.total_seconds() < 300
        lifetime.set_class(ended, "-expired")
        lifetime.set_class(ending and not ended, "-ending")
        lifetime.update(plain(" token ended " if ended else f" token {span(left)} "))
