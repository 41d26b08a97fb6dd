"""The table that people read, and the JSON that programs read."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from tests.bench.measure import Bench, Line, percentile

_HEAD = ("action", "baseline", "base", "here", "p95", "ratio", "to reach", "")
_WIDTHS = (50, 40, 10, 10, 10, 8, 26, 5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row came to."""

    row: str
    lines: tuple[Line, ...] = ()
    problem: str = ""
    """Why there are no lines, or not all."""


def head() -> str:
    """The titles of the columns."""
    return _columns(_HEAD) + "\n" + "─" * (sum(_WIDTHS) + len(_WIDTHS) - 1)


def table(outcome: Outcome) -> str:
    """One row of the issue of things to reach, in as many lines as it has."""
    lines = [_line(line) for line in outcome.lines]
    if outcome.problem:
        lines.append(f"{outcome.row}: {outcome.problem}")
    return "\n".join(lines)


def _line(line: Line) -> str:
    ratio = line.ratio
    verdict = {True: "yes", False: "NO", None: ""}[line.is_met]
    text = _columns(
        (
            line.action,
            line.baseline_name,
            _amount(median(line.baseline), line.unit) if line.baseline else "",
            _amount(median(line.program), line.unit),
            _amount(percentile(line.program, 95), line.unit),
            "" if ratio is None else f"{ratio:.2f} ×",
            str(line.reach),
            verdict,
        )
    )
    return f"{text}\n    {line.note}" if line.note else text


def _columns(texts: Sequence[str]) -> str:
    cells = (
        f"{text[:width]:>{width}}" if 2 <= position <= 5 else f"{text[:width]:<{width}}"
        for position, (text, width) in enumerate(zip(texts, _WIDTHS, strict=True))
    )
    return " ".join(cells).rstrip()


def _amount(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"


def markdown(outcomes: Sequence[Outcome]) -> str:
    """The same as a table for the README: medians, and the ratio where there is a baseline."""
    lines = ["| action | here | beside | ratio | to reach | |", "|---|---|---|---|---|---|"]
    for line in (line for outcome in outcomes for line in outcome.lines):
        base = f"{line.baseline_name}, {_amount(median(line.baseline), line.unit)}" if line.baseline else ""
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        verdict = {True: "✓", False: "✗", None: ""}[line.is_met]
        here = f"{_amount(median(line.program), line.unit)}, p95 {_amount(percentile(line.program, 95), line.unit)}"
        cells = (line.action.strip(), here, base, ratio, str(line.reach), verdict)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def write_json(path: Path, bench: Bench, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Everything that was measured, each sample."""
    document = {
        "at": now.isoformat(),
        "machine": machine(),
        "incidents": {"many": bench.many, "some": bench.some},
        "rows": [
            {"row": outcome.row, "problem": outcome.problem, "lines": [_object(line) for line in outcome.lines]}
            for outcome in outcomes
        ],
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def _object(line: Line) -> dict[str, object]:
    return {
        "action": line.action,
        "unit": line.unit,
        "baseline": line.baseline_name,
        "baseline_samples": line.baseline,
        "program_samples": line.program,
        "baseline_median": median(line.baseline) if line.baseline else None,
        "program_median": median(line.program),
        "program_p95": percentile(line.program, 95),
        "ratio": line.ratio,
        "reach": str(line.reach),
        "met": line.is_met,
        "note": line.note,
    }


def machine() -> dict[str, object]:
    """What it was measured on."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
