"""Tabs and bars as lines of text: one widget where Textual's own would be a dozen, each styled and laid out for itself."""

from collections.abc import Mapping

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.seethrough import LaidOutOnce

_PADDING = 1
_BEFORE, _BEHIND = "‹", "›"
"""Where more tabs stand than there is room for."""


class TabLine(LaidOutOnce, Widget, can_focus=False):
    """Titles side by side, and a line below that is lit under the one in front; its owner has the keys."""

    ALLOW_SELECT = False

    active: reactive[str] = reactive("", init=False)
    """Key of the tab in front."""

    class Turned(Message):
        """Another tab is in front."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, titles: Mapping[str, str], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """`titles` by the tabs' keys, in their order; the first one is in front."""
        super().__init__(id=id)
        self._titles = {key: visible(title) for key, title in titles.items()}
        self._hidden: frozenset[str] = frozenset()
        self.set_reactive(TabLine.active, next(iter(titles)))

    @property
    def shown(self) -> list[str]:
        """Keys of the tabs that can be turned to, in their order."""
        return [key for key in self._titles if key not in self._hidden]

    def rename(self, titles: Mapping[str, str]) -> None:
        """Give tabs other titles."""
        renamed = self._titles | {key: visible(title) for key, title in titles.items()}
        if renamed != self._titles:
            self._titles = renamed
            self.refresh()

    def hide(self, *tabs: str) -> None:
        """Leave these out, and none else."""
        self._hidden = frozenset(tabs)
        self.refresh()

    def turn(self, step: int) -> None:
        """Go to the tab before or after; from the last one to the first."""
        names = self.shown
        self.active = names[(names.index(self.active) + step) % len(names)]

    def watch_active(self, active: str) -> None:
        self.post_message(self.Turned(active))

    def _spans(self) -> list[tuple[str, int, int]]:
        """Each tab's key and the cells from and to which it stands; moved to the left as far as the one in front needs it."""
        at, spans = 0, []
        for key in self.shown:
            end = at + len(self._titles[key]) + 2 * _PADDING
            spans.append((key, at, end))
            at = end
        front_ends = next((end for key, _, end in spans if key == self.active), 0)
        cut = max(0, front_ends - self.size.width)
        return [(key, start - cut, end - cut) for key, start, end in spans]

    def render(self) -> Content:
        spans = self._spans()
        pad = " " * _PADDING
        titles = Content.assemble(
            *(
                (f"{pad}{self._titles[key]}{pad}", "$foreground" if key == self.active else "$foreground 50%")
                for key, _, _ in spans
            )
        )
        cut = -min((start for _, start, _ in spans), default=0)
        front = next(((start, end) for key, start, end in spans if key == self.active), (0, 0))
        width = self.size.width
        # the line below is lit under the title itself
        below = bar(width, front[0] + _PADDING, front[1] - _PADDING, rest="$foreground 10%")
        shown = titles[cut : cut + width]
        if cut:
            shown = Content.assemble((_BEFORE, "$primary"), shown[1:])
        if len(titles) > cut + width:
            shown = Content.assemble(shown[: width - 1], (_BEHIND, "$primary"))
        return Content("\n").join([shown, below])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - the base class's form
        return 2

    def on_click(self, event: events.Click) -> None:
        for key, start, end in self._spans():
            if start <= event.x < end:
                self.active = key


def bar(width: int, start: int, end: float, *, rest: str) -> Content:
    """A thin line of `width` cells that is lit from `start` to `end`, to half a cell; the rest of it looks as `rest` says."""
    end = round(max(0.0, min(end, width)) * 2) / 2
    if end <= start:
        return Content.assemble(("━" * width, rest))
    whole = int(end)
    has_half = end > whole
    left = width - whole - has_half
    before = "━" * (start - 1) + "╸" if start else ""
    after = "━" * left if has_half or not left else "╺" + "━" * (left - 1)
    return Content.assemble(
        (before, rest), ("━" * (whole - start) + ("╸" if has_half else ""), "$primary"), (after, rest)
    )
