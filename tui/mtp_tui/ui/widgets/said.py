"""A line of text from anywhere that is painted only when it changes."""

from textual.content import Content
from textual.widgets import Static

from mtp_tui.ui.text import plain


class Said(Static):
    """Says one thing at a time; what it is told may come from outside."""

    _text = ""

    def say(self, text: str) -> None:
        """Show this; the same again costs nothing, so that a clock may call it each second."""
        if text != self._text:
            self.put(plain(text, lines=True), text)

    def put(self, content: Content, text: str = "") -> None:
        """Show words that have looks of their own; `text` is what they are told from, if it is not what they read."""
        self._text = text or content.plain
        # what has its size from the stylesheet moves nothing else
        self.update(content, layout=self.styles.auto_dimensions)

    @property
    def text(self) -> str:
        """What it says now."""
        return self._text
