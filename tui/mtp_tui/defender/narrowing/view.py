"""A view of the queue: a line that narrows it, an order and columns, under a name; and those that come built in."""

from dataclasses import dataclass

COLUMNS = (
    "severity", "status", "id", "name", "alerts", "devices", "users", "owner", "tags", "sources", "created", "age", "updated",
)  # fmt: skip
DEFAULT_ORDER = "updated"


@dataclass(frozen=True, slots=True)
class View:
    """One view."""

    name: str
    narrow: str = ""
    """The line, as it was typed."""
    sort: str = DEFAULT_ORDER
    """One of `incident_order.ORDERS`."""
    columns: tuple[str, ...] = ()
    """Some of `COLUMNS`; empty leaves them as they are."""
    is_built_in: bool = False


BUILT_IN = (
    View("Open, high first", "is:open", "severity", is_built_in=True),
    View("Mine", "is:open owner:me", is_built_in=True),
    View("Unassigned", "is:open owner:none", "severity", is_built_in=True),
    View("Updated today", "updated:today", is_built_in=True),
)
