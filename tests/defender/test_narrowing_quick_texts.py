"""The quick reading of a body finds what the objects of its alerts say: whatever the body is."""

import string
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.defender.alert import alert_of
from mtp_tui.defender.entity import LABELS
from mtp_tui.defender.incident import incident_fields
from mtp_tui.defender.json_reading import one_line
from mtp_tui.defender.narrowing.body_texts import PARTS_OF_BODIES, texts_of_alert, texts_of_comments
from mtp_tui.defender.narrowing.folding import fold, fold_each
from mtp_tui.defender.narrowing.quick_texts import BodyTexts, texts_of_body
from mtp_tui.errors import UnexpectedAnswer
from mtp_tui.sim.hostile import hostile_incidents
from mtp_tui.sim.oddities import MOMENTS, odd_incidents
from mtp_tui.sim.stories import build_incidents
from tests.bench.corpus import big_incident
from tests.defender.narrowings import rich_incident
from tests.defender.shapes import incident_json, raw
from tests.defender.test_any_json import ANY_JSON
from tests.support.clocks import StoppedClock

Json = dict[str, object]


def by_objects(body: bytes) -> tuple[Mapping[str, set[str]], object, object]:
    """By part what alerts say, and their first and last activity, as their pages would show it."""
    sent = incident_fields(body)
    alerts = [alert_of(alert, position) for position, alert in enumerate(sent.objects("alerts"))]
    found: dict[str, set[str]] = {part: set() for part in PARTS_OF_BODIES}
    found["story"].update(texts_of_comments(sent))
    for part, text in (each for alert in alerts for each in texts_of_alert(alert)):
        found[part].update([text] if text else [])
    first = min((alert.first_activity for alert in alerts if alert.first_activity), default=None)
    last = max((alert.last_activity for alert in alerts if alert.last_activity), default=None)
    return found, first, last


def quickly(body: bytes) -> tuple[Mapping[str, set[str]], object, object]:
    read: BodyTexts = texts_of_body(incident_fields(body))
    assert all(len(texts) == len(set(texts)) for texts in read.texts.values())
    return {part: set(texts) for part, texts in read.texts.items()}, read.active_from, read.active_until


def naming(entities: object = (), devices: object = (), **fields: object) -> bytes:
    alert = {"alertId": "da1", "title": "An alert", "entities": entities, "devices": devices}
    return raw(incident_json(alerts=[alert | fields]))


KINDS = ("User", "Mailbox", "MailMessage", "MailCluster", "Ip", "Url", "File", "Process", "Registry", "SecurityGroup",
         "user", " File ", "", "Crystal", "CloudApplication", None, 7)  # fmt: skip
KEYS = st.sampled_from(
    (*LABELS, *(key.upper() for key in LABELS), *LABELS.values(), "verdict", "Verdict", "remediationStatus",
     "evidenceCreationTime", "EvidenceCreationTime", "someTime", "displayName", "name", "@odata.type", "entitytype", "x")
)  # fmt: skip
VALUES = st.one_of(
    st.none(), st.sampled_from(("", " ", "\u200b", "a", "B.exe", "C:\\x\\b.exe", "1601-01-01T00:00:00Z", 0, 1, 1.0, True, False, [], {}, ["x"])),
    st.sampled_from(MOMENTS), st.text(max_size=4), ANY_JSON,
)  # fmt: skip
ENTITIES = st.builds(
    lambda kind, values, more: {"entityType": kind} | more | values,
    st.sampled_from(KINDS), st.dictionaries(KEYS, VALUES, max_size=6), st.sampled_from(({}, dict.fromkeys(LABELS))),
)  # fmt: skip
DEVICES = st.dictionaries(
    st.sampled_from(("mdatpDeviceId", "deviceId", "MachineId", "aadDeviceId", "deviceDnsName", "DeviceDnsName", "hostName", "tags", "loggedOnUsers", "x")),
    VALUES | st.just(["ws-01", "WS-01", {"name": "a"}]) | st.just([{"accountName": "bo", "domainName": "c"}]), max_size=5,
)  # fmt: skip
ALERTS = st.dictionaries(
    st.sampled_from(("title", "Title", "description", "category", "detectionSource", "mitreTechniques", "firstActivity", "lastActivity",
                     "LastActivity", "actorName", "alertId", "x")),
    VALUES | st.sampled_from(("None", "NONE", "MCAS", ["T1059", "T1078.004", None])), max_size=6,
)  # fmt: skip

calmly = settings(deadline=None, database=None, max_examples=200)


@calmly
@given(st.lists(ENTITIES, max_size=4), st.lists(DEVICES, max_size=2), ALERTS)
def test_any_records_say_the_same(entities: list[object], devices: list[object], alert: Json) -> None:
    body = naming(entities, devices, **alert)
    assert quickly(body) == by_objects(body)


@calmly
@given(st.sampled_from(("alerts", "comments", "tags", "entities", "devices", "mitreTechniques")), ANY_JSON)
def test_any_json_in_the_place_of_a_list_says_the_same(field: str, value: object) -> None:
    body = raw(incident_json(**{field: value})) if field in incident_json() else naming(**{field: value})
    assert quickly(body) == by_objects(body)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", LABELS)
def test_any_key_alone_says_the_same(kind: object, key: str) -> None:
    bodies = (naming([{"entityType": kind, spelt: "Some Text"}]) for spelt in (key, key.upper(), LABELS[key]))
    assert all(quickly(body) == by_objects(body) for body in bodies)


@pytest.mark.parametrize("moment", MOMENTS)
def test_any_time_says_the_same(moment: str) -> None:
    times = {"evidenceCreationTime": moment, "processCreationTime": moment, "otherTime": moment}
    body = naming(
        [{"entityType": "Process", "processCommandLine": "a -b"} | times], firstActivity=moment, lastActivity=moment
    )
    assert quickly(body) == by_objects(body)


def test_records_with_very_many_keys_say_the_same() -> None:
    many: Json = {f"key{number}": f"text {number}" for number in range(100)}
    body = naming([{"entityType": "Ip", "ipAddress": "::1"} | many], [{"deviceDnsName": "ws-01"} | many], **many)
    assert quickly(body) == by_objects(body)


def test_what_is_seen_in_the_wild_says_the_same() -> None:
    clock, compared = StoppedClock(), 0
    for sent in (*odd_incidents(clock), *hostile_incidents(clock), *build_incidents(2020, clock())):
        body = one_line(sent).encode(errors="replace")
        try:
            expected = by_objects(body)
        except UnexpectedAnswer:
            continue
        assert quickly(body) == expected
        compared += 1
    assert compared > 100


@pytest.mark.parametrize("body", [big_incident(20), rich_incident().raw], ids=["made up", "rich"])
def test_documented_incidents_say_the_same_and_much(body: bytes) -> None:
    found = quickly(body)
    assert found == by_objects(body)
    assert sum(map(len, found[0].values())) > 20


@calmly
@given(
    st.lists(
        st.text()
        | st.text(string.printable)
        | st.sampled_from(("", " ", "a  b", " A", "A ", "a\nB", "\x7f", "\tx", "One two")),
        max_size=5,
    )
)
def test_texts_are_folded_together_as_one_by_one(texts: list[str]) -> None:
    assert fold_each(texts) == "\n".join(("", *map(fold, texts), ""))
    assert fold_each(texts).count("\n") == len(texts) + 1
