"""An answer is bounded by how many parts it has, before anything of it is made."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from mtp_tui.defender.incident import incident_from
from mtp_tui.defender.page import page_from
from mtp_tui.defender.parts import MOST_OBJECTS, is_too_much
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.errors import UnexpectedAnswer

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GOOD = b'{"incidentId": 2, "incidentName": "good"}'


@pytest.mark.parametrize(
    "item",
    [
        b'{"incidentId": 1, "alerts": [{"devices": [%s]}]}',
        b'{"incidentId": 1, "alerts": [{"entities": [%s]}]}',
        b'{"incidentId": 1, "alerts": [%s]}',
        b'{"incidentId": 1, "comments": [%s]}',
        b'{"incidentId": 1, "unheard of": [%s]}',
    ],
)
@pytest.mark.parametrize("part", [b"{}", b"[]"])
def test_an_incident_of_very_many_parts_is_not_taken_apart_and_hides_no_other(item: bytes, part: bytes) -> None:
    heavy = item % b",".join([part] * 100_000)
    page = page_from(b'{"value": [%s, %s]}' % (heavy, GOOD), IncidentQuery(), NOON)
    assert [incident.name for incident in page.incidents] == ["good"]
    assert [each.problem for each in page.unreadable] == ["An incident has more parts than can be shown."]


def test_what_is_broken_and_has_too_many_parts_is_not_mended() -> None:
    broken = b'{"value": [{"incidentId": 1, "alerts": [%s]}, NaN x' % b",".join([b"{}"] * 300_000)
    with pytest.raises(UnexpectedAnswer, match="not JSON"):
        page_from(broken, IncidentQuery(), NOON)


_MEASURED = """
import resource
from datetime import UTC, datetime
from mtp_tui.defender.page import page_from
from mtp_tui.defender.query import IncidentQuery
heavy = b'{"incidentId": 1, "alerts": [{"devices": [' + b",".join([b"{}"] * 1_000_000) + b"]}]}"
body = b'{"value": [' + heavy + b', {"incidentId": 2, "incidentName": "good"}]}'
page_from(b'{"value": [{"incidentId": 2, "a": "b"}]}', IncidentQuery(), datetime.now(UTC))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
page = page_from(body, IncidentQuery(), datetime.now(UTC))
print(len(page.incidents), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts kilobytes as Linux does")
def test_a_small_answer_of_a_million_parts_fills_no_memory() -> None:
    done = subprocess.run([sys.executable, "-c", _MEASURED], capture_output=True, text=True, check=True)  # noqa: S603
    incidents, grown_mb = map(int, done.stdout.split())
    assert incidents == 1
    assert grown_mb < 30, "the answer has 3 MB, and its objects would have a gigabyte"


def test_many_values_are_bounded_as_well() -> None:
    heavy = b'{"incidentId": 1, "tags": [%s]}' % b",".join([b"1"] * 600_000)
    with pytest.raises(UnexpectedAnswer, match="more parts"):
        incident_from(heavy)


def test_brackets_in_a_text_hide_no_incident() -> None:
    text = '\\"[{,' * MOST_OBJECTS
    raw = json.dumps({"incidentId": 1, "incidentName": text}).encode()
    assert not is_too_much(raw)
    assert incident_from(raw).name == text


def test_the_largest_incident_that_may_come_is_read() -> None:
    entity = {"entityType": "Process", **dict.fromkeys(f"key{number}" for number in range(30))}
    alerts = [{"alertId": str(number), "entities": [entity] * 20} for number in range(400)]
    raw = json.dumps({"incidentId": 1, "alerts": alerts}).encode()
    assert incident_from(raw).alert_count == 400
