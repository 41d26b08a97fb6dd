"""One of a few: every option on one line, the chosen one marked; ← →, space, or the mouse. Enter is for its owner to answer."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from mtp_tui.ui.text import visible

_GAP = 1

LABEL_WIDTH = 15
"""Cells of a label in front of the options."""


class Choice(Widget, can_focus=True):
    """Options side by side; where they do not fit, the chosen one alone with its number."""

    BINDING_GROUP_TITLE = "Choice"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right,l,space",
            "step(1)",
            "Choose",
            key_display="← →",
            id="choice.next",
            tooltip="Choose the next option",
        ),
        Binding("left,h", "step(-1)", "Previous", show=False, id="choice.previous", tooltip="Choose the one before"),
        Binding("enter", "submit", "Sign in", id="choice.submit", tooltip="Sign in, or say what is still to be typed"),
    ]

    chosen: reactive[str] = reactive("", init=False)
    """Key of the chosen option."""

    class Changed(Message):
        """Somebody chose another option."""

        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> "Choice":
            return self.choice

    class Submitted(Message):
        """Enter was pressed: the choice stands."""

    def __init__(self, options: Sequence[tuple[str, str]], *, label: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """`options` are keys and what is shown for them; the first one is chosen. A `label` stands in front of them."""
        super().__init__(id=id)
        self._label = visible(label).ljust(LABEL_WIDTH) if label else ""
        self._options = tuple(options)
        self.set_reactive(Choice.chosen, options[0][0])

    @property
    def _at(self) -> int:
        return next((at for at, (key, _) in enumerate(self._options) if key == self.chosen), 0)

    def set_options(self, options: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer others, without a message."""
        self._options = tuple(options)
        self.set_reactive(Choice.chosen, chosen)
        self.refresh()

    def action_step(self, by: int) -> None:
        self._choose((self._at + by) % len(self._options))

    def action_submit(self) -> None:
        self.post_message(self.Submitted())

    def _choose(self, at: int) -> None:
        key = self._options[at][0]
        if key != self.chosen:
            self.chosen = key
            self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        if self._is_short:
            self.action_step(1)
            return
        left = len(self._label)
        for at, (_, label) in enumerate(self._options):
            left += len(label) + 2 + _GAP
            if event.x < left:
                self._choose(at)
                return

    @property
    def _is_short(self) -> bool:
        return sum(len(label) + 2 + _GAP for _, label in self._options) - _GAP > max(1, self._room)

    @property
    def _room(self) -> int:
        return self.size.width - len(self._label)

    def _shortened(self) -> tuple[str, str]:
        """The chosen option alone, and which of how many it is; on few cells that is said in fewer, or the option cut."""
        label, at, count = visible(self._options[self._at][1]), self._at + 1, len(self._options)
        room = self._room - len("‹›")
        place = f"  {at} of {count}"
        if cell_len(label + place) > room:
            place = f" {at}/{count}"
        left = max(1, room - len(place))
        return (label if cell_len(label) <= left else f"{set_cell_size(label, left - 1)}…"), place

    def render(self) -> Content:
        mark = "reverse bold" if self.has_focus else "bold"
        if self._is_short:
            label, place = self._shortened()
            return Content.assemble((self._label, "$quiet"), (f"‹{label}›", mark), (place, "$quiet"))
        parts: list[tuple[str, str] | str] = [(self._label, "$quiet")]
        for at, (_, label) in enumerate(self._options):
            is_chosen = at == self._at
            parts.append((f"‹{visible(label)}›", mark) if is_chosen else (f" {visible(label)} ", "$quiet"))
            parts.append(" " * _GAP)
        return Content.assemble(*parts[:-1])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - the base class's form
        return 1
