"""Screens in front of others: each gives one answer, and takes nothing else away with it."""

from collections.abc import Callable

import pytest
from textual.screen import Screen

from mtp_tui.defender.narrowing.view import View
from mtp_tui.ui.ask_screen import AskScreen
from mtp_tui.ui.help_screen import HelpScreen
from mtp_tui.ui.row_screen import RowScreen
from mtp_tui.ui.views_screen import ViewsScreen
from tests.support.modals import in_front_of


async def test_two_presses_in_one_read_answer_one_question() -> None:
    async with in_front_of(RowScreen("Below", ())) as front:
        answers: list[str | None] = []
        below = front.app.screen
        await front.app.push_screen(AskScreen("Name", "Which?", "north"), answers.append)
        await front.settle()
        await front.press_at_once("enter", "enter")
        assert front.app.screen is below, "the second one closed the screen below"
        assert answers == ["north"]
        assert front.answers == []


@pytest.mark.parametrize("made", [lambda: AskScreen("Name", "", "north"), lambda: ViewsScreen(None, View("now"))])
async def test_enter_again_in_the_last_screen_is_no_bug(made: Callable[[], Screen[object]]) -> None:
    async with in_front_of(made()) as front:
        await front.press_at_once("enter", "enter", "enter")
        assert len(front.answers) == 1
        assert len(front.app.screen_stack) == 1


async def test_an_answer_waits_for_what_is_in_front_of_the_question() -> None:
    question: AskScreen = AskScreen("Name", "Which?")
    async with in_front_of(question) as front:
        front.app.push_screen(HelpScreen(question, question.active_bindings))
        await front.settle()
        question.dismiss("north")
        await front.settle()
        assert isinstance(front.app.screen, HelpScreen), "the help is still being read"
        assert front.answers == []
        await front.press("escape")
        assert front.answers == ["north"]
        assert len(front.app.screen_stack) == 1
