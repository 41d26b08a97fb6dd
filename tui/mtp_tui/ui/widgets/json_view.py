"""JSON with a cursor: objects and lists fold, words are found, and the value under the cursor stands whole below."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import Input

from mtp_tui.defender.json_reading import indented
from mtp_tui.ui.lines import Line, Role, Span, heading, paragraphs, text_line
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.json_folds import JsonRow, JsonText, folded_line, meant
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.record_columns import Arrangement, Column
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.record_strips import RecordStrips

_LONGEST_SHOWN = 1000
"""Characters of a value in its row; the whole of it stands below."""


class JsonGrid(RecordGrid[JsonRow]):
    """One row for each line of JSON; the first line says how many there are, or what was found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,space",
            "choose",
            "Fold",
            key_display="⏎",
            id="json.fold",
            tooltip="Fold or unfold what is under the cursor",
        ),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__((Column("JSON", 10, lambda row: row.line.body[-1]),), lambda row: str(row.number), id=id)
        self.text = JsonText("")
        self.folded: set[str] = set()
        self.hits: frozenset[int] = frozenset()
        self.words = ""
        self.head = ""
        self.strips = JsonStrips(self)


class JsonStrips(RecordStrips[JsonRow]):
    """Lines of JSON as they are drawn: indented, folded or not, with what was found lit."""

    def __init__(self, grid: JsonGrid) -> None:
        super().__init__(grid.look)
        self._grid = grid

    def header(self, arrangement: Arrangement, style: Style) -> Strip:  # noqa: ARG002 - rows are in the order of the text
        return Strip([Segment(set_cell_size(f" {visible(self._grid.head)}", self.width), style)], self.width)

    def drawn(self, row: JsonRow, *, is_cursor: bool) -> Strip:
        grid, width, base = self._grid, self.width, self.look(Role.TEXT, is_cursor)
        is_folded = row.end > row.number and grid.text.path(row) in grid.folded
        line = folded_line(grid.text, row) if is_folded else row.line
        fold = "▸" if is_folded else "▾" if row.end > row.number else " "
        margin = f"{'▌' if is_cursor else ' '}{'•' if row.number in grid.hits else ' '}{fold} {' ' * line.indent}"
        spans = _marked(line.body, grid.words) if row.number in grid.hits else line.body
        shown = (Segment(visible(span.text[:_LONGEST_SHOWN]), self.look(span.role, is_cursor)) for span in spans)
        segments = [Segment(margin, base), *shown]
        if sum(cell_len(segment.text) for segment in segments) > width:
            return Strip([*Strip(segments).adjust_cell_length(width - 1, base), Segment("…", base)], width)
        return Strip(segments).adjust_cell_length(width, base)


def _marked(spans: Sequence[Span], words: str) -> list[Span]:
    """The spans with the words that were found as spans of their own, as far as they stand there letter by letter."""
    marked: list[Span] = []
    wanted = words.casefold()
    for span in spans:
        text, folded, place = span.text[:_LONGEST_SHOWN], span.text[:_LONGEST_SHOWN].casefold(), 0
        while len(folded) == len(text) and (at := folded.find(wanted, place)) >= 0:
            marked += [Span(text[place:at], span.role), Span(text[at : at + len(wanted)], Role.WARN)]
            place = at + len(wanted)
        marked.append(Span(text[place:], span.role))
    return marked


class JsonView(Vertical):
    """Shows the JSON of one incident at a time; what was folded in it is folded when it is opened again."""

    BINDING_GROUP_TITLE = "JSON"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,f", "search", "Search", key_display="/", id="json.search", tooltip="Search in keys and values"),
        Binding("n", "hit(1)", "Next", id="json.next", tooltip="Go to the next place that was found"),
        Binding("N", "hit(-1)", "Before", show=False, id="json.before", tooltip="Go to the place before"),
        Binding("z", "fold_all", "Fold all", id="json.fold-all", tooltip="Fold every inner object, or unfold all"),
        Binding("escape", "clear", "Clear", id="json.clear", tooltip="End the search"),
    ]

    is_searching: reactive[bool] = reactive(False, bindings=True)
    """Whether words are being looked for."""

    class Read(Message):
        """A text was taken apart."""

        def __init__(self, sent: bytes, text: JsonText) -> None:
            super().__init__()
            self.sent = sent
            self.text = text

    grid = getters.query_one("#json-lines", JsonGrid)
    value_view = getters.query_one("#json-value", LineView)
    field = getters.query_one("#json-words", Input)

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._owner = ""
        self._sent = b""
        self._hits: list[int] = []
        self._folds: dict[str, set[str]] = {}
        """Paths that are folded, by incident."""

    def compose(self) -> ComposeResult:
        field = Input(placeholder="words in keys and values; Enter keeps them, Esc ends", id="json-words")
        field.display = False
        yield field
        yield JsonGrid(id="json-lines")
        yield LineView(id="json-value")

    # what is shown

    def show(self, raw: bytes, *, owner: str) -> None:
        """Show JSON; of the same owner the cursor stays where it was. Megabytes take their time, in a thread."""
        if owner == self._owner and raw == self._sent:
            return
        if owner != self._owner:
            self.grid.text, self.grid.head, self._hits = JsonText(""), "reading …", []
            self.grid.show(())
            self.value_view.show([])
        self._owner, self._sent = owner, raw
        self._read(raw)

    @work(exclusive=True, group="json", description="take JSON apart")
    async def _read(self, sent: bytes) -> None:
        self.post_message(self.Read(sent, await asyncio.to_thread(lambda: JsonText(indented(sent)))))

    @on(Read)
    def show_rows(self, message: Read) -> None:
        message.stop()
        if message.sent != self._sent:
            return
        self.grid.text = message.text
        self.grid.folded = self._folds.get(self._owner, set())
        self._hits = self.grid.text.found(self.grid.words)
        self._show_rows()

    def focus_view(self) -> None:
        """Give the keys to the lines."""
        self.grid.focus()

    @property
    def row(self) -> JsonRow | None:
        """The one under the cursor."""
        return self.grid.rows[self.grid.cursor] if self.grid.rows else None

    @property
    def value(self) -> tuple[str, str]:
        """Where the value under the cursor stands, and what it says; objects and lists as the JSON they are."""
        if self.row is None:
            return "", ""
        text = self.grid.text
        row = text.subject(self.row)
        if row.end > row.number:
            lines = [text.rows[number].line for number in range(row.number, row.end + 1)]
            pieces = [
                " " * (line.indent - row.line.indent) + "".join(span.text for span in line.body) for line in lines
            ]
            pieces[0] = row.value
            return text.path(row), "\n".join(pieces).removesuffix(",")
        return text.path(row), meant(row.value)

    def _show_rows(self) -> None:
        grid = self.grid
        grid.hits = frozenset(self._hits)
        grid.show(grid.text.shown(grid.folded))
        self._draw()

    def _draw(self) -> None:
        grid = self.grid
        lines: list[Line] = []
        if self.row is not None:
            row = grid.text.subject(self.row)
            path = heading(grid.text.path(row) or "the whole incident")
            if row.end > row.number:
                kind = "a list" if row.value == "[" else "an object"
                lines = [path, text_line(f"{kind}, {row.end - row.number + 1:,} lines", Role.DIM)]
            else:
                lines = [path, *paragraphs(meant(row.value))]
        self.value_view.show(lines)
        grid.head = self._head(self.row)
        grid.refresh()

    def _head(self, row: JsonRow | None) -> str:
        words = self.grid.words
        if not words:
            return f"{len(self.grid.text.rows):,} lines"
        if not self._hits:
            return f"“{words}” does not occur"
        if row is not None and row.number in self.grid.hits:
            return f"“{words}” {self._hits.index(row.number) + 1} of {len(self._hits)}"
        return f"“{words}” {len(self._hits)} found"

    @on(RecordGrid.Highlighted)
    def show_value(self) -> None:
        self._draw()

    # folding

    @on(RecordGrid.Chosen)
    def fold(self) -> None:
        """Fold what is under the cursor, or around it; unfold it if it is folded."""
        grid = self.grid
        around = grid.text.around(self.row) if self.row else None
        if around is None:
            return
        grid.folded ^= {grid.text.path(around)}
        self._keep_folds()
        self._show_rows()
        grid.move_to(str(around.number))

    def action_fold_all(self) -> None:
        """Fold all that stands inside something inside the whole; if anything is folded, unfold all."""
        grid, row = self.grid, self.row
        if grid.folded:
            grid.folded = set()
        else:
            grid.folded = {
                grid.text.path(each) for each in grid.text.rows if each.end > each.number and each.parent >= 0
            }
        self._keep_folds()
        self._show_rows()
        if row is not None:
            outermost = [row, *grid.text.parents(row)]
            any(grid.move_to(str(each.number)) for each in outermost)

    def _keep_folds(self) -> None:
        self._folds[self._owner] = self.grid.folded
        if not self.grid.folded:
            del self._folds[self._owner]

    # searching

    def action_search(self) -> None:
        self.is_searching = self.field.display = True
        self.screen.set_focus(self.field)  # at once: what is typed ahead belongs into it

    @on(Input.Changed)
    def look_for(self, event: Input.Changed) -> None:
        event.stop()
        self.grid.words = event.value
        self._hits = self.grid.text.found(event.value)
        self._show_rows()
        if self._hits and self.row is not None:
            here = self.row.number
            self._go_to(next((hit for hit in self._hits if hit >= here), self._hits[0]))

    @on(Input.Submitted)
    def keep_words(self, event: Input.Submitted) -> None:
        event.stop()
        self.field.display = False
        self.is_searching = bool(event.value)
        self.grid.focus()

    def action_hit(self, step: int) -> None:
        """Go to the next place, from the last one to the first, or to the one before."""
        if self.row is None or not self._hits:
            return
        here = self.row.number
        if step > 0:
            self._go_to(next((hit for hit in self._hits if hit > here), self._hits[0]))
        else:
            self._go_to(next((hit for hit in reversed(self._hits) if hit < here), self._hits[-1]))

    def _go_to(self, number: int) -> None:
        """To a line; what hides it is unfolded."""
        grid = self.grid
        hiding = {grid.text.path(each) for each in grid.text.parents(grid.text.rows[number])} & grid.folded
        if hiding:
            grid.folded = grid.folded - hiding
            self._keep_folds()
            self._show_rows()
        grid.move_to(str(number))
        self._draw()

    def action_clear(self) -> None:
        self.is_searching = self.field.display = False
        self.field.value = ""
        self.grid.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        return self.is_searching if action in ("clear", "hit") else True

    def why_not(self, action: str) -> str:  # noqa: ARG002 - as whoever explains is asked
        """Why there is nothing to go to, or to end."""
        return "Nothing is being searched for: / searches."
