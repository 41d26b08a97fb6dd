"""Group A, the incident itself: each deviation of the wild, and what an analyst sees of it."""

import json
import time

import pytest

from mtp_tui.defender.incident_order import in_order
from mtp_tui.defender.models import incident_from, page_from, portal_link
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.services.incident_book import IncidentBook
from tests.defender.narrowings import lets_through, read
from tests.defender.shapes import incident_json, raw
from tests.oddities.seen import Expected, case, check, with_alerts
from tests.support.clocks import NOON

SIX = ("createdTime", "lastUpdateTime", "assignedTo", "classification", "determination", "redirectIncidentId")
PORTAL = "security.microsoft.com"
TENANT = "00000000-0000-4000-8000-0000000000aa"


def without(*keys: str) -> dict[str, object]:
    return {key: value for key, value in incident_json().items() if key not in keys}


CASES = [
    case("A1 New, of an alert", incident_json(status="New"), {"row Status": "New", "overview": "Status: New", "csv status": "New"}),
    case("A1 awaitingAction, of Graph", incident_json(status="awaitingAction"), {"row Status": "awaitingAction", "report": "**Status:** awaitingAction"}),
    case("A1 a word of tomorrow", incident_json(status="Frozen"), {"row Status": "Frozen", "overview": "Status: Frozen", "no overview": "Resolved"}),
    case("A1 no status at all", incident_json(status=None), {"row Status": "–", "overview": "Status: not given", "csv status": ""}),
    case(
        "A2 merged into another",
        incident_json(status="Redirected", redirectIncidentId=924000, severity="UnSpecified", alerts=[]),
        {
            "row Name": "→ 924000  Multi-stage incident", "row Status": "Redirected", "row Severity": "· Unspec", "row Alerts": "0",
            "overview": ("merged into incident 924000  m goes there", "Severity: · UnSpecified"), "timeline": "Its alerts moved to incident 924000.",
            "report": "**Merged into:** 924000", "csv redirectIncidentId": "924000",
        },
    ),
    case(
        "A2 merged, and the survivor left out",
        incident_json(status="Redirected", redirectIncidentId=None, severity="UnSpecified", alerts=[]),
        {"row Name": "Multi-stage incident", "row Status": "Redirected", "timeline": "The service sent no alerts with this incident."},
    ),
    case("A3 lower case, as Graph writes it", incident_json(severity="high"), {"row Severity": "▲ high", "overview": "Severity: ▲ high"}),
    case("A3 capitals", incident_json(severity="MEDIUM"), {"row Severity": "◆ MEDIUM"}),
    case("A3 a word of tomorrow", incident_json(severity="Critical"), {"row Severity": "· Critical", "overview": "Severity: · Critical", "csv severity": "Critical"}),
    case("A3 no severity", incident_json(severity=None), {"row Severity": "· –", "overview": "Severity: not given"}),
    case(
        "A4 six keys absent",
        without(*SIX),
        {
            "row Created UTC": "–", "row Age": "–", "row Updated": "–", "row Owner": "–", "csv createdTime": "",
            "overview": ("Created: not given", "Last update: not given", "Assigned to: not given", "Classification: not given"), "no overview": ("None", "1970"),
        },
    ),
    case("A5 comments absent", without("comments"), {"comments": "No comments."}),
    case("A5 comments null", incident_json(comments=None), {"comments": "No comments."}),
    case("A5 comments empty", incident_json(comments=[]), {"comments": "No comments.", "report": "## Comments (0)\n\nNone were sent."}),
    case("A6 Unknown on a resolved one", incident_json(status="Resolved", classification="Unknown"), {"row Status": "Resolved", "overview": "Classification: Unknown · NotAvailable"}),
    case("A6 of the update page", incident_json(classification="InformationalExpectedActivity"), {"overview": "Classification: InformationalExpectedActivity", "csv classification": "InformationalExpectedActivity"}),
    case("A6 null on an alert", with_alerts({"status": "New", "classification": None, "determination": None}), {"alerts": "Status: New\n"}),
    case("A6 a word of tomorrow", incident_json(classification="Undecided"), {"overview": "Classification: Undecided"}),
    *(
        case(f"A7 {age} determination {word}", incident_json(classification="TruePositive", determination=word), {"overview": f"Classification: TruePositive · {word}", "csv determination": word, "report": f"**Determination:** {word}"})
        for age, words in {"older": ("Apt", "SecurityPersonnel"), "newer": ("MultiStagedAttack", "Clean", "NoEnoughDataToValidate"), "unknown": ("Undreamt",)}.items()
        for word in words
    ),
    case("A8 entities beside alerts, empty", incident_json(entities=[]), {"no overview": ("entities", "Also sent")}),
    case("A8 entities beside alerts, with something", incident_json(entities=[{"entityType": "Ip", "ipAddress": "192.0.2.1"}]), {"overview": ("Also sent", 'entities: [{"entityType": "Ip", "ipAddress": "192.0.2.1"}]'), "row Users": "0"}),
    case("A9 a link of the portal", incident_json(incidentUri=f"https://{PORTAL}/incidents/924565?tid={TENANT}"), {"csv incidentUri": f"https://{PORTAL}/incidents/924565?tid={TENANT}"}),
    case("A10 strings", incident_json(tags=["VIP", "Ransomware"]), {"row Tags": "VIP, Ransomware", "overview": "Tags: VIP, Ransomware", "csv tags": "VIP; Ransomware"}),
    case("A10 comment objects", incident_json(tags=[{"comment": "Look here", "createdBy": "ana"}]), {"row Tags": "Look here", "overview": "Tags: Look here", "no overview": "{'"}),
    case("A10 objects without words, and null", incident_json(tags=[{"odd": [1]}, None, 7]), {"row Tags": '{"odd": [1]}, 7'}),
    case("A10 none", incident_json(tags=None), {"row Tags": "–", "overview": "Tags: none"}),
    case("A11 a number as a name", incident_json(incidentName="12"), {"row Name": "12", "overview": "12\n", "csv incidentName": "12"}),
    case("A11 a real number as a name", incident_json(incidentName=12), {"row Name": "12"}),
    case("A11 brackets and control marks", incident_json(incidentName="[bold]x[/] \x1b[31mred\u200b"), {"row Name": "[bold]x[/] ␛[31mred", "overview": "[bold]x[/] ␛[31mred", "report": r"\[bold\]x\[/\]"}),
    case("A11 no name", incident_json(incidentName=None), {"row Name": "incident 924565", "overview": "Incident 924565\n"}),
    case("A12 a mail address", incident_json(assignedTo="Ana@contoso.example"), {"row Owner": "Ana", "overview": "Assigned to: Ana@contoso.example"}),
    *(case(f"A12 {word}, who is nobody", incident_json(assignedTo=word), {"row Owner": word, "overview": f"Assigned to: {word}"}) for word in ("Unassigned", "Automation", "Suppression rule")),
    case("A12 null", incident_json(assignedTo=None), {"row Owner": "–", "overview": "Assigned to: not given"}),
    case("A15 detectionSource on the incident, as documented", with_alerts({"detectionSource": "MCAS"}, detectionSource="OfficeATP"), {"overview": ("Also sent", "detectionSource: OfficeATP"), "alerts": "Source: Defender for Cloud Apps"}),
    case("A15 detectionSource on the alert, as sent", with_alerts({"serviceSource": "OfficeATP", "detectionSource": "WindowsDefenderAv"}), {"row Sources": "Office 365", "alerts": "Source: Defender for Office 365 / Antivirus", "no overview": "Also sent"}),
    case("A16 alerts that differ in nothing but time", with_alerts(*({"alertId": "da1", "title": "Same", "creationTime": f"2026-11-19T01:00:{second:02}Z"} for second in range(25))), {"row Alerts": "25", "alerts Alert": ["Same"] * 25, "overview": "Alerts:  25"}),
]  # fmt: skip


@pytest.mark.parametrize(("incident", "expected"), CASES)
def test_an_incident_is_seen(incident: object, expected: Expected) -> None:
    check(incident, expected)


def rows(*incidents: dict[str, object]) -> IncidentBook:
    book = IncidentBook()
    book.take(book.compare([incident_from(raw(incident)) for incident in incidents], {}))
    return book


def test_only_resolved_and_merged_ones_are_not_open() -> None:
    """A1, A2: a word that we do not know counts as open."""
    words = ["New", "awaitingAction", "Frozen", "", "unknownFutureValue", "RESOLVED", "redirected"]
    found = [word for word in words if lets_through("status:open", incident_from(raw(incident_json(status=word))))]
    assert found == words[:5]


def test_severity_has_a_rank_for_none_and_the_unknown_come_last() -> None:
    """A2, A3: sorted by the column, in whatever case."""
    words = ["Critical", "UnSpecified", "high", "LOW", "Medium", None, "informational"]
    incidents = [
        incident_from(raw(incident_json(incidentId=number, severity=word))) for number, word in enumerate(words)
    ]
    assert [words[int(each.id)] for each in in_order(incidents, "severity")] == ["high", "Medium", "LOW", "informational", "UnSpecified", "Critical", None]  # fmt: skip


def test_what_has_no_time_sorts_last_either_way() -> None:
    """A4: absent dates are neither old nor new."""
    dated = {number: incident_json(incidentId=number, createdTime=f"2026-11-1{number}T00:00:00Z") for number in (1, 2)}
    known = rows(dated[1], {"incidentId": 3}, dated[2])
    assert [each.id for each in in_order(known.rows(), "created")] == ["2", "1", "3"]
    assert [each.id for each in in_order(known.rows(), "-created")] == ["1", "2", "3"]
    assert known.rows()[-1].id == "3"


def test_mine_compares_whole_addresses_without_case_and_fixed_words_are_nobody() -> None:
    """A12: `owner:me` and `owner:none`."""
    owners = ["ME@Contoso.com", "me@contoso.com.evil.example", "Automation", "Unassigned", "Suppression rule", None]
    incidents = [incident_from(raw(incident_json(assignedTo=owner))) for owner in owners]
    assert [lets_through("owner:me", each) for each in incidents] == [True, *[False] * 5]
    assert [lets_through("owner:none", each) for each in incidents] == [False, False, *[True] * 4]
    assert read("owner:me").faults == ()


def test_one_id_twice_on_a_page_is_one_row_and_the_later_name() -> None:
    """A13: a list keyed by ID takes the second without a word."""
    body = raw({"value": [incident_json(incidentId=924521, incidentName=name) for name in ("one", "two")]})
    page = page_from(body, IncidentQuery(), NOON)
    assert [(each.id, each.name) for each in page.incidents] == [("924521", "two")]
    assert [each.name for each in rows(*(incident_json(incidentName=name) for name in ("one", "two"))).rows()] == [
        "two"
    ]


@pytest.mark.parametrize(
    "wrapper",
    [
        pytest.param({"@odata.context": "https://api.security.microsoft.com/api/$metadata#Incidents"}, id="A14 documented"),
        pytest.param({}, id="A14 value alone"),
        pytest.param({"@odata.context": "https://api.securitycenter.microsoft.com/x/$entity", "@odata.nextLink": None}, id="A14 of another host"),
        pytest.param({"@odata.count": 1, "Stats": 17}, id="A14 with more around it"),
    ],
)  # fmt: skip
def test_what_stands_around_the_list_does_not_matter(wrapper: dict[str, object]) -> None:
    page = page_from(raw(wrapper | {"value": [incident_json()]}), IncidentQuery(), NOON)
    assert [each.id for each in page.incidents] == ["924565"]
    assert page.next_link == ""


@pytest.mark.parametrize(
    ("uri", "is_used"),
    [
        pytest.param(f"https://{PORTAL}/incidents/924565?tid={TENANT}", True, id="A9 as sent since 2023"),
        pytest.param(f"https://security.microsoft.us/incidents/924565?tid={TENANT}", True, id="A9 of another cloud's portal"),
        pytest.param(None, False, id="A9 absent"),
        pytest.param(f"http://{PORTAL}/incidents/924565", False, id="A9 without TLS"),
        pytest.param("https://portal.evil.example/incidents/924565", False, id="A9 on a stranger's host"),
        pytest.param(f"https://{PORTAL}/incidents/924000?tid={TENANT}", False, id="A9 of another incident"),
        pytest.param({"href": f"https://{PORTAL}/incidents/924565"}, False, id="A9 an object"),
    ],
)  # fmt: skip
def test_a_link_is_opened_only_if_it_leads_to_this_incident_in_a_portal(uri: object, is_used: bool) -> None:
    incident = incident_from(raw(incident_json(incidentUri=uri)))
    built = f"https://{PORTAL}/incidents/924565?tid={TENANT}"
    assert portal_link(incident, PORTAL, TENANT) == (uri if is_used else built)


def test_a_page_of_a_million_characters_is_read_and_shown() -> None:
    """A16: 924,579 characters were seen on one page; drawing is the grid's business, which draws what is visible."""
    alerts = [{"alertId": f"da{number}", "title": "Same again", "description": "x" * 900} for number in range(10)]
    body = raw({"value": [incident_json(incidentId=number, alerts=alerts) for number in range(100)]})
    assert len(body) > 924_579
    started = time.process_time()
    page = page_from(body, IncidentQuery(), NOON)
    assert len(page.incidents) == 100
    assert time.process_time() - started < 5.0  # a twentieth of a second, unless something grows with the square
    check(json.loads(page.incidents[0].raw), {"row Alerts": "10", "overview": "Alerts:  10"})
