"""What panes tell the screen that holds them."""

from textual.message import Message

from mtp_tui.secret import Secret
from mtp_tui.services.session import SignedIn


class SignedInTo(Message):
    """A sign-in succeeded."""

    def __init__(self, signed_in: SignedIn, *, may_write: bool = False) -> None:
        super().__init__()
        self.signed_in = signed_in
        self.may_write = may_write
        """Whether its profile lets incidents be changed."""


class SignedOut(Message):
    """Token and credentials are forgotten."""


class PaneWanted(Message):
    """Somebody asked for another pane: `sign-in`, `token` or `incidents`."""

    def __init__(self, pane: str) -> None:
        super().__init__()
        self.pane = pane


class CopyWanted(Message):
    """A text is to go to the clipboard; the app sends it, and says what went where."""

    def __init__(self, what: str, text: str | Secret, note: str = "", *, if_large: str = "") -> None:
        """`what` begins the sentence that says so, and `note` is said behind it; `if_large` is what there is to do
        instead with more than terminals take."""
        super().__init__()
        self.what = what
        self.text = text
        self.note = note
        self.if_large = if_large


class OpenWanted(Message):
    """A page of ours is to be opened in a browser; where none could show up, its link is copied."""

    def __init__(self, what: str, link: str) -> None:
        """`link` is https, and built or checked by us; `what` begins the sentence that says what happened."""
        super().__init__()
        self.what = what
        self.link = link


class TokenDoubted(Message):
    """The API refused the token or a permission, and the token pane says more; or it accepts them again."""

    def __init__(self, *, doubted: bool) -> None:
        super().__init__()
        self.doubted = doubted


class MuchCame(Message):
    """Many rows are here that were not, and stay."""
