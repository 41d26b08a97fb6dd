"""Is the token valid at this moment, by Entra's clock? One check per function."""

from datetime import timedelta

from mtp_tui.identity.findings import Case, Check, Finding
from mtp_tui.moments import from_epoch, span, utc_text

SKEW = timedelta(minutes=5)
"""How far clocks may lie apart: what Microsoft's own validators allow."""

_SIGN_IN = "Sign in again for a fresh token."
_SET_CLOCK = "Set this machine's clock right."


def check_not_before(case: Case) -> Finding:
    """`nbf` is not ahead of now, apart from the skew."""
    moment = from_epoch(case.payload.get("nbf"))
    if moment is None:
        return Check("not-before", "Valid from", actual=case.as_sent("nbf")).unchecked(
            "The token does not say from when on it is valid."
        )
    check, ahead = Check("not-before", "Valid from", "not ahead of now", utc_text(moment)), moment - case.entra_now
    if ahead > SKEW:
        fix = (
            "Wait, or sign in again."
            if case.clock_offset_s is not None
            else "Check this machine's clock; if it is right, sign in again."
        )
        return check.failed(
            f"Not valid for another {span(ahead)}.",
            fix=fix,
            in_short=f"Will be refused: not valid for another {span(ahead)}",
        )
    return check.passed("Valid already.")


def check_issued_at(case: Case) -> Finding:
    """`iat` is not ahead of now: if it is, this machine's clock is behind."""
    moment = from_epoch(case.payload.get("iat"))
    if moment is None:
        return Check("issued-at", "Issued", actual=case.as_sent("iat")).unchecked(
            "The token does not say when it was issued."
        )
    check, age = Check("issued-at", "Issued", "in the past", utc_text(moment)), case.entra_now - moment
    if -age > SKEW:
        return check.warned(f"Issued {span(-age)} from now: this machine's clock is probably behind.", fix=_SET_CLOCK)
    return check.passed(f"Issued {span(age)} ago." if age >= timedelta(seconds=1) else "Just issued.")


def check_expiry(case: Case) -> Finding:
    """`exp` lies ahead; a warning when it is near, or so shortly past that an API may still accept the token."""
    moment = from_epoch(case.payload.get("exp"))
    if moment is None:
        check = Check("expiry", "Expires", "a time ahead", case.as_sent("exp"))
        return check.warned("Expires: unknown. The token does not say it in a way that can be read.", fix=_SIGN_IN)
    check, left = Check("expiry", "Expires", "a time ahead", utc_text(moment)), moment - case.entra_now
    if left <= -SKEW:
        return check.failed(
            f"Expired {span(-left)} ago.", fix=_SIGN_IN, in_short=f"Will be refused: expired {span(-left)} ago"
        )
    if left <= timedelta(0):
        sentence = f"Expired {span(-left)} ago; APIs forgive up to {span(SKEW)}."
        return check.warned(sentence, fix=_SIGN_IN, in_short=f"May be refused at any moment: expired {span(-left)} ago")
    if left < SKEW:
        return check.warned(
            f"Expires in {span(left)}.",
            fix=_SIGN_IN,
            in_short=f"Accepted for incidents, but only for another {span(left)}",
        )
    return check.passed(f"Valid for another {span(left)}.")


def check_clock(case: Case) -> Finding:
    """This machine's clock agrees with Entra's, which is measured to the second."""
    if case.clock_offset_s is None:
        return Check("clock", "Clock").unchecked("Not checked: Entra's clock is not known.")
    distance = timedelta(seconds=abs(case.clock_offset_s))
    check = Check("clock", "Clock", f"within {span(SKEW)}", f"{case.clock_offset_s:+.0f} s")
    if distance <= SKEW:
        return check.passed("This machine's clock agrees with Entra's.")
    side = "behind" if case.clock_offset_s > 0 else "ahead of"
    return check.warned(
        f"This machine's clock is {span(distance)} {side} Entra's; the times here are corrected for it.", fix=_SET_CLOCK
    )
