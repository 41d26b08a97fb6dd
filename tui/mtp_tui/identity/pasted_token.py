"""A token that was got elsewhere: read where it stands, and what may be done with it."""

import re
from datetime import datetime, timedelta

from mtp_tui.errors import BadInput, MtpError
from mtp_tui.identity.credentials import Field, PastedToken
from mtp_tui.identity.permissions import MTP
from mtp_tui.identity.token import AccessToken, Shape, TokenReading, read_token
from mtp_tui.identity.token_checks import TokenReport, Verdict
from mtp_tui.identity.token_files import read_token_file
from mtp_tui.moments import from_epoch

ASSUMED_LIFETIME = timedelta(hours=1)
"""Of a token that does not say when it ends: what Entra's tokens have at least."""

_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""RFC 6750, section 2.1. No JSON, no connection string and no address is written in these characters alone."""
_OF_KEYS = re.compile(r"-----|LS0tLS1|MI[I-L]")
"""How a private key in PEM, that in base64, and a .pfx or a key in base64 begin."""


def pasted_access_token(pasted: PastedToken, now: datetime) -> AccessToken:
    """The token without quotes, line ends and `Bearer`. Reads the file if there is one: call it in a thread.

    Raises BadInput if there is no token, or the file cannot be read. What is wrong with a token is for the report to say.
    """
    reading = read_token(pasted.token if pasted.token else read_token_file(pasted.path))
    if reading.shape is Shape.EMPTY:
        field = Field.TOKEN_FILE if pasted.path else Field.TOKEN
        raise BadInput(field, "There is no token in it.", "Copy the whole value of access_token.")
    if reading.is_too_short:
        field = Field.TOKEN_FILE if pasted.path else Field.TOKEN
        raise BadInput(field, "This is no token: it is too short for one.", "Copy the whole value of access_token.")
    ends = from_epoch(reading.payload.get("exp")) or now + ASSUMED_LIFETIME
    left_s = max(0, int((ends - now).total_seconds()))
    return AccessToken(reading.value, obtained_at=now, expires_at=ends, expires_in_s=left_s)


def refuse_unless_usable(token: AccessToken, report: TokenReport, now: datetime) -> None:
    """Raises MtpError, with the reason, for a pasted token that is not to be sent to the API.

    Whatever lands in a clipboard may be pasted, so that only what may be a token for this API leaves the program.
    """
    text = token.value.reveal()
    elsewhere = "Paste a token for this API, or sign in in another way."
    if not _may_be_token(report.reading, text):
        raise MtpError("The pasted text is no whole token, and was not sent to the API.", elsewhere)
    if report.reading.is_readable:
        _refuse_other_audience(report, elsewhere)
    if report.expires_at is not None and token.expires_at <= now:
        raise MtpError("The pasted token has ended, and cannot be renewed here.", elsewhere)


def _refuse_other_audience(report: TokenReport, elsewhere: str) -> None:
    audience = report.finding("audience")
    if report.api is not MTP:
        raise MtpError(
            "The pasted token is for another API, and was not sent to this one.",
            audience.fix if audience else elsewhere,
        )
    if audience is not None and audience.verdict is not Verdict.PASS:  # named as another cloud names this API
        raise MtpError(
            "The pasted token is for another cloud, and was not sent to this one.",
            "Choose the cloud that it is for, then paste it again.",
        )


def _may_be_token(reading: TokenReading, text: str) -> bool:
    if not _BEARER_TOKEN.fullmatch(text):
        return False
    # of an encrypted or opaque one only the API can tell what it is worth
    is_opaque = reading.shape is Shape.OPAQUE and not reading.is_too_short and not _OF_KEYS.match(text)
    return reading.shape in (Shape.SIGNED, Shape.ENCRYPTED) or is_opaque
