"""Where the panes stand, one in front; each is made when it is first wanted, since the start pays for every widget."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from textual import getters
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from mtp_tui.services.session import SignedIn
from mtp_tui.services.wiring import Services
from mtp_tui.ui.panes.sign_in import SignInPane
from mtp_tui.ui.widgets.seethrough import Seethrough

if TYPE_CHECKING:
    from mtp_tui.ui.panes.incidents import IncidentsPane
    from mtp_tui.ui.panes.token import TokenPane

_STYLES = Path(__file__).parent / "styles"


class PaneArea(Seethrough, ContentSwitcher):
    """Brings panes forward, and gives the keys back to what had them there."""

    sign_in = getters.query_one(SignInPane)

    def __init__(self, services: Services) -> None:
        super().__init__(initial="sign-in", id="panes")
        self._services = services
        self._making = asyncio.Lock()
        self._token: TokenPane | None = None
        self._incidents: IncidentsPane | None = None
        self._before: SignedIn | None = None
        self._shown: SignedIn | None = None
        self._focus_in: dict[str, Widget | None] = {}

    def compose(self) -> ComposeResult:
        yield SignInPane(self._services, id="sign-in")

    @property
    def front(self) -> str:
        """Which pane is in front: `sign-in`, `token` or `incidents`."""
        return self.current or "sign-in"

    @property
    def is_making(self) -> bool:
        """Whether a pane is about to be there for the first time."""
        return self._making.locked()

    async def go(self, name: str) -> None:
        """Go to a pane; what had the keys there has them again."""
        if self.front != name:
            self._focus_in[self.front] = self.screen.focused
        pane = self.sign_in if name == "sign-in" else await (self.token() if name == "token" else self.incidents())
        self.current = name
        had = self._focus_in.get(name)
        if had is not None and had.is_attached and had.display and pane in had.ancestors:
            had.focus()
        else:
            pane.take_focus()

    def _read_styles(self, *names: str) -> None:
        for name in names:
            self.app.stylesheet.read(_STYLES / f"{name}.tcss")

    def forget_place(self, name: str) -> None:
        """What had the keys in this pane shall not have them again."""
        self._focus_in.pop(name, None)

    # the token pane

    async def token(self) -> "TokenPane":
        """The token pane, made if it was not wanted before."""
        from mtp_tui.ui.panes.token import TokenPane

        async with self._making:
            if self._token is None:
                self._read_styles("token")
                self._token = TokenPane(self._services.clock, id="token")
                self._token.show(self._before)
                self._token.show(self._shown)
                self._token.show_renewal_problem(self._services.session.renewal_problem)
                await self.add_content(self._token)
        return self._token

    def show_token(self, signed_in: SignedIn | None) -> None:
        """Show another token, the same one with a fuller report, or none."""
        if self._shown is None or signed_in is None or self._shown.token is not signed_in.token:
            self._before = self._shown
        self._shown = signed_in
        if self._token is not None:
            self._token.show(signed_in)

    def tick(self) -> None:
        """Each second: tell the token pane why the latest renewal failed, or that none did."""
        if self._token is not None:
            self._token.show_renewal_problem(self._services.session.renewal_problem)

    # the incidents pane

    async def incidents(self) -> "IncidentsPane":
        """The incidents pane, made if it was not wanted before."""
        from mtp_tui.ui.panes.incidents import IncidentsPane

        async with self._making:
            if self._incidents is None:
                self._read_styles("incidents", "triage")
                services = self._services
                bell = services.settings.bell
                pane = IncidentsPane(
                    services.clock, services.refresh_every_s, services.open_views(), bell=bell, id="incidents"
                )
                await self.add_content(pane)
                self._incidents = pane
        return self._incidents

    async def make_incidents(self) -> None:
        """Make the incidents pane before it is wanted, unless the window is being closed."""
        if self.is_attached:
            await self.incidents()

    def forget_incidents(self) -> None:
        """Nobody is signed in any more."""
        if self._incidents is not None:
            self._incidents.forget()
