"""A document of lines: wraps to the width it has, draws only what is visible, can be selected with the mouse.

Wrapping a document of megabytes takes as long as a blink, so only what is in view is wrapped at once; the rest follows
in slices between keys, and the scroll bar shrinks as it does.
"""

from collections.abc import Sequence
from functools import cache
from io import StringIO
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip

from mtp_tui.ui.lines import Line, Role, Span
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.role_styles import role_style
from mtp_tui.ui.widgets.steady_bar import SteadyBar

NARROWEST_BODY = 12

SLICE = 400
"""Lines that are wrapped without letting a key through: some ten milliseconds."""


class LineView(SteadyBar, can_focus=True):
    """Shows a sequence of lines and scrolls through them."""

    BINDING_GROUP_TITLE = "Text"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False, id="text.up", tooltip="Go up"),
        Binding("down,j", "scroll_down", "Down", show=False, id="text.down", tooltip="Go down"),
        Binding("pageup,ctrl+b", "page_up", "Page up", show=False, id="text.page-up", tooltip="Go up a page"),
        Binding(
            "pagedown,ctrl+f,space", "page_down", "Page down", show=False, id="text.page-down", tooltip="Go down a page"
        ),
        Binding("home,g", "scroll_home", "Top", show=False, id="text.top", tooltip="Go to the top"),
        Binding("end,G", "scroll_end", "Bottom", show=False, id="text.bottom", tooltip="Go to the bottom"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()
        self._wrapped: list[Text] = []
        self._starts: list[int] = []
        """Of each line that is wrapped, on which screen line it begins."""
        self._lines_wrapped = 0
        self._wrapped_at = -1
        self._styles: dict[Role, Style] = {}
        self._look: Style | None = None
        """What is below every line; to be found anew with the next one if it is None."""

    def show(self, lines: Sequence[Line], *, keep_place: bool = False) -> None:
        """Show another document, from its top, or the same one anew with `keep_place`; only what differs is painted."""
        before = self._wrapped
        self._lines = lines
        self._wrapped, self._starts, self._wrapped_at = [], [], -1  # never the lines of another document
        self._wrap()
        if keep_place and len(before) == len(self._wrapped):
            self._repaint(before)
            return
        if not keep_place:
            self.scroll_to(0, 0, animate=False, immediate=True)
        self.refresh()

    def _repaint(self, before: Sequence[Text]) -> None:
        """Paint the lines that read or look otherwise than before; relative times change one or two of a page."""
        for index, (old, new) in enumerate(zip(before, self._wrapped, strict=True)):
            if old != new:
                self.refresh_line(index)

    def place_of(self, line: int) -> int:
        """On which screen line a line of the document begins; of one that is still to be wrapped, where it is not yet."""
        return self._starts[line] if line < len(self._starts) else len(self._wrapped)

    @property
    def plain_text(self) -> str:
        """The whole document as it would read on an endless screen."""
        return "\n".join(_as_text(line, {}, 10_000)[0].plain.rstrip() for line in self._lines)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._look = None
        self._wrapped_at = -1
        self._wrap()

    def on_resize(self) -> None:
        self._wrap()

    def on_show(self) -> None:
        self._wrap()  # out of sight there is no width, and the size may be what it was

    def render_line(self, y: int) -> Strip:
        self._wrap()  # the width may be known only now; to wait for word of it would paint twice
        scroll_x, scroll_y = self.scroll_offset
        width = self.scrollable_content_region.width
        index = scroll_y + y
        if self._look is None:
            self._look = self.rich_style
        if index >= len(self._wrapped):
            return Strip.blank(width, self._look)
        text = self._wrapped[index]
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(index)) is not None:
            start, end = span
            text = text.copy()
            text.stylize(
                self.screen.get_component_rich_style("screen--selection"), start, len(text) if end == -1 else end
            )
        return self.drawn(index, text).adjust_cell_length(width, self._look).apply_offsets(scroll_x, index)

    def drawn(self, index: int, text: Text) -> Strip:  # noqa: ARG002 - for those who mark some of them
        """One line of the endless screen as it looks."""
        strip = Strip(text.render(self.app.console), text.cell_len)
        return strip.apply_style(self._look) if self._look is not None else strip

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(text.plain.rstrip() for text in self._wrapped)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002 - the base class's form
        self.refresh()

    def _wrap(self) -> None:
        """Wrap anew, down to the place that is in view; the rest follows by itself."""
        width = self.scrollable_content_region.width
        if width <= 0 or width == self._wrapped_at:
            return
        self._wrapped_at = width
        self._styles = {role: role_style(self.app, role) for role in Role}
        self._wrapped, self._starts, self._lines_wrapped = [], [], 0
        in_view = round(self.scroll_y) + self.size.height
        self._wrap_slice()
        while len(self._wrapped) < in_view and self._lines_wrapped < len(self._lines):
            self._wrap_slice()
        self._wrap_on(self._lines)

    def _wrap_on(self, lines: Sequence[Line]) -> None:
        """Another slice, unless another document is shown by now."""
        if lines is self._lines:
            if self._lines_wrapped < len(lines):
                self._wrap_slice()
                self.set_timer(0.01, lambda: self._wrap_on(lines))
            self.virtual_size = Size(self._wrapped_at, len(self._wrapped))

    def _wrap_slice(self) -> None:
        start, self._lines_wrapped = self._lines_wrapped, min(self._lines_wrapped + SLICE, len(self._lines))
        for line in self._lines[start : self._lines_wrapped]:
            self._starts.append(len(self._wrapped))
            self._wrapped += _as_text(line, self._styles, self._wrapped_at)


def _as_text(line: Line, styles: dict[Role, Style], width: int) -> list[Text]:
    """The screen lines that a line becomes at this width; its body wraps beside its lead."""
    margin = line.indent + line.lead_width
    room = max(NARROWEST_BODY, width - margin)
    body = _joined(line.body, styles)
    parts = [body] if body.cell_len <= room else _folded(body, room)
    if not margin:
        return parts
    first = Text(" " * line.indent, end="")
    if line.lead is not None:
        lead = visible(line.lead.text)
        if cell_len(lead) > line.lead_width - 1:
            lead = set_cell_size(lead, line.lead_width - 2) + "…"
        first.append(set_cell_size(lead, line.lead_width), styles.get(line.lead.role, Style.null()))
    else:
        first.append(" " * line.lead_width)
    return [first.append_text(parts[0]), *(Text(" " * margin, end="").append_text(part) for part in parts[1:])]


def _joined(spans: Sequence[Span], styles: dict[Role, Style]) -> Text:
    text = Text(end="")
    for span in spans:
        text.append(visible(span.text), styles.get(span.role, Style.null()))
    return text


def _folded(text: Text, room: int) -> list[Text]:
    """Wrapped between words where there are any, within a word where there are none (hashes, URLs, command lines)."""
    parts = list(text.wrap(_measuring_console(), room, overflow="fold", no_wrap=False))
    for part in parts:
        part.end = ""
    return parts


@cache
def _measuring_console() -> Console:
    return Console(file=StringIO())
