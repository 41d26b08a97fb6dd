"""The line below the sign-in form that says who signed in, and what Entra answered."""

from mtp_tui.identity.credentials import CredentialKind
from mtp_tui.services.session import SignedIn
from mtp_tui.ui.widgets.said import Said


class SignedInAs(Said):
    """Hidden as long as nobody is signed in."""

    def show(self, held: SignedIn | None, *, is_from_before: bool = False) -> None:
        """Say whose session it is; one `is_from_before` if a later sign-in failed."""
        self.display = held is not None
        if held is not None:
            self.say(_in_words(held, "Still signed in, with the token from before," if is_from_before else "Signed in"))


def _in_words(held: SignedIn, how: str) -> str:
    is_pasted, token = held.kind is CredentialKind.TOKEN, held.token
    if is_pasted and not held.reading.is_readable:
        return "? A pasted token that cannot be read here is in use."
    answer = "pasted, and not renewed" if is_pasted else f"{token.token_type} · expires_in {token.expires_in_s} s"
    if token.ext_expires_in_s is not None and not is_pasted:
        answer += f" · ext_expires_in {token.ext_expires_in_s} s"
    return f"✓ {how} to {held.tenant}\n  as application {held.client_id}\n  {answer}"
