"""Starting: the first frame, the commands without a screen, signing in, and what was remembered."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import baselines
from tests.bench.measure import Bench, Line, Measure, Reach, alternate, peak_memory_mb

ROOT = Path(__file__).parents[2]
OWN_TEXT = ("Sign in to Microsoft Defender XDR", "Client secret")
"""Stands on the program's first screen once it is painted."""


def installed_program() -> list[str]:
    """As it was installed; else as a module."""
    script = Path(sys.executable).with_name("mtp-tui")
    return [str(script)] if script.exists() else [sys.executable, "-m", "mtp_tui"]


def environment_of(home: Path) -> dict[str, str]:
    """What a shell gives, with a home of its own."""
    return {
        "HOME": str(home),
        "PATH": os.environ.get("PATH", ""),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }


async def cold_start(bench: Bench) -> list[Line]:
    """`mtp-tui` to its first painted frame, in a pseudo-terminal."""
    from tests.bench.baseline_apps import MARK
    from tests.support.terminal import Terminal

    memory: tuple[list[float], list[float]] = [], []
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(Path(folder))

        def start(command: Sequence[str], texts: Sequence[str], kept: list[float]) -> Measure:
            async def measure() -> float:
                begun = time.perf_counter()
                with Terminal(command, environment, width=120, height=40) as terminal:
                    terminal.read_until(*texts)
                    took = time.perf_counter() - begun
                    terminal.settle(0.2)
                    kept.append(peak_memory_mb(terminal.process.pid))
                return took * 1e3

            return measure

        bare = start([sys.executable, "-m", "tests.bench.baseline_apps"], [MARK], memory[0])
        ours = start(installed_program(), OWN_TEXT, memory[1])
        pair = await alternate(bare, ours, bench.rounds)
    name = "a bare app with the same kinds of widgets"
    return [
        Line("cold start to the first painted frame", pair.program, name, pair.baseline, Reach(ratio=1.25)),
        Line("  peak memory by then", tuple(memory[1]), name, tuple(memory[0]), Reach(ratio=1.3), unit="MB"),
    ]


async def commands(bench: Bench) -> list[Line]:
    """`mtp-tui --version` and `token check`."""
    from tests.identity.minting import mint

    name = 'python -c "import json, argparse"'
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(Path(folder))
        token = Path(folder) / "token.txt"
        token.write_text(mint().reveal())

        def run(*command: str) -> Measure:
            async def measure() -> float:
                begun = time.perf_counter()
                subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603, ASYNC221
                return (time.perf_counter() - begun) * 1e3

            return measure

        bare = run(sys.executable, "-c", "import json, argparse")
        version = await alternate(bare, run(*installed_program(), "--version"), bench.rounds)
        check = await alternate(
            bare, run(*installed_program(), "token", "check", str(token), "--offline"), bench.rounds
        )
    return [
        Line("mtp-tui --version", version.program, name, version.baseline, Reach(ratio=3)),
        Line("mtp-tui token check --offline", check.program, name, check.baseline, Reach(ratio=8)),
    ]


async def sign_in(bench: Bench) -> list[Line]:
    """Enter in the form, until the first 100 incidents are painted; everything was imported by an earlier sign-in."""
    import httpx

    from tests.bench import screen
    from tests.bench.server import serving

    count = 150  # so that there is a page behind the first
    with tempfile.TemporaryDirectory() as folder, serving("tls", Path(folder), count) as server:
        tenant = server.tenant
        names = {"AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "secret"}
        environ = server.environment | {name: tenant[key] for name, key in names.items()}
        async with screen.before_sign_in(environ) as at:
            with httpx.Client() as client:

                async def bare() -> float:
                    begun = time.perf_counter()
                    found = await asyncio.to_thread(
                        baselines.sign_in_and_list, client, tenant["tenant"], tenant["client"], tenant["secret"]
                    )
                    assert found == 100
                    return (time.perf_counter() - begun) * 1e3

                async def ours() -> float:
                    painted = await at.first_paint(at.sign_in, lambda: at.shows(100), 30)
                    await at.sign_out()
                    return painted.wall_ms

                pair = await alternate(bare, ours, bench.rounds, warm_up=2)
    name = "the same requests by bare httpx, decoded"
    return [Line("Enter in sign-in → first 100 incidents painted", pair.program, name, pair.baseline, Reach(ratio=1.5))]


async def remembered_start(bench: Bench) -> list[Line]:
    """From the moment that somebody is signed in until 200 remembered rows are painted."""
    from tests.bench import program, screen
    from tests.bench.baseline_apps import BareGridApp
    from tests.bench.corpus import corpus
    from tests.bench.driven import driven

    queue = corpus(bench.folder, bench.some)
    stored = await program.filled_store(bench.folder, queue)
    wanted = min(200, queue.count)
    async with driven(BareGridApp(200)) as bare_at:

        async def bare() -> float:
            begun = time.perf_counter()
            baselines.read(program.store_file(stored), program.NEWEST_200)
            read_ms = (time.perf_counter() - begun) * 1e3
            return read_ms + (await bare_at.cost(bare_at.app.screen.refresh)).wall_ms

        bare_ms = [await bare() for _ in range(1 + bench.rounds)][1:]
    ours_ms = []
    async with screen.at_queue(0) as at:
        for _ in range(1 + bench.rounds):
            at.follow(None)
            await at.settle()
            async with program.fresh_feed(stored) as feed:
                painted = await at.first_paint(
                    lambda feed=feed: at.follow(feed),  # type: ignore[misc]
                    lambda: at.shows(wanted),
                    60,
                )
                ours_ms.append(painted.wall_ms)
                await at.settle(lambda: at.is_quiet)
                at.follow(None)
                await at.settle()
    return [
        Line(
            "remembered start → 200 remembered rows painted",
            tuple(ours_ms[1:]),
            "reading 200 rows, and one bare repaint",
            tuple(bare_ms),
            Reach(ratio=1.5),
            note=f"{queue.count:,} incidents are remembered",
        )
    ]
