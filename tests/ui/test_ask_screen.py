"""The two questions: for a text, and for yes or no."""

import pytest

from mtp_tui.errors import BadInput
from mtp_tui.ui.ask_screen import AskScreen, ConfirmScreen
from tests.support.modals import in_front_of

HOSTILE = "Contoso\x1b[2J\u202e [bold]x[/]"


def only_letters(typed: str) -> str:
    """A check as any."""
    if not typed.isalpha():
        raise BadInput("name", "Only letters, please.", "Leave out the rest.")
    return typed.title()


async def test_a_fault_is_said_and_leaves_the_question_open_until_the_text_is_right() -> None:
    async with in_front_of(AskScreen("Name", "How is it to be called?", "n0rth", check=only_letters)) as front:
        await front.press("enter")
        assert front.answers == []
        assert "✗ Only letters, please. Leave out the rest." in front.words
        await front.press("backspace")
        assert "Only letters" not in front.words
        await front.type("north")
        await front.press("enter")
        assert front.answers == ["North"]


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_escape_gives_nothing_and_words_of_others_do_nothing(size: tuple[int, int]) -> None:
    async with in_front_of(AskScreen(HOSTILE, f"About {HOSTILE}", placeholder=HOSTILE), size=size) as front:
        assert front.words.count("␛[2J") == 3
        assert "\x1b" not in front.text
        assert "Esc cancels" in front.words
        await front.press("q", "escape")
        assert front.answers == [None]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["enter"], False),
        (["escape"], False),
        (["n"], False),
        (["y"], True),
        (["tab", "enter"], True),
        (["left", "enter"], True),
        (["left", "right", "enter"], False),
    ],
)
async def test_only_a_deliberate_yes_is_one(keys: list[str], answer: bool) -> None:
    async with in_front_of(ConfirmScreen("Delete", f"Delete {HOSTILE}?"), size=(40, 12)) as front:
        assert "Delete Keep" in front.words
        assert "␛[2J" in front.words
        await front.press(*keys)
        assert front.answers == [answer]
