"""Orders in which incidents can be listed: one for each column of the queue, on the screen and in a view."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from operator import attrgetter

from mtp_tui.defender.incident import Incident, severity_rank, status_rank


@lru_cache(maxsize=64)
def _severity(word: str) -> int | None:
    return severity_rank(word) if word else None


@lru_cache(maxsize=64)
def _status(word: str) -> int | None:
    return status_rank(word) if word else None


_KEYS: dict[str, tuple[Callable[[Incident], int | str | datetime | None], bool]] = {
    "updated": (attrgetter("updated_at"), True),
    "created": (attrgetter("created_at"), True),
    "age": (attrgetter("created_at"), True),
    "severity": (lambda incident: _severity(incident.severity), True),
    "status": (lambda incident: _status(incident.status), True),
    "alerts": (attrgetter("alert_count"), True),
    "devices": (attrgetter("device_count"), True),
    "users": (attrgetter("user_count"), True),
    "id": (lambda incident: incident.id.zfill(20), False),
    "name": (lambda incident: incident.name.casefold() or None, False),
    "owner": (lambda incident: incident.assigned_to.casefold() or None, False),
    "tags": (lambda incident: " ".join(incident.tags).casefold() or None, False),
    "sources": (lambda incident: " ".join(incident.sources).casefold() or None, False),
}
"""What each order compares, and whether the greatest comes first."""

ORDERS = (*_KEYS, *(f"-{name}" for name in _KEYS))
"""Names of the orders; with a minus the other way round."""


def greatest_first(name: str) -> bool:
    """Whether an order, named without a minus, has the greatest on top."""
    return _KEYS[name][1]


def in_order(incidents: Iterable[Incident], order: str) -> tuple[Incident, ...]:
    """The incidents in one of `ORDERS`; those that are equal stay as they came. Another word changes nothing.

    Whoever has nothing to be compared by comes last, either way round.
    """
    compared = _KEYS.get(order.removeprefix("-"))
    if compared is None:
        return tuple(incidents)
    key, greatest_first = compared
    rows = tuple(incidents)
    keys = list(map(key, rows))
    places = [place for place, found in enumerate(keys) if found is not None]
    places.sort(key=keys.__getitem__, reverse=greatest_first != order.startswith("-"))  # type: ignore[arg-type]  # one order compares one type
    if len(places) < len(rows):
        places += [place for place, found in enumerate(keys) if found is None]
    return tuple(map(rows.__getitem__, places))
