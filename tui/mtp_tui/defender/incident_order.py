"""Orders in which incidents can be listed: one for each column of the queue, on the screen and in a view."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, overload

from mtp_tui.defender.incident import Incident, severity_rank, status_rank
from mtp_tui.latest import keep_latest

_MOST_KEPT = 3
"""Orders of which what they compare is kept; each takes a megabyte and more with 100,000 incidents."""

_FEW = 8
"""From so many incidents to a word on, those of each word are kept together."""

_LONGEST_NUMBER = 18
"""Digits of an ID that is compared as a number."""

_MISSING = -1
"""Rank of whoever has nothing to be compared by."""


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

_COUNTED_BACK = frozenset({"age"})
"""Orders of what is greatest where that which is compared is least."""

ORDERS = (*_KEYS, *(f"-{name}" for name in _KEYS))
"""Names of the orders; with a minus the other way round."""


def greatest_first(name: str) -> bool:
    """Whether an order, named without a minus, has the greatest on top."""
    return _KEYS[name][2]


def in_order(incidents: Iterable[Incident], order: str) -> tuple[Incident, ...]:
    """The incidents in one of `ORDERS`; those that are equal stay as they came. Another word changes nothing.

    Whoever has nothing to be compared by comes last, either way round.
    """
    return tuple(Orders(tuple(incidents)).by(order))


class Orders:
    """The same incidents in one order after the other; what an order compares is worked out once."""

    def __init__(self, incidents: Sequence[Incident]) -> None:
        self.incidents = incidents
        """As they came."""
        self._compared: dict[str, _ByWord | _ByValue] = {}

    def by(self, order: str) -> Sequence[Incident]:
        """As `in_order`, without a copy: each incident is looked up when it is asked for."""
        name = order.removeprefix("-")
        if name not in _KEYS:
            return self.incidents
        compared = self._compared.get(name)
        if compared is None:
            compared = _compared(self.incidents, name)
        keep_latest(self._compared, name, compared, _MOST_KEPT)
        falls = greatest_first(name) != order.startswith("-")
        return Reordered(self.incidents, compared.places(falls=falls != (name in _COUNTED_BACK)))


class Reordered(Sequence[Incident]):
    """A sequence in another order: places in it, and nothing copied, which takes longer than to sort it."""

    def __init__(self, incidents: Sequence[Incident], places: list[int]) -> None:
        self.incidents = incidents
        """In the order in which they came."""
        self._places = places

    def place_of(self, before: int) -> int:
        """Where the incident stands now that stood `before` among those that came. Raises ValueError if it stood nowhere."""
        return self._places.index(before)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> Incident: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Incident, ...]: ...

    def __getitem__(self, at: int | slice) -> Incident | tuple[Incident, ...]:
        if isinstance(at, slice):
            return tuple(map(self.incidents.__getitem__, self._places[at]))
        return self.incidents[self._places[at]]

    def __iter__(self) -> Iterator[Incident]:
        return map(self.incidents.__getitem__, self._places)


class _ByWord:
    """Few different words, or counts: the places of each of them, to be put one behind the other."""

    def __init__(self, ranks: Sequence[int], different: int) -> None:
        """`ranks` are from 0 to less than `different`, or `_MISSING`."""
        self._groups: list[list[int]] = [[] for _ in range(different + 1)]  # what is missing is put into the last one
        put = [group.append for group in self._groups]
        for place, rank in enumerate(ranks):
            put[rank](place)

    def places(self, *, falls: bool) -> list[int]:
        known = self._groups[:-1]
        return list(chain(*(reversed(known) if falls else known), self._groups[-1]))


class _ByValue:
    """Hardly any two alike: sorted each time."""

    def __init__(self, values: list[Any]) -> None:
        """`values` are numbers with `_MISSING` for nothing, or moments with None for it."""
        self._values = values

    def places(self, *, falls: bool) -> list[int]:
        values = self._values
        try:
            places = sorted(range(len(values)), key=values.__getitem__, reverse=falls)
        except TypeError:  # some have no time
            known = [place for place, moment in enumerate(values) if moment is not None]
            missing = [place for place, moment in enumerate(values) if moment is None]
            return [*sorted(known, key=values.__getitem__, reverse=falls), *missing]
        if falls or not places or values[places[0]] != _MISSING:
            return places
        count = values.count(_MISSING)
        return places[count:] + places[:count]


def _compared(incidents: Sequence[Incident], name: str) -> _ByWord | _ByValue:
    """What of each incident an order compares: a number wherever that says the same, for these compare fastest."""
    attribute, key, _ = _KEYS[name]
    values: list[Any] = list(map(attrgetter(attribute), incidents))
    if key is None:
        return _ByValue(values)
    if name == "id" and values and max(map(len, values)) <= _LONGEST_NUMBER:
        digits = "".join(values)
        if digits.isascii() and digits.isdecimal():
            return _ByValue(list(map(int, values)))
    keys = {value: key(value) for value in set(values)}
    in_turn = sorted({each for each in keys.values() if each is not None})
    rank_of_key = {each: rank for rank, each in enumerate(in_turn)}
    rank_of = {value: _MISSING if each is None else rank_of_key[each] for value, each in keys.items()}
    ranks = list(map(rank_of.__getitem__, values))
    return _ByWord(ranks, len(in_turn)) if len(in_turn) * _FEW <= len(ranks) else _ByValue(ranks)
