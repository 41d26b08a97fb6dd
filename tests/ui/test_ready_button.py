"""A button that is ready again at once."""

from textual import on
from textual.app import App, ComposeResult
from textual.widgets import Button

from mtp_tui.ui.widgets.ready_button import ready_button


class OneButton(App[None]):
    """Counts how often its button was pressed."""

    pressed = 0

    def compose(self) -> ComposeResult:
        yield ready_button("Sign in", id="sign-in", is_primary=True)

    @on(Button.Pressed)
    def count(self) -> None:
        """One more."""
        self.pressed += 1


async def test_no_press_is_lost_however_soon_it_follows() -> None:
    app = OneButton()
    async with app.run_test() as pilot:
        button = app.query_one(Button)
        for _ in range(3):
            button.action_press()  # what Enter does; no time passes between them
        await pilot.pause()
    assert app.pressed == 3
