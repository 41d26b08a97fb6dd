"""How fast the program is, beside what each thing costs at least: `python -m tests.bench`.

Every row measures the program and a baseline in turns, in a process of its own, and tells medians, the program's 95th
percentile, the ratio, and whether what is to be reached is reached. Only ratios of one run mean anything: both sides
suffer the same machine and the same neighbours. Corpora and filled stores are kept in a temporary folder.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mtp_tui.clock import system_clock
from tests.bench import one_row, report
from tests.bench.measure import Bench
from tests.bench.rows import MORE_ROWS, ROWS


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the JSON. Answers 0 if every row could be measured, whatever it reached."""
    options = _options(arguments)
    bench = Bench(options.folder, many=options.incidents, some=min(10_000, options.incidents))
    if options.quick:
        many = min(300, options.incidents)
        bench = Bench(options.folder, many=many, some=min(200, many), rounds=2, is_quick=True)
    say(f"{report.machine()}\n{report.head()}")
    outcomes = []
    for name in options.rows:
        outcome = one_row.run(name, bench, options.minutes * 60)
        say(report.table(outcome))
        outcomes.append(outcome)
        if options.json is not None:
            report.write_json(options.json, bench, outcomes, system_clock())
    if options.markdown:
        say(report.markdown(outcomes))
    return 1 if any(outcome.problem for outcome in outcomes) else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the program beside its floors.")
    parser.add_argument(
        "--rows",
        nargs="+",
        choices=(*ROWS, *MORE_ROWS),
        default=tuple(ROWS),
        metavar="NAME",
        help=f"of {', '.join(ROWS)}; or {', '.join(MORE_ROWS)}",
    )
    parser.add_argument(
        "--incidents", type=int, default=100_000, metavar="N", help="in place of 100,000 (and at most 10,000)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a tiny corpus and two rounds: whether it runs, not how fast"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there, after each row")
    parser.add_argument("--markdown", action="store_true", help="print the table of the README at the end")
    parser.add_argument("--minutes", type=float, default=30, help="most for one row (default: 30)")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "mtp-tui-bench", help="what is kept"
    )
    return parser.parse_args(arguments)


def say(text: str) -> None:
    """One piece of the table, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
