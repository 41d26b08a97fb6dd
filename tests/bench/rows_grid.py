"""Many rows on the screen: moving among them, narrowing and sorting them. Work is CPU time until all is painted."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import baselines
from tests.bench.corpus import corpus
from tests.bench.measure import FRAME_MS, Bench, Line, Reach, alternate

if TYPE_CHECKING:
    from tests.bench.screen import Program

WORDS = ("powershell", "malicious", "ransomware", "ws-01", "contoso", "zzzunknown")
"""Of the corpus but for the last: common ones, rare ones, one that nothing holds."""
LETTERS = "bdghjkltvy"
"""That none of these begins with: what was asked before is remembered."""
PAIRS = ("ab", "de", "go", "hi", "lo", "ne", "ta", "up", "vi", "ti")
FIELDS = ("severity:high", "owner:ana", "is:open", "user:bo.berg", "file:invoice", "-noise", "mitre:t1059")


async def _stored(bench: Bench) -> Path:
    from tests.bench import program

    return await program.filled_store(bench.folder, corpus(bench.folder, bench.many))


async def keys(bench: Bench) -> list[Line]:
    """Cursor down, page down and end."""
    from tests.bench import screen
    from tests.bench.baseline_apps import BareGridApp
    from tests.bench.driven import driven

    lines = []
    stored = await _stored(bench)
    async with driven(BareGridApp(bench.many)) as bare, screen.at_queue(bench.many, stored) as at:
        for key, title in (("down", "cursor down"), ("pagedown", "page down"), ("end", "end")):

            async def bare_ms(key: str = key) -> float:
                await bare.press("home" if key == "end" else "left")
                return (await bare.press(key)).work_ms

            async def ours_ms(key: str = key) -> float:
                await at.press("home" if key == "end" else "left")
                return (await at.press(key)).work_ms

            pair = await alternate(bare_ms, ours_ms, 3 * bench.rounds, warm_up=3)
            reach = Reach(ratio=1.5, p95=FRAME_MS)
            lines.append(
                Line(f"{title} at {bench.many:,} rows", pair.program, "in a grid of empty cells", pair.baseline, reach)
            )
    return lines


async def narrow(bench: Bench) -> list[Line]:
    """A key typed into `/`."""
    from tests.bench import screen
    from tests.bench.baseline_apps import BareInputApp
    from tests.bench.driven import driven

    stored = await _stored(bench)
    kinds = ("one", "two", "more", "field")
    bare: dict[str, list[float]] = {kind: [] for kind in kinds}
    costs: dict[str, list[float]] = {kind: [] for kind in kinds}
    worst: dict[str, str] = {}
    async with driven(BareInputApp()) as bare_at, screen.at_queue(bench.many, stored) as at:
        for _ in range(1 if bench.is_quick else 3):
            for text in WORDS + FIELDS:
                await at.press("/")
                for place, char in enumerate(text, 1):
                    kind = "field" if ":" in text else {1: "one", 2: "two"}.get(place, "more")
                    bare[kind].append((await bare_at.press(char)).work_ms)
                    pressed = await at.press(char, within_s=300)
                    costs[kind].append(pressed.work_ms)
                    if pressed.work_ms >= max(costs[kind]):
                        worst[kind] = (
                            f"worst {pressed.work_ms:.0f} ms at “{text[:place]}”; wall {pressed.wall_ms:.0f} ms"
                        )
                await at.press("escape")
                await at.settle(lambda: len(at.grid.rows) == bench.many)
        first = [await _first_rows_ms(at, letter) for letter in LETTERS]
        stopped = [await _interrupted(at, *letters) for letters in PAIRS]
    one, other, more = f"a key in / at {bench.many:,} rows", "  the second letter", "  the third letter, and more"
    name = "the same key in a bare Input"

    def line(title: str, kind: str, reach: Reach) -> Line:
        return Line(title, tuple(costs[kind]), name, tuple(bare[kind]), reach, note=worst[kind])

    return [
        line(f"{one}: the first letter", "one", Reach(p95=50)),
        line(other, "two", Reach()),
        line(more, "more", Reach(p95=FRAME_MS)),
        line("  a field and its value", "field", Reach(p95=FRAME_MS)),
        Line("  the first letter, until the first rows are painted", tuple(first), reach=Reach(p95=50)),
        Line("  a second key at once: wall until both are answered", tuple(stopped), reach=Reach(p95=100)),
    ]


async def _first_rows_ms(at: "Program", letter: str) -> float:
    """Work until the first rows with a word that begins so are painted, be there more to come or not."""
    await at.press("/")
    pressed = await at.first_paint(lambda: at.begin(letter), lambda: at.is_narrowed_to(letter), within_s=300)
    await at.press("escape")
    await at.settle(lambda: not at.grid.narrowing.terms)
    return pressed.work_ms


async def _interrupted(at: "Program", one: str, other: str) -> float:
    """Wall time until the rows of two letters are painted, when the second is typed 5 ms after the first."""
    await at.press("/")
    begun = time.perf_counter()
    first = asyncio.create_task(at.press(one, within_s=300))
    await asyncio.sleep(0.005)
    second = await at.press(other, within_s=300)
    await first
    took = (time.perf_counter() - begun) * 1e3 - 30  # without the quiet time behind it
    await at.press("escape")
    return max(took, second.wall_ms)


async def sort(bench: Bench) -> list[Line]:
    """Sorting by a column, and showing the rows in their new order."""
    from tests.bench import screen

    stored = await _stored(bench)
    lines = []
    async with screen.at_queue(bench.many, stored) as at:
        for key in ("severity", "status", "id", "name", "alerts", "owner", "tags", "created", "updated"):
            keys = at.keys_of(key)

            async def bare_ms(keys: list[object] = keys) -> float:
                cpu = time.process_time()
                baselines.sorted_keys(keys)
                return (time.process_time() - cpu) * 1e3

            async def ours_ms(key: str = key) -> float:
                await at.unsort()
                return (await at.cost(lambda: at.grid.sort_by(key), within_s=60)).work_ms

            pair = await alternate(bare_ms, ours_ms, max(2, bench.rounds // 3))
            lines.append(
                Line(f"sort {bench.many:,} rows by {key}", pair.program, "sorted(keys)", pair.baseline, Reach(ratio=2))
            )
    return lines
