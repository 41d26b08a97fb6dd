"""Group F, as far as values of hunting results occur inside incidents: JSON in a text, deep records, wide letters, links.

There is no hunting here; incidents carry such values in fields of their evidence.
"""

import json

import pytest
from rich.cells import cell_len

from mtp_tui.defender.models import page_from
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.record_columns import fit
from tests.defender.shapes import incident_json, raw
from tests.oddities.seen import Expected, case, check, with_devices, with_entities
from tests.support.clocks import NOON

IN_A_TEXT = json.dumps({"a": {"b": {"c": [1, 2, {"d": "x" * 7000}]}}})
LINKED = {"$id": "1", "Self": {"$ref": "1"}, "Host": {"$id": "2", "Owner": {"$ref": "1"}}}


def oddity(**fields: object) -> dict[str, object]:
    return with_entities({"entityType": "CloudEvent", "name": "e1", **fields})


CASES = [
    case("F1 capitals inside lower case", with_entities({"EntityType": "file", "FILENAME": "a.exe", "Sha256": "b" * 64}), {"evidence": ("a.exe  File", f"SHA-256: {'b' * 64}")}),
    case("F2 a number where there is more as a rule", oddity(stats=0.5), {"evidence": "stats: 0.5"}),
    case("F3 JSON in a text", oddity(AttackTechniques='["Phishing (T1566)"]'), {"evidence": 'AttackTechniques: ["Phishing (T1566)"]', "json": '"AttackTechniques": "[\\"Phishing (T1566)\\"]"'}),
    case("F3 the same field as text, object and null", with_entities(*({"entityType": "CloudEvent", "name": f"e{number}", "AdditionalFields": sent} for number, sent in enumerate(('{"a":1}', {"a": 1}, None)))), {"evidence": ('AdditionalFields: {"a":1}', 'AdditionalFields: {"a": 1}'), "evidence Evidence by type": ["▾ CloudEvent 3", "  e0", "  e1", "  e2"]}),
    case("F3 7,000 characters three deep", oddity(AdditionalFields=IN_A_TEXT), {"evidence": f"AdditionalFields: {IN_A_TEXT}", "report": "x" * 7000}),
    case("F3 JSON in the text of a device", with_devices({"deviceDnsName": "pc1", "loggedOnUsers": '[{"UserName":"ana"}]'}), {"devices": 'loggedOnUsers[0]: [{"UserName":"ana"}]'}),
    case("F4 letters of another script, and wide ones", with_entities({"entityType": "User", "accountName": "büro", "domainName": "ÅÄÖ"}, {"entityType": "File", "fileName": "請求書.exe", "filePath": "C:\\Users\\Пользователь"}), {"evidence": ("ÅÄÖ\\büro  User", "Path: C:\\Users\\Пользователь\\請求書.exe")}),
    case("F4 a name of wide letters", incident_json(incidentName="不審な受信トレイ規則"), {"row Name": "不審な受信トレイ規則"}),
    case("F5 links to itself", oddity(details=LINKED), {"evidence": f"details: {json.dumps(LINKED)}", "json": '"$ref": "1"'}),
    case("F5 links as entities", with_entities({"$id": "1", "entityType": "User", "accountName": "ana"}, {"$ref": "1"}), {"evidence": ("$id: 1", "$ref: 1"), "evidence Evidence by type": ["▾ Users 1", "  ana", "▾ Type not given 1", "  1"]}),
]  # fmt: skip


@pytest.mark.parametrize(("incident", "expected"), CASES)
def test_a_value_of_a_hunt_inside_an_incident_is_seen(incident: object, expected: Expected) -> None:
    check(incident, expected)


@pytest.mark.parametrize("text", ["請求書.exe", "不審な受信トレイ規則", "e\u0301\u0301クリック", "🧨👩‍💻", "plain"])
@pytest.mark.parametrize("size", [1, 5, 12, 30])
def test_a_cell_is_as_wide_as_the_terminal_draws_it(text: str, size: int) -> None:
    """F4: counted in cells, not in characters."""
    assert cell_len(fit(visible(text), size)) == size


@pytest.mark.parametrize("key", ["value", "Value", "VALUE"])
@pytest.mark.parametrize("more", [{}, {"Stats": None}, {"Stats": 12}, {"stats": {"ExecutionTime": 0.1}, "Schema": []}])
def test_what_else_an_answer_carries_is_optional(key: str, more: dict[str, object]) -> None:
    """F1, F2: any case, with or without its statistics."""
    assert page_from(raw(more | {key: [incident_json()]}), IncidentQuery(), NOON).received == 1
