"""A change of an incident: what is wrong with it, what it sends, and what it changes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.models import Incident, incident_from
from mtp_tui.defender.triage_words import DETERMINATIONS, STATUSES, determinations_of, tags_in, tags_text
from mtp_tui.defender.update import Change, ChangeField, Difference, differences, not_in, patch_body, patch_content
from mtp_tui.sim.update import DETERMINATIONS as DOCUMENTED
from tests.defender.shapes import incident_json, raw


def incident(**fields: object) -> Incident:
    return incident_from(raw(incident_json(**fields)))


def faults(change: Change, **fields: object) -> list[str]:
    return [fault.field for fault in change.faults(incident(**fields))]


def body(change: Change, **fields: object) -> dict[str, object]:
    target = incident(**fields)
    assert change.faults(target) == ()
    return patch_body(change, target)


JUDGED = {"classification": "TruePositive", "determination": "Phishing"}


# what is sent


@pytest.mark.parametrize(
    ("change", "fields", "sent"),
    [
        (Change(status="Resolved"), {}, {"status": "Resolved"}),
        (Change(status="inprogress"), {}, {"status": "InProgress"}),
        (Change(status="Active"), {}, {}),
        (Change(status="active"), {"status": "Active"}, {}),
        (Change(assigned_to="a@b.example"), {}, {"assignedTo": "a@b.example"}),
        (Change(assigned_to=" a@b.example "), {}, {"assignedTo": "a@b.example"}),
        (Change(assigned_to="A@B.example"), {"assignedTo": "a@b.example"}, {}),
        (Change(assigned_to=""), {"assignedTo": "a@b.example"}, {"assignedTo": ""}),
        (Change(assigned_to=""), {"assignedTo": None}, {}),
        (Change(assigned_to=""), {"assignedTo": "Unassigned"}, {}),
        (Change(classification="TruePositive", determination="Malware"), {}, {"classification": "TruePositive", "determination": "Malware"}),
        (Change(classification="truepositive", determination="compromisedUser"), {}, {"classification": "TruePositive", "determination": "CompromisedAccount"}),
        (Change(classification="FalsePositive", determination="notMalicious"), {}, {"classification": "FalsePositive", "determination": "Clean"}),
        (Change(determination="Malware"), JUDGED, {"classification": "TruePositive", "determination": "Malware"}),
        (Change(classification="TruePositive"), JUDGED, {}),
        (Change(classification="FalsePositive"), JUDGED | {"determination": "Other"}, {"classification": "FalsePositive", "determination": "Other"}),
        (Change(determination="CompromisedAccount"), JUDGED | {"determination": "CompromisedUser"}, {}),
        (Change(add_tags=("b", "A", "b", "B")), {"tags": ["a"]}, {"tags": ["a", "b"]}),
        (Change(remove_tags=("A", "x")), {"tags": ["a", "b"]}, {"tags": ["b"]}),
        (Change(remove_tags=("a",)), {"tags": ["a"]}, {"tags": []}),
        (Change(add_tags=("c",), remove_tags=("a",)), {"tags": ["a", "b"]}, {"tags": ["b", "c"]}),
        (Change(remove_tags=("x",)), {"tags": ["a"]}, {}),
        (Change(comment=" Seen.\nIt is a test. "), {}, {"comment": "Seen.\nIt is a test."}),
    ],
)  # fmt: skip
def test_only_what_differs_is_sent_in_the_spelling_of_the_service(
    change: Change, fields: dict[str, object], sent: dict[str, object]
) -> None:
    assert body(change, **fields) == sent


def test_everything_at_once_is_one_request() -> None:
    change = Change("Resolved", "a@b.example", "FalsePositive", "Clean", ("t",), (), "done “well”")
    assert json.loads(patch_content(body(change))) == {
        "status": "Resolved",
        "assignedTo": "a@b.example",
        "classification": "FalsePositive",
        "determination": "Clean",
        "tags": ["t"],
        "comment": "done “well”",
    }
    assert "“" in patch_content(body(change))


def test_the_difference_is_told_field_by_field() -> None:
    change = Change("Resolved", "", "TruePositive", "Malware", ("c",), ("a",), "done")
    before = incident(**JUDGED, assignedTo="a@b.example", tags=["a", "b"])
    assert differences(before, change) == (
        Difference(ChangeField.STATUS, "Active", "Resolved"),
        Difference(ChangeField.ASSIGNED_TO, "a@b.example", ""),
        Difference(ChangeField.DETERMINATION, "Phishing", "Malware"),
        Difference(ChangeField.TAGS, "a, b", "b, c"),
        Difference(ChangeField.COMMENT, "", "done"),
    )


def test_no_difference_is_nothing_to_send() -> None:
    assert differences(incident(), Change(status="Active", remove_tags=("x",))) == ()


# what is wrong


@pytest.mark.parametrize(
    ("change", "fields", "wrong"),
    [
        (Change(), {}, ["change"]),
        (Change(status="Redirected"), {}, ["status"]),
        (Change(status="New"), {}, ["status"]),
        (Change(assigned_to="  "), {}, ["assigned_to"]),
        (Change(assigned_to="a\x1b[2J"), {}, ["assigned_to"]),
        (Change(classification="Unknown"), {}, ["classification"]),
        (Change(classification="Maybe", determination="Malware"), {}, ["classification"]),
        (Change(classification="TruePositive"), {}, ["determination"]),
        (Change(classification="TruePositive"), {"determination": "Apt"}, ["determination"]),
        (Change(classification="FalsePositive"), JUDGED, ["determination"]),
        (Change(determination="Malware"), {}, ["determination"]),
        (Change(determination="Clean"), JUDGED, ["determination"]),
        (Change(determination="Apt"), JUDGED, ["determination"]),
        (Change(add_tags=("",)), {}, ["tags"]),
        (Change(remove_tags=("a\n",)), {}, ["tags"]),
        (Change(add_tags=("a",), remove_tags=("A ",)), {}, ["tags"]),
        (Change(comment=" \n"), {}, ["comment"]),
        (Change(comment="\ud83d"), {}, ["comment"]),
        (Change(status="Resolved"), {"status": "Redirected", "redirectIncidentId": 7}, ["incident"]),
        (Change(status="x", comment=" "), {"redirectIncidentId": 7}, ["incident", "status", "comment"]),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_named(change: Change, fields: dict[str, object], wrong: list[str]) -> None:
    assert faults(change, **fields) == wrong
    assert all(fault.summary and fault.hint for fault in change.faults(incident(**fields)))


@pytest.mark.parametrize("classification", DETERMINATIONS)
def test_each_classification_takes_its_own_determinations_and_no_others(classification: str) -> None:
    for determination in {word for words in DETERMINATIONS.values() for word in words}:
        wrong = faults(Change(classification=classification, determination=determination))
        assert (wrong == []) is (determination in DETERMINATIONS[classification])


def test_the_words_are_the_documented_ones() -> None:
    assert dict(DETERMINATIONS) == DOCUMENTED
    assert determinations_of("TRUEPOSITIVE") == DOCUMENTED["TruePositive"]
    assert determinations_of("Unknown") == determinations_of("") == ()


# after the write


def test_what_did_not_arrive_is_named() -> None:
    sent = {"status": "Resolved", "assignedTo": "", "tags": ["b", "A"], "comment": "never looked for"}
    assert not_in(sent, incident(status="resolved", assignedTo=None, tags=["a", "b"])) == ()
    assert not_in(sent, incident(status="Active", assignedTo="x", tags=["a"])) == (
        ChangeField.STATUS,
        ChangeField.ASSIGNED_TO,
        ChangeField.TAGS,
    )


_texts = st.text(max_size=8)
_words = st.sampled_from([*STATUSES, *DETERMINATIONS, "Phishing", "Other", "Clean", "Unknown", "Apt", ""]) | _texts
_changes = st.builds(
    Change,
    st.none() | _words,
    st.none() | _texts,
    st.none() | _words,
    st.none() | _words,
    st.lists(_texts, max_size=3).map(tuple),
    st.lists(_texts, max_size=3).map(tuple),
    _texts,
)


@given(
    _changes, st.fixed_dictionaries({}, optional=dict.fromkeys(incident_json(), st.none() | _words | st.lists(_words)))
)
def test_whatever_has_no_fault_is_what_the_service_documents(change: Change, fields: dict[str, object]) -> None:
    target = incident(**{**fields, "incidentId": 1})
    if change.faults(target):
        return
    sent = patch_body(change, target)
    assert json.loads(patch_content(sent).encode()) == sent
    assert sent.get("status", "Active") in STATUSES
    assert ("classification" in sent) == ("determination" in sent)
    if "classification" in sent:
        assert sent["determination"] in DOCUMENTED[str(sent["classification"])]
    assert (sent == {}) == (differences(target, change) == ())


@given(_changes)
def test_a_change_that_was_made_leaves_nothing_to_change(change: Change) -> None:
    target = incident(tags=["Aa", "b"], assignedTo="x@y.example")
    if change.faults(target):
        return
    sent = patch_body(change, target)
    after = incident_from(raw(incident_json(tags=["Aa", "b"], assignedTo="x@y.example") | sent))
    assert patch_body(change, after).keys() <= {"comment"}
    assert not_in(sent, after) == ()


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("a, b ,,c", ("a", "b", "c")),
        ('vip, "Hague, The"', ("vip", "Hague, The")),
        ('"say ""hi"", twice"', ('say "hi", twice',)),
        ('5" disk, x', ('5" disk', "x")),
        ('"never closed, b', ("never closed, b",)),
        ("", ()),
    ],
)
def test_tags_stand_between_commas_and_one_with_a_comma_in_quotes(text: str, tags: tuple[str, ...]) -> None:
    assert tags_in(text) == tags


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"], include_characters=' ,"'), min_size=1)))
def test_what_is_shown_of_tags_can_be_typed_again(typed: list[str]) -> None:
    tags = tuple(tag.strip() for tag in typed if tag.strip())
    assert tags_in(tags_text(tags)) == tags
