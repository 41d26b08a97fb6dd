"""What is remembered is there at once the next time, told about, and deleted from the command line."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.secret import Secret
from mtp_tui.services.incidents import FeedEvent, Remembered
from mtp_tui.services.memory import FIRST_RECALLED
from mtp_tui.services.wiring import on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.store import database
from mtp_tui.store.files import files_set_aside, store_path
from mtp_tui.wire import Wire
from tests.commands.conftest import Shell
from tests.store.disk import execute, overwrite
from tests.store.shapes import TENANT, filled
from tests.support.clocks import StoppedClock


@pytest.fixture
def folder(tmp_path: Path, shell: Shell) -> Path:
    shell.data_folder = tmp_path / "tenants"
    return shell.data_folder


async def look(tenant: SimulatedTenant, clock: StoppedClock, folder: Path) -> list[FeedEvent]:
    """One run of the program, and everything that its queue said."""
    settings = Settings(has_store=True, data_folder=folder)
    services = on_wire(settings, Wire(tenant.transport), clock, sleep=clock.sleep)
    credentials = ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
    signed_in = await services.session.sign_in(credentials)
    said = [event async for event in services.new_feed(signed_in).load_all()]
    await services.close()
    return said


async def test_the_second_run_has_its_rows_before_the_service_is_asked(
    tenant: SimulatedTenant, clock: StoppedClock, folder: Path
) -> None:
    first = await look(tenant, clock, folder)
    assert not any(isinstance(event, Remembered) for event in first)
    clock.advance(3600)
    tenant.incidents.add({"incidentId": 99001, "incidentName": "new", "lastUpdateTime": "2026-11-20T12:30:00Z"})
    second = await look(tenant, clock, folder)
    first_rows, all_rows = second[:2]
    assert isinstance(first_rows, Remembered)
    assert isinstance(all_rows, Remembered)
    assert (first_rows.total, all_rows.total) == (FIRST_RECALLED, len(tenant.incidents.all()) - 1)
    assert all_rows.new == all_rows.changed == frozenset(), "who looked for the first time has missed nothing"
    third = await look(tenant, clock, folder)
    assert isinstance(third[0], Remembered)
    assert third[0].new == {"99001"}, "nobody has looked at it yet"


async def test_a_tenants_rows_are_not_shown_under_a_token_that_may_not_read_them(
    tenant: SimulatedTenant, clock: StoppedClock, folder: Path
) -> None:
    await look(tenant, clock, folder)
    tenant.apps[tenant.client_id].roles = ()
    settings = Settings(has_store=True, data_folder=folder)
    services = on_wire(settings, Wire(tenant.transport), clock, sleep=clock.sleep)
    credentials = ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
    feed = services.new_feed(await services.session.sign_in(credentials))
    assert [recalled async for recalled in feed.memory.recall()] == []
    await services.close()


def test_nothing_remembered_is_said(shell: Shell, folder: Path) -> None:
    assert "Nothing is remembered" in shell.run("store", "info").out
    assert shell.run("store", "clear").code == 0
    assert shell.run("store").code == 2


async def test_what_is_remembered_is_told_and_deleted_only_when_that_is_sure(
    shell: Shell, tenant: SimulatedTenant, clock: StoppedClock, folder: Path
) -> None:
    await look(tenant, clock, folder)

    told = json.loads((await asyncio.to_thread(shell.run, "store", "info", "--json")).out)
    assert told["tenants"][tenant.tenant_id]["incidents"] == len(tenant.incidents.all())
    assert tenant.tenant_id in (await asyncio.to_thread(shell.run, "store", "info")).out
    refused = await asyncio.to_thread(shell.run, "store", "clear")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert (await asyncio.to_thread(shell.run, "store", "clear", "--yes")).code == 0
    told = json.loads((await asyncio.to_thread(shell.run, "store", "info", "--json")).out)
    assert told["tenants"][tenant.tenant_id]["incidents"] == 0


def elsewhere(file: Path) -> None:
    """A link in the file's place; what is remembered stands where it leads."""
    kept = file.with_name("kept")
    file.rename(kept)
    file.symlink_to(kept)


OUT_OF_REACH: dict[str, Callable[[Path], None]] = {
    "a newer version's": lambda file: execute(file, "PRAGMA user_version = 99"),
    "behind a link": elsewhere,
}


def incidents_in(file: Path) -> int:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        count: int = connection.execute("SELECT count(*) FROM incidents").fetchone()[0]
        return count


@pytest.mark.parametrize("put_out_of_reach", OUT_OF_REACH.values(), ids=OUT_OF_REACH.keys())
async def test_what_cannot_be_deleted_is_said_and_is_no_success(
    shell: Shell, clock: StoppedClock, folder: Path, put_out_of_reach: Callable[[Path], None]
) -> None:
    await filled(folder, clock, 3)
    file = store_path(folder, TENANT)
    put_out_of_reach(file)
    ran = await asyncio.to_thread(shell.run, "store", "clear", "--yes")
    assert ran.code == 1
    assert f"{TENANT}: deleted" not in ran.out
    assert str(file) in ran.err
    assert incidents_in(file) == 3


async def test_one_tenant_whose_file_is_held_does_not_keep_the_others_from_being_deleted(
    shell: Shell, clock: StoppedClock, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.01)
    await filled(folder, clock, 3)
    other = store_path(folder, TENANT.replace("a", "b"))
    store_path(folder, TENANT).rename(other)
    await filled(folder, clock, 3)
    with contextlib.closing(sqlite3.connect(store_path(folder, TENANT), isolation_level=None)) as window:
        window.execute("BEGIN IMMEDIATE")
        ran = await asyncio.to_thread(shell.run, "store", "clear", "--yes")
        window.execute("ROLLBACK")
    assert ran.code == 1
    assert "keeps the store busy" in ran.err
    assert ran.out == f"{TENANT}: not deleted, or not all of it\n{other.stem}: deleted\n"
    assert (incidents_in(store_path(folder, TENANT)), incidents_in(other)) == (3, 0)


async def test_damaged_files_that_stay_are_named(shell: Shell, clock: StoppedClock, folder: Path) -> None:
    await filled(folder, clock, 3)
    file = store_path(folder, TENANT)
    overwrite(file, 0, b"not a database, but long enough to look like one" * 99)
    ran = await asyncio.to_thread(shell.run, "store", "clear", "--yes")
    (aside,) = files_set_aside(file)
    assert (ran.code, ran.out) == (0, f"{TENANT}: deleted\n")
    assert f"{aside} stays" in ran.err
