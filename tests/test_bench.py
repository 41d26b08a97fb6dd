"""That the measuring of speed still runs: cheap rows on a tiny corpus; nothing here looks at a time."""

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import main
from tests.bench.corpus import FIRST_ID, PAGE, corpus
from tests.bench.measure import Bench, Line, Reach, percentile
from tests.bench.rows import MORE_ROWS, ROWS, row_named


def test_a_quick_run_measures_both_sides_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "found.json"
    assert main(["--quick", "--rows", "token", "--folder", str(tmp_path), "--json", str(told)]) == 0
    (row,) = json.loads(told.read_bytes())["rows"]
    (line,) = row["lines"]
    assert line["action"] in capsys.readouterr().out
    assert len(line["program_samples"]) == len(line["baseline_samples"]) >= 2
    assert line["ratio"] > 0
    assert line["met"] in (True, False)


async def test_a_store_is_filled_and_asked(tmp_path: Path) -> None:
    lines = await row_named("pivot")(Bench(tmp_path, many=30, some=30, rounds=1, is_quick=True))
    assert all(line.ratio for line in lines)


def test_every_row_has_its_function() -> None:
    for name in ROWS | MORE_ROWS:
        assert row_named(name).__doc__, name


def test_a_corpus_is_the_same_for_a_seed_and_longer_ones_repeat_its_bodies(tmp_path: Path) -> None:
    queue = corpus(tmp_path / "one", 250, distinct=40)
    assert list(queue.bodies()) == list(corpus(tmp_path / "other", 250, distinct=40).bodies())
    bodies = [json.loads(body) for body in queue.bodies()]
    assert [body["incidentId"] for body in bodies] == list(range(FIRST_ID + 250, FIRST_ID, -1))
    assert len({body["incidentName"] for body in bodies}) == 40
    times = [body["lastUpdateTime"] for body in bodies]
    assert times == sorted(times, reverse=True)
    assert all(4_000 < len(body) < 70_000 for body in queue.bodies())
    assert 15_000 < queue.size_bytes / queue.count < 22_000
    assert len(json.loads(queue.page(200))["value"]) == 50
    assert len(json.loads(queue.page(0))["value"]) == PAGE


@pytest.mark.parametrize(
    ("reach", "is_met"),
    [
        (Reach(), None),
        (Reach(ratio=2), True),
        (Reach(ratio=1.9), False),
        (Reach(least_ratio=2.1), False),
        (Reach(ratio=2, p95=39), False),
        (Reach(p95=40), True),
        (Reach(more=10), True),
        (Reach(more=9), False),
        (Reach(median=19), False),
    ],
)
def test_a_line_is_met_when_all_of_its_limits_hold(reach: Reach, *, is_met: bool | None) -> None:
    assert Line("made up", (20, 18, 40), "half of it", (10, 9, 20), reach).is_met is is_met


def test_the_ratio_is_that_of_neighbours_in_time_and_not_of_the_medians() -> None:
    """A neighbour that takes the machine for some rounds slows both sides down."""
    line = Line("made up", (10, 10, 100, 100, 100), "half of it", (5, 5, 50, 50, 9_000))
    assert line.ratio == 2
    assert percentile((1, 2, 3, 4), 50) == 2
    assert percentile((1, 2, 3, 4), 95) == 4
