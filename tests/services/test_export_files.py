"""Exports in files: whole or not at all, however many incidents there are, and over nothing unasked."""

import asyncio
import json
import os
import signal
import stat
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mtp_tui.defender.models import Incident
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.services.export import About, Format, path_for_export, usual_name, write_export
from mtp_tui.sim.payload import json_bytes
from tests.defender.shapes import incident_json
from tests.services.test_export import document, made
from tests.support.clocks import NOON

ABOUT = About(NOON, narrowed_to="severity:high", known=340, tenant="contoso.example")

on_posix = pytest.mark.skipif(os.name == "nt", reason="links, pipes and modes of POSIX")


async def given_one_by_one(*incidents: Incident) -> AsyncIterator[Incident]:
    """Incidents as the queue gives them."""
    for incident in incidents:
        yield incident


def names(folder: Path) -> list[str]:
    """What is in it."""
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("form", Format)
async def test_an_export_is_whole_private_and_says_what_it_holds(tmp_path: Path, form: Format) -> None:
    path = tmp_path / usual_name(form, ABOUT)
    sentence = await write_export(path, given_one_by_one(made(), made(incidentId=2)), form, ABOUT, replace=False)
    rest = "incidents of contoso.example, narrowed to “severity:high”, as of 2026-11-20 12:00:00 UTC."
    assert sentence == f"2 of 340 {rest}"
    assert replace(ABOUT, is_marked=True).sentence(2) == f"2 marked of 340 {rest}"
    assert path.name == f"incidents-20261120-1200.{form}"
    assert b"924565" in path.read_bytes()
    assert names(tmp_path) == [path.name]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_the_json_file_tells_filter_rows_and_time_beside_the_array(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    about = About(NOON + timedelta(hours=1), narrowed_to='"\u202e', known=2, note="There may be more.")
    await write_export(path, given_one_by_one(made()), Format.JSON, about, replace=False)
    told = json.loads(path.read_bytes())
    assert told["about"] == {
        "exported": 1,
        "as_of": "2026-11-20T13:00:00Z",
        "filter": '"\u202e',
        "marked": False,
        "known": 2,
        "tenant": "",
        "note": "There may be more.",
    }
    assert [incident["incidentId"] for incident in told["value"]] == [924565]


async def test_what_stands_there_is_kept_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("kept")
    with pytest.raises(BadInput, match="there already"):
        await write_export(path, given_one_by_one(made()), Format.CSV, ABOUT, replace=False)
    assert path.read_text() == "kept"
    await write_export(path, given_one_by_one(made()), Format.CSV, ABOUT, replace=True)
    assert path.read_bytes() == document(Format.CSV, made())
    assert names(tmp_path) == ["out.csv"]


async def taken_meanwhile(path: Path) -> AsyncIterator[Incident]:
    """Incidents during whose writing another program takes the name."""
    await asyncio.to_thread(path.write_text, "kept")
    yield made()


async def test_a_file_that_came_meanwhile_is_kept_too(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(BadInput, match="there already"):
        await write_export(path, taken_meanwhile(path), Format.CSV, ABOUT, replace=False)
    assert path.read_text() == "kept"
    assert names(tmp_path) == ["out.csv"]


async def test_ten_thousand_incidents_are_never_held_together(tmp_path: Path) -> None:
    path, counts = tmp_path / "out.ndjson", list[int]()
    body = json_bytes(incident_json(incidentName="x" * 20_000))
    alive: set[int] = set()

    class Counted(bytes):
        def __del__(self) -> None:
            alive.discard(id(self))

    async def incidents() -> AsyncIterator[Incident]:
        for _ in range(1_000):
            raw = Counted(body)
            alive.add(id(raw))
            yield Incident(id="1", sent=raw)
            assert len(alive) < 200

    await write_export(path, incidents(), Format.NDJSON, ABOUT, replace=False, on_written=counts.append)
    assert path.read_bytes().count(b"\n") == 1_000
    assert counts == list(range(50, 1_001, 50))


@pytest.mark.parametrize("is_there", [True, False])
async def test_what_is_given_up_or_breaks_off_leaves_everything_as_it_was(tmp_path: Path, is_there: bool) -> None:
    path = tmp_path / "out.json"
    if is_there:
        path.write_text("kept")
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[Incident]:
        for _ in range(120):
            yield made()
        begun.set()
        await asyncio.Event().wait()

    async def breaking() -> AsyncIterator[Incident]:
        yield made()
        raise MtpError("The store is gone.")

    writing = asyncio.create_task(write_export(path, endless(), Format.JSON, ABOUT, replace=True))
    await begun.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    with pytest.raises(MtpError, match="store is gone"):
        await write_export(path, breaking(), Format.JSON, ABOUT, replace=True)
    with pytest.raises(MtpError, match="not JSON any more"):
        await write_export(path, given_one_by_one(Incident(id="1", sent=b"{")), Format.JSON, ABOUT, replace=True)
    assert names(tmp_path) == ["out.json"] * is_there
    assert not is_there or path.read_text() == "kept"


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow beyond 100,000 bytes."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    on_excess = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, on_excess)


@on_posix
async def test_a_full_disk_is_said_and_what_stood_there_stays(tmp_path: Path, full_disk: None) -> None:
    path = tmp_path / "out.csv"
    path.write_text("kept")
    large = [made(incidentId=number, incidentName="x" * 5_000) for number in range(60)]
    with pytest.raises(MtpError, match="could not be written: File too large") as caught:
        await write_export(path, given_one_by_one(*large), Format.CSV, ABOUT, replace=True)
    assert "another folder" in caught.value.hint
    assert names(tmp_path) == ["out.csv"]
    assert path.read_text() == "kept"


async def test_where_links_are_unknown_the_name_is_taken_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "out.csv"
    await write_export(path, given_one_by_one(made()), Format.CSV, ABOUT, replace=False)
    assert path.read_bytes() == document(Format.CSV, made())
    late = tmp_path / "late.csv"
    with pytest.raises(BadInput, match="there already"):
        await write_export(late, taken_meanwhile(late), Format.CSV, ABOUT, replace=False)
    assert late.read_text() == "kept"
    assert names(tmp_path) == ["late.csv", "out.csv"]


@on_posix
async def test_links_folders_and_pipes_are_refused_even_for_replacing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, why in (("link", "link"), ("broken", "link"), ("folder", "folder"), ("pipe", "no ordinary")):
        for may_replace in (True, False):
            with pytest.raises(BadInput, match=why):
                await write_export(tmp_path / name, given_one_by_one(made()), Format.JSON, ABOUT, replace=may_replace)
        with pytest.raises(BadInput, match=why):
            path_for_export(str(tmp_path / name), Format.JSON)
    assert (tmp_path / "kept").read_text() == "kept"


@pytest.mark.parametrize(
    ("typed", "why"), [("", "missing"), ("nowhere/out.csv", "no folder"), ("a\0b", "no such file")]
)
def test_what_can_be_no_file_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=why):
        path_for_export(typed, Format.CSV)
    assert path_for_export("out.csv", Format.CSV) == tmp_path / "out.csv"


@pytest.mark.parametrize(
    ("name", "form", "is_right"),
    [
        ("b.ndjson", Format.CSV, False), ("b.JSON", Format.NDJSON, False), ("b.csv", Format.MARKDOWN, False), ("b.md", Format.JSON, False),
        ("b.jsonl", Format.NDJSON, True), ("b.markdown", Format.MARKDOWN, True), ("b.CSV", Format.CSV, True), ("b.txt", Format.JSON, True),
        ("b", Format.CSV, True), ("b.json.csv", Format.CSV, True),
    ],
)  # fmt: skip
def test_what_its_ending_denies_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, form: Format, is_right: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if is_right:
        assert path_for_export(name, form) == tmp_path / name
    else:
        with pytest.raises(BadInput, match="not what its ending says"):
            path_for_export(name, form)


async def test_a_name_too_long_for_the_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MtpError):
        await write_export(tmp_path / ("x" * 300), given_one_by_one(made()), Format.CSV, ABOUT, replace=False)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("incident_id", "name"),
    [("924565", "incident-924565-20261120-1200.md"), ("../\x1b[2J", "incident-2J-20261120-1200.md")],
)
def test_the_usual_name_is_a_plain_one(incident_id: str, name: str) -> None:
    assert usual_name(Format.MARKDOWN, ABOUT, incident_id) == name
