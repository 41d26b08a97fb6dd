"""What texts say, and where a needle is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.narrowing.facts import between_lines
from mtp_tui.defender.narrowing.folding import fold
from mtp_tui.defender.narrowing.meanings import Begins, Contains, Is, Meaning, OneOf
from mtp_tui.defender.narrowing.spoken import LONGEST_WORD, MARK, SPEECHLESS, is_number, needles, spoken


def said(*texts: str) -> str:
    return spoken(between_lines(map(fold, texts)))


def hears(meaning: Meaning, *texts: str) -> bool:
    return any(needle.is_in(said(*texts)) for needle in needles(meaning))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("WS-01.contoso_corp", "ws 01 contoso corp"),
        ("  C:\\Users\\bob  ", "c users bob"),
        ("Stra\u00dfe \u6771\u4eac/x", "strasse \u6771\u4eac x"),
        ("ab" * 32, "ab" * 8),
        ("0a1b2c3d-0000-4444-8888-00000000d1ce", "0a1b2c3d00004444"),
        ("{0A1B2C3D-0000-4444-8888-00000000D1CE}!", "0a1b2c3d00004444"),
        ("x" * 5_000, "x" * LONGEST_WORD),
        ("not hexadecimal but " + "z" * 30, "not hexadecimal but " + "z" * 30),
    ],
)
def test_a_text_says_its_words(text: str, words: str) -> None:
    assert said(text) == f" {MARK} {words} {MARK} "


def test_each_text_stands_between_marks_and_what_says_nothing_is_told_apart() -> None:
    assert said() == f" {MARK} "
    assert said("a b", "c").split(MARK) == [" ", " a b ", " c ", " "]
    nothing, other = said("?!"), said("...")
    assert nothing.startswith(f" {MARK} {SPEECHLESS}")
    assert nothing != other
    assert hears(Is(fold("?!")), "a", "?!", "b")
    assert not hears(Is(fold("?!")), "a", "...", "b")


@pytest.mark.parametrize(
    ("needle", "text", "is_heard"),
    [
        ("ell", "Powershell", True),
        ("el", "Powershell", False),
        ("po", "Powershell", True),
        ("ws-0", "lapws-01", False),
        ("s 01", "ws-01", False),
        ("-01", "ws-01", True),
        ("-enc", "silenced", False),
        ("ws-", "ws01", False),
        ("ws-", "ws 01", True),
        ("ws-0", "WS_01", True),
        ("203.0.113.7", "1203.0.113.7", False),
        ("hell-", "powershell.exe", True),
        ("hell-", "powershells", False),
        ("a b", "a, b", True),
        ("3456789", "a 0123456789 b", False),
        ("012345", "a 0123456789 b", True),
        ("xyz", "abcdefxyz0123456789", True),
        ("\u4eac", "\u6771\u4eac", True),
        ("%", "anything", True),
        ("deadbeef-cafe", "deadbeef-cafe.exe", True),
    ],
)
def test_a_needle_is_heard(needle: str, text: str, is_heard: bool) -> None:
    assert hears(Contains(fold(needle)), "before", text, "behind") is is_heard


def test_a_needle_does_not_reach_from_one_text_into_the_next() -> None:
    assert not hears(Contains("one two"), "one", "two")
    assert hears(Begins("t105"), "x", "T1059.001")
    assert not hears(Begins("001"), "x", "T1059.001")
    assert hears(OneOf(frozenset({"a", "b"})), "x", "b")
    assert not hears(OneOf(frozenset({"a", "b"})), "x", "b c")


@pytest.mark.parametrize("length", range(8, 37))
def test_a_guid_is_heard_however_much_of_it_is_typed(length: int) -> None:
    guid = "0a1b2c3d-0000-4444-8888-00000000d1ce"
    assert hears(Contains(guid[:length]), f"user {guid}")


def test_numbers_of_machines_are_no_words() -> None:
    assert [word for word in ("deadbeef", "dead1eef", "12345678", "1234567", "x2345678") if is_number(word)] == [
        "dead1eef",
        "12345678",
    ]


@given(st.text(), st.text())
def test_what_a_text_says_says_the_same_again(text: str, other: str) -> None:
    folded = fold(text)
    assert hears(Is(folded), other, text)
    if folded:
        assert hears(Contains(folded), other, text)
        assert hears(Begins(folded), other, text)
