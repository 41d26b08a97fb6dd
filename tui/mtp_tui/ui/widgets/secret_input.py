"""An input for a client secret: nothing in it can be copied out, and a paste loses nothing unsaid."""

from textual import events
from textual.widgets import Input


class SecretInput(Input):
    """Shows dots; keeps line breaks of a paste, so that the field's check can speak of them."""

    def action_copy(self) -> None:
        """Nothing: what is shown as dots is not to land in a clipboard."""

    def action_cut(self) -> None:
        self.delete_selection()

    def _on_paste(self, event: events.Paste) -> None:
        # Textual takes the first line of a paste only: a wrapped secret would be cut without a word
        text = event.text.strip()
        if text:
            start, end = self.selection
            self.replace(text, *sorted((start, end)))
        event.stop()
        event.prevent_default()
