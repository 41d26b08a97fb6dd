"""Getting the queue: fetched and decoded, stored and indexed, in memory and on the disk."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import baselines
from tests.bench.corpus import corpus
from tests.bench.measure import Bench, Line, Reach, alternate, memory_mb, peak_memory_mb, percentile


async def fetch(bench: Bench) -> list[Line]:
    """Fetch and decode 10,000 incidents for the list, from a server without quota."""
    from tests.bench import program
    from tests.bench.server import serving

    corpus(bench.folder, bench.some)
    first: list[float] = []
    with serving("plain", bench.folder, bench.some) as server:

        async def floor() -> float:
            return await _in_thread(baselines.fetch_by_raw_socket, server.port, bench.some)

        async def usual() -> float:
            return await _in_thread(baselines.fetch_by_requests, server.port, bench.some)

        async def ours() -> float:
            async with program.feed_from(server.port) as feed:
                first_ms, whole_ms = await program.load_all(feed, bench.some)
            first.append(100 * first_ms / whole_ms)
            return whole_ms

        pair = await alternate(floor, ours, bench.long_rounds)
        other = await alternate(ours, usual, max(2, bench.long_rounds // 2), warm_up=0)
    many = f"fetch and decode {bench.some:,} incidents"
    return [
        Line(many, pair.program, "raw socket, the list's fields by msgspec", pair.baseline, Reach(ratio=3)),
        Line("  by requests and json", other.program, "the program", other.baseline, Reach(least_ratio=3)),
        Line("  the first page is there after", tuple(first[1:]), reach=Reach(median=10), unit="%"),
    ]


async def store(bench: Bench) -> list[Line]:
    """The same, stored and indexed; and the keys meanwhile."""
    from tests.bench import program
    from tests.bench.server import serving

    queue = corpus(bench.folder, bench.some)
    with tempfile.TemporaryDirectory() as made, serving("plain", bench.folder, bench.some) as server:
        folder = Path(made)

        async def fetched() -> float:
            async with program.feed_from(server.port) as feed:
                return (await program.load_all(feed, bench.some))[1]

        async def bare() -> float:
            fetched_ms = await fetched()
            bodies = list(queue.bodies())
            begun = time.perf_counter()
            baselines.store_in_one_transaction(folder / "bare.sqlite", bodies)
            return fetched_ms + (time.perf_counter() - begun) * 1e3

        async def ours() -> float:
            with tempfile.TemporaryDirectory(dir=folder) as own:
                begun = time.perf_counter()
                async with program.feed_from(server.port, Path(own)) as feed:
                    await program.load_all(feed, bench.some)
                return (time.perf_counter() - begun) * 1e3

        pair = await alternate(bare, ours, max(2, bench.long_rounds // 2), warm_up=0)
        keys = await _keys_while_loading(bench, server.port, folder / "keys")
    name = "fetched alike, then one bare transaction"
    return [
        Line(f"fetch, store and index {bench.some:,} incidents", pair.program, name, pair.baseline, Reach(ratio=1.4)),
        Line(
            "  a key meanwhile, until it is painted", tuple(keys), reach=Reach(p95=50), note=f"worst {max(keys):.0f} ms"
        ),
    ]


async def _keys_while_loading(bench: Bench, port: int, folder: Path) -> list[float]:
    """Cursor down, thirty times a second at most, from the first rows on until everything is stored."""
    from tests.bench import program, screen

    found: list[float] = []
    async with screen.at_queue(0) as at, program.feed_from(port, folder) as feed:
        at.follow(feed)
        await at.until_painted(lambda: at.grid.rows)
        at.grid.focus()
        while (not at.is_quiet and len(found) < 3_000) or not found:
            cursor = (at.grid.cursor + 1) % len(at.grid.rows)
            wanted = "home" if cursor == 0 else "down"
            found.append(await at.echo(wanted, lambda cursor=cursor: at.grid.cursor == cursor))  # type: ignore[misc]
            await asyncio.sleep(0.033)
        at.follow(None)
    return found


async def memory(bench: Bench) -> list[Line]:
    """What is held with 10,000 and with 100,000 incidents, more than by a bare app."""
    lines: list[Line] = []
    counts = dict.fromkeys((0, bench.some, bench.many))
    for count in counts:
        if count:
            from tests.bench import program

            await program.filled_store(bench.folder, corpus(bench.folder, count))
        samples: tuple[list[float], list[float]] = [], []
        peak = 0.0
        for _ in range(max(2, bench.long_rounds // 2)):
            samples[0].append(_measured_alone("bare", bench, 0)["now"])
            held = _measured_alone("program", bench, count)
            samples[1].append(held["now"])
            peak = max(peak, held["peak"])
        reach = {0: Reach(), bench.some: Reach(more=40), bench.many: Reach(more=80)}[count]
        lines.append(
            Line(
                f"memory with {count:,} incidents loaded",
                tuple(samples[1]),
                "a bare app",
                tuple(samples[0]),
                reach,
                unit="MB",
                note=f"{percentile(samples[1], 50) - percentile(samples[0], 50):.0f} MB more; {peak:.0f} MB at the peak",
            )
        )
    return lines


def _measured_alone(what: str, bench: Bench, count: int) -> dict[str, float]:
    """Memory in a process that does nothing else."""
    command = [sys.executable, "-m", "tests.bench.rows_load", what, str(bench.folder), str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603
    return {name: float(value) for name, value in json.loads(done.stdout).items()}


async def _hold(what: str, folder: Path, count: int) -> dict[str, float]:
    if what == "bare":
        from tests.bench.baseline_apps import BareApp
        from tests.bench.driven import driven

        async with driven(BareApp()) as at:
            await at.settle()
            return {"now": memory_mb(), "peak": peak_memory_mb()}
    # only the tools of development bring click, with which httpx would load a command line of its own
    sys.modules["click"] = None  # type: ignore[assignment]
    from tests.bench import program, screen

    # a folder that is there already; the corpus is not read in this process
    stored = program.known_store(folder, count) if count else None
    async with screen.at_queue(count, stored):
        await asyncio.sleep(1)
        return {"now": memory_mb(), "peak": peak_memory_mb()}


async def disk(bench: Bench) -> list[Line]:
    """What 100,000 incidents take on the disk, with all indexes."""
    from tests.bench import program

    queue = corpus(bench.folder, bench.many)
    folder = await program.filled_store(bench.folder, queue)
    stored, raw = program.stored_bytes(folder) / 1e6, queue.size_bytes / 1e6
    return [Line(f"disk for {queue.count:,} incidents", (stored,), "their JSON", (raw,), Reach(ratio=0.4), unit="MB")]


async def _in_thread(work: object, port: int, count: int) -> float:
    begun = time.perf_counter()
    await asyncio.to_thread(work, port, count)  # type: ignore[arg-type]
    return (time.perf_counter() - begun) * 1e3


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_hold(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))))
