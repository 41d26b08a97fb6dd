"""Machines to run on, as environments."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]


def bare_machine(home: Path) -> dict[str, str]:
    """The environment of a machine without anything, as a jump host: no bus, no window, a home of its own."""
    system = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return system | {"HOME": str(home), "PYTHONPATH": str(ROOT), "KEYRING_TEST_FILE": str(home / "keyring.json")}


def machine_with_keyring(home: Path, keyring: str = "InAFile") -> dict[str, str]:
    """The same with one of the keyrings of `tests.profiles.keyrings`."""
    return bare_machine(home) | {"PYTHON_KEYRING_BACKEND": f"tests.profiles.keyrings.{keyring}"}
