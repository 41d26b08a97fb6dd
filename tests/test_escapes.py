"""The reader of terminal output finds what it is there to find: each attack of the simulated tenant, if it got through."""

import pytest

from mtp_tui.sim.attacks import ACTING, ATTACKS, CONTROL_SEQUENCES, CONTROL_STRINGS, UNSEEN
from tests.support.escapes import BEGINNING_AND_END, PAINTING, PRINTING, copies_in, foreign, orders

FRAME = b"\x1b[?2026h\x1b[3;17H\x1b[1;38;2;255;0;9;48;2;1;2;3mHigh \x1b[0m\x1b[24;80Hnext\x1b[?2026l"
COPY = b"\x1b]52;c;aGVsbG8=\x07"
SEEN = {"combining flood", "combining first", "enclosing flood", "blank letters", "no characters", "private use"}
"""What is unseen and lies with no terminal but with the eye: tested with the fence that marks it."""


def bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def test_what_the_program_writes_passes() -> None:
    assert foreign(FRAME + COPY, PAINTING) == []
    assert foreign(b"one\x1b[0m\r\n\x1b[2;1Htwo", PAINTING) == []
    assert copies_in(FRAME + COPY) == ["hello"]
    assert foreign(b"\x1b[31;1mHigh\x1b[0m  one\r\n", PRINTING) == []
    assert foreign(b"\x1b[?1049h\x1b[?25l\x1b[?2026$p" + FRAME, BEGINNING_AND_END) == []


@pytest.mark.parametrize("text", ACTING.values(), ids=ACTING)
def test_every_attack_on_a_terminal_is_found_where_it_got_through(text: str) -> None:
    for allowed in (PAINTING, PRINTING):
        lets_lines_pass = allowed is PRINTING and set(text) & {"\r", "\n"} and "\x1b" not in text
        assert lets_lines_pass or foreign(FRAME + bytes_of(text) + FRAME, allowed)


@pytest.mark.parametrize("name", sorted(UNSEEN.keys() - SEEN))
def test_what_hides_or_turns_is_found_where_it_got_through(name: str) -> None:
    found = foreign(bytes_of(UNSEEN[name]), PAINTING)
    assert found or name in ("one variation selector", "shorthand controls", "hieroglyph controls")


@pytest.mark.parametrize(
    "data",
    [
        *(b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[2J", b"\x1b[6n", b"\x1b[61;1H", b"\x1b[1;200H", b"\x1b[H", b"\x1b[5m"),
        *(
            b"\x1b[8m",
            b"\x1b[4:3m",
            b"\x1b[38;2;1;2m",
            b"\n",
            b"\r",
            b"\t",
            b"\x07",
            b"\b",
            b"\x7f",
            b"\x9b2J",
            b"\xff",
        ),
        *(b"\xc2\x9b2J", b"\xe2\x80\xae", b"\x1b]52;c;RVZJTA==\x07", b"\x1b]52;p;aGVsbG8=\x1b\\", b"\x1b]52;c;!\x07"),
        *(
            b"\x1b]8;;https://a.example\x1b\\",
            b"\x1b]0;t\x07",
            b"\x1bP1\x1b\\",
            b"\x1b",
            b"\x1b[",
            b"\x1b[6",
            b"\x1b(0",
        ),
    ],
)
def test_what_may_not_stand_between_two_frames_is_found(data: bytes) -> None:
    assert foreign(FRAME + data, PAINTING)


def test_orders_come_whole_and_in_order() -> None:
    text = "a\x1b[1;2Hb\x1b]0;x\x07c\x9d0;y\x9cd\x1bPq\x1b\\e\x1b(0f\x07g\x85h\u202ei\x1b]52;unfinished"
    assert [(order.kind, len(order.whole)) for order in orders(text)] == [
        ("CSI", 6), ("OSC", 6), ("OSC", 5), ("DCS", 5), ("escape", 3), ("C0", 1), ("C1", 1), ("unseen", 1), ("OSC", 15),
    ]  # fmt: skip


def test_there_are_many_kinds_and_all_have_names() -> None:
    assert len(ATTACKS) >= 60
    assert len(set(ATTACKS.values())) == len(ATTACKS)
    assert len(CONTROL_SEQUENCES) + len(CONTROL_STRINGS) >= 50
