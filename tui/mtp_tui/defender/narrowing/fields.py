"""The fields that can be written before a colon."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mtp_tui.defender.narrowing.choices import (
    CATEGORIES,
    CLASSIFICATIONS,
    DETERMINATIONS,
    SEVERITIES,
    SOURCES,
    STATES,
    STATUSES,
    VERDICTS,
    Choice,
)


class Kind(StrEnum):
    """How the values of a field are read."""

    TEXT = "text"
    """Found anywhere in the field's texts."""
    START = "start"
    """Found at the beginning of one of them."""
    CHOICE = "choice"
    """One of the known words, or any word in quotes."""
    OPEN_CHOICE = "open choice"
    """Like text, but blanks do not count; the known words are only for completion."""
    COUNT = "count"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Field:
    """One field."""

    name: str
    about: str
    """What it looks at, for the list of completions."""
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    example: str = ""
    is_deep: bool = False
    """Whether the incident's body has to be read for it, and not its row alone."""


OWNER, STATUS, SOURCE, AGE, CREATED, UPDATED, NAME, HASH, IS = (
    "owner", "status", "source", "age", "created", "updated", "name", "hash", "is",
)  # fmt: skip
"""Fields with a meaning of their own somewhere."""

FIELDS = (
    Field("severity", "severity of the incident", Kind.CHOICE, ("sev",), SEVERITIES, "high"),
    Field(STATUS, "status of the incident", Kind.CHOICE, ("state",), STATUSES, "active"),
    Field(OWNER, "assigned to; me; none, which Automation is too", Kind.TEXT, ("assigned", "assignedto"), example="me"),
    Field("tag", "tags", Kind.TEXT, ("tags",), example="vip"),
    Field(SOURCE, "service that raised an alert", Kind.CHOICE, ("service", "product"), SOURCES, "office"),
    Field(AGE, "how long ago it was created", Kind.TIME, example="<7d"),
    Field(UPDATED, "when it was updated last", Kind.TIME, ("lastupdatetime",), example="today"),
    Field(CREATED, "when it was created", Kind.TIME, ("createdtime",), example="2026-11-01..2026-11-20"),
    Field(IS, "open, merged, unread, changed", Kind.CHOICE, choices=STATES, example="open"),
    Field(NAME, "name of the incident", Kind.TEXT, ("title", "incidentname"), example="ransomware"),
    Field("id", "beginning of the incident's ID", Kind.START, ("incident", "incidentid"), example="924565"),
    Field("alerts", "number of alerts", Kind.COUNT, ("alertcount",), example=">=3"),
    Field("user", "accounts", Kind.TEXT, ("account", "upn"), example="bob", is_deep=True),
    Field("device", "devices by name or ID", Kind.TEXT, ("host", "machine", "computer"), example="ws-01", is_deep=True),
    Field("file", "file names and paths", Kind.TEXT, ("filename", "path"), example="invoice.exe", is_deep=True),
    Field("process", "command lines", Kind.TEXT, ("cmd", "commandline"), example="powershell", is_deep=True),
    Field(HASH, "beginning of a SHA-1, SHA-256 or MD5", Kind.START, ("sha1", "sha256", "md5"), example="e3b0c442", is_deep=True),
    Field("ip", "addresses", Kind.TEXT, ("address",), example="203.0.113.7", is_deep=True),
    Field("url", "URLs", Kind.TEXT, ("domain",), example="contoso.com", is_deep=True),
    Field("mail", "subjects, senders, recipients, mailboxes", Kind.TEXT, ("email", "subject", "sender", "recipient", "mailbox"), example="invoice", is_deep=True),
    Field("mitre", "beginning of an ATT&CK technique", Kind.START, ("technique", "techniques"), example="T1059", is_deep=True),
    Field("category", "ATT&CK tactic or category of an alert", Kind.OPEN_CHOICE, ("tactic",), CATEGORIES, "InitialAccess", is_deep=True),
    Field("verdict", "verdict on a piece of evidence", Kind.CHOICE, choices=VERDICTS, example="malicious", is_deep=True),
    Field("entity", "any evidence", Kind.TEXT, ("evidence", "entities"), example="ws-01", is_deep=True),
    Field("classification", "classification of the incident", Kind.CHOICE, ("class",), CLASSIFICATIONS, "truepositive"),
    Field("determination", "determination of the incident", Kind.CHOICE, (), DETERMINATIONS, "phishing"),
)  # fmt: skip
"""In the order in which they are offered."""

_BY_NAME = {name: field for field in FIELDS for name in (field.name, *field.aliases)}

_MOST_LETTERS_OFF = 3

_LONGEST_NEAR = 40
"""Characters; nothing longer is a slip in one of our words, and comparing takes its time."""


def field_named(typed: str) -> Field | None:
    """The field of this name or alias, without regard to case; None if there is none."""
    return _BY_NAME.get(typed.casefold())


def nearest_field(typed: str) -> str:
    """The name or alias of a field that is spelt most like this; empty if none is.

    A slip leaves the first or the last letter as it is, and about as many letters as there were: a word such as
    `localhost` is none of `host`.
    """
    word = typed.casefold()
    alike = (
        name
        for name in _BY_NAME
        if word and abs(len(name) - len(word)) <= _MOST_LETTERS_OFF and (name[0] == word[0] or name[-1] == word[-1])
    )
    return nearest(typed, tuple(alike))


@lru_cache(maxsize=4096)
def nearest(typed: str, words: tuple[str, ...]) -> str:
    """The one of the words that is spelt most like this; empty if none is."""
    if len(typed) > _LONGEST_NEAR:
        return ""
    folded = {word.casefold(): word for word in words}
    near = difflib.get_close_matches(typed.casefold(), folded, n=1)
    return folded[near[0]] if near else ""


def names_of(choices: Iterable[Choice]) -> tuple[str, ...]:
    """The words in the form in which they are typed."""
    return tuple(choice.name for choice in choices)
