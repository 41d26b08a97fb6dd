"""What panes tell the screen that holds them."""

from textual.message import Message

from mtp_tui.services.session import SignedIn


class SignedInTo(Message):
    """A sign-in succeeded."""

    def __init__(self, signed_in: SignedIn) -> None:
        super().__init__()
        self.signed_in = signed_in


class SignedOut(Message):
    """Token and credentials are forgotten."""


class PaneWanted(Message):
    """Somebody asked for another pane: `sign-in`, `token` or `incidents`."""

    def __init__(self, pane: str) -> None:
        super().__init__()
        self.pane = pane


class TokenDoubted(Message):
    """The API refused the token or a permission, and the token pane says more; or it accepts them again."""

    def __init__(self, *, doubted: bool) -> None:
        super().__init__()
        self.doubted = doubted
