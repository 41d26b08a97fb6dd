"""Bare Textual apps, as small as they can be while doing the one thing that they are compared for."""

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import DataTable, Footer, Header, Input, TabbedContent, TabPane

MARK = "painted"
"""Stands on the screen of a bare app once it is painted."""


class BareApp(App[None]):
    """A DataTable, tabs, header, footer and inputs."""

    def compose(self) -> ComposeResult:
        yield Header()
        with TabbedContent():
            with TabPane("One"):
                for name in ("tenant", "application", "secret"):
                    yield Input(placeholder=name)
            with TabPane("Two"):
                yield DataTable()
        yield Footer()

    def on_mount(self) -> None:
        self.title = MARK
        table: DataTable[str] = self.query_one(DataTable)
        table.add_columns("Severity", "Status", "Name")
        table.add_rows([("High", "Active", f"Incident {number}") for number in range(50)])


CELLS = (1, 9, 10, 18, 7, 12, 21, 12, 8)
"""Widths of the queue's columns."""


class BareGrid(ScrollView, can_focus=True):
    """So many lines of empty cells, and a cursor: the keys of the queue, with nothing to look up or to write."""

    BINDINGS = [  # noqa: RUF012
        Binding("down", "move(1)"),
        Binding("up", "move(-1)"),
        Binding("pagedown", "move(38)"),
        Binding("home", "jump(0)"),
        Binding("end", "jump(-1)"),
    ]

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self.cursor = 0

    def on_mount(self) -> None:
        self.virtual_size = Size(0, self._lines)

    def action_move(self, step: int) -> None:
        self._go(self.cursor + step)

    def action_jump(self, line: int) -> None:
        self._go(line % self._lines)

    def _go(self, line: int) -> None:
        before, self.cursor = self.cursor, max(0, min(line, self._lines - 1))
        top, height = round(self.scroll_y), self.size.height
        if not top <= self.cursor < top + height:
            top = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=top, animate=False, immediate=True)
            self.refresh()
        else:
            self.refresh_lines(before - top, 1)
            self.refresh_lines(self.cursor - top, 1)

    def render_line(self, y: int) -> Strip:
        is_cursor = round(self.scroll_y) + y == self.cursor
        width, style = self.size.width, _CURSOR if is_cursor else _CELL
        segments = [Segment("▌" if is_cursor else " ", style)]
        for cell in CELLS:
            segments += [Segment("·" * cell, style), Segment("  ", style)]
        return Strip(segments).adjust_cell_length(width, style)


_CELL, _CURSOR = Style(color="white", bgcolor="black"), Style(color="black", bgcolor="cyan", bold=True)


class BareGridApp(App[None]):
    """One bare grid."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.grid = BareGrid(lines)

    def compose(self) -> ComposeResult:
        yield self.grid

    def on_mount(self) -> None:
        self.grid.focus()


class BareInputApp(App[None]):
    """One bare Input."""

    def compose(self) -> ComposeResult:
        yield Input()


if __name__ == "__main__":
    BareApp().run()
