"""Group D, times: every form that was seen, in every place that holds one, and what an analyst sees of it."""

import pytest

from mtp_tui.defender.incident_order import in_order
from mtp_tui.defender.models import incident_from
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.moments import parse_moment
from mtp_tui.services.incident_book import IncidentBook
from tests.defender.shapes import incident_json, raw
from tests.oddities.seen import check

GOOD = {
    **{f"D1 {digits} digits": f"2026-01-02T03:04:05.{'1234567'[:digits]}Z" for digits in range(1, 8)},
    "D1 no digits": "2026-01-02T03:04:05Z",
    "D2 no zone": "2026-01-02T03:04:05",
    "D2 an offset of nothing": "2026-01-02T03:04:05+00:00",
    "D2 an offset": "2026-01-02T05:04:05.5+02:00",
    "D4 a blank, as Entra writes it": "2026-01-02 03:04:05Z",
}
NEVER = {"D3 year 1": "0001-01-01T00:00:00Z", "D3 year 1 to the digit": "0001-01-01T00:00:00.0000000Z", "D3 1601": "1601-01-01T00:00:00Z"}  # fmt: skip
ODD = {
    "D4 American": "10/31/2024 1:31:54 PM",
    "D4 a month of its own": "2026-13-45T03:04:05Z",
    "D4 beyond the last year": "9999-12-31T23:59:59-14:00",
    "D4 a number": 20261122,
    "D4 an object": {"date": "2026"},
    "D6 redacted": "xxx",
}


def with_time(sent: object) -> dict[str, object]:
    """An incident with this time wherever one can be."""
    device = {"deviceDnsName": "pc1", "firstSeen": sent}
    process = {"entityType": "Process", "processId": 1, "processCreationTime": sent, "parentProcessCreationTime": sent, "evidenceCreationTime": sent}  # fmt: skip
    keys = ("creationTime", "lastUpdatedTime", "resolvedTime", "firstActivity", "lastActivity")
    alert = {"title": "A", "devices": [device], "entities": [process], **dict.fromkeys(keys, sent)}
    comment = {"comment": "c", "createdBy": "ana", "createdTime": sent}
    return incident_json(createdTime=sent, lastUpdateTime=sent, comments=[comment], alerts=[alert])


def params(forms: dict[str, object]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("sent", [pytest.param(sent, id=line) for line, sent in forms.items()])


@params(dict(GOOD))
def test_every_readable_form_reads_alike_with_its_zone(sent: str) -> None:
    when = "2026-01-02 03:04:05 UTC"
    shown = check(
        with_time(sent),
        {
            "row Created UTC": "01-02 03:04",
            "row Age": "322 d",
            "overview": [f"{label}: {when}  322 d ago" for label in ("Created", "Last update", "First activity", "Last activity")],
            "alerts": [f"{label}: {when}" for label in ("First activity", "Last activity", "Created", "Last update", "Resolved")],
            "evidence": [f"{label}: {when}" for label in ("Started", "Parent started", "Evidence since")],
            "devices": f"First seen: {when}",
            "timeline": f"all at {when}",
            "comments": f"ana  {when}",
            "report": (f"- {when}: incident created", f"- **Created:** {when}"),
        },
    )  # fmt: skip
    assert shown.csv["createdTime"].startswith("2026-01-02T03:04:05")
    assert shown.csv["createdTime"].endswith("Z")


@params(dict(NEVER))
def test_never_reads_not_given_and_nothing_overflows(sent: str) -> None:
    check(
        with_time(sent),
        {
            "row Created UTC": "–",
            "row Age": "–",
            "overview": ("Created: not given", "Last update: not given", "First activity: not given"),
            "alerts": ("Created: not given", "Resolved: not given"),
            "evidence": "Evidence since: not given",
            "devices": "First seen: not given",
            "timeline": "None of its alerts came with a time.",
            "comments": "ana  time not given",
            "no overview": ("0001", "1601", "Also sent"),
            "no evidence": ("0001", "1601"),
            "no report": ("0001", "1601"),
        },
    )


@params(ODD)
def test_what_cannot_be_read_is_shown_as_text_and_is_no_time(sent: object) -> None:
    text = sent if isinstance(sent, str) else "20261122" if isinstance(sent, int) else '{"date": "2026"}'
    check(
        with_time(sent),
        {
            "row Created UTC": "–",
            "overview": ("Created: not given", f"createdTime: {text}", f"lastUpdateTime: {text}"),
            "alerts": ("Created: not given", f"creationTime: {text}", f"firstActivity: {text}"),
            "evidence": (f"Started: {text}", f"Parent started: {text}", f"evidenceCreationTime: {text}", "Evidence since: not given"),
            "devices": ("First seen: not given", f"firstSeen: {text}"),
            "timeline": "time not given: · not given  A",
            "comments": ("ana  time not given", f"createdTime: {text}"),
            "csv createdTime": "",
        },
    )  # fmt: skip


def test_times_of_every_precision_stand_in_their_order() -> None:
    """D1: mixed inside one object, as they are."""
    texts = ["2026-01-02T03:04:05.1234567Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.12Z", "2026-01-02T03:04:05.2"]
    incidents = [
        incident_from(raw(incident_json(incidentId=number, createdTime=text))) for number, text in enumerate(texts)
    ]
    assert [each.id for each in in_order(incidents, "created")] == ["3", "0", "2", "1"]


def test_incidents_of_one_instant_are_all_kept_and_asked_for_again() -> None:
    """D5: a time alone is no cursor; what was updated at that very digit is asked for, and told apart by ID."""
    same = "2026-11-20T09:30:31.8566667Z"
    book = IncidentBook()
    incidents = [incident_from(raw(incident_json(incidentId=number, lastUpdateTime=same))) for number in range(5)]
    news = book.compare(incidents, {})
    book.take(news)
    assert (len(book.rows()), len(news.new), len(news.changed)) == (5, 5, 0)
    assert book.compare(incidents, {}).incidents == ()
    moment = parse_moment(same)
    assert moment is not None
    assert IncidentQuery(moment).to_params()["$filter"] == "lastUpdateTime ge 2026-11-20T09:30:31.856666Z"
