"""The program on a screen, driven: what the rows ask of its widgets. Nothing else here knows what these are called."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events

from mtp_tui.clock import system_clock
from mtp_tui.defender.models import Incident
from mtp_tui.identity.clouds import GLOBAL
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.services.wiring import on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.app import MtpApp
from mtp_tui.ui.panes.incidents import IncidentsPane
from mtp_tui.ui.widgets.incident_detail import IncidentDetailView
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.queue_line import QueueLine
from mtp_tui.ui.widgets.record_columns import Arrangement
from mtp_tui.wire import Wire
from tests.bench.driven import Driven, driven
from tests.bench.program import services_on
from tests.bench.wires import RunningClock

_KEYS: dict[str, Callable[[Incident], object]] = {
    "severity": lambda incident: incident.severity,
    "status": lambda incident: incident.status,
    "id": lambda incident: int(incident.id),
    "name": lambda incident: incident.name,
    "alerts": lambda incident: incident.alert_count,
    "owner": lambda incident: incident.assigned_to,
    "tags": lambda incident: incident.tags,
    "created": lambda incident: incident.created_at,
    "updated": lambda incident: incident.updated_at,
}


class Program(Driven):
    """The program, driven."""

    @property
    def grid(self) -> IncidentGrid:
        """The queue."""
        return self.app.screen.query_one(IncidentGrid)

    @property
    def pane(self) -> IncidentsPane:
        """All around it."""
        return self.app.screen.query_one(IncidentsPane)

    @property
    def is_quiet(self) -> bool:
        """Whether a queue is followed, and nothing is being asked for."""
        mounted = {type(widget) for widget in self.app.screen.walk_children()}
        # what is not needed for the first frame is mounted later
        is_there = mounted >= {IncidentGrid, IncidentDetailView, QueueLine}
        return is_there and bool(self.pane.queue.text) and not self.pane.queue.busy

    def keys_of(self, column: str) -> list[object]:
        """What the rows are compared by, in their order."""
        return [_KEYS[column](incident) for incident in self.grid.rows]

    async def unsort(self) -> None:
        """Put the rows back into the order of the feed."""
        await self.cost(lambda: self.grid.set_columns(Arrangement()))

    def shows(self, rows: int) -> bool:
        """Whether so many rows are there, and some of them are painted."""
        known = self.grid.rows if self.app.screen.query(IncidentGrid) else ()
        return len(known) >= rows and known[0].name[:12] in self.driver.text

    def is_narrowed_to(self, line: str) -> bool:
        """Whether rows are shown that were found for this line, all of them or some."""
        narrowing, _ = self.grid.shown_for
        return str(self.grid.narrowing if self.grid.is_looking else narrowing) == line

    def follow(self, feed: IncidentFeed | None) -> None:
        """Show the rows of a feed, as after a sign-in; or none, as after signing out."""
        if feed is None:
            self.pane.forget()
        else:
            self.pane.follow(feed, SimulatedTenant.tenant_id, GLOBAL)

    def begin(self, key: str) -> None:
        """Press a key, and wait for nothing."""
        self.app.post_message(events.Key(key, None))

    def sign_in(self) -> None:
        """Press Enter in the form, as filled in from the environment."""
        self.app.screen.query_one("#sign-in-button").press()  # type: ignore[attr-defined]

    async def sign_out(self) -> None:
        """Go back to the form, and forget who was signed in."""
        await self.settle(lambda: self.is_quiet)
        await self.press("1")
        await self.press("o", until=lambda: not self.grid.rows)


@asynccontextmanager
async def at_queue(rows: int, data_folder: Path | None = None) -> AsyncIterator[Program]:
    """The program with so many remembered rows in front of it; the service has nothing to add."""
    clock = RunningClock()
    tenant = SimulatedTenant(clock=clock, incidents=[])
    tenant.prepare()
    app = MtpApp(services_on(tenant, clock, data_folder))
    async with driven(app) as at:
        program = Program(at.app)
        await program.settle(lambda: program.is_quiet and len(program.grid.rows) >= rows)
        program.grid.focus()
        await program.press("home")  # and not where an earlier run left the cursor, which is remembered
        yield program


@asynccontextmanager
async def before_sign_in(environ: dict[str, str]) -> AsyncIterator[Program]:
    """The program at the sign-in form, on the network to which the environment leads."""
    os.environ.update(environ)
    settings = Settings(environ=environ, profile_file=Path(os.devnull) / "profiles.toml", refresh_every_s=86_400)
    clock = RunningClock(system_clock())  # whose pauses take no time: a quota is not what is measured
    async with driven(MtpApp(on_wire(settings, Wire(), clock, sleep=clock.sleep))) as at:
        program = Program(at.app)
        await program.settle()
        yield program
