"""The line that narrows, the views and the columns: what an analyst types, and what the list makes of it."""

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.widgets.asked_line import AskedLine
from mtp_tui.ui.widgets.narrow_line import NarrowLine
from mtp_tui.ui.widgets.said import Said
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock
from tests.support.incidents import tenant_with


def line(analyst: Analyst) -> str:
    return analyst.app.screen.query_one("#narrow", Input).value


def hint(analyst: Analyst) -> str:
    return analyst.app.screen.query_one("#narrow-hint", Said).text


def asked(analyst: Analyst) -> str:
    line = analyst.app.screen.query_one(AskedLine)
    return line.text if line.display else ""


async def test_a_fault_is_said_and_the_rows_stay_those_of_the_line_before(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("slash")
        await analyst.type("severity:high ")
        high = analyst.incidents
        assert {incident.severity for incident in analyst.grid.rows} == {"High"}
        await analyst.type("status:actve ")
        assert "✗" in hint(analyst)
        assert "active" in hint(analyst)
        assert analyst.incidents == high
        for _ in range(len("tve ")):
            await analyst.press("backspace")
        await analyst.press("tab")
        assert "active" in hint(analyst)
        await analyst.press("enter")
        assert "active" not in hint(analyst), "what may be typed is of no use to the list"
        assert line(analyst) == "severity:high status:active"
        assert {incident.status for incident in analyst.grid.rows} == {"Active"}
        assert f"{len(analyst.incidents)} of 362" in analyst.status
        await analyst.press("escape")
        assert len(analyst.incidents) == 362


@pytest.mark.parametrize(
    ("typed", "kept"), [("severity:hi", "severity:high"), ("status:activ", "status:active"), ("ransom", "ransom")]
)
async def test_enter_takes_the_rest_of_a_value_that_is_shown_behind_the_cursor(
    tenant: SimulatedTenant, clock: StoppedClock, typed: str, kept: str
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("slash")
        await analyst.type(typed)
        await analyst.press("enter")
        assert (line(analyst), analyst.app.screen.focused) == (kept, analyst.grid)
        assert 0 < len(analyst.grid.rows) < len(tenant.incidents.all())


@pytest.mark.parametrize(
    ("typed", "said"),
    [("created:2026-02-31", "is not a time"), ("owner:me", "is nobody"), ("severity:hgh", "Did you mean high?")],
)
@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_enter_on_a_line_that_cannot_be_read_says_why_until_it_is_changed(
    tenant: SimulatedTenant, clock: StoppedClock, typed: str, said: str, size: tuple[int, int]
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=size) as analyst:
        await analyst.press("slash")
        await analyst.type(typed)
        await analyst.press("enter")
        assert said in hint(analyst)
        analyst.tick()
        await analyst.settle()
        assert said in " ".join(analyst.screen_text.split())
        await analyst.press("backspace", "backspace")
        assert "is not a time" not in hint(analyst)


async def test_an_unknown_field_is_told_and_its_words_are_looked_for(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("slash")
        await analyst.type("bogus:1")
        assert hint(analyst) == ("! There is no field “bogus”; “bogus:1” is looked for as text. F1 lists the fields.")
        assert "0 of 362" in analyst.status
        await analyst.press("enter")
        assert "no field “bogus”" in hint(analyst), "rows are missing for this reason as long as it stands there"
        await analyst.press("slash", "ctrl+u")
        await analyst.type("https://a.example/b")
        assert "no field" not in hint(analyst)


async def test_a_field_that_is_being_typed_takes_no_row_away_and_a_wrong_value_is_told_at_once(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("slash")
        await analyst.type("severity")
        assert len(analyst.incidents) == 0, "it may be a word"
        await analyst.type(":")
        assert len(analyst.incidents) == 362
        await analyst.type("h")
        assert hint(analyst) == "high 58"
        await analyst.type("gh")
        assert hint(analyst) == (
            "✗ “hgh” is not a severity that we know. Did you mean high? In quotes any word is looked for."
            " Nothing is narrowed yet."
        )
        assert len(analyst.incidents) == 362
        await analyst.press("ctrl+u")
        await analyst.type("status:active severity:hgh")
        assert hint(analyst).endswith("Still narrowed to status:active")
        active = len(analyst.incidents)
        assert 0 < active < 362
        await analyst.press("enter")
        assert hint(analyst).startswith("✗ “hgh” is not")
        assert len(analyst.incidents) == active


async def test_several_lines_are_pasted_as_one_and_harmless_addresses_find_the_real_ones(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.incidents.change(tenant.incidents.all()[0]["incidentId"], incidentName="From evil.example to 203.0.113.54")
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("slash")
        analyst.app.screen.query_one("#narrow", Input).post_message(
            events.Paste("evil[.]example\n203[.]0[.]113[.]54\n")
        )
        await analyst.settle()
        assert line(analyst) == "evil[.]example 203[.]0[.]113[.]54"
        assert [incident.name for incident in analyst.grid.rows] == ["From evil.example to 203.0.113.54"]


async def test_offers_say_that_there_are_more_and_tab_goes_on_to_the_next_value(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("slash")
        assert len(analyst.app.screen.query_one("#narrow", Input).placeholder) <= 78
        await analyst.type("s")
        assert hint(analyst).startswith("severity:  status:  source:")
        assert hint(analyst).endswith("  …")
        assert len(hint(analyst)) <= 78
        await analyst.press("ctrl+u")
        await analyst.type("status:res")
        await analyst.press("tab")
        assert line(analyst) == "status:resolved"
        await analyst.press("tab")
        assert line(analyst) == "status:active"
        assert hint(analyst).startswith("active ")
        assert {incident.status for incident in analyst.grid.rows} == {"Active"}


async def test_nobody_is_offered_as_me_to_an_application(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("slash")
        await analyst.type("owner:")
        assert hint(analyst).startswith("none  ")


async def test_refreshes_take_nothing_of_a_line_that_is_being_typed(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    async with analyst_at(tenant, clock, data_folder=tmp_path, size=(80, 24)) as analyst:
        await analyst.sign_in()
        await analyst.press("slash")
        await analyst.type("severity:high")
        await analyst.press("enter")
    async with analyst_at(tenant, clock, data_folder=tmp_path, size=(80, 24)) as analyst:
        await analyst.sign_in()
        await analyst.press("slash", "ctrl+u")
        typed = "mitre:T1059 "
        for at, char in enumerate(typed):
            tenant.incidents.add(
                {"incidentId": 99001 + at, "incidentName": "new", "lastUpdateTime": "2026-11-20T12:00:00Z"}
            )
            clock.advance(60)
            analyst.tick()
            await analyst.type(char)
            assert line(analyst) == typed[: at + 1]
        assert analyst.app.screen.query_one("#narrow", Input).has_focus
        assert len(tenant.incidents.all()) == 362 + len(typed)


async def test_a_view_is_saved_and_taken_again_with_its_order(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    async with analyst_at(tenant, clock, profile_file=tmp_path / "profiles.toml") as analyst:
        await analyst.sign_in()
        await analyst.press("slash")
        await analyst.type("is:open source:endpoint")
        await analyst.press("enter")
        await analyst.press("S")
        await analyst.press("s", "enter")
        shown = analyst.incidents
        assert analyst.grid.rows[0].severity == "High"
        await analyst.press("V")
        await analyst.press("n")
        await analyst.press(*"hosts", "enter")
        await analyst.press("escape")
        assert "hosts = {" in (tmp_path / "views.toml").read_text()
        await analyst.press("escape")
        assert len(analyst.incidents) == 362
        await analyst.press("end")
        await analyst.press("V")
        await analyst.press("end", "enter")
        assert line(analyst) == "is:open source:endpoint"
        assert analyst.incidents == shown
        assert analyst.grid.cursor == 0
        await analyst.press("j", "j", "slash")
        await analyst.type(" severity:high")
        await analyst.press("enter", "j")
        kept = analyst.grid.cursor_key
        await analyst.press("V")
        await analyst.press("home", "enter")
        assert line(analyst) == "is:open"
        assert analyst.grid.cursor_key == kept, "whoever narrowed by hand has found something"


async def test_what_is_narrowed_to_is_asked_for_before_the_rest_and_said(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 300)
    tenant.incidents.change(1299, status="Resolved", lastUpdateTime="2026-11-01T00:00:00Z")
    async with analyst_at(tenant, clock, size=(80, 24)) as analyst:
        async with tenant.holding_answers("skip=100") as gate:
            await analyst.begin_sign_in()
            await gate.waiting()
            await analyst.pilot.press("slash", *"status", "colon", *"resolved", "enter")
            await analyst.until(lambda: analyst.incidents == ["1299"])
            assert asked(analyst) == "The service is asked for status Resolved. It has sent them all."
            assert "101 loaded, loading more" in analyst.status
            gate.open()
            await analyst.settle()
        assert asked(analyst) == "", "all is here"
        assert analyst.status.startswith("1 of 300 incidents")
        calls = len(tenant.requests)
        await analyst.press("slash")
        await analyst.type(" number")
        await analyst.press("enter")
        assert (asked(analyst), len(tenant.requests)) == ("", calls)
        await analyst.press("escape")
        assert len(analyst.incidents) == 300


async def test_columns_are_hidden_and_shown_and_the_cursor_stays(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with analyst_at(tenant, clock, demo=True, size=(160, 45)) as analyst:
        await analyst.press("j", "j")
        key = analyst.grid.cursor_key
        await analyst.press("S")
        await analyst.press("j", "space", "end", "space", "K", "plus", "enter")
        header = analyst.screen_text.splitlines()[2]
        assert "Status" not in header
        assert "Age" in header
        assert analyst.grid.cursor_key == key
        await analyst.press("S")
        await analyst.press("space", "escape")
        assert "Severity" in analyst.screen_text.splitlines()[2], "what was not kept changed nothing"


async def test_the_second_start_has_its_rows_at_once_and_marks_what_is_new(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    async with analyst_at(tenant, clock, data_folder=tmp_path) as analyst:
        await analyst.sign_in()
    clock.advance(13 * 3600)
    tenant.incidents.add({"incidentId": 99001, "incidentName": "new", "lastUpdateTime": "2026-11-21T00:30:00Z"})
    async with analyst_at(tenant, clock, data_folder=tmp_path) as analyst, tenant.holding_answers("/api/") as gate:
        await analyst.begin_sign_in()
        await gate.waiting()
        await analyst.until(lambda: len(analyst.incidents) == 362)
        assert "362 remembered" in analyst.status
        assert "as of 13 h ago" in analyst.status
        gate.open()
        await analyst.settle()
        assert analyst.incidents[0] == "99001"
        assert "1 new" in analyst.status


async def test_what_occurs_is_counted_again_only_when_something_else_is_known(clock: StoppedClock) -> None:
    tenant = tenant_with(clock, 30)
    async with analyst_at(tenant, clock, demo=True) as analyst:
        entry = analyst.app.screen.query_one(NarrowLine)
        await analyst.press("slash", "escape")
        counted = entry._known
        await analyst.press("slash", "escape")
        assert entry._known is counted
        clock.advance(60)
        tenant.incidents.change("1005", tags=["vip"])
        await analyst.press("r", "slash")
        await analyst.type("tag:v")
        assert "vip 1" in hint(analyst)


async def test_a_letter_that_takes_no_row_away_lays_nothing_out_anew(clock: StoppedClock) -> None:
    """Whether or not there is something to be completed: all below would move up and down under whoever types."""
    tenant = tenant_with(clock, 5)
    for each in tenant.incidents.all():
        tenant.incidents.change(each["incidentId"], incidentName="Classified")
    async with analyst_at(tenant, clock, size=(80, 24)) as analyst:
        await analyst.sign_in()
        await analyst.press("slash")
        layouts: list[object] = []
        screen = analyst.app.screen
        screen.screen_layout_refresh_signal.subscribe(screen, layouts.append)
        top = analyst.grid.region
        hints = []
        for letter in "classified":
            await analyst.press(letter)
            hints.append(hint(analyst))
            assert len(analyst.incidents) == 5
        assert "category:" in hints[0]
        assert hints[-1] == ""
        assert layouts == []
        assert analyst.grid.region == top
        await analyst.type(" severty:high ")
        assert layouts != [], "a sentence that needs two lines has them"
        assert hint(analyst).startswith("✗")
