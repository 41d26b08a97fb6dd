"""Keys that reach the program in one read, as they do when somebody types faster than it paints."""

from textual import events
from textual.app import App
from textual.keys import _character_to_key, key_to_character


def press_at_once(app: App[None], *keys: str) -> None:
    """Let all the keys wait in the queue before the first of them is looked at; a character is the key that types it."""
    for key in keys:
        is_character = len(key) == 1
        event = events.Key(
            _character_to_key(key) if is_character else key, key if is_character else key_to_character(key)
        )
        event.set_sender(app)
        app.post_message(event)
