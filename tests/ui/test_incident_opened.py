"""An incident opened, by keys: lists with pages, evidence, search in the JSON, the copy menu."""

import json

import pytest
from textual import on
from textual.app import ComposeResult

from mtp_tui.defender.evidence import Pivot
from mtp_tui.sim.payload import stamp
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.clipboard import TAKEN_BYTES
from mtp_tui.ui.copy_screen import CopyScreen
from mtp_tui.ui.themes import THEMES
from mtp_tui.ui.widgets.copyable import Copyable, incident_copies
from mtp_tui.ui.widgets.incident_detail import IncidentDetailView
from tests.defender.shapes import incident_json, opened
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import NOON, StoppedClock
from tests.support.modals import ModalApp
from tests.support.quiet import until_quiet

LINK = "https://security.microsoft.com/incidents/7"

ENTITIES: list[dict[str, object]] = [
    {"entityType": "File", "fileName": "a.exe", "sha256": "ab" * 32, "verdict": "Malicious", "deviceId": "d1"},
    {"entityType": "User", "userPrincipalName": "ana@contoso.example", "verdict": "Suspicious"},
    {"entityType": "Url", "url": "https://evil.example/[/x]", "remediationStatus": "Blocked"},
    {"entityType": "Ip", "ipAddress": "2001:0db8:85a3:0000:0000:8a2e:0370:7334"},
]
INCIDENT = incident_json(
    incidentId=7,
    lastUpdateTime=stamp(NOON),
    alerts=[
        {"alertId": "da2", "title": "Second", "firstActivity": stamp(NOON), "category": "Impact", "entities": ENTITIES},
        {
            "alertId": "da1",
            "title": "First",
            "firstActivity": "2026-11-01T00:00:00Z",
            "devices": [{"deviceDnsName": "pc"}],
        },
    ],
)
OTHER = incident_json(incidentId=8, alerts=[{"title": "Of another incident"}])


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    """A tenant with an incident that has a bit of everything, and another one."""
    return SimulatedTenant(clock=clock, incidents=[INCIDENT, OTHER])


def view_of(analyst: Analyst) -> IncidentDetailView:
    return analyst.incidents_pane.view


async def open_tab(analyst: Analyst, tab: str) -> IncidentDetailView:
    """Open the first incident, and go to a tab by its key."""
    await analyst.press("enter")
    view = view_of(analyst)
    while view.open_tab != tab:
        await analyst.press("right")
    return view


async def test_an_alert_opens_to_a_page_of_its_own_and_escape_goes_back(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        view = await open_tab(analyst, "alerts")
        assert [alert.title for alert in view.alerts.grid.rows] == ["First", "Second"]
        await analyst.press("j", "enter")
        assert not view.alerts.grid.display
        assert view.alerts.page.has_focus
        assert "Impact" in analyst.document("detail-alerts-page")
        tenant.incidents.change("7", status="InProgress")
        await analyst.press("r")
        assert view.alerts.is_open
        assert not view.alerts.grid.display
        await analyst.press("escape")
        assert view.alerts.grid.has_focus
        assert view.alerts.record is not None
        assert view.alerts.record.title == "Second"
        await analyst.press("escape")
        assert not view.opened
        assert analyst.grid.has_focus


async def test_evidence_is_grouped_folds_and_leads_to_other_incidents(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        view = await open_tab(analyst, "evidence")
        for text in (
            "▾ Users 1",
            "▾ URLs 1",
            "▾ Files 1",
            "✗ Malicious",
            "! Suspicious",
            "✓ Blocked",
            "not given",
            "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        ):
            assert text in analyst.screen_text
        assert "Others with this" in analyst.screen_text
        assert view.pivot is not None
        assert view.pivot.value == "ana@contoso.example"
        await analyst.press("k", "enter")
        assert "▸ Users 1" in analyst.screen_text
        assert "ana@contoso.example" not in [row.item.entity.title for row in view.evidence.grid.rows if row.item]
        assert "Others with this" not in analyst.screen_text
        await analyst.press("G")
        assert view.pivot is not None
        assert (view.pivot.kind, view.pivot.value) == ("hash", "ab" * 32)
        assert "Named by" in analyst.document("detail-evidence-page")


class Owner(ModalApp):
    """An app with nothing in it but an opened incident."""

    def __init__(self, clock: StoppedClock) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.clock = clock
        self.wanted: list[Pivot] = []

    def compose(self) -> ComposeResult:
        yield IncidentDetailView(self.clock)

    @on(IncidentDetailView.PivotWanted)
    def note(self, message: IncidentDetailView.PivotWanted) -> None:
        self.wanted.append(message.pivot)


async def test_i_asks_for_other_incidents_with_an_entity(clock: StoppedClock) -> None:
    app = Owner(clock)
    async with app.run_test() as pilot:
        view = app.query_one(IncidentDetailView)
        view.open(opened(**INCIDENT).incident)
        await until_quiet(pilot)
        view.focus_text()
        await pilot.press("i", "right", "i", "right", "i")
        await until_quiet(pilot)
        assert app.wanted == [Pivot("user", "ana@contoso.example", "User principal name")]
        await pilot.press("right", "i")
        await until_quiet(pilot)
        assert app.wanted[1:] == [Pivot("device", "pc", "Device")]


async def test_a_long_incident_shows_its_row_until_it_is_read(clock: StoppedClock) -> None:
    """Nothing of the incident before stands below its name, whichever tab is in front, and no key is lost."""
    alerts = [{"alertId": f"da{number}", "title": f"Alert {number}", "entities": ENTITIES * 7} for number in range(200)]
    long = opened(incidentId=9, incidentName="Long", severity="High", alerts=alerts).incident
    app = Owner(clock)
    async with app.run_test() as pilot:
        view = app.query_one(IncidentDetailView)
        tabs = view.tabs

        async def read() -> None:
            await until_quiet(pilot)

        view.open(long)
        assert "reading 200 alerts …" in view.text.plain_text
        assert "▲ High" in view.text.plain_text
        await read()
        assert "200  · not given 200" in view.text.plain_text
        for tab in ("alerts", "evidence", "devices"):
            view.open(opened(**INCIDENT).incident)
            tabs.active = tab
            await read()
            view.focus_text()
            view.open(long)
            shown = getattr(view, tab)
            assert (shown.grid.rows, shown.page.plain_text, view.pivot) == ((), "Reading …", None)
            await read()
            assert len(shown.grid.rows) == {"alerts": 200, "evidence": 8, "devices": 0}[tab]
            assert (shown.grid if tab != "devices" else shown.page).has_focus


async def test_lists_of_the_detail_never_move_the_queue(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(160, 45)) as analyst:
        for tab in ("alerts", "evidence", "devices", "json"):
            view = await open_tab(analyst, tab)
            key = analyst.grid.cursor_key
            await analyst.press("j", "k", "G", "enter", "g")
            assert (analyst.grid.cursor_key, view.opened) == (key, key)
            view.close()
            analyst.grid.focus()
        analyst.grid.cursor = 1
        await analyst.press("enter", "right")
        view = await open_tab(analyst, "alerts")
        assert "Of another incident" in analyst.document("detail-alerts-page")
        assert not view.alerts.is_open


async def test_a_text_that_was_out_of_sight_is_that_of_the_incident_that_is_open(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    for number, name in ((7, "seven"), (8, "eight")):
        tenant.incidents.change(number, lastUpdateTime=stamp(NOON), comments=[{"comment": f"said of {name}"}])
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        view = await open_tab(analyst, "comments")
        first, other = ("seven", "eight") if view.opened == "7" else ("eight", "seven")
        assert f"said of {first}" in analyst.screen_text
        await analyst.press("right", "escape", "j", "enter", "left")
        assert f"said of {other}" in analyst.screen_text
        assert f"said of {first}" not in analyst.screen_text


async def test_the_timeline_is_drawn_anew_when_the_terminal_changes(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(160, 45)) as analyst:
        await open_tab(analyst, "timeline")
        for width in (50, 100, 160, 80):
            await analyst.pilot.resize_terminal(width, 24)
            await analyst.settle()
            rows = [line for line in analyst.screen_text.splitlines() if "┴" in line]
            assert len(rows) == 1


async def test_json_folds_and_is_searched(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        view = await open_tab(analyst, "json")
        await analyst.press("z")
        await analyst.press("G", "k")
        assert '▸   "alerts": [ 2 items … ]' in analyst.screen_text
        await analyst.press("g")
        await analyst.press("slash")
        await analyst.type("second")
        assert "“second” 1 of 1" in analyst.screen_text
        assert "alerts[0].title" in analyst.document("json-value")
        await analyst.press("enter", "n", "N")
        assert view.json.value == ("alerts[0].title", "Second")
        await analyst.press("escape")
        assert view.opened == "7"
        assert "“second”" not in analyst.screen_text
        await analyst.press("enter")
        assert "alerts[0]" in view.json.grid.folded
        await analyst.press("escape")
        assert not view.opened
        await analyst.press("enter", "n")
        assert "alerts[0]" in view.json.grid.folded


async def test_the_copy_menu_offers_what_is_under_the_cursor(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        view = await open_tab(analyst, "evidence")
        view.evidence.grid.cursor = next(
            place for place, row in enumerate(view.evidence.grid.rows) if row.item and row.item.entity.type == "Url"
        )
        await analyst.settle()
        for keys, copied in (
            ("d", "hxxps://evil[.]example/[/x]"),
            ("v", "https://evil.example/[/x]"),
            ("p", LINK),
            ("i", "7"),
        ):
            analyst.app.push_screen(CopyScreen(view.copies(LINK)))
            await analyst.settle()
            await analyst.press(keys)
            assert analyst.app.clipboard == copied
            assert len(analyst.app.screen_stack) == 1
        analyst.app.push_screen(CopyScreen(view.copies(LINK)))
        await analyst.settle()
        await analyst.press("G", "enter")
        assert json.loads(analyst.app.clipboard)["incidentId"] == 7
        assert "bytes sent to the clipboard" in analyst.notices
        analyst.app.push_screen(CopyScreen(view.copies(LINK)))
        await analyst.settle()
        await analyst.press("escape")
        assert view.opened == "7"


async def test_every_tab_has_copies_with_letters_of_their_own(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        for tab in ("overview", "alerts", "evidence", "devices", "timeline", "comments", "json"):
            view = await open_tab(analyst, tab)
            copies = view.copies(LINK)
            letters = [each.key for each in copies]
            assert len(set(letters)) == len(letters)
            assert not set(letters) & set("ghjkGqy")
            assert {"p", "i", "n", "w", "t", "m", "o"} <= set(letters)
            assert all(each.text and each.label for each in copies)


async def test_a_copy_that_terminals_may_not_take_says_so_and_names_the_file_instead(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    large = Copyable("w", "Whole", "é\ud800" * TAKEN_BYTES)
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        analyst.app.push_screen(CopyScreen([large]))
        await analyst.settle()
        assert f"! {large.size_bytes:,} bytes" in analyst.screen_text
        await analyst.press("w")
        assert f"Many terminals take {TAKEN_BYTES:,} at most" in analyst.notices
        assert "x exports it to a file instead." in analyst.notices


def test_an_incident_without_a_name_offers_none() -> None:
    offered = incident_copies(opened(incidentName="").incident, LINK)
    assert "Incident name" not in [each.label for each in offered]
