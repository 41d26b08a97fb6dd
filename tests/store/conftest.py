"""A folder, and a store in it that is closed again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mtp_tui.store.store import Store, open_store
from tests.store.shapes import TENANT
from tests.support.clocks import StoppedClock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where stores are kept; not there yet."""
    return tmp_path / "mtp-tui" / "tenants"


@pytest.fixture
def file(folder: Path) -> Path:
    """Where the tenant's file will be."""
    return folder / f"{TENANT}.sqlite"


@pytest.fixture
async def store(folder: Path, clock: StoppedClock) -> AsyncIterator[Store]:
    """A new one on the disk."""
    store, said = await open_store(folder, TENANT, clock)
    assert said == ""
    yield store
    await store.close()
