"""One answer of the incidents endpoint, taken apart so that one broken item does not hide the others."""

from dataclasses import dataclass, field
from datetime import datetime

from mtp_tui.defender.incident import Incident, incident_from
from mtp_tui.defender.json_reading import MOST_ITEMS, TooManyItems, split_page
from mtp_tui.defender.parts import MANY_INCIDENTS, may_be_too_much
from mtp_tui.defender.query import PAGE_SIZE, IncidentQuery
from mtp_tui.defender.refusals import first_line
from mtp_tui.errors import UnexpectedAnswer

_NOT_WHOLE = (
    "Nothing can be said about new incidents until it is. Try again; if it repeats, a proxy may stand in between."
)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item of a page that could not be made into an incident."""

    position: int
    """From 0, on its page."""
    problem: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One answer to a question for incidents."""

    query: IncidentQuery
    """The question this answers."""
    incidents: tuple[Incident, ...]
    """In the order of the service, each id once: of two entries with one id, the later."""
    unreadable: tuple[Unreadable, ...]
    received: int
    """How many items came, readable or not, repeated or not; at most 100 by the documentation."""
    next_link: str
    """Where the service says that it goes on; empty if it says nothing, or names a place that is not to be followed."""
    as_of: datetime
    """When the answer came (aware UTC), by our clock."""
    served_at: datetime | None = None
    """The same by the service's clock, which its own times are to be compared with; None if it is not known."""
    size: int = PAGE_SIZE
    """How many items were asked for at most."""
    left_out: int = 0
    """How many items behind the first ten thousand were not looked at."""


def page_from(body: bytes, query: IncidentQuery, as_of: datetime) -> IncidentPage:
    """Decode a page. Takes about a tenth of a millisecond for each incident, so it belongs into a thread.

    Raises UnexpectedAnswer if the body is no JSON or holds no list: that is not the same as no incidents.
    """
    from mtp_tui.defender.documented_shape import documented_rows

    if not may_be_too_much(body, MANY_INCIDENTS) and (found := documented_rows(body)) is not None:
        rows, next_link = found
        incidents = {incident.id: incident for incident in rows}
        return IncidentPage(query, tuple(incidents.values()), (), len(rows), next_link or "", as_of)
    return _forgivingly(body, query, as_of)


def _forgivingly(body: bytes, query: IncidentQuery, as_of: datetime) -> IncidentPage:
    """The same, item by item."""
    try:
        items, link = split_page(body)
    except TooManyItems as error:
        raise UnexpectedAnswer(
            "value",
            f"The answer lists more than {MOST_ITEMS:,} things, where a hundred incidents were asked for.",
            _NOT_WHOLE,
        ) from error
    except ValueError as error:
        raise UnexpectedAnswer(
            "", "The answer is broken: it is not JSON.", _NOT_WHOLE, detail=first_line(body)
        ) from error
    if items is None:
        raise UnexpectedAnswer("value", "The answer holds no list of incidents.", _NOT_WHOLE, detail=first_line(body))
    incidents: dict[str, Incident] = {}
    unreadable: list[Unreadable] = []
    for position, raw in enumerate(items[:MOST_ITEMS]):
        try:
            incident = incident_from(raw)
        except UnexpectedAnswer as error:
            unreadable.append(Unreadable(position, error.summary, raw))
        else:
            incidents[incident.id] = incident
    next_link = link if isinstance(link, str) else ""
    return IncidentPage(
        query,
        tuple(incidents.values()),
        tuple(unreadable),
        len(items),
        next_link,
        as_of,
        left_out=max(0, len(items) - MOST_ITEMS),
    )
