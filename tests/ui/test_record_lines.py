"""Timeline and comments: a cursor goes from record to record, and what is longer than the screen scrolls by."""

from itertools import pairwise

from textual.app import App, ComposeResult

from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.copy_screen import CopyScreen
from mtp_tui.ui.lines import Line, Span, text_line
from mtp_tui.ui.themes import THEMES
from mtp_tui.ui.widgets.record_lines import RecordLines
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import NOON, StoppedClock
from tests.support.incidents import plain_incidents
from tests.ui.test_incident_opened import open_tab


class OneDocument(App[None]):
    """Nothing but a document of ten lines in front, and records of three lines each."""

    def compose(self) -> ComposeResult:
        yield RecordLines(id="text")

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        lines = [text_line(f"before {number}") for number in range(10)]
        for number in range(8):
            lines += [
                Line((Span(f"record {number}"),), indent=1, record=str(number)),
                text_line("more", indent=2),
                text_line("and more", indent=2),
            ]
        self.query_one(RecordLines).show(lines)
        self.query_one(RecordLines).focus()


async def test_every_line_comes_by_and_the_cursor_is_never_out_of_view_once_it_was_reached() -> None:
    app = OneDocument()
    async with app.run_test(size=(40, 8)) as pilot:
        text = app.query_one(RecordLines)
        assert text.record_in_view == "", "the first record is below"
        tops = [0]
        while text.record != "7":
            await pilot.press("down")
            tops.append(round(text.scroll_y))
            assert text.record_in_view or text.record == "0"
        assert {after - before for before, after in pairwise(tops)} <= {0, 1}
        await pilot.press("g")
        assert (text.record, text.scroll_y) == ("0", 0)
        await pilot.press("G")
        assert text.record_in_view == "7"
        for _ in range(40):
            await pilot.press("k")
        assert (text.record, text.scroll_y) == ("0", 0)
        await pilot.press("pagedown", "pagedown")
        assert text.record_in_view


async def test_without_records_it_scrolls_as_any_document(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 12)) as analyst:
        view = await open_tab(analyst, "overview")
        await analyst.press("j", "j")
        assert view.text.scroll_y == 2
        await analyst.press("g")
        assert view.text.scroll_y == 0
        assert "▌" not in analyst.document("detail-text")


def with_alerts_and_comments(clock: StoppedClock) -> SimulatedTenant:
    """An incident with two alerts and two comments."""
    (incident,) = plain_incidents(1)
    alerts = [
        {"alertId": f"a{number}", "title": title, "creationTime": f"2026-11-20T1{number}:00:00Z"}
        for number, title in enumerate(("First", "Second"))
    ]
    comments = [
        {
            "comment": f"see https://evil.example/{number}",
            "createdBy": "kim",
            "createdTime": f"{NOON:%Y-%m-%dT%H:%M:%SZ}",
        }
        for number in range(2)
    ]
    return SimulatedTenant(clock=clock, incidents=[{**incident, "alerts": alerts, "comments": comments}])


async def copied(analyst: Analyst, letter: str) -> str:
    """What this letter of the copy menu copies."""
    await analyst.press("y")
    assert isinstance(analyst.app.screen, CopyScreen)
    await analyst.press(letter)
    return analyst.app.clipboard


async def test_the_timeline_copies_and_opens_the_alert_under_the_cursor(clock: StoppedClock) -> None:
    async with analyst_at(with_alerts_and_comments(clock), clock, demo=True, size=(80, 24)) as analyst:
        view = await open_tab(analyst, "timeline")
        assert await copied(analyst, "a") == "a0"
        await analyst.press("j")
        assert await copied(analyst, "a") == "a1"
        await analyst.press("enter")
        assert view.open_tab == "alerts"
        assert view.alerts.is_open
        assert "Second" in analyst.document("detail-alerts-page")
        await analyst.press("escape")
        assert view.alerts.grid.has_focus


async def test_the_comment_under_the_cursor_is_copied_raw_or_defanged(clock: StoppedClock) -> None:
    async with analyst_at(with_alerts_and_comments(clock), clock, demo=True, size=(80, 24)) as analyst:
        await open_tab(analyst, "comments")
        assert await copied(analyst, "v") == "see https://evil.example/0"
        await analyst.press("j")
        assert await copied(analyst, "d") == "see hxxps://evil[.]example/1"
        await analyst.press("enter")
        assert "comments" in analyst.incidents_pane.view.open_tab
