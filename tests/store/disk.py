"""What can be done to a store's file behind its back, and what is seen of it."""

import sqlite3
import stat
from pathlib import Path

from mtp_tui.store.store import Store
from tests.store.shapes import incident
from tests.support.clocks import NOON


def overwrite(file: Path, start: int, data: bytes) -> None:
    """As a failing disk would."""
    with file.open("r+b") as stream:
        stream.seek(start)
        stream.write(data)


def execute(file: Path, *statements: str) -> None:
    """As another program would; the file is there afterwards."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def link(file: Path, target: Path) -> None:
    file.parent.mkdir(parents=True)
    file.symlink_to(target)


def read_all(file: Path) -> bytes:
    return file.read_bytes()


def modes(folder: Path) -> dict[str, int]:
    """Of everything in the folder, and of the folder itself as `.`."""
    return {path.name or ".": stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} | {
        ".": stat.S_IMODE(folder.stat().st_mode)
    }


def open_to_others(folder: Path, file: Path) -> None:
    file.chmod(0o666)
    folder.chmod(0o755)


async def works(store: Store) -> None:
    """It takes an incident and gives it back."""
    before = (await store.info()).incidents
    await store.put([incident("one more")], NOON)
    assert await store.wholes(["one more"]) == (incident("one more"),)
    assert (await store.info()).incidents == before + 1
