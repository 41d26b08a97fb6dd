"""A line of text from anywhere that is painted only when it changes."""

from textual.widgets import Static

from mtp_tui.ui.text import plain


class Said(Static):
    """Says one thing at a time; what it is told may come from outside."""

    _text = ""

    def say(self, text: str) -> None:
        """Show this; the same again costs nothing, so that a clock may call it each second."""
        if text != self._text:
            self._text = text
            self.update(plain(text, lines=True))

    @property
    def text(self) -> str:
        """What it says now."""
        return self._text
