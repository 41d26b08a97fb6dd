"""Orders in which incidents can be listed: one for each column of the queue, on the screen and in a view."""

from collections.abc import Callable, Hashable, Iterable
from itertools import chain
from operator import attrgetter
from typing import Any

from mtp_tui.defender.incident import Incident, severity_rank, status_rank

_FEW = 8
"""From so many rows to a word on, rows are put together by their words, and only these are sorted."""


def _folded(text: str) -> str | None:
    return text.casefold() or None


def _folded_all(texts: Iterable[str]) -> str | None:
    return " ".join(texts).casefold() or None


_KEYS: dict[str, tuple[str, Callable[[Any], Any] | None, bool]] = {
    "updated": ("updated_at", None, True),
    "created": ("created_at", None, True),
    "age": ("created_at", None, True),
    "severity": ("severity", lambda word: severity_rank(word) if word else None, True),
    "status": ("status", lambda word: status_rank(word) if word else None, True),
    "alerts": ("alert_count", int, True),
    "devices": ("device_count", int, True),
    "users": ("user_count", int, True),
    "id": ("id", lambda incident_id: incident_id.zfill(20), False),
    "name": ("name", _folded, False),
    "owner": ("assigned_to", _folded, False),
    "tags": ("tags", _folded_all, False),
    "sources": ("sources", _folded_all, False),
}
"""The attribute that each order compares, what of it (None for itself), and whether the greatest comes first."""

ORDERS = (*_KEYS, *(f"-{name}" for name in _KEYS))
"""Names of the orders; with a minus the other way round."""


def greatest_first(name: str) -> bool:
    """Whether an order, named without a minus, has the greatest on top."""
    return _KEYS[name][2]


def in_order(incidents: Iterable[Incident], order: str) -> tuple[Incident, ...]:
    """The incidents in one of `ORDERS`; those that are equal stay as they came. Another word changes nothing.

    Whoever has nothing to be compared by comes last, either way round.
    """
    compared = _KEYS.get(order.removeprefix("-"))
    if compared is None:
        return tuple(incidents)
    name, key, greatest_first = compared
    rows, falls = tuple(incidents), greatest_first != order.startswith("-")
    of = attrgetter(name)
    if key is None:
        return _sorted(rows, of, falls=falls)
    words: list[Any] = list(map(of, rows))
    if name == "id" and all(word.isdecimal() and word[0] != "0" for word in words):
        # numbers stand in the order of their digits, and shorter ones before longer ones
        return _sorted(_sorted(rows, of, falls=falls), lambda incident: len(incident.id), falls=falls)
    different = set(words)
    keys = {word: key(word) for word in different} if len(different) * _FEW <= len(rows) else {}
    # words that are written otherwise and count the same have their rows mixed, as they came
    if len(set(keys.values())) < len(different):
        return _sorted(rows, lambda incident: key(of(incident)), falls=falls)
    groups: dict[Hashable, list[Incident]] = {word: [] for word in keys}
    put = {word: group.append for word, group in groups.items()}
    for incident, word in zip(rows, words, strict=True):
        put[word](incident)
    in_turn = sorted((word for word in keys if keys[word] is not None), key=keys.__getitem__, reverse=falls)
    in_turn += [word for word in keys if keys[word] is None]
    return tuple(chain.from_iterable(map(groups.__getitem__, in_turn)))


def _sorted(rows: tuple[Incident, ...], key: Callable[[Incident], Any], *, falls: bool) -> tuple[Incident, ...]:
    """Rows themselves, and not their places: to go for each of 100,000 to where it lies takes longer than to sort them."""
    try:
        return tuple(sorted(rows, key=key, reverse=falls))
    except TypeError:  # some have nothing to be compared by
        known = sorted((each for each in rows if key(each) is not None), key=key, reverse=falls)
        return (*known, *(each for each in rows if key(each) is None))
