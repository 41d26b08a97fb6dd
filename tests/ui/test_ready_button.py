"""A button that is ready again at once."""

from textual import on
from textual.app import App, ComposeResult
from textual.widgets import Button

from mtp_tui.ui.widgets.ready_button import ReadyButton


class OneButton(App[None]):
    """Counts how often its button was pressed."""

    pressed = 0

    def compose(self) -> ComposeResult:
        yield ReadyButton("Sign in", id="sign-in", is_primary=True)

    @on(Button.Pressed)
    def count(self) -> None:
        """One more."""
        self.pressed += 1


async def test_no_press_is_lost_however_soon_it_follows() -> None:
    app = OneButton()
    async with app.run_test() as pilot:
        button = app.query_one(ReadyButton)
        for _ in range(3):
            button.action_press()  # what Enter does; no time passes between them
        await pilot.pause()
    assert app.pressed == 3
