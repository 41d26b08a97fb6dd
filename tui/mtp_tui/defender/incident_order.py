"""Orders in which incidents can be listed: one for each column of the queue, on the screen and in a view."""

from collections.abc import Callable, Iterable
from datetime import datetime

from mtp_tui.defender.incident import Incident, severity_rank, status_rank

_KEYS: dict[str, tuple[Callable[[Incident], int | str | datetime | None], bool]] = {
    "updated": (lambda incident: incident.updated_at, True),
    "created": (lambda incident: incident.created_at, True),
    "age": (lambda incident: incident.created_at, True),
    "severity": (lambda incident: severity_rank(incident.severity) if incident.severity else None, True),
    "status": (lambda incident: status_rank(incident.status) if incident.status else None, True),
    "alerts": (lambda incident: incident.alert_count, True),
    "devices": (lambda incident: incident.device_count, True),
    "users": (lambda incident: incident.user_count, True),
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
    keyed = [(key(incident), incident) for incident in incidents]
    with_key = [pair for pair in keyed if pair[0] is not None]
    with_key.sort(key=lambda pair: pair[0], reverse=greatest_first != order.startswith("-"))  # type: ignore[arg-type, return-value]  # one order compares one type
    return (*(incident for _, incident in with_key), *(incident for found, incident in keyed if found is None))
