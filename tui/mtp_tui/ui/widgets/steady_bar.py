"""For what scrolls lines of its own, with a bar that is always there."""

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar

from mtp_tui.ui.widgets.seethrough import LaidOutOnce


class _SteadyBar(LaidOutOnce, ScrollBar):
    """Textual's own, for which the width of what it stands beside is no reason for another layout."""


class SteadyBar(LaidOutOnce, ScrollView):
    """A bar that comes with the lines, and goes, would have everything laid out anew, and so would how many there are.

    What has the height of its lines is laid out when these are other ones, all the same.
    """

    DEFAULT_CSS = "SteadyBar { overflow: hidden scroll; }"

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """As Textual makes it, but for its class."""
        if self._vertical_scrollbar is None:
            bar = _SteadyBar(vertical=True, name="vertical", thickness=self.scrollbar_size_vertical)
            bar.display = False
            self._vertical_scrollbar = bar
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar

    def watch_virtual_size(self, size: Size) -> None:
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = size.height
        if self.styles.is_auto_height:
            self.refresh(layout=True)
