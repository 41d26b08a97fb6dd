"""A document in which some lines begin a record: the cursor goes from one to the next, and what is between scrolls by."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.reactive import reactive
from textual.strip import Strip

from mtp_tui.ui.lines import Line
from mtp_tui.ui.widgets.line_view import LineView

_MARK = "▌"


class RecordLines(LineView):
    """Scrolls as any document; where there are records, one of them has the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"text--cursor"}

    cursor: reactive[int] = reactive(0, repaint=False)
    """Which of the records, from the top."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._records: list[tuple[int, str]] = []
        """Of each record the line that begins it, and its key."""

    @property
    def record(self) -> str:
        """Key of the record under the cursor; empty if there is none."""
        return self._records[self.cursor][1] if self._records else ""

    @property
    def record_in_view(self) -> str:
        """The same; empty too if it was scrolled away from."""
        return self.record if self._is_seen(self.cursor) else ""

    def show(self, lines: Sequence[Line], *, keep_place: bool = False) -> None:
        """As any document; the cursor stays on its record with `keep_place`, and is on the first one without."""
        held = self.record if keep_place else ""
        self._records = [(number, line.record) for number, line in enumerate(lines) if line.record]
        self.cursor = next((at for at, (_, key) in enumerate(self._records) if key == held), 0)
        super().show(lines, keep_place=keep_place)

    # moving

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._records) - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        for at in (before, now):
            if at < len(self._records):
                self.refresh_line(self._row(at))

    def _row(self, at: int) -> int:
        """On which line of the endless screen a record begins."""
        return self.place_of(self._records[at][0])

    def _is_seen(self, at: int) -> bool:
        top = round(self.scroll_y)
        return 0 <= at < len(self._records) and top <= self._row(at) < top + self.size.height

    def _move(self, step: int) -> None:
        """To the next record if it is in view, or else a line nearer to it."""
        if not self._is_seen(self.cursor + step) or not self._is_seen(self.cursor):
            self.scroll_relative(y=step, animate=False, immediate=True)
        if self._is_seen(self.cursor + step):
            self.cursor += step

    def action_scroll_up(self) -> None:
        self._move(-1)

    def action_scroll_down(self) -> None:
        self._move(1)

    def action_page_up(self) -> None:
        self._page(-1)

    def action_page_down(self) -> None:
        self._page(1)

    def _page(self, step: int) -> None:
        self.scroll_relative(y=step * max(1, self.size.height - 1), animate=False, immediate=True)
        seen = [at for at in range(len(self._records)) if self._is_seen(at)]
        if seen:
            self.cursor = seen[-1] if step > 0 and self.scroll_y >= self.max_scroll_y else seen[0]

    def action_scroll_home(self) -> None:
        self.scroll_to(y=0, animate=False, immediate=True)
        self.cursor = 0

    def action_scroll_end(self) -> None:
        self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
        self.cursor = len(self._records) - 1

    # drawing

    def drawn(self, index: int, text: Text) -> Strip:
        if not self._records or index != self._row(self.cursor):
            return super().drawn(index, text)
        marked = Text(_MARK, end="").append_text(text[1:])  # a line that begins a record is indented
        return super().drawn(index, marked).apply_style(self.get_component_rich_style("text--cursor"))
