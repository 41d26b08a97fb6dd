"""The words of triage: which ones may be sent, which go together, and which are only other spellings.

The classification and its determination travel together always: the documentation says in one sentence that only
TruePositive may have a determination, and in its table which ones each classification has. The table holds.
Source: https://learn.microsoft.com/defender-xdr/api-update-incidents
"""

import csv
from collections.abc import Iterable, Mapping

STATUSES = ("Active", "InProgress", "Resolved")
"""`Redirected` is documented as well, and is the service's own to set."""

DETERMINATIONS: Mapping[str, tuple[str, ...]] = {
    "TruePositive": (
        "MultiStagedAttack",
        "MaliciousUserActivity",
        "CompromisedAccount",
        "Malware",
        "Phishing",
        "UnwantedSoftware",
        "Other",
    ),
    "InformationalExpectedActivity": ("SecurityTesting", "LineOfBusinessApplication", "ConfirmedActivity", "Other"),
    "FalsePositive": ("Clean", "NoEnoughDataToValidate", "Other"),
}
"""What may be sent, by classification. There is no word that takes a classification away again."""

_OTHER_SPELLINGS = {
    "compromiseduser": "CompromisedAccount",
    "confirmeduseractivity": "ConfirmedActivity",
    "insufficientdata": "NoEnoughDataToValidate",
    "notenoughdatatovalidate": "NoEnoughDataToValidate",
    "notmalicious": "Clean",
}
"""What other pages of the same documentation, and Microsoft Graph, call them."""

_NOBODY = ("", "unassigned")


def determinations_of(classification: str) -> tuple[str, ...]:
    """The determinations that go with a classification, in the order of the documentation; none for another word."""
    return DETERMINATIONS.get(canonical(classification, DETERMINATIONS) or "", ())


def canonical(word: str, words: Iterable[str]) -> str | None:
    """The one of these words that is meant, spelt as there; None if it is none of them."""
    return next((known for known in words if same(known, word)), None)


def same(one: str, other: str) -> bool:
    """Whether two words are one, without regard to case and to blanks around them."""
    return one.strip().casefold() == other.strip().casefold()


def known_as(determination: str) -> str:
    """A determination as it may be sent, if this is another spelling of one; else as it is."""
    return _OTHER_SPELLINGS.get(determination.strip().casefold(), determination)


def owner_of(name: str) -> str:
    """An owner in a form to compare; empty for nobody."""
    return "" if is_nobody(name) else name.strip().casefold()


def is_nobody(name: str) -> bool:
    """Whether this names no owner."""
    return name.strip().casefold() in _NOBODY


def folded(tags: Iterable[str]) -> set[str]:
    """Tags in a form to compare. That case does not count in them is a guess."""
    return {tag.strip().casefold() for tag in tags}


def tags_in(text: str) -> tuple[str, ...]:
    """The tags of a line, with commas between them; one that has a comma itself stands in double quotes."""
    return tuple(tag for row in csv.reader([text], skipinitialspace=True) for each in row if (tag := each.strip()))


def tags_text(tags: Iterable[str]) -> str:
    """The line that `tags_in` reads as these tags."""
    return ", ".join(_quoted(tag) for tag in tags)


def _quoted(tag: str) -> str:
    doubled = tag.replace('"', '""')
    return f'"{doubled}"' if "," in tag or tag.lstrip().startswith('"') else tag
