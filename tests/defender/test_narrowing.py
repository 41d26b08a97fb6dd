"""Lines are read term by term; what cannot be read is a fault with its place, and nothing is raised."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender import sources
from mtp_tui.defender.narrowing.choices import SOURCES
from mtp_tui.defender.narrowing.fields import FIELDS
from mtp_tui.defender.narrowing.folding import fold, squeeze
from mtp_tui.defender.narrowing.meanings import Between
from mtp_tui.defender.narrowing.narrowing import LONGEST_LINE, MOST_FAULTS, parse, sought_in_text
from tests.defender.narrowings import read
from tests.support.clocks import NOON

PARTS = st.sampled_from(
    ["[.]", "hxxp:", "[[.]]", '"', "-", ":", ",", "=", "\\", " ", "..", "<7d", ">", "severity", "owner", "me", "http://", "dead:beef::1", "\u200b", "a", "1", "age:", "tag:", "user:", "is:open", "C:\\x"]
)  # fmt: skip
LINES = st.text(max_size=60) | st.lists(PARTS, max_size=25).map("".join)


def spelt(text: str) -> list[tuple[str, list[str], bool]]:
    """Field, values and negation of each term."""
    return [(term.name, [value.text for value in term.values], term.is_negated) for term in read(text).terms]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("severity:high", [("severity", ["high"], False)]),
        ("SEV:High status:active,InProgress", [("severity", ["High"], False), ("status", ["active", "InProgress"], False)]),
        ('-noise "exact  phrase"', [("", ["noise"], True), ("", ["exact  phrase"], False)]),
        ('user:"Bob Smith",eve', [("user", ["Bob Smith", "eve"], False)]),
        ('-"a b"', [("", ["a b"], True)]),
        ('"say ""hi"""', [("", ['say "hi"'], False)]),
        ('file:"C:\\temp\\"', [("file", ["C:\\temp\\"], False)]),
        ("file:C:\\x", [("file", ["C:\\x"], False)]),
        ("ip:fe80::1", [("ip", ["fe80::1"], False)]),
        ("sha256:abcd", [("hash", ["abcd"], False)]),
        ("severity\\:high", [("", ["severity:high"], False)]),
        ("tag:=vip", [("tag", ["vip"], False)]),
        ("status:active,", [("status", ["active"], False)]),
    ],
)  # fmt: skip
def test_terms_are_read(text: str, terms: list[tuple[str, list[str], bool]]) -> None:
    assert spelt(text) == terms
    assert read(text).is_sound


@pytest.mark.parametrize(
    "word",
    [
        "https://a.example/b", "file:///c:/x", "C:\\x", "dead:beef::1", "fe80::1", "localhost:8080", "mailto:a@b.c", "Warning:",
        "svchost.exe:stream", "sha512:abc", "00:11:22:33:44:55", ":", "-", 'it"s', "12:30", "2001:db8::1", "ab:cd:ef:01:23:45",
        "bogus:1", "zzzzz:a", "localhost:8080/x",
    ],
)  # fmt: skip
def test_a_colon_that_separates_no_field_is_part_of_a_word(word: str) -> None:
    assert spelt(word) == [("", [word], False)]
    assert read(word).is_sound


@pytest.mark.parametrize(
    ("text", "name"),
    [("bogus:1", "bogus"), ("x -zzzzz:a", "zzzzz"), ("sha512:abc", "sha512"), ("os:linux severity:high", "os"), ("alrts:3", "alrts")],
)  # fmt: skip
def test_a_word_that_may_have_been_meant_for_a_field_is_told_and_stays_a_word(text: str, name: str) -> None:
    narrowing = read(text)
    assert narrowing.is_sound
    (doubt,) = narrowing.doubts
    assert text[doubt.start : doubt.end] == name
    assert f"There is no field “{name}”" in doubt.sentence
    assert "is looked for as text" in doubt.sentence


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/b", "file:///c:/x", "C:\\x", "C:x", "dead:beef::1", "2001:db8::1", "12:30", "2026-11-20T12:30",
        "mailto:a@b.c", "Warning:", "Warning: x", "C:/x", "abc:/x", "hxxps://a.example", '"bogus:1"', "bogus\\:1", "ab:cd:ef:01:23:45",
    ],
)  # fmt: skip
def test_addresses_paths_and_times_are_words_without_a_doubt(text: str) -> None:
    assert read(text).is_sound
    assert read(text).doubts == ()


def test_a_thousand_unknown_names_are_read_at_once() -> None:
    names = ["".join(chr(97 + number // 26**place % 26) for place in range(4)) for number in range(2000)]
    narrowing = read(" ".join(f"{name}:x" for name in names))
    assert len(narrowing.doubts) == MOST_FAULTS


@pytest.mark.parametrize(
    ("text", "place", "suggestion"),
    [
        ("severty:high", "severty", "severity"),
        ("x -devise:a", "devise", "device"),
        ('zzzzz:"a b"', "zzzzz", ""),
        ("severity:hgh", "hgh", "high"),
        ("status:active,resolvd", "resolvd", "resolved"),
        ("is:unred", "unred", "unread"),
        ("source:ofice", "ofice", "office"),
        ("severity:", "severity:", ""),
        ('user:"bob', '"bob', '"bob"'),
        ("age:soon", "soon", ""),
        ("age:today", "today", ""),
        ("created:2026-02-31", "2026-02-31", ""),
        ("created:2026-11-20..2026-11-01", "2026-11-20..2026-11-01", "2026-11-01..2026-11-20"),
        ("age:7d..1d", "7d..1d", "1d..7d"),
        ("alerts:many", "many", ""),
        ("alerts:5..2", "5..2", "2..5"),
        ("hash:xyz", "xyz", '"xyz"'),
        ("tag:\u200b", "\u200b", ""),
        ('""', '""', ""),
    ],
)
def test_a_fault_says_where_it_is_and_what_is_nearest(text: str, place: str, suggestion: str) -> None:
    (fault,) = read(text).faults
    assert (text[fault.start : fault.end], fault.suggestion) == (place, suggestion)
    assert fault.sentence.endswith((".", "?"))


@pytest.mark.parametrize("text", ["severty:high", "severity:hgh", "status:active,resolvd", "created:2026-11-20..2026-11-01", "hash:xyz", 'user:"bob'])  # fmt: skip
def test_a_suggestion_put_in_place_mends_the_line(text: str) -> None:
    (fault,) = read(text).faults
    assert read(text[: fault.start] + fault.suggestion + text[fault.end :]).is_sound


def test_owner_me_is_a_fault_when_nobody_in_particular_is_signed_in() -> None:
    assert parse("owner:me", now=NOON).faults
    assert not parse('owner:"me"', now=NOON).faults


@pytest.mark.parametrize("text", ["severity:hgh", "sev", "severity:", "severty:h", 'user:"bo', "age:<", "is:"])
def test_what_is_being_typed_is_no_fault(text: str) -> None:
    line = f"tag:vip {text}"
    narrowing = read(line, cursor=len(line))
    assert narrowing.faults == ()
    assert narrowing.terms[0].name == "tag"


def test_a_fault_elsewhere_than_at_the_cursor_stays() -> None:
    narrowing = read("severity:hgh tag:vip", cursor=20)
    assert len(narrowing.faults) == 1
    assert narrowing.unfinished is None


def test_a_term_that_means_nothing_yet_is_said_to_be_unfinished() -> None:
    narrowing = read("tag:vip severity:hg", cursor=19)
    assert narrowing.unfinished == (8, 19)
    assert not narrowing.is_sound


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("severity:hgh", "hgh"), ("tag:vip status:active,resq", "resq"), ("status:actve,res", "actve"), ("is:x", "x"),
        ("source:ofx", "ofx"), ("age:so", "so"), ("age:today", "today"), ("created:2026/", "2026/"), ("alerts:m", "m"),
        ("hash:x", "x"), ("severty:h", "severty"), ('zzzzz:"a', "zzzzz"), ('is:"x"', '"x"'),
    ],
)  # fmt: skip
def test_what_no_typing_on_can_mend_is_said_while_it_is_typed(text: str, place: str) -> None:
    narrowing = read(text, cursor=len(text))
    assert narrowing.faults == ()
    assert narrowing.lost is not None
    assert text[narrowing.lost.start : narrowing.lost.end] == place


@pytest.mark.parametrize(
    "text",
    [
        "sev", "severity:", "severity:h", "SEV:Hig", "status:active,", "status:active,res", "status:op", "is:", "is:unr",
        "source:microsoftdef", "source:Azure", "age:<", "age:7m", "age:7mi", "updated:yes", "created:2026-1", "created:2026-11-20..2",
        "created:2026-11-20.", "created:>=2026-11-20T08:", "alerts:>", "alerts:2.", "alerts:2..", "hash:ab", 'user:"bo', "owner:me",
        "severty:", 'severity:"h', "tag:\u200b", "determination:not",
    ],
)  # fmt: skip
def test_what_may_still_become_something_is_left_alone(text: str) -> None:
    assert parse(text, now=NOON, cursor=len(text)).lost is None


def test_a_field_without_a_value_says_nothing_yet() -> None:
    assert spelt("x severity:") == [("", ["x"], False)]
    assert [str(term) for term in read("x severity:", cursor=11).terms] == ["x"]
    assert [str(term) for term in read("severity:", cursor=9).terms] == []


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("age:<7d", "2026-11-13 12:00", None),
        ("age:7d", "2026-11-13 12:00", None),
        ("updated:>2h", None, "2026-11-20 10:00"),
        ("age:1d..7d", "2026-11-13 12:00", "2026-11-19 12:00"),
        ("age:7d..", None, "2026-11-13 12:00"),
        ("age:..7d", "2026-11-13 12:00", None),
        ("updated:today", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("updated:yesterday", "2026-11-19 00:00", "2026-11-20 00:00"),
        ("created:2026-11-01", "2026-11-01 00:00", "2026-11-02 00:00"),
        ("created:>2026-11-01", "2026-11-02 00:00", None),
        ("created:>=2026-11-01", "2026-11-01 00:00", None),
        ("created:<2026-11-01", None, "2026-11-01 00:00"),
        ("created:<=2026-11-01", None, "2026-11-02 00:00"),
        ("created:2026-11-01..2026-11-20", "2026-11-01 00:00", "2026-11-21 00:00"),
        ("created:7d..today", "2026-11-13 12:00", "2026-11-21 00:00"),
        ("created:>=2026-11-20T08:30", "2026-11-20 08:30", None),
        ("created:>=2026-11-20T08:30:00+01:00", "2026-11-20 07:30", None),
    ],
)
def test_times_are_stretches_that_end_before_their_end(text: str, start: str | None, end: str | None) -> None:
    meaning = read(text).terms[0].values[0].meaning
    assert isinstance(meaning, Between)
    ends = (meaning.start, meaning.end)
    assert tuple(moment and f"{moment.astimezone(NOON.tzinfo):%Y-%m-%d %H:%M}" for moment in ends) == (start, end)


def test_words_can_be_taken_out_for_a_search_elsewhere() -> None:
    assert [str(term) for term in sought_in_text(read('a tag:vip -"b c" age:<7d user:bob name:x'))] == [
        "a",
        '-"b c"',
        "user:bob",
        "name:x",
    ]


@given(LINES, st.integers(0, 80))
def test_any_text_is_read_and_every_place_lies_within_it(text: str, cursor: int) -> None:
    narrowing = parse(text, me="", now=NOON, cursor=cursor)
    places = [(term.start, term.end) for term in narrowing.terms]
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    places += [(fault.start, fault.end) for fault in narrowing.faults]
    places += [narrowing.unfinished] if narrowing.unfinished else []
    assert all(0 <= start < end <= len(text) for start, end in places)


@given(LINES)
def test_a_narrowing_written_down_means_the_same(text: str) -> None:
    narrowing = read(text)
    again = read(str(narrowing))
    assert again == narrowing
    assert again.is_sound
    assert str(again) == str(narrowing)


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert "\n" not in fold(text)


@pytest.mark.parametrize("text", ["zzz:a " * 9000, 'a:""' * 9000, '"' * 40_000, "tag:" + "a," * 20_000, "severity:" + "x," * 20_000, "dead:" * 9000, 'dead:"x"' * 9000, "-" * 40_000, "\\:" * 20_000])  # fmt: skip
def test_hostile_lines_are_read_to_a_limit(text: str) -> None:
    narrowing = read(text)
    assert narrowing.faults[-1].start == LONGEST_LINE
    assert len(narrowing.faults) <= MOST_FAULTS + 1


def test_the_example_of_each_field_is_one() -> None:
    assert all(read(f"{field.name}:{field.example}").is_sound for field in FIELDS)
    assert len({name for field in FIELDS for name in (field.name, *field.aliases)}) == sum(1 + len(field.aliases) for field in FIELDS)  # fmt: skip


def test_every_service_that_we_know_by_name_has_a_short_form() -> None:
    known = {squeeze(name) for name in sources._SERVICES}
    assert {name for choice in SOURCES for name in choice.spellings} == known | {choice.name for choice in SOURCES}
