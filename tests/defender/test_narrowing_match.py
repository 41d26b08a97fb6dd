"""Which incidents a line lets through."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.defang import defang
from mtp_tui.defender.incident import Incident
from mtp_tui.defender.incident_order import ORDERS, in_order
from mtp_tui.defender.models import severity_rank
from mtp_tui.defender.narrowing.match import Marks, looks_at_marks, matcher, matches, passing_rows
from mtp_tui.defender.narrowing.scan import quoted
from tests.defender.narrowings import SHA256, incident, lets_through, read, rich_incident

RICH = rich_incident()


@pytest.mark.parametrize(
    "text",
    [
        "multi-stage", "MULTI", '"decoded command"', "ws-01", "da2", "suspicious\u200b",
        "severity:medium", "severity:high,med", "status:active", "status:open", "is:open", "owner:me", "owner:contoso", "tag:vip",
        "source:office", "source:mde", "source:OfficeATP", 'source:"Defender for Endpoint"', "age:<7d", "age:>2d", "updated:today",
        "created:2026-11-18", "user:bob", 'user:"CONTOSO\\bob"', "user:Bob.Smith@contoso.com", "device:ws-01", f"device:{'f' * 40}",
        "file:invoice.exe", "file:C:\\Users\\bob\\invoice.exe", 'process:"-enc"', f"hash:{SHA256[:8]}", f"sha256:{SHA256.upper()}",
        "ip:2001:db8::7", "url:phish.example", "url:other.example", 'mail:"your invoice"', "sender:eve", "mitre:T1059", "mitre:t1059.001",
        "category:initialaccess", 'tactic:"initial access"', "verdict:suspicious", "entity:phish", "classification:unset",
        "determination:notavailable", "id:9245", "name:stage", "alerts:2", "alerts:>=2", "alerts:1..2", 'tag:="VIP user",other',
    ],
)  # fmt: skip
def test_each_field_finds_what_is_there_and_a_minus_turns_it_round(text: str) -> None:
    assert lets_through(text, RICH)
    assert not lets_through(f"-{text}", RICH)


@pytest.mark.parametrize(
    "text",
    [
        "nowhere", "severity:high", "status:resolved", 'status:"weird"', "owner:none", 'owner:"none"', "owner:=me@contoso.com",
        "tag:=vip", "source:identity", "age:>7d", "updated:yesterday", "user:alice", "hash:cd", "mitre:1059", "mitre:T1059.002", "ip:10.0.0.1",
        "is:merged", "is:unread", "is:changed", "alerts:>2", "alerts:<2", "id:4565", "classification:tp",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(text: str) -> None:
    narrowing = read(text)
    assert narrowing.is_sound
    assert not matches(narrowing, RICH)


@pytest.mark.parametrize("sent", ["Weird", "weird ", "WEIRD"])
def test_a_word_that_we_do_not_know_is_reached_in_quotes(sent: str) -> None:
    assert lets_through('severity:"weird"', incident(severity=sent))


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("malware", "Mal\u200bware"),
        ("Mal\u200bware", "malware"),
        ("jose", "José"),
        ("josé", "Jose\u0301"),
        ("malware", "ｍａｌｗａｒｅ"),
        ("strasse", "Straße"),
        ("evil", "e\u202evil"),
        ("evil", "ev\x00il"),
    ],
)
def test_nothing_hides_behind_how_it_is_written(typed: str, sent: str) -> None:
    assert lets_through(f"name:{typed}", incident(incidentName=sent))


def test_a_needle_does_not_reach_from_one_text_into_the_next() -> None:
    assert not lets_through('tag:"one two"', incident(tags=["one", "two"]))
    assert lets_through('tag:"one two"', incident(tags=["one\ntwo"]))


@pytest.mark.parametrize("owner", [None, "", "Unassigned", "Automation"])
def test_owner_none_is_where_no_person_works(owner: str | None) -> None:
    assert lets_through("owner:none", incident(assignedTo=owner))


def test_an_incident_without_times_is_neither_old_nor_young() -> None:
    bare = incident(createdTime=None, lastUpdateTime=None)
    assert not any(lets_through(text, bare) for text in ("age:<7d", "age:>7d", "updated:today"))


def test_the_moment_between_two_stretches_is_in_one_of_them() -> None:
    on_the_edge = incident(createdTime="2026-11-13T12:00:00Z")
    assert lets_through("age:<7d", on_the_edge)
    assert not lets_through("age:>7d", on_the_edge)


def test_marks_are_asked_of_whoever_has_them() -> None:
    marks = Marks(is_unread=lambda each: each.id == "1", is_changed=lambda each: each.id == "2")
    rows = [incident(incidentId=1), incident(incidentId=2)]
    assert [matcher(read("is:unread"), marks=marks)(row) for row in rows] == [True, False]
    assert [matcher(read("is:changed"), marks=marks)(row) for row in rows] == [False, True]


FIELDS: list[Mapping[str, object]] = [
    *({"severity": word} for word in ("High", "high ", "Low", None, "Unheard of")),
    *({"status": word} for word in ("Active", "In Progress", "Resolved", "Redirected", None)),
    *({"assignedTo": who} for who in ("Me@Contoso.com", "eve@contoso.com", "Automation", None, " ")),
    *({"tags": tags} for tags in (["VIP"], ["vip", "lab"], [], None)),
    *({"createdTime": moment, "lastUpdateTime": moment} for moment in ("2026-11-20T11:00:00Z", "2020-01-01T00:00:00Z", None)),
    {"redirectIncidentId": "7"},
    {"alerts": [{"serviceSource": "OfficeATP"}, {}]},
    {"classification": "TruePositive", "determination": "Malware"},
]  # fmt: skip
ROWS = [incident(incidentId=number, **fields) for number, fields in enumerate(FIELDS)]
OF_ROWS = [
    "severity:high", "-severity:high,low", 'severity:"unheard of"', "status:open", "status:inprogress", "owner:me", "owner:none", "owner:eve,none",
    "owner:=Automation", "tag:vip", "-tag:vip,lab", "source:office", "age:<7d", "-age:<7d", "age:>7d,<1h", "updated:today", "created:2020-01-01", "alerts:2", "-alerts:>1",
    "id:2", "is:open", "-is:open", "is:merged", "is:open,merged", "is:unread", "-is:changed", "classification:truepositive", "determination:malware",
]  # fmt: skip


@pytest.mark.parametrize("line", OF_ROWS)
def test_rows_are_let_through_together_as_they_are_one_by_one(line: str) -> None:
    marks = Marks(is_unread=lambda each: each.id == "1", is_changed=lambda each: each.id == "2")
    (term,) = read(line).terms
    one_by_one = [matcher(read(line), marks)(row) for row in ROWS]
    assert list(passing_rows(term, ROWS, marks)) == one_by_one
    assert True in one_by_one
    assert False in one_by_one
    assert looks_at_marks(term) == (line in ("is:unread", "-is:changed"))


def test_an_incident_without_a_readable_body_is_known_by_its_row() -> None:
    for body in (b"", b"not json", b"[]"):
        bare = Incident("7", name="Row only", sent=body)
        assert matches(read("row"), bare)
        assert not matches(read("device:a"), bare)


TERMS = st.sampled_from(
    ["severity:medium", "-tag:vip", "ws-01", "nowhere", "age:<1d", "user:bob", "is:open", "alerts:>5"]
)


@given(st.lists(TERMS, max_size=4), st.lists(TERMS, max_size=4))
def test_terms_hold_together(one: list[str], other: list[str]) -> None:
    both = matches(read(" ".join([*one, *other])), RICH)
    assert both == (matches(read(" ".join(one)), RICH) and matches(read(" ".join(other)), RICH))


def test_each_order_is_its_other_one_the_other_way_round() -> None:
    rows = [
        incident(incidentId=1, severity="Low"),
        incident(incidentId=2, severity="High"),
        incident(incidentId=3, severity="odd"),
    ]
    assert [row.id for row in in_order(rows, "severity")] == ["2", "1", "3"]
    assert [row.id for row in in_order(rows, "-severity")] == ["3", "1", "2"]
    assert all(len(in_order(rows, order)) == len(rows) for order in ORDERS)
    assert in_order(rows, "no order") == tuple(rows)


@pytest.mark.parametrize("order", ["updated", "-updated", "owner", "-owner"])
def test_what_cannot_be_compared_comes_last(order: str) -> None:
    rows = [incident(incidentId=1, lastUpdateTime=None), RICH]
    assert [row.id for row in in_order(rows, order)] == [RICH.id, "1"]


def test_many_rows_of_a_few_words_are_in_the_order_of_one_by_one() -> None:
    """Words that are written otherwise and count the same are mixed as they came; rows without any come last."""
    words = ("High", "Low", "", "high", "Medium", "Informational", "unheard of")
    rows = [incident(incidentId=number, severity=words[number * 5 % len(words)]) for number in range(100)]
    given = [row for row in rows if row.severity]
    for order, sign in (("severity", -1), ("-severity", 1)):
        expected = sorted(given, key=lambda row: sign * severity_rank(row.severity))
        expected += [row for row in rows if not row.severity]
        assert [row.id for row in in_order(rows, order)] == [row.id for row in expected], order
    plain = [row for row in rows if row.severity in ("High", "Low", "Medium")]
    expected = sorted(plain, key=lambda row: -severity_rank(row.severity))
    assert [row.id for row in in_order(plain, "severity")] == [row.id for row in expected]


@pytest.mark.parametrize(
    "text",
    [
        "2001:db8::7", "ip:2001:db8::7", "https://phish.example/login", "url:https://phish.example/login", "mail:eve@evil.example",
        "bob.smith@contoso.com", "user:bob.smith@contoso.com", "invoice.exe", "file:=invoice.exe", "mitre:T1059.001", "owner:me@contoso.com",
        "-url:https://nowhere.example", "-nowhere.example",
    ],
)  # fmt: skip
def test_what_was_made_harmless_finds_what_it_was_made_from(text: str) -> None:
    field, colon, value = (
        text.partition(":") if text.partition(":")[0].isalpha() and "//" not in text[:8] else ("", "", text)
    )
    assert lets_through(f"{field}{colon}{defang(value)}", RICH)
    assert lets_through(text, RICH)


@given(st.text(min_size=1, max_size=30) | st.ip_addresses().map(str) | st.emails() | st.from_regex(r"https?://[a-z]{1,9}\.example/[a-z.@]{0,9}", fullmatch=True))  # fmt: skip
def test_a_harmless_phrase_finds_what_the_phrase_finds(text: str) -> None:
    plain, harmless = read(quoted(text)), read(quoted(defang(text)))
    assert bool(plain.terms) == bool(harmless.terms)
    if plain.terms:
        named = incident(incidentName=f"a {text} b")
        assert matches(plain, named)
        assert matches(harmless, named)


def test_a_name_that_was_sent_harmless_is_still_found() -> None:
    named = incident(incidentName="Mail from evil[.]example")
    assert lets_through("evil[.]example", named)
    assert not lets_through("-evil[.]example", named)
    assert lets_through("evil[.]example", incident(incidentName="Mail from evil.example"))
