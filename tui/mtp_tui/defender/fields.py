"""Reading one JSON object of the service without ever being surprised by it.

Every key may be missing, null, empty, of another type, or spelt in another case. What nobody asked for is not lost:
`unread()` hands it over at the end.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from mtp_tui.defender.json_reading import one_line
from mtp_tui.moments import parse_moment

Extra = tuple[tuple[str, str], ...]
"""Keys that have no place of their own, with their values as text."""

NEVER = ("0001-", "1601-01-01")
"""Years that Microsoft's services write for “never”."""

MOST_NAMES = 64
"""Objects with more keys are none of the service's, and nothing is remembered of their form."""

_LONGEST_NAMES = 4_000
"""Characters of all keys of an object of which anything is remembered; the longest of the service's have a third of it."""

_SPEAKING = ("tag", "name", "displayname", "text", "value", "comment", "title", "accountname", "id")
"""Where an object that stands in a list of words keeps its word."""


def are_usual(names: Collection[str]) -> bool:
    """Whether the keys of an object may be remembered: they are as few and short as the service's own."""
    return len(names) <= MOST_NAMES and sum(map(len, names)) <= _LONGEST_NAMES


def text_of(value: object) -> str:
    """Any JSON value as text: as it came if it is text, as JSON if it is nested, empty if it is null or empty."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return str(value)
        case _:
            return one_line(value) if value else ""


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: it says as much as none at all."""
    if text[:1].isalnum():  # as nearly every text begins
        return False
    return not text.strip().strip("\u200b").strip()


def word_of(value: object) -> str:
    """Like `text_of`, but of an object only the text that speaks for it."""
    if not isinstance(value, dict):
        return text_of(value)
    by_fold = {key.casefold(): text for key, inner in value.items() if (text := text_of(inner))}
    return next((by_fold[key] for key in _SPEAKING if key in by_fold), text_of(value))


class Fields:
    """A JSON object whose keys are matched without regard to case, and which remembers what was asked for."""

    __slots__ = ("_asked", "_by_fold", "_odd", "_values")

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values
        self._by_fold: Mapping[str, str] | None = None
        self._asked: set[str] = set()
        self._odd: list[tuple[str, str]] = []

    def get(self, *keys: str) -> object:
        """The value of the first of these keys that holds something, or None; the keys after it are not asked for."""
        for key in keys:
            name = key if key in self._values else self._name(key)
            self._asked.add(name)
            value = self._values.get(name)
            if value is not None and not (isinstance(value, str) and is_blank(value)):
                return value
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that hold something, as this object spells them."""
        return tuple(key for key, value in self._values.items() if value is not None and value != "")

    def text(self, *keys: str) -> str:
        """As text; empty if none of the keys holds anything."""
        return text_of(self.get(*keys))

    def texts(self, *keys: str) -> tuple[str, ...]:
        """As a list of words: a lone one is a list of one; of objects their speaking text; empty ones are dropped."""
        value = self.get(*keys)
        return tuple(
            word for item in (value if isinstance(value, list) else [value]) if not is_blank(word := word_of(item))
        )

    def moment(self, *keys: str) -> datetime | None:
        """As an aware UTC datetime; None if there is none. A time that cannot be read stays among the unread."""
        value = self.get(*keys)
        moment = parse_moment(value)
        if moment is None and value is not None and not text_of(value).startswith(NEVER):
            sent_as = next(name for key in keys if self._values.get(name := self._name(key)) is value)
            self._odd.append((sent_as, text_of(value)))
        return moment

    def objects(self, key: str) -> "list[Fields]":
        """As a list of objects: a lone one is a list of one; what is not an object stays among the unread."""
        value = self.get(key)
        if isinstance(value, dict):
            value = [value] if value else []
        elif not isinstance(value, list):
            value = [] if value is None else [value]
        for position, item in enumerate(value):
            if not isinstance(item, dict) and item is not None:
                self._odd.append((f"{key}[{position}]", text_of(item)))
        return [Fields(item) for item in value if isinstance(item, dict)]

    def unread(self, ignore: Iterable[str] = ()) -> Extra:
        """What was not asked for or could not be read, unless empty; annotations of the protocol are left out."""
        for key in ignore:
            self._asked.add(self._name(key))
        rest = [
            (key, text)
            for key, value in self._values.items()
            if value is not None
            and key not in self._asked
            and "odata." not in key.casefold()
            and not is_blank(text := text_of(value))
        ]
        return (*self._odd, *rest)

    def _name(self, key: str) -> str:
        """The key as this object spells it."""
        if key in self._values:
            return key
        if self._by_fold is None:
            names = tuple(self._values)
            self._by_fold = spellings(names) if are_usual(names) else spellings.__wrapped__(names)
        return self._by_fold.get(key.casefold(), key)


@lru_cache(maxsize=256)
def spellings(names: tuple[str, ...]) -> Mapping[str, str]:
    """The first of these names for each of them folded; the objects of an answer have few different sets of keys."""
    by_fold: dict[str, str] = {}
    for name in names:
        by_fold.setdefault(name.casefold(), name)
    return by_fold
