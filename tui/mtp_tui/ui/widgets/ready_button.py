"""A button that is ready for the next press at once."""

from textual.widgets import Button


def ready_button(label: str, *, id: str, is_primary: bool = False) -> Button:  # noqa: A002 - Textual's name
    """One that takes every press.

    Textual's own ignores the keyboard for 0.2 s, as long as it looks pressed: Enter right after a refusal would be lost.
    No class of its own, whose styles would have to be read before the first paint.
    """
    button = Button(label, variant="primary" if is_primary else "default", id=id)
    button.active_effect_duration = 0
    return button
