"""Two questions that are asked in front of everything: for a text, and for yes or no."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Input, Static

from mtp_tui.errors import MtpError
from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.text import plain, visible
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.said import Said


class _Question(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Scrolls by the mouse alone: the arrows are for what is asked."""


class AskScreen(Dialog[str | None]):
    """Asks for one text; gives None if none was given."""

    BINDING_GROUP_TITLE = "Question"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="ask.cancel", tooltip="Go back without an answer"),
    ]

    def __init__(
        self,
        title: str,
        words: str,
        value: str = "",
        placeholder: str = "",
        check: Callable[[str], str] | None = None,
    ) -> None:
        """`check` gives the text as it is meant, or raises BadInput, which is shown and leaves the question open."""
        super().__init__()
        self._headline = title
        self._words = words
        self._value = value
        self._placeholder = placeholder
        self._check = check

    def compose(self) -> ComposeResult:
        with _Question(classes="question"):
            if self._words:
                yield Static(plain(self._words, lines=True))
            yield Input(self._value, visible(self._placeholder), id="answer")
            yield Said(classes="fault")
        yield KeyLine()

    def on_mount(self) -> None:
        box = self.query_one(".question")
        box.border_title, box.border_subtitle = plain(self._headline), "Enter takes it · Esc cancels"
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            text = self._check(event.value) if self._check else event.value
        except MtpError as fault:
            self._say(f"✗ {fault.summary} {fault.hint}".rstrip())
        else:
            self.dismiss(text)

    @on(Input.Changed)
    def forgive(self) -> None:
        """What was wrong with the text is no longer known once it changes."""
        self._say("")

    def _say(self, text: str) -> None:
        line = self.query_one(".fault", Said)
        line.say(text)
        line.display = bool(text)

    def action_give_up(self) -> None:
        self.dismiss(None)


class ConfirmScreen(Dialog[bool]):
    """Asks for yes or no; no is what Enter and Escape give unless the other was chosen."""

    BINDING_GROUP_TITLE = "Question"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="confirm.yes", tooltip="Do it"),
        Binding("n,escape", "answer(False)", "No", id="confirm.no", tooltip="Leave everything as it is"),
        Binding(
            "left,up",
            "app.focus_previous",
            "Button before",
            show=False,
            id="confirm.left",
            tooltip="Go to the button before",
        ),
        Binding(
            "right,down",
            "app.focus_next",
            "Next button",
            show=False,
            id="confirm.right",
            tooltip="Go to the next button",
        ),
    ]

    def __init__(self, title: str, words: str, yes: str = "Delete", no: str = "Keep") -> None:
        super().__init__()
        self._headline = title
        self._words = words
        self._labels = {"yes": yes, "no": no}

    def compose(self) -> ComposeResult:
        with _Question(classes="question"):
            yield Static(plain(self._words, lines=True))
            with Horizontal(classes="answers"):
                for name, label in self._labels.items():
                    yield Button(plain(label), id=f"answer-{name}")
        yield KeyLine()

    def on_mount(self) -> None:
        box = self.query_one(".question")
        box.border_title, box.border_subtitle = plain(self._headline), "y · n · ← → and Enter"
        self.query_one("#answer-no").focus()

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "answer-yes")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
