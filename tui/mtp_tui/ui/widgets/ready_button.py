"""A button that is ready for the next press at once."""

from textual.widgets import Button


class ReadyButton(Button):
    """Takes every press.

    Textual's own ignores the keyboard for 0.2 s, as long as it looks pressed: Enter right after a refusal would be lost.
    """

    def __init__(self, label: str, *, id: str, is_primary: bool = False) -> None:  # noqa: A002 - Textual's name
        super().__init__(label, variant="primary" if is_primary else "default", id=id)
        self.active_effect_duration = 0
