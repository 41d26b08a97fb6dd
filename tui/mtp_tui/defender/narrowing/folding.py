"""Text made comparable, so that nothing hides from a search behind how it is written.

Only for comparing: what is shown, saved or sent is always the text as it came.
"""

import re
import unicodedata
from collections.abc import Sequence

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
"""Those of ASCII that are no white space."""

_FILLERS = "\u115f\u1160\u3164\uffa0"
"""Hangul fillers: letters by category, and yet nothing to see."""

_UNSEEN_CATEGORIES = ("Cc", "Cf", "Mn", "Me")

_JOINTS = str.maketrans("", "", " _-")


def fold(text: str) -> str:
    """Without capitals, accents, look-alike forms of a letter, and characters that are not seen; white space as one blank.

    Zero-width and direction marks inside a name are the cheapest way of keeping it from being found, and names copied
    out of a chat bring them along unasked. Letters stay in the order in which they were sent, however they are drawn.
    Empty if nothing can be seen. Folding what is folded changes nothing.
    """
    if text.isascii():
        return " ".join(_CONTROLS.sub("", text).lower().split())
    folded = text
    for _ in range(2):  # folding may bring forth what can be taken apart, and the other way round
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", folded).casefold())
    return " ".join("".join(char for char in folded if _is_seen(char)).split())


def fold_each(texts: Sequence[str]) -> str:
    """The texts folded, with a line feed before, between and behind them, to be looked through in one go."""
    joined = "\n".join(texts)
    if texts and _is_plain(joined, len(texts) - 1):  # as most are, which is seen for all of them at once
        return f"\n{joined.lower()}\n"
    return "\n".join(("", *map(fold, texts), ""))


def _is_plain(joined: str, line_feeds: int) -> bool:
    """Whether nothing has to be done to these lines but to take the capitals away."""
    return (
        joined.isascii()
        and joined.count("\n") == line_feeds
        and joined.replace("\n", "").isprintable()
        and "  " not in joined
        and " \n" not in joined
        and "\n " not in joined
        and joined[:1] != " "
        and joined[-1:] != " "
    )


def squeeze(text: str) -> str:
    """Folded, and without blanks, `-` and `_`: `In progress` and `InProgress` are the same word."""
    return fold(text).translate(_JOINTS)


def _is_seen(char: str) -> bool:
    return char.isspace() or (unicodedata.category(char) not in _UNSEEN_CATEGORIES and char not in _FILLERS)
