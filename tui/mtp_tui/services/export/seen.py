"""Which characters a reader sees: Python calls some printable that no font draws."""

import re

from mtp_tui.unseen import UNSEEN

_UNSEEN = re.compile(f"(?![\ufe0e\ufe0f])[{UNSEEN}]")
"""But for the two that choose how an emoji looks."""


def is_seen(text: str) -> bool:
    """Whether every character of it is."""
    return text.isprintable() and not _UNSEEN.search(text)
