"""Text from strangers on its way to the terminal: nothing of it acts, all of it can be painted, and it stays readable."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from rich.console import Console
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from mtp_tui.sim.attacks import ATTACKS
from mtp_tui.ui.text import LONGEST_TEXT, ControlCodeGuard, cell, plain, visible
from tests.support.escapes import PAINTING, foreign

TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]")
"""What turns or hides the text behind it."""

CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
DIRECTION_MARKS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
ZERO_WIDTH = (0x00AD, 0x034F, 0x180E, 0x200B, 0x200C, 0x200D, *range(0x2060, 0x2065), 0xFEFF, *range(0xFFF9, 0xFFFC))
BLANK_LETTERS = (0x115F, 0x1160, 0x3164, 0xFFA0)
SEPARATORS = (0x2028, 0x2029)
TAGS = (0xE0001, 0xE0020, 0xE0041, 0xE007F, 0xE0100, 0xE01EF)
HALF_PAIRS = (0xD800, 0xDBFF, 0xDC00, 0xDCE9, 0xDFFF)
ACTING = (*CONTROLS, *DIRECTION_MARKS, *ZERO_WIDTH, *BLANK_LETTERS, *SEPARATORS, *TAGS, *HALF_PAIRS)

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
SIGNS = "a[é/]文\n\u0301\u0489аοｅ𝐦⁄。_1👩🏽🇪⚠\ufe0f\u1112\u1161\u11ab\u0e31"
HOSTILE = st.text(st.sampled_from([chr(code) for code in ACTING] + list(SIGNS)), max_size=200) | st.sampled_from(
    [*ATTACKS.values()]
)


def code_of(code: int) -> str:
    return f"U+{code:04X}"


def painted(*segments: Segment) -> str:
    """What the guard lets through to the terminal."""
    return "".join(segment.text for segment in ControlCodeGuard().apply(list(segments), Color(0, 0, 0)))


@pytest.mark.parametrize("code", ACTING, ids=code_of)
def test_what_acts_becomes_a_mark_that_is_seen(code: int) -> None:
    shown = visible(f"before{chr(code)}after")
    assert chr(code) not in shown
    assert shown.startswith("before")
    assert shown.endswith("after")
    assert len(shown) > len("beforeafter")


@pytest.mark.parametrize("code", set(ACTING) - {0x0A}, ids=code_of)
def test_of_all_that_acts_only_line_feeds_stay_in_text_with_lines(code: int) -> None:
    shown = visible(f"one\ntwo{chr(code)}three", lines=True)
    assert chr(code) not in shown
    assert shown.count("\n") == 1


def test_lines_of_windows_and_tabs_are_understood() -> None:
    assert visible("one\r\n\ttwo", lines=True) == "one\n    two"
    assert visible("one\r\n\ttwo") == "one␍␊␉two"


@pytest.mark.parametrize("code", range(0x206A, 0x2070), ids=code_of)
def test_deprecated_direction_marks_are_seen(code: int) -> None:
    assert chr(code) not in visible(f"a{chr(code)}b")


def test_a_file_name_that_reads_backwards_is_seen_through() -> None:
    assert visible("invoice\u202excod.exe") == "invoice‹RLO›xcod.exe"


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b]52;c;c3RvbGVu\x07",
        "\x1b]52;c;c3RvbGVu\x1b\\",
        "\x9d52;c;c3RvbGVu\x9c",
        "\x1b[2J\x1b[H",
        "\x9b2J",
        "\x1bc",
        "\x1bP+q544e\x1b\\",
        "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
        "\x1b[?1049l",
        "\x1b[6n",
        "\r\x1b[K",
        "a\b\b\b",
        "\x0e\x0f",
    ],
)
def test_no_sequence_reaches_the_terminal_by_any_way(sequence: str) -> None:
    for shown in (visible(sequence), plain(sequence).plain, cell(sequence).plain, painted(Segment(sequence))):
        assert not any(ord(char) in CONTROLS for char in shown)


@pytest.mark.parametrize(
    "text", ["[b]bold[/b]", "[@click=app.quit]x[/]", "[/]", "[[", "$name", "[link=https://x]y[/]", "\\["]
)
def test_brackets_are_text_and_not_markup(text: str) -> None:
    assert plain(text).plain == text
    assert plain(text).spans == []
    assert cell(text).plain == text
    assert cell(text).spans == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Multi-stage incident",
        "Überfall in Köln",
        "多段階のインシデント",
        "חדירה",
        "наблюдение",
        "نشاط مشبوه",
        "👩🏽 🇪🇺",
        "e\u0301",
        "ไม่ดี",
    ],
)
def test_living_scripts_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


def test_a_flood_of_combining_marks_is_dammed() -> None:
    shown = visible("Z" + "\u0335" * 500 + "algo")
    assert sum(1 for char in shown if unicodedata.combining(char)) == 3
    assert shown.endswith("‹…›algo")


@pytest.mark.parametrize("mark", ["\u0488", "\u0489", "\u20dd", "\u0e31", "\U0001f3fb"])
def test_a_flood_of_enclosing_marks_is_dammed(mark: str) -> None:
    assert visible("Z" + mark * 500).count(mark) <= 3


def test_the_zero_width_space_that_the_service_puts_behind_names_is_dropped() -> None:
    assert visible("Multi-stage incident\u200b") == "Multi-stage incident"
    assert visible("Multi\u200bstage") == "Multi‹ZWSP›stage"


def test_endless_text_ends() -> None:
    shown = visible("x" * 1_000_000)
    assert len(shown) < LONGEST_TEXT + 50
    assert shown.endswith("… (1,000,000 characters)")
    assert visible("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT


def test_a_cell_is_one_line_and_keeps_its_style() -> None:
    made = cell("one\ntwo", "bold")
    assert made.plain == "one␊two"
    assert (made.style, made.no_wrap, made.overflow, made.end) == ("bold", True, "ellipsis", "")


@given(ANY_TEXT | HOSTILE)
def test_whatever_is_shown_holds_no_control_and_can_be_written(text: str) -> None:
    for shown in (visible(text), plain(text).plain, cell(text).plain):
        assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in shown)
        assert shown.encode("utf-8")[:0] == b""
    with_lines = visible(text, lines=True)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in with_lines.replace("\n", ""))
    assert with_lines.encode("utf-8")[:0] == b""


@given(ANY_TEXT | HOSTILE)
def test_whatever_is_shown_has_the_width_it_says(text: str) -> None:
    """However it is cut, and by a terminal that knows nothing of emoji made of several; no mark stands without a letter."""
    for shown in (visible(text), *visible(text, lines=True).split("\n")):
        widths = [get_character_cell_size(char) for char in shown]
        assert cell_len(shown) == sum(widths)
        assert not shown or widths[0] > 0
        assert "0" * 4 not in "".join(str(min(width, 1)) for width in widths)


@given(ANY_TEXT | HOSTILE)
def test_showing_twice_is_showing_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(ANY_TEXT | HOSTILE)
def test_the_guard_lets_nothing_through_and_keeps_the_width(text: str) -> None:
    shown = painted(Segment(text))
    assert not any(ord(char) in CONTROLS for char in shown)
    assert not TURNING.search(shown)
    assert cell_len(shown) == cell_len(text)
    assert foreign(shown.encode(), PAINTING) == []  # nor anything that would end the thread that writes


def test_the_guard_takes_links_away() -> None:
    """Rich writes a style's link to the terminal as it is, whatever stands in it."""
    link = Segment("here", Style(bold=True, link="https://evil.example/\x1b\\\x1b]52;c;RVZJTA==\x07"))
    plain_one = Segment("there", Style(bold=True))
    assert ControlCodeGuard().apply([link, plain_one], Color(0, 0, 0)) == [Segment("here", Style(bold=True)), plain_one]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pаypal.com", "p‹Cyrillic а›ypal.com"),
        ("Μicrosoft", "‹Greek Μ›icrosoft"),
        ("ｍicrosoft", "‹wide ｍ›icrosoft"),
        ("𝐦𝐢𝐜𝐫𝐨soft", "‹styled 𝐦𝐢𝐜𝐫𝐨›soft"),
        ("sv1с1host", "sv1‹Cyrillic с›1host"),
        ("аdmin_x", "‹Cyrillic а›dmin_x"),
        ("ɡoogle", "‹phonetic ɡ›oogle"),
        ("ᴀdmin", "‹phonetic ᴀ›dmin"),
        ("ℓogin", "‹styled ℓ›ogin"),
        ("Ⅿicrosoft", "‹styled Ⅿ›icrosoft"),
        ("⒜b", "‹styled ⒜›b"),
        ("ⓛⓞgin", "‹styled ⓛⓞ›gin"),
        ("🅼icrosoft", "‹styled 🅼›icrosoft"),
        ("microsoft.com⁄evil", "microsoft.com‹2044 ⁄›evil"),
        ("microsoft。com", "microsoft‹3002 。›com"),
    ],
)
def test_letters_of_another_script_in_a_latin_word_are_named(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


HONEST = (
    *(
        "ısıtma yazılımı İstanbul’da",
        "ɓoye ƙofa ɗaki",
        "ɖeviwo ɛ ɔ ƒ ɣ ŋ",
        "l’été : 10\u00a0000 €",
        "„Käse“ – Brötchen",
        "аррӏе",
    ),
    *("Ⅳ. Kapitel", "№ 5, 20 ℃", "Contoso™ ⓘ Info", "🅰B", "①②", "ʔ ə"),
)
"""What must not be marked, though the first and the last word of some may deceive."""


@pytest.mark.parametrize(
    "text", ["IP-адрес 10⁄12", "Ω μ α", "Ｗｅｂ ページ。", "です。Microsoft", "Εταιρεία Contoso", "𝐛𝐨𝐥𝐝", *HONEST]
)
def test_scripts_that_stand_side_by_side_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


def test_a_mark_without_a_letter_gets_something_to_stand_on() -> None:
    assert visible("\u0301x") == "◌\u0301x"
    assert visible("a\n\u0301x", lines=True) == "a\n◌\u0301x"


def test_a_sign_is_as_wide_in_colour_as_without() -> None:
    assert visible("\u26a0\ufe0f") == "\u26a0"
    assert visible("a\ufe0f") == "a‹FE0F›"


def test_the_guard_leaves_textuals_own_codes_alone() -> None:
    control = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    clean = [Segment("clean", Style(bold=True)), control]
    guard = ControlCodeGuard()
    assert guard.apply(clean, Color(0, 0, 0)) is clean
    dirty = guard.apply([Segment("di\x07rty", Style(bold=True)), control], Color(0, 0, 0))
    assert dirty == [Segment("dirty", Style(bold=True)), control]


def test_a_cell_paints_as_it_says() -> None:
    console = Console(width=80, force_terminal=False)
    with console.capture() as capture:
        console.print(cell("[red]a\x1b[31mb"))
    assert capture.get().rstrip() == "[red]a␛[31mb"
