"""Group E, incidents in the words of Microsoft Graph; and whole incidents as public connectors keep them."""

from collections.abc import Mapping

import pytest

from mtp_tui.defender.incident_order import in_order
from mtp_tui.defender.models import incident_from, page_from, portal_link
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.defender.update import Change, patch_body
from mtp_tui.services.incidents import PageLoaded
from mtp_tui.ui.widgets.queue_state import QueueState, in_words, why_empty
from tests.defender.narrowings import lets_through
from tests.defender.shapes import incident_json, raw
from tests.oddities.connectors import CONNECTORS, DEMISTO_2026, ELASTIC_LOG, RAPID7, SEKOIA_GRAPH, TENANT
from tests.oddities.seen import Expected, case, check, with_alerts
from tests.support.clocks import NOON

PORTAL = "security.microsoft.com"


def of_graph(**fields: object) -> dict[str, object]:
    """An incident of Graph without alerts, with some fields changed."""
    return dict(SEKOIA_GRAPH) | {"alerts": []} | fields


CASES = [
    case("E1 an ID in digits", of_graph(id="29"), {"row ID": "29", "csv incidentId": "29"}),
    case("E1 an ID that is none", of_graph(id="incident-0001"), {"row ID": "incident-0001", "overview": "Incident ID: incident-0001"}),
    case("E1 both names for it", of_graph(id="29", incidentId="30"), {"row ID": "30", "overview": "id: 29"}),
    case("E2 tags of each age", of_graph(tags=["Old"], customTags=["Mine"], systemTags=["Theirs"]), {"row Tags": "Old, Mine, Theirs", "overview": ("Tags: Old, Mine, Theirs", 'customTags: ["Mine"]', 'systemTags: ["Theirs"]'), "csv tags": "Old; Mine; Theirs"}),
    case("E2 only custom ones", of_graph(tags=None, customTags=["Mine"], systemTags=[]), {"row Tags": "Mine"}),
    case("E2 none at all", of_graph(tags=None, customTags=[], systemTags=None), {"row Tags": "–", "overview": "Tags: none"}),
    case("E3 as the examples have it", of_graph(comments=[{"comment": "c", "createdBy": "ana", "createdTime": "2026-11-19T08:00:00Z"}]), {"comments": "ana  2026-11-19 08:00:00 UTC  1 d 4 h ago\nc"}),
    case("E3 as the schema has it", of_graph(comments=[{"comment": "c", "createdByDisplayName": "Ana", "createdDateTime": "2026-11-19T08:00:00Z"}]), {"comments": "Ana  2026-11-19 08:00:00 UTC  1 d 4 h ago\nc"}),
    case("E3 with more around it", of_graph(comments=[{"comment": "c", "createdBy": None, "id": "c-1", "@odata.type": "#microsoft.graph.security.alertComment"}]), {"comments": ("author not given  time not given\nc", "id: c-1"), "report": "**id:** c-1"}),
    case(
        "E4 newer fields",
        of_graph(lastModifiedBy="API-App:Blue", resolvingComment="Closed as a test", summary="Seen twice.\nAgain.", priorityScore=85, description="What it is"),
        {"overview": ("Also sent", "lastModifiedBy: API-App:Blue", "resolvingComment: Closed as a test", "summary: Seen twice.␊Again.", "priorityScore: 85", "description: What it is"), "report": "**priorityScore:** 85"},
    ),
    case("E4 a score of null", of_graph(priorityScore=None), {"no overview": "priorityScore", "json": '"priorityScore": null'}),
    case("E6 an empty tenant", of_graph(tenantId=""), {"no overview": "tenantId", "json": '"tenantId": ""'}),
    case("E6 a tenant", of_graph(tenantId=TENANT), {"overview": f"tenantId: {TENANT}"}),
    case("E7 replacement characters, tabs and line feeds", with_alerts({"description": "\ufffd\tone\n\ufffd\ttwo"}), {"alerts": "Description\n\ufffd␉one\n\ufffd␉two"}),
    case("E8 resolved, and nobody said why", of_graph(status="resolved", classification="unknown", determination="unknown"), {"row Status": "resolved", "overview": ("Status: resolved", "Classification: unknown · unknown"), "no overview": "missing"}),
    *(case(f"E9 {key}", of_graph(**{key: "unknownFutureValue"}), {"json": "unknownFutureValue", "overview": "unknownFutureValue"}) for key in ("status", "severity", "classification", "determination")),
    case("E9 in an alert", with_alerts({"status": "unknownFutureValue", "serviceSource": "unknownFutureValue", "category": "unknownFutureValue"}), {"alerts Status": "unknownFutureValue", "alerts Source": "unknownFutureValue", "alerts Tactic": "unknownFutureValue"}),
    case(
        "E graph incident as sekoia keeps it", SEKOIA_GRAPH,
        {
            "row Name": "Multi-stage incident on one endpoint", "row Status": "awaitingAction", "row Severity": "◆ medium", "row Created UTC": "11-18 08:00", "row Updated": "2 h", "row Alerts": "1", "row Devices": "1",
            "row Users": "3", "row Sources": "Endpoint", "row Tags": "Demo, Defender Experts",
            "alerts": ("“Dirtelti” backdoor was prevented", "Status: resolved", "Source: Defender for Endpoint / Antivirus", "Threat: Backdoor:Win32/Dirtelti", "Created: 2026-11-18 08:00:00 UTC", "Resolved: 2026-11-18 08:30:00 UTC", "recommendedActions: Collect artifacts␉and scope."),
            "alerts Tactic": "Defense evasion",
            "overview": ("First activity: 2026-11-18 07:00:00 UTC", "Affected", "Files:   1  evil.exe", "Devices:   1  ws-07", "CloudApplication:   1  Microsoft 365", "T1564.001"),
            "evidence": (
                "evil.exe  File", "Path: C:\\Temp\\evil.exe", f"SHA-1: {'a' * 40}", "fileSize: 1024", "Verdict: ✗ malicious", "Remediation: ✓ prevented", "On device: ws-07", "Evidence since: 2026-11-18 08:00:00 UTC",
                "evil.exe /x  Process", "Started: 2026-11-18 07:59:00 UTC", "Parent path: C:\\Windows\\System32\\cmd.exe", "Parent file name: cmd.exe", f"parentProcessImageFile.sha1: {'b' * 40}", "SID: S-1-5-21",
                "ana@contoso.example  User", "Entra object ID: 00000000-0000-4000-8000-0000000000bb", "displayName: Ana", "desk@contoso.example  Mailbox", "Display name: Front desk", "Invoice  MailMessage", "Sender: eve@evil.example",
                "Recipient: ana@contoso.example", "Delivery: deliveredToJunk", "urls: https://evil.example/a, https://evil.example/b", "Admins  SecurityGroup", "Group ID: g1", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Run  Registry", "appId: 11161",
            ),
            "devices": ("ws-07", "System: Windows11", 'vmMetadata: {"vmId": "v1"}', "Logged on: CONTOSO\\ana", "roles: compromised", "First seen: 2026-01-01 00:00:00 UTC"),
            "comments": "Ana  2026-11-19 08:00:00 UTC",
        },
    ),
    case(
        "A/B/C incident as elastic keeps it", ELASTIC_LOG,
        {
            "row Name": "12", "row Alerts": "1", "row Devices": "1", "row Users": "0", "row Sources": "Endpoint", "comments": "No comments.", "alerts Severity": "○ Info", "alerts Tactic": "not given",
            "alerts": ("Source: Defender for Endpoint / Custom indicator", "Investigation: UnsupportedOs 77", "Assigned to: Automation", "Description\na\n"), "devices": ("host-a / HOST-B.contoso.example", "System: Other Other x64", "Risk: None", "Health: Inactive"),
            "evidence": "Path: C:\\Temp\\x.ps1\n",
        },
    ),
    case(
        "A/B/C incident as demisto keeps it", DEMISTO_2026,
        {
            "row Name": "Unfamiliar sign-in properties", "row Status": "New", "row Created UTC": "–", "row Updated": "–", "row Owner": "–", "row Alerts": "2", "row Users": "1", "row Sources": "Entra ID Protection",
            "overview": ("Created: not given", "Classification: not given"), "evidence Evidence by type": ["▾ Users 1", "  00000000-0000-4000-8000-0000000000bb", "▾ Addresses 1", "  2001:db8:85a3:8d3:1319:8a2e:370:7348"],
        },
    ),
    case(
        "A/B/D incident as rapid7 keeps it", RAPID7,
        {"row ID": "12", "row Name": "Impossible travel", "row Status": "Resolved", "row Created UTC": "11-18 08:00", "row Owner": "Unassigned", "row Tags": "Seen before", "row Sources": "Cloud Apps", "comments": ("ana@contoso.example  time not given\nClosed", "createTime: xxx", "id: 4"), "alerts Severity": "▽ low"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("incident", "expected"), CASES)
def test_an_incident_of_graph_is_seen(incident: object, expected: Expected) -> None:
    check(incident, expected)


@pytest.mark.parametrize("incident", CONNECTORS.values(), ids=CONNECTORS)
def test_a_connectors_incident_is_found_by_its_words(incident: Mapping[str, object]) -> None:
    row = incident_from(raw(incident))
    words = {"12": "powershell", "Impossible travel": "travel"}.get(row.name, "ana" if row.id == "29" else "unfamiliar")
    assert lets_through(words, row)
    assert not lets_through("nowhere-in-it", row)


def test_ids_sort_as_numbers_where_all_are_and_as_text_otherwise() -> None:
    """E1: a word among them stops nothing."""
    for ids, sorted_ids in ((["9", "10", "1000"], ["9", "10", "1000"]), (["b-1", "10", "9"], ["9", "10", "b-1"])):
        incidents = [incident_from(raw(of_graph(id=each))) for each in reversed(ids)]
        assert [each.id for each in in_order(incidents, "id")] == sorted_ids


@pytest.mark.parametrize(
    ("link", "is_used"),
    [
        pytest.param(f"https://{PORTAL}/incidents/29?tid={TENANT}", True, id="E5 plain"),
        pytest.param(f"https://{PORTAL}/incident2/29/overview?tid={TENANT}", True, id="E5 of the newer portal"),
        pytest.param(f"https://{PORTAL}/incidents/29", True, id="E5 without a tenant"),
        pytest.param(f"https://{PORTAL}/incidents/29?tid=00000000-0000-4000-8000-0000000000ff", True, id="E5 of another tenant than tenantId"),
        pytest.param(f"https://{PORTAL}/incidents/?tid={TENANT}", False, id="E5 with nothing after incidents"),
        pytest.param(f"https://{PORTAL}/incidents/29?tid=tenantId", False, id="E5 the word tenantId"),
        pytest.param("https://[", False, id="E5 no address"),
    ],
)  # fmt: skip
def test_a_link_of_graph_is_used_or_built_anew(link: str, is_used: bool) -> None:
    incident = incident_from(raw(of_graph(incidentWebUrl=link)))
    assert portal_link(incident, PORTAL, TENANT) == (link if is_used else f"https://{PORTAL}/incidents/29?tid={TENANT}")


def test_tags_of_the_system_are_never_written_back() -> None:
    """E2: with the ID of the Defender API, where a change replaces all tags, they stay among what was also sent."""
    incident = check(incident_json(tags=["Mine"], systemTags=["Theirs"]), {"row Tags": "Mine", "overview": 'systemTags: ["Theirs"]'})  # fmt: skip
    assert patch_body(Change(add_tags=("New",)), incident.detail.incident) == {"tags": ["Mine", "New"]}


def test_what_is_no_incident_is_counted_told_and_hides_nothing() -> None:
    """E11: bare texts and an inner error among the incidents."""
    items: list[object] = ["29", {"error": {"code": "InternalServerError", "message": ""}}, None]
    page = page_from(raw({"value": [*items, SEKOIA_GRAPH]}), IncidentQuery(), NOON)
    assert [each.id for each in page.incidents] == ["29"]
    assert [each.position for each in page.unreadable] == [0, 1, 2]
    loaded = PageLoaded(page.incidents, frozenset({"29"}), frozenset(), 1, False, page.unreadable, NOON)
    state = QueueState(unreadable=len(page.unreadable))  # as the feed counts them
    assert "1 loaded" in (said := in_words(state.heard(loaded, NOON), NOON))
    assert "3 could not be read" in said
    nothing = PageLoaded((), frozenset(), frozenset(), 0, False, page.unreadable, NOON)
    assert why_empty(state.heard(nothing, NOON)) == "3 entries came, and none of them could be read as an incident."


def test_the_words_of_this_api_count_where_both_came() -> None:
    """A body with both names for a thing loses neither."""
    both = incident_json(displayName="Of Graph", incidentName="Of Defender", createdDateTime="2026-01-01T00:00:00Z")
    check(
        both,
        {"row Name": "Of Defender", "overview": ("displayName: Of Graph", "createdDateTime: 2026-01-01T00:00:00Z")},
    )
    check(incident_json(incidentName="") | {"DisplayName": "Of Graph"}, {"row Name": "Of Graph"})
