"""An analyst in front of the program: presses keys, reads the screen."""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.progress import EnterCode, OpenBrowser
from mtp_tui.secret import Secret
from mtp_tui.services.wiring import Services, on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.app import MtpApp
from mtp_tui.ui.main_screen import MainScreen
from mtp_tui.ui.panes.incidents import IncidentsPane
from mtp_tui.ui.panes.token import TokenPane
from mtp_tui.ui.widgets.choice import Choice
from mtp_tui.ui.widgets.credential_field import CredentialField
from mtp_tui.ui.widgets.elsewhere import Elsewhere
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.queue_line import QueueLine
from mtp_tui.ui.widgets.said import Said
from mtp_tui.ui.widgets.token_head import verdict_text
from mtp_tui.wire import Wire
from tests.support.bursts import press_at_once
from tests.support.clocks import StoppedClock
from tests.support.quiet import until, until_quiet


class Analyst:
    """Speaks the user's language to a running app."""

    def __init__(self, app: MtpApp, pilot: Pilot[None], services: Services) -> None:
        self.app = app
        self.pilot = pilot
        self.services = services

    async def press(self, *keys: str) -> None:
        """Press keys, each when all that followed from the one before is done, as somebody does who looks."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def press_at_once(self, *keys: str) -> None:
        """Press keys that come in one read, and wait until all that follows from them is done."""
        press_at_once(self.app, *keys)
        await self.until(lambda: not self.app._type_ahead.is_holding)
        await self.settle()

    async def click(self, text: str) -> None:
        """Click on the first place where this stands."""
        lines = self.screen_text.splitlines()
        at = next((line.index(text), y) for y, line in enumerate(lines) if text in line)
        await self.pilot.click(offset=at)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text into whatever has the focus."""
        await self.pilot.press(*(_KEY_NAMES.get(char, char) for char in text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing goes on any more, or somebody is asked."""
        await until_quiet(self.pilot)

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is the case, while something else is held back."""
        await until(self.pilot, is_so)

    async def choose(self, choice: str, key: str) -> None:
        """Choose an option of the form (`kind`, `cloud`, `region`, `audience`) by the keyboard."""
        row = self.app.screen.query_one(f"#{choice}", Choice)
        row.focus()
        for _ in range(9):
            if row.chosen == key:
                return
            await self.press("right")
        raise AssertionError(f"{choice} has no option {key}")

    async def fill(self, field: str, text: str) -> None:
        """Put a text into a field, as a paste does."""
        entry = self.app.screen.query_one(f"#input-{field}", Input)
        entry.focus()
        entry.value = ""
        entry.post_message(events.Paste(text))
        await self.settle()

    def fault(self, field: str) -> str:
        """What is wrong with a field of the form."""
        return self.app.screen.query_one(f"#field-{field}", CredentialField).said

    @property
    def waiting(self) -> EnterCode | OpenBrowser:
        """What the sign-in waits for."""
        asked = self.app.screen.query_one(Elsewhere).asked
        assert asked is not None
        return asked

    async def until_waiting(self) -> None:
        """Wait until there is something to do elsewhere."""
        await self.until(lambda: self.app.screen.query_one(Elsewhere).asked is not None)
        await self.pilot.pause()

    async def begin_sign_in(self) -> None:
        """Press Enter in the form and wait for nothing."""
        self.app.screen.query_one("#sign-in-button").focus()
        await self.pilot.press("enter")

    async def sign_in(
        self, *, tenant: str | None = None, client_id: str | None = None, secret: str | None = None
    ) -> None:
        """Fill in the form, the demo app's values where nothing else is said, and press Enter."""
        await self.press("escape", "1")
        values = {"tenant": tenant, "client_id": client_id, "secret": secret}
        for field, value in values.items():
            if value is not None:
                self.app.screen.query_one(f"#input-{field}", Input).value = value
        await self.begin_sign_in()
        await self.settle()

    @property
    def pane(self) -> str:
        """Which pane is in front."""
        return str(self.app.screen.query_one("#panes").current)  # type: ignore[attr-defined]

    @property
    def problem(self) -> str:
        """What the pane in front complains about; empty if it does not."""
        box = self.app.screen.query_one(f"#{self.pane} Problem", Problem)
        return box.text if box.display else ""

    @property
    def status(self) -> str:
        """The line above the queue."""
        return self.app.screen.query_one(QueueLine).text

    @property
    def verdict(self) -> str:
        """The first line of the token pane; what it would be if nobody has looked there yet."""
        looked_at = self.app.screen.query("#verdict").results(Said)
        return next((line.text for line in looked_at), "") or verdict_text(
            self.services.session.current, self.services.clock()
        )

    @property
    def grid(self) -> IncidentGrid:
        """The queue."""
        return self.app.screen.query_one(IncidentGrid)

    @property
    def incidents(self) -> list[str]:
        """IDs of the rows, from the top."""
        return [incident.id for incident in self.grid.rows]

    @property
    def incidents_pane(self) -> IncidentsPane:
        """The pane itself, for what cannot be seen from outside."""
        return self.app.screen.query_one(IncidentsPane)

    @property
    def notices(self) -> str:
        """What the toasts say."""
        return "\n".join(notice.message for notice in self.app._notifications)

    @property
    def token_pane(self) -> TokenPane:
        """The pane itself."""
        return self.app.screen.query_one(TokenPane)

    @property
    def token_view(self) -> LineView:
        """The report."""
        return self.app.screen.query_one("#token-report", LineView)

    def tick(self) -> None:
        """What a second does by itself when the clock runs."""
        screen = self.app.screen
        assert isinstance(screen, MainScreen)
        screen.tick()
        for token in screen.query(TokenPane):
            token.tick()
        for queue in screen.query(QueueLine):
            queue.tick()

    def document(self, name: str) -> str:
        """All the text of a document, such as `token-report`, `token-json` or `detail-text`."""
        return self.app.screen.query_one(f"#{name}", LineView).plain_text

    @property
    def screen_text(self) -> str:
        """Everything that is painted, line by line."""
        width, height = self.app.size
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in lines[:height])[: (width + 1) * height]


_KEY_NAMES = {
    " ": "space",
    ":": "colon",
    "/": "slash",
    ".": "full_stop",
    "-": "minus",
    "@": "at",
    "_": "underscore",
    "~": "tilde",
}


NO_PROFILES = Path(os.devnull) / "profiles.toml"
"""A profile file that is not there, and cannot be."""


def services_for(
    tenant: SimulatedTenant,
    clock: StoppedClock,
    *,
    tenant_name: str = SimulatedTenant.tenant_id,
    demo: bool = False,
    environ: Mapping[str, str] | None = None,
    profile: str = "",
    profile_file: Path = NO_PROFILES,
    data_folder: Path | None = None,
) -> Services:
    """The program's own objects on the tenant's wire; the environment names the demo app unless another is given."""
    if environ is None:
        environ = {
            "AZURE_TENANT_ID": tenant_name,
            "AZURE_CLIENT_ID": tenant.client_id,
            "AZURE_CLIENT_SECRET": tenant.client_secret,
        }
    credentials = ClientSecret(tenant_name, tenant.client_id, Secret(tenant.client_secret))
    settings = Settings(
        profile=profile,
        environ=environ,
        profile_file=profile_file,
        has_store=data_folder is not None,
        data_folder=data_folder,
    )
    return on_wire(settings, Wire(tenant.transport), clock, sleep=clock.sleep, demo=credentials if demo else None)


@asynccontextmanager
async def analyst_at(
    tenant: SimulatedTenant,
    clock: StoppedClock,
    *,
    size: tuple[int, int] = (120, 40),
    demo: bool = False,
    tenant_name: str = SimulatedTenant.tenant_id,
    environ: Mapping[str, str] | None = None,
    profile: str = "",
    profile_file: Path = NO_PROFILES,
    data_folder: Path | None = None,
    toasts: bool = False,
) -> AsyncIterator[Analyst]:
    """The program, running, and somebody in front of it; with `demo` it has signed in by itself, and with `toasts` what
    it says in the corner is painted."""
    services = services_for(
        tenant,
        clock,
        tenant_name=tenant_name,
        demo=demo,
        environ=environ,
        profile=profile,
        profile_file=profile_file,
        data_folder=data_folder,
    )
    app = MtpApp(services)
    async with app.run_test(size=size, notifications=toasts) as pilot:
        analyst = Analyst(app, pilot, services)
        await analyst.settle()
        yield analyst
