"""Exporting from the queue: what, as what, and where; what is in the way is said, and the choice stays."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from mtp_tui.defender.models import Incident
from mtp_tui.services.export import About, Format
from mtp_tui.ui.ask_screen import ConfirmScreen
from mtp_tui.ui.export_screen import Exportable, ExportScreen
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.said import Said
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import NOON, StoppedClock
from tests.support.incidents import tenant_with
from tests.support.modals import in_front_of
from tests.support.quiet import until


def export_of(analyst: Analyst) -> ExportScreen:
    """The screen that is in front."""
    assert isinstance(analyst.app.screen, ExportScreen)
    return analyst.app.screen


def about(screen: ExportScreen) -> str:
    """What would be written, or how far it is."""
    return screen.query_one("#export-about", Said).text


def fault(screen: ExportScreen) -> str:
    """What is in the way."""
    error = screen.query_one(Problem).error
    return f"{error.summary} {error.hint}" if error else ""


def names(folder: Path) -> list[str]:
    """What is in it."""
    return [each.name for each in folder.iterdir()]


async def export_to(analyst: Analyst, path: Path) -> None:
    """Type another path, and write."""
    export_of(analyst).path.value = str(path)
    await analyst.press("enter")


async def test_rows_shown_or_marked_and_one_incident_are_written_and_it_is_said_where(
    clock: StoppedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tenant = tenant_with(clock, 12)
    async with analyst_at(tenant, clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("slash", *"number", "space", "1", "enter")
        shown = analyst.incidents
        await analyst.press("x")
        assert "incidents-20261120-1200.csv" in export_of(analyst).path.value
        assert "narrowed to “number 1”" in about(export_of(analyst))
        await analyst.press("right", "right")
        assert export_of(analyst).path.value == str(tmp_path / "incidents-20261120-1200.ndjson")
        await analyst.press("enter")
        written = [json.loads(line) for line in (tmp_path / "incidents-20261120-1200.ndjson").read_text().splitlines()]
        assert [str(each["incidentId"]) for each in written] == shown
        assert "Written to" in analyst.notices
        assert f"{len(shown)} of 12 incidents" in analyst.notices
        assert "as of 2026-11-20 12:00:00 UTC" in analyst.notices

        await analyst.press("space", "space", "x", "right")
        assert "2 marked of 12 incidents" in about(export_of(analyst))
        await export_to(analyst, tmp_path / "marked.json")
        told = json.loads((tmp_path / "marked.json").read_text())
        assert told["about"]["marked"] is True
        assert [str(each["incidentId"]) for each in told["value"]] == shown[:2]

        await analyst.press("escape", "enter", "x")
        assert "Incident 10" in analyst.screen_text
        await analyst.press("enter")
        (report,) = (name for name in names(tmp_path) if name.endswith(".md"))
        assert (tmp_path / report).read_text().startswith("# Incident number")


async def test_what_is_in_the_way_is_said_and_the_choice_stays(clock: StoppedClock, tmp_path: Path) -> None:
    (tmp_path / "kept.csv").write_text("kept")
    async with analyst_at(tenant_with(clock, 120), clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("x", "right")
        for path, why in (
            (tmp_path, "is a folder"),
            (tmp_path / "nowhere" / "a.json", "There is no folder"),
            (Path("/proc/mtp-tui.json"), "could not be written"),
        ):
            await export_to(analyst, path)
            assert why in fault(export_of(analyst))
            assert export_of(analyst).form.chosen == "json"
            assert export_of(analyst).path.value == str(path)
        await analyst.press("left")
        assert export_of(analyst).path.value == "/proc/mtp-tui.csv", "the end of a typed name follows the format"
        await export_to(analyst, tmp_path / "kept.csv")
        assert isinstance(analyst.app.screen, ConfirmScreen)
        await analyst.press("enter")
        assert (tmp_path / "kept.csv").read_text() == "kept"
        await analyst.press("enter", "y")
        assert (tmp_path / "kept.csv").read_text().startswith("incidentId,")


async def test_a_file_is_not_filled_with_something_else_than_its_name_says(clock: StoppedClock, tmp_path: Path) -> None:
    async with analyst_at(tenant_with(clock, 2), clock, demo=True, size=(80, 24)) as analyst:
        await analyst.press("x")
        await export_to(analyst, tmp_path / "b.NDJSON")
        assert "b.NDJSON would hold CSV, which is not what its ending says." in fault(export_of(analyst))
        assert "Let it end in .csv, or choose the other format." in fault(export_of(analyst))
        assert names(tmp_path) == []
        await analyst.press("right", "right")
        assert export_of(analyst).path.value == str(tmp_path / "b.ndjson"), "the end follows the format"
        await analyst.press("left")
        await analyst.press("enter")
        assert names(tmp_path) == ["b.json"]


def held_export() -> tuple[ExportScreen, asyncio.Event, asyncio.Event]:
    """An export of 300 incidents that stops at the 120th; what is set when it is there, and what it waits for."""
    ids = tuple(str(number) for number in range(300))
    reached, goes_on = asyncio.Event(), asyncio.Event()

    async def wholes(wanted: Iterable[str]) -> AsyncIterator[Incident]:
        for key in wanted:
            if key == "120":
                reached.set()
                await goes_on.wait()
            yield Incident(key)

    screen = ExportScreen(wholes, [Exportable("300 shown", ids, (Format.CSV,), About(NOON, known=300))])
    return screen, reached, goes_on


async def test_escape_stops_the_writing_and_leaves_no_file(tmp_path: Path) -> None:
    screen, reached, goes_on = held_export()
    async with in_front_of(screen) as front:
        screen.path.value = str(tmp_path / "out.csv")
        await front.pilot.press("enter")
        await reached.wait()
        await until(front.pilot, lambda: about(screen) == "Writing: 100 of 300 … Esc stops.")
        await front.pilot.press("enter", "escape")
        goes_on.set()
        await front.settle()
        assert "Stopped. No file was written." in fault(screen)
        assert names(tmp_path) == []
        await front.press("enter")
        assert names(tmp_path) == ["out.csv"]
        assert "300 of 300 incidents, as of" in front.notices
        assert front.answers == [None]
