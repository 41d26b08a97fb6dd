"""A line of text from anywhere that is painted only when it changes."""

from textual.content import Content
from textual.widgets import Static

from mtp_tui.ui.text import plain
from mtp_tui.ui.widgets.seethrough import LaidOutOnce


class Said(LaidOutOnce, Static):
    """Says one thing at a time; what it is told may come from outside."""

    keeps_room = False
    """Whether lines that are not needed any more stay blank until something else is laid out."""
    _text = ""

    def say(self, text: str) -> None:
        """Show this; the same again costs nothing, so that a clock may call it each second."""
        if text != self._text:
            self.put(plain(text, lines=True), text)

    def put(self, content: Content, text: str = "") -> None:
        """Show words that have looks of their own; `text` is what they are told from, if it is not what they read."""
        self._text = text or content.plain
        # what has its size from the stylesheet moves nothing else, and neither does what takes as many lines as before
        self.update(content, layout=self.styles.auto_dimensions and not self._has_room_for(content))

    def _has_room_for(self, content: Content) -> bool:
        width, height = self.content_size
        if self.styles.is_auto_width or not width:
            return False
        needed = content.get_height(self.styles.get_rules(), width)
        return needed == height or (self.keeps_room and needed < height)

    @property
    def text(self) -> str:
        """What it says now."""
        return self._text
