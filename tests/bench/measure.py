"""Two ways of doing the same, measured in turns; and what is told of them."""

import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

Measure = Callable[[], Awaitable[float]]
"""Does something once; answers what it cost, in the unit of its line."""

FRAME_MS = 16.0
"""One frame of a screen."""


@dataclass(frozen=True, slots=True)
class Bench:
    """How much is measured, and where things are kept between two runs."""

    folder: Path
    """Corpora and filled stores; a temporary folder."""
    many: int = 100_000
    """Incidents where a row says 100,000."""
    some: int = 10_000
    """Incidents where it says 10,000; so many different bodies there are."""
    rounds: int = 15
    """How often a short measurement is made."""
    is_quick: bool = False

    @property
    def long_rounds(self) -> int:
        """How often one is made that takes seconds."""
        return max(2, self.rounds // 4)

    @property
    def idle_s(self) -> float:
        """How long nothing is done where a row says a minute."""
        return 10.0 if self.is_quick else 60.0


@dataclass(frozen=True, slots=True)
class Reach:
    """What a line is to reach, all of what is given."""

    ratio: float | None = None
    """At most, of the program to the baseline."""
    least_ratio: float | None = None
    """At least."""
    p95: float | None = None
    """At most, of the program, in the unit of the line."""
    median: float | None = None
    more: float | None = None
    """At most, the program's median less the baseline's."""

    def __str__(self) -> str:
        parts = (
            (self.ratio, "≤ {:g} ×"),
            (self.least_ratio, "≥ {:g} ×"),
            (self.p95, "p95 ≤ {:g}"),
            (self.median, "≤ {:g}"),
            (self.more, "+ ≤ {:g}"),
        )
        return ", ".join(form.format(value) for value, form in parts if value is not None)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: an action, what it is compared with, and all that was measured."""

    action: str
    program: tuple[float, ...]
    baseline_name: str = ""
    baseline: tuple[float, ...] = ()
    reach: Reach = field(default_factory=Reach)
    unit: str = "ms"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The median of what each round gave: both sides of a round suffer the same neighbours."""
        pairs = [(one, other) for one, other in zip(self.program, self.baseline, strict=False) if other > 0]
        return median(one / other for one, other in pairs) if pairs else None

    @property
    def is_met(self) -> bool | None:
        """Whether all is reached; None if nothing is to be."""
        found = median(self.program) if self.program else float("inf")
        less = median(self.baseline) if self.baseline else 0.0
        ratio = self.ratio if self.ratio is not None else float("inf")
        reach = self.reach
        asked: tuple[tuple[float | None, Callable[[float], bool]], ...] = (
            (reach.ratio, lambda most: ratio <= most),
            (reach.least_ratio, lambda least: ratio >= least),
            (reach.p95, lambda most: percentile(self.program, 95) <= most),
            (reach.median, lambda most: found <= most),
            (reach.more, lambda most: found - less <= most),
        )
        verdicts = [holds(limit) for limit, holds in asked if limit is not None]
        return all(verdicts) if verdicts else None


def percentile(samples: Sequence[float], percent: int) -> float:
    """The smallest sample that so many per cent of all do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else float("inf")


@dataclass(frozen=True, slots=True)
class Pair:
    """What both sides cost, round by round."""

    baseline: tuple[float, ...]
    program: tuple[float, ...]


async def alternate(baseline: Measure, program: Measure, rounds: int, *, warm_up: int = 1) -> Pair:
    """One after the other, again and again; the first rounds are thrown away."""
    costs: tuple[list[float], list[float]] = [], []
    for _ in range(warm_up + rounds):
        costs[0].append(await baseline())
        costs[1].append(await program())
    return Pair(tuple(costs[0][warm_up:]), tuple(costs[1][warm_up:]))


def clocked(work: Callable[[], object]) -> Measure:
    """Wall time of a function, in ms."""

    async def measure() -> float:
        begun = time.perf_counter()
        work()
        return (time.perf_counter() - begun) * 1e3

    return measure


def memory_mb(pid: int | str = "self") -> float:
    """Resident memory of a process now. Linux only."""
    return _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Rss:") / 1024


def peak_memory_mb(pid: int | str = "self") -> float:
    """The most that it ever held. Linux only."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmHWM:") / 1024


def cpu_s(pid: int) -> float:
    """CPU time of another process so far. Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _kilobytes(path: Path, name: str) -> float:
    lines = (line for line in path.read_text().splitlines() if line.startswith(name))
    return float(next(lines).split()[1])
