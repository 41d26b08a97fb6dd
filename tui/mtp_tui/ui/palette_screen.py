"""The palette: every command by name, by what it does, and by its key; what cannot be done now says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.widgets import Input

from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.lines import Role, Span
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.frame import Frame
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.record_columns import Column
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.said import Said


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a key does."""

    id: str
    key: str
    """As it is shown."""
    name: str
    does: str
    why_not: str
    """A sentence; empty if it can be done now."""
    action: str
    node: DOMNode
    """Whose action it is."""

    @property
    def brief(self) -> str:
        """What it does, or why it does not."""
        return f"✗ {self.why_not}" if self.why_not else self.does

    @property
    def whole(self) -> str:
        """What it does, and why it does not."""
        return f"{self.does}\n{self.brief}" if self.why_not else self.does

    def rank(self, typed: str) -> int | None:
        """How well it is meant by these words; less is better, and below 0 it is its key. None if a word is missing."""
        if typed.strip() == self.key:  # t and T are two keys
            return -1
        name, does, words = self.name.casefold(), self.does.casefold(), typed.casefold().split()
        if not all(word in f"{name} {does}" for word in words):
            return None
        if name.startswith(" ".join(words)):
            return 0
        if all(any(part.startswith(word) for part in name.split()) for word in words):
            return 1
        return 2 if all(word in name for word in words) else 3


class CommandInput(Input):
    """Where words are typed; Enter does what is under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Do it", id="palette.do", tooltip="Do what is under the cursor"),
        # here, and not in the screen: Textual's own field scrolls by these keys, and the help and the line show the nearest
        Binding("up", "screen.move(-1)", "Up", show=False, id="palette.up", tooltip="Go to the command before"),
        Binding(
            "down", "screen.move(1)", "Choose", key_display="↑ ↓", id="palette.down", tooltip="Go to the next command"
        ),
        Binding(
            "pageup", "screen.page(-1)", "Page up", show=False, id="palette.page-up", tooltip="Go up a page of commands"
        ),
        Binding(
            "pagedown",
            "screen.page(1)",
            "Page down",
            show=False,
            id="palette.page-down",
            tooltip="Go down a page of commands",
        ),
    ]


class CommandGrid(RecordGrid[Command], can_focus=False):
    """One row for each command; the keys stay with the words."""


class PaletteScreen(Dialog[Command | None]):
    """Gives the command that somebody chose, or None."""

    BINDING_GROUP_TITLE = "Palette"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close", id="palette.close", tooltip="Go back and do nothing"),
    ]

    grid = getters.query_one(CommandGrid)

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = tuple(commands)

    def compose(self) -> ComposeResult:
        columns: tuple[Column[Command], ...] = (
            Column("Key", 5, lambda each: Span(each.key, Role.DIM if each.why_not else Role.NAME)),
            Column("Command", 16, lambda each: Span(each.name, Role.DIM if each.why_not else Role.STRONG)),
            Column("Does", 20, lambda each: Span(each.brief, Role.DIM if each.why_not else Role.TEXT), grows=True),
        )
        with Frame(id="palette-box"):
            yield CommandInput(placeholder="words of what it does", id="palette-words")
            yield CommandGrid(columns, lambda each: each.id, id="commands")
            yield Said(id="palette-said")
        yield KeyLine()

    def on_mount(self) -> None:
        box = self.query_one("#palette-box", Frame)
        box.border_title = "Commands"
        box.hint("Enter does it", "Esc closes", "↑ ↓ choose")
        self.grid.say_when_empty("No command has these words.")
        self.query_one(CommandInput).focus()
        self._show()

    @on(Input.Changed)
    def find(self) -> None:
        self._show()

    def _show(self) -> None:
        """The commands that the words mean, the best first; those that cannot be done now behind the others, but for the
        one whose key was typed."""
        typed = self.query_one(CommandInput).value
        ranked = [(rank, each) for each in self._commands if (rank := each.rank(typed)) is not None]
        found = [each for _, each in sorted(ranked, key=lambda pair: (bool(pair[1].why_not) and pair[0] >= 0, pair[0]))]
        self.grid.show(tuple(found))
        self.grid.action_jump(0)
        self._say()

    @property
    def _chosen(self) -> Command | None:
        rows = self.grid.rows
        return rows[self.grid.cursor] if rows else None

    @on(RecordGrid.Highlighted)
    def _say(self) -> None:
        """What the row has no room for."""
        self.query_one("#palette-said", Said).say(self._chosen.whole if self._chosen else "")

    def action_move(self, step: int) -> None:
        self.grid.action_move(step)

    def action_page(self, direction: int) -> None:
        self.grid.action_page(direction)

    @on(Input.Submitted)
    @on(RecordGrid.Chosen)
    def choose(self) -> None:
        """Do it, or say why that cannot be."""
        chosen = self._chosen
        if chosen is not None and chosen.why_not:
            self.notify(visible(chosen.why_not), markup=False, timeout=4)
        elif chosen is not None:
            self.dismiss(chosen)
