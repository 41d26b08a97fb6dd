"""The incidents that are known now: each once, the newest state of it, in order, and quick to narrow."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from mtp_tui.defender.models import Incident, same_content


class IncidentBook:
    """Keeps incidents by id. Changes only in whole steps, so that whoever is cut off in between leaves it in order."""

    def __init__(self) -> None:
        self._incidents: dict[str, Incident] = {}
        self._in_order: tuple[Incident, ...] | None = None
        self.view: Mapping[str, Incident] = MappingProxyType(self._incidents)
        """By id; always current."""

    def compare(self, incidents: Iterable[Incident]) -> tuple[tuple[Incident, ...], frozenset[str], frozenset[str]]:
        """What of these is news: the news itself, the ids that are new, and the ids that have changed.

        Of two states of one incident the one updated later counts, and of two updated at the same moment the later
        answer. Reads whole bodies where only those can tell, so many incidents belong into a thread.
        """
        news: dict[str, Incident] = {}
        for incident in incidents:
            known = news.get(incident.id) or self._incidents.get(incident.id)
            if known is None or not (_is_older(incident, known) or same_content(known, incident)):
                news[incident.id] = incident
        new = frozenset(incident_id for incident_id in news if incident_id not in self._incidents)
        return tuple(news.values()), new, frozenset(news.keys() - new)

    def take(self, news: Iterable[Incident]) -> None:
        """Remember these in the place of what was known of them, unless that has become newer since it was compared."""
        for incident in news:
            known = self._incidents.get(incident.id)
            if known is not None and _is_older(incident, known):
                continue
            self._incidents[incident.id] = incident
            self._in_order = None

    def rows(self, test: Callable[[Incident], bool] | None = None) -> tuple[Incident, ...]:
        """The one updated last on top, those without a time at the end, ties by id; only those that pass the test."""
        if self._in_order is None:
            self._in_order = _in_order(self._incidents.values())
        rows = self._in_order
        return rows if test is None else tuple(incident for incident in rows if test(incident))


def _is_older(incident: Incident, known: Incident) -> bool:
    return incident.updated_at is not None and known.updated_at is not None and incident.updated_at < known.updated_at


def _in_order(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    by_id = sorted(incidents, key=lambda incident: _id_order(incident.id))
    dated = [(incident.updated_at, incident) for incident in by_id if incident.updated_at is not None]
    dated.sort(key=_moment, reverse=True)  # stable also in reverse: ties stay by id
    return (*(incident for _, incident in dated), *(incident for incident in by_id if incident.updated_at is None))


def _moment(pair: tuple[datetime, Incident]) -> datetime:
    return pair[0]


def _id_order(incident_id: str) -> tuple[bool, int, str]:
    """Ids of digits by their number, others after them by their text."""
    is_number = incident_id.isascii() and incident_id.isdecimal()
    digits = incident_id.lstrip("0") if is_number else incident_id
    return not is_number, len(digits) if is_number else 0, digits
