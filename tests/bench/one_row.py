"""One row, measured in a process that does nothing else: `run` starts it, `main` is it."""

import asyncio
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import msgspec

from tests.bench.measure import Bench, Line
from tests.bench.report import Outcome
from tests.bench.rows import row_named

ROOT = Path(__file__).parents[2]


def run(name: str, bench: Bench, within_s: float) -> Outcome:
    """Measure a row. What goes wrong with it, or takes too long, is told and does not touch the others."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "lines.json"
        asked = json.dumps(asdict(bench) | {"folder": str(bench.folder)})
        command = [sys.executable, "-m", "tests.bench.one_row", name, asked, str(found)]
        try:
            process = subprocess.run(command, cwd=ROOT, timeout=within_s, capture_output=True, text=True, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            return Outcome(name, problem=f"not done within {within_s / 60:.0f} minutes")
        if process.returncode != 0:
            last = next((line for line in reversed(process.stderr.splitlines()) if line.strip()), "no reason given")
            return Outcome(name, problem=last.strip()[:300])
        return Outcome(name, msgspec.json.decode(found.read_bytes(), type=tuple[Line, ...]))


def main() -> None:
    name, asked, path = sys.argv[1:]
    bench = msgspec.convert(json.loads(asked), Bench, dec_hook=lambda _, value: Path(value))

    async def measured() -> list[Line]:
        return await row_named(name)(bench)

    lines = asyncio.run(measured())
    Path(path).write_bytes(msgspec.json.encode(lines))


if __name__ == "__main__":
    main()
