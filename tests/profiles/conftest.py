"""A machine that has nothing, as a jump host; and a place for the profile file."""

import os
from pathlib import Path

import pytest

from mtp_tui.profiles.profile_book import ProfileBook
from tests.support.clocks import StoppedClock

ROOT = Path(__file__).parents[2]


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine without anything: no bus, no window, a home of its own."""
    system = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return system | {
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "KEYRING_TEST_FILE": str(tmp_path / "keyring.json"),
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "config" / "mtp-tui"
    folder.mkdir(parents=True, mode=0o700)
    return folder / "profiles.toml"


@pytest.fixture
def book(file: Path, clock: StoppedClock) -> ProfileBook:
    return ProfileBook(file, clock)
