"""A button that is ready for the next press at once."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Button


class SignInButton(Button):
    """Looks as any, and stands in the line of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "press", "Sign in", id="sign-in.press", tooltip="Sign in with what stands in the form"),
    ]


def ready_button(label: str, *, id: str, kind: type[Button] = Button, is_primary: bool = False) -> Button:  # noqa: A002 - Textual's name
    """One that takes every press.

    Textual's own ignores the keyboard for 0.2 s, as long as it looks pressed: Enter right after a refusal would be lost.
    """
    button = kind(label, variant="primary" if is_primary else "default", id=id)
    button.active_effect_duration = 0
    return button
