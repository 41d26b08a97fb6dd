"""Which characters a reader sees. Python calls some printable that no font draws; others hide or turn what follows."""

import re

_PRINTABLE_AND_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]"
)
"""Joiners and blanks that count as letters or marks, and selectors of variants but for those of emoji."""


def is_seen(text: str) -> bool:
    """Whether every character of it is."""
    return text.isprintable() and not _PRINTABLE_AND_UNSEEN.search(text)
