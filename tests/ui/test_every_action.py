"""Every action there is: reached by a key, by the palette and by the mouse, and listed in the help."""

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.widgets import Input

import mtp_tui.ui
from mtp_tui.defender.models import Unreadable
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.secret import Secret
from mtp_tui.services.unreadable import UnreadableItems
from mtp_tui.services.wiring import on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.app import MtpApp
from mtp_tui.ui.ask_screen import AskScreen, ConfirmScreen
from mtp_tui.ui.export_screen import ExportScreen
from mtp_tui.ui.help_screen import HelpScreen, keys_around
from mtp_tui.ui.known_keys import NOT_IN_PALETTE, commands_of
from mtp_tui.ui.profiles_screen import ProfilesScreen
from mtp_tui.ui.reasons import why_not
from mtp_tui.ui.triage_screen import Page, TriageScreen
from mtp_tui.ui.unreadable_screen import UnreadableScreen
from mtp_tui.ui.widgets.elsewhere import Elsewhere
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.wire import Wire
from tests.support.analyst import NO_PROFILES, Analyst, analyst_at
from tests.support.clocks import StoppedClock
from tests.support.triager import let_write


def declared() -> list[tuple[type[DOMNode], Binding]]:
    """Every key of every class of ours."""
    found: list[tuple[type[DOMNode], Binding]] = []
    for module in pkgutil.walk_packages(mtp_tui.ui.__path__, f"{mtp_tui.ui.__name__}."):
        for kind in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(kind) and kind.__module__ == module.name and issubclass(kind, DOMNode):
                found += [(kind, each) for each in vars(kind).get("BINDINGS", ())]
    return found


DECLARED = declared()
IDS = {binding.id for _, binding in DECLARED if binding.id}


def test_every_key_is_a_binding_with_an_id_and_a_tooltip_or_another_key_for_one() -> None:
    for kind, binding in DECLARED:
        assert isinstance(binding, Binding), f"{kind.__name__} has a key without a name"
        if binding.id:
            assert binding.key, binding.id
            assert binding.description, binding.id
            assert binding.tooltip, f"{binding.id} does not say what it does"
            assert binding.tooltip[0].isupper(), binding.id
            assert not binding.tooltip.endswith("."), binding.id
        else:
            same = [each for other, each in DECLARED if other is kind and each.id and each.action == binding.action]
            assert same, f"{binding.key} of {kind.__name__} has no id, and is not another key for one that has"
            assert not binding.show


def test_no_two_actions_have_one_id() -> None:
    assert len(DECLARED) > 100
    assert [name for name, count in Counter(each.id for _, each in DECLARED if each.id).items() if count > 1] == []


def test_every_action_that_a_key_names_is_there() -> None:
    """A key of a class that has lost its action would do nothing, and say nothing."""
    for kind, binding in DECLARED:
        namespace, _, action = binding.action.partition("(")[0].rpartition(".")
        if not namespace:
            assert hasattr(kind, f"action_{action}"), f"{kind.__name__} has no action {action}"


class Walker(Analyst):
    """Goes everywhere, and looks at every place what can be done there, and how."""

    def __init__(self, app: MtpApp, pilot: object, services: object) -> None:
        super().__init__(app, pilot, services)  # type: ignore[arg-type]
        self.reached: set[str] = set()

    async def settle(self) -> None:
        """Wait for no worker: some wait for an answer that is held back."""
        await self.pilot.pause()

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is the case, and painted."""
        await super().until(is_so)
        await self.settle()

    async def until_in_front(self, kind: type[DOMNode]) -> None:
        """Wait for a screen."""
        await self.until(lambda: isinstance(self.app.screen, kind))

    def look(self) -> None:
        """What can be done here: all of it is in the palette and the help, and the mouse reaches it."""
        screen = self.app.screen
        active = {each.binding.id: each for each in screen.active_bindings.values() if each.binding.id in IDS}
        commands = {command.id: command for command in commands_of(self.app, screen)}
        around = [
            node
            for node in (screen.focused or screen).ancestors_with_self
            if type(node).__module__.startswith("mtp_tui.")
        ]
        lines = keys_around(around, screen.active_bindings, self.app.get_key_display)
        listed = "\n".join(span.text for line in lines for span in line.body)
        for name, each in active.items():
            binding = each.binding
            self.reached.add(str(name))
            assert binding.tooltip in listed, f"{name} is not in the help of {screen}"
            why = "" if each.enabled else why_not(each.node, binding)
            if why:
                assert f"{binding.tooltip} (not now: {why})" in listed
            if not str(name).startswith(NOT_IN_PALETTE):
                command = commands[str(name)]
                assert (command.name, command.does) == (binding.description, binding.tooltip)
                assert command.why_not == why, f"{name} is not in the palette of {screen} as it is"
        for name in ("app.help", "app.quit", "app.palette"):  # on every screen
            self.reached.add(name)
            assert name == "app.palette" or not commands[name].why_not
        line = screen.query_one(KeyLine)
        if line.display:
            assert line.size.height == 1, f"the mouse finds no keys in {screen}"
            assert line.region.bottom == screen.size.height
            assert line.render().plain.rstrip().endswith("^p More  F1 Help")


@asynccontextmanager
async def walker_at(tenant: SimulatedTenant, clock: StoppedClock) -> AsyncIterator[Walker]:
    """Somebody who may change incidents, with profiles."""
    credentials = ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
    environ = {
        "AZURE_TENANT_ID": tenant.tenant_id,
        "AZURE_CLIENT_ID": tenant.client_id,
        "AZURE_CLIENT_SECRET": tenant.client_secret,
    }
    settings = Settings(environ=environ, profile_file=NO_PROFILES, has_store=True)
    wire = Wire(tenant.transport, may_write=True)
    services = on_wire(settings, wire, clock, sleep=clock.sleep, demo=credentials)
    app = MtpApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        walker = Walker(app, pilot, services)
        await walker.until(lambda: walker.pane == "incidents" and len(walker.incidents) > 300)
        yield walker


async def test_all_of_them_are_reached_in_every_way(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    let_write(tenant)
    async with walker_at(tenant, clock) as walker:
        await walk_the_queue(walker, tmp_path)
        await walk_an_incident(walker)
        await walk_a_change(walker)
        await walk_the_token(walker, tenant)
        await walk_the_sign_in(walker, tenant)
        assert IDS - walker.reached == set()


async def walk_the_queue(walker: Walker, folder: Path) -> None:
    merged = next(incident for incident in walker.grid.rows if incident.redirect_id)
    walker.grid.move_to(merged.id)
    await walker.settle()
    walker.look()
    for keys in (["slash"], ["V"], ["S"], ["J"], ["f"], ["U"], ["y"], ["f1"], ["ctrl+p"]):
        await walker.press(*keys)
        walker.look()
        await walker.press("escape")
    items = UnreadableItems()
    items.note([Unreadable(0, "no incident", b"5")])
    walker.app.push_screen(UnreadableScreen(items))
    await walker.until_in_front(UnreadableScreen)
    walker.look()
    await walker.press("escape")
    await walker.press("V")
    await walker.press("n")
    await walker.until_in_front(AskScreen)
    walker.look()
    await walker.press("escape", "escape")
    await walker.press("x")
    await walker.until_in_front(ExportScreen)
    walker.look()
    taken = folder / "taken.csv"
    taken.write_text("kept")
    walker.app.screen.query_one("#export-path", Input).value = str(taken)
    await walker.press("enter")
    await walker.until_in_front(ConfirmScreen)
    walker.look()
    await walker.press("n", "escape")
    assert taken.read_text() == "kept"


async def walk_an_incident(walker: Walker) -> None:
    busiest = max(walker.grid.rows, key=lambda incident: incident.alert_count)
    walker.grid.move_to(busiest.id)
    await walker.press("enter")
    view = walker.incidents_pane.view
    await walker.until(lambda: view.detail is not None)
    walker.look()
    await walker.press("right")
    walker.look()
    await walker.press("enter")
    walker.look()
    await walker.press("escape", "right", "j")
    assert view.pivot is not None
    walker.look()
    await walker.press("right", "right")
    assert view.open_tab == "timeline"
    walker.look()
    await walker.press("left", "left")
    await walker.press("left", "left", "left")
    assert view.open_tab == "json"
    walker.look()
    await walker.press("slash", "i", "d", "enter")
    walker.look()
    await walker.press("escape", "escape", "escape")
    assert not view.opened


async def walk_a_change(walker: Walker) -> None:
    await walker.press("t")
    await walker.until_in_front(TriageScreen)
    walker.look()
    screen = walker.app.screen
    assert isinstance(screen, TriageScreen)
    await walker.press("right", "enter")
    await walker.until(lambda: screen.page is Page.PREVIEW and not screen.busy)
    walker.look()
    await walker.press("y")
    await walker.until(lambda: screen.page is Page.RESULTS and not screen.busy)
    walker.look()
    await walker.press("enter")
    await walker.until(lambda: "u" in walker.app.screen.active_bindings)
    walker.look()


async def walk_the_token(walker: Walker, tenant: SimulatedTenant) -> None:
    before = walker.services.session.current
    tenant.apps[tenant.client_id].roles = ("Incident.ReadWrite.All", "AdvancedHunting.Read.All")
    await walker.sign_in()
    await walker.until(lambda: walker.services.session.current is not before)
    await walker.until(lambda: walker.pane == "incidents")
    await walker.press("2")
    for _ in range(6):
        walker.look()
        await walker.press("right")
    await walker.press("v")
    walker.look()


async def walk_the_sign_in(walker: Walker, tenant: SimulatedTenant) -> None:
    for key in ("s", "c"):
        await walker.press(key)
        await walker.until(lambda: len(walker.app.screen_stack) > 1)
        walker.look()
        await walker.press("escape")
    await walker.press("p")
    await walker.until_in_front(ProfilesScreen)
    await walker.until(lambda: not walker.app.screen.query_one("#profiles-box").loading)
    walker.look()
    await walker.press("escape", "1")
    walker.look()
    await walker.choose("kind", "device-code")
    walker.look()
    async with tenant.holding_answers("/token"):
        await walker.begin_sign_in()
        await walker.until(lambda: walker.app.screen.query_one(Elsewhere).asked is not None)
        await walker.until(lambda: "x" in walker.app.screen.active_bindings)
        walker.look()
        await walker.press("x")
        walker.look()
        await walker.press("escape")


@pytest.mark.parametrize(("key", "reason"), [("r", "Nobody is signed in"), ("x", "Nobody is signed in")])
async def test_a_greyed_key_says_why(tenant: SimulatedTenant, clock: StoppedClock, key: str, reason: str) -> None:
    async with analyst_at(tenant, clock) as analyst:
        await analyst.press("escape", "3", key)
        assert reason in analyst.notices


async def test_without_write_the_key_for_triage_says_how_to_start(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True) as analyst:
        await analyst.press("t")
        assert "--write" in analyst.notices
        assert HelpScreen not in map(type, analyst.app.screen_stack)
        await analyst.press("question_mark")
        assert "--write" in " ".join(analyst.document("help-text").split())
