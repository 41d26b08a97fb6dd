"""The one screen: arranges the panes and holds the session."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Footer

from mtp_tui.identity.token_checks import Verdict
from mtp_tui.services.session import SignedIn
from mtp_tui.services.wiring import Services
from mtp_tui.ui.messages import PaneWanted, SignedInTo, SignedOut, TokenDoubted
from mtp_tui.ui.panes.incidents import IncidentsPane
from mtp_tui.ui.panes.sign_in import SignInPane
from mtp_tui.ui.panes.token import TokenPane
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.top_bar import TopBar


class MainScreen(Screen[None]):
    """Sign-in, token and incidents, one in front."""

    BINDING_GROUP_TITLE = "Panes"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - typed by the base class
        (0, "-narrow"),
        (120, "-wide"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('sign-in')", "Sign in", show=False, id="pane.sign-in", tooltip="Go to the sign-in pane"),
        Binding("2", "go('token')", "Token", show=False, id="pane.token", tooltip="Go to the token pane"),
        Binding(
            "3", "go('incidents')", "Incidents", show=False, id="pane.incidents", tooltip="Go to the incidents pane"
        ),
    ]

    class Judged(Message):
        """The token was checked against the tenant's keys."""

        def __init__(self, signed_in: SignedIn) -> None:
            super().__init__()
            self.signed_in = signed_in

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._shown: SignedIn | None = None

    def compose(self) -> ComposeResult:
        services = self._services
        yield TopBar(demo=services.demo is not None)
        with ContentSwitcher(initial="sign-in", id="panes"):
            yield SignInPane(services.session, services.settings.prefill, id="sign-in")
            yield TokenPane(services.clock, id="token")
            yield IncidentsPane(services.clock, services.refresh_every_s, id="incidents")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.set_interval(1, self.tick)
        self._show_session()
        self.action_go("sign-in")
        if self._services.demo is not None:
            self.query_one(SignInPane).sign_in(self._services.demo)

    def action_go(self, pane: str) -> None:
        """Bring a pane to the front and give it the keys."""
        self.query_one("#panes", ContentSwitcher).current = pane
        self.query_one(TopBar).show_pane(pane)
        if pane == "sign-in":
            self.query_one(SignInPane).focus_first_gap()
        elif pane == "token":
            self.query_one("#token-report", LineView).focus()
            self.query_one(TokenPane).tick()
        else:
            self.query_one(IncidentGrid).focus()

    @on(PaneWanted)
    def go_there(self, event: PaneWanted) -> None:
        if self.query_one("#panes", ContentSwitcher).current != event.pane:
            self.action_go(event.pane)

    @on(SignedInTo)
    def take_session(self, event: SignedInTo) -> None:
        signed_in = event.signed_in
        self._show_token(signed_in)
        self.query_one(TopBar).doubt_token(doubted=False)
        self.query_one(IncidentsPane).follow(self._services.new_feed(signed_in), signed_in.tenant_id, signed_in.cloud)
        verdict, _ = signed_in.report.headline(self._services.clock())
        self.action_go("token" if verdict is Verdict.FAIL else "incidents")
        self._verify()

    @work(exclusive=True, group="token", description="check the token")
    async def _verify(self) -> None:
        signed_in = await self._services.session.verify()
        if signed_in is not None:
            self.post_message(self.Judged(signed_in))

    @on(Judged)
    def show_judged(self, event: Judged) -> None:
        if self._services.session.current is event.signed_in:
            self._show_token(event.signed_in)

    @on(SignedOut)
    def forget_session(self) -> None:
        self.workers.cancel_group(self, "token")
        self._shown = None
        self.query_one(TokenPane).signed_in = None
        self.query_one(IncidentsPane).forget()
        self._show_session()

    @on(TokenDoubted)
    def doubt_token(self) -> None:
        self.query_one(TopBar).doubt_token(doubted=True)

    def tick(self) -> None:
        """Each second: the lifetime at the top runs; a token that was renewed meanwhile is taken over."""
        current = self._services.session.current
        if current is not None and current is not self._shown:
            self._show_token(current)
        self._show_session()

    def _show_token(self, signed_in: SignedIn) -> None:
        pane, before = self.query_one(TokenPane), self._shown
        self._shown = signed_in
        if before is not None and before.token is signed_in.token:
            pane.show_judged(signed_in)
        else:
            pane.signed_in = signed_in
        self._show_session()

    def _show_session(self) -> None:
        held = self._shown
        expires_at = (held.report.expires_at or held.token.expires_at) if held else None
        self.query_one(TopBar).show_session(held.tenant if held else "", expires_at, self._services.clock())
