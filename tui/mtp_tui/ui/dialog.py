"""What every screen in front of another one has in common: it gives one answer, whatever is pressed how often."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A modal screen that goes away once, and takes no other screen with it.

    Textual removes whatever is in front when a screen is dismissed. A second Enter that came in the same read as the
    first would remove the screen below, and below the last one there is none.
    """

    DEFAULT_CSS = """
    Dialog > ToastRack { margin-bottom: 4; }  /* the frame's last line, and the line of keys, stay free on 24 lines */
    """

    _is_over = False
    _answer: T | None = None

    def on_mount(self) -> None:
        """What was said before somebody went on is not to cover what they went to."""
        self.app.clear_notifications()

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Give the answer and go away; what is asked in front of it comes first, and a second answer is none."""
        if self._is_over:
            return AwaitComplete()
        self._is_over, self._answer = True, result
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    def on_screen_resume(self) -> None:
        """In front again: now there is somebody to take the answer."""
        if self._is_over and self.app.screen is self:
            super().dismiss(self._answer)
