"""The incidents that are known now: each once, the newest state of it, in order, as rows without their bytes."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from mtp_tui.defender.models import Incident, same_content, severity_rank
from mtp_tui.store.bodies import digest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTHING: Mapping[str, bytes] = MappingProxyType({})
_MOST_POOLED = 10_000
"""Words that are kept once; more of them differ from one incident to the next."""
_MOST_PUT_IN = 500
"""More than these are sorted in one go instead of each into its place."""


@dataclass(frozen=True, slots=True)
class News:
    """What of some incidents was not known."""

    incidents: tuple[Incident, ...] = ()
    """Each once, whole."""
    new: frozenset[str] = frozenset()
    """IDs that were not known at all."""
    changed: frozenset[str] = frozenset()
    """IDs of which something else was known."""
    raised: frozenset[str] = frozenset()
    """IDs of those whose severity was known to be lower."""
    digests: Mapping[str, bytes] = field(default_factory=dict)
    """By ID, of bytes that are known now."""


class IncidentBook:
    """Keeps incidents by id. Changes only in whole steps, so that whoever is cut off in between leaves it in order."""

    def __init__(self) -> None:
        self._incidents: dict[str, Incident] = {}
        self._digests: dict[str, bytes] = {}
        """Of the bytes of what is likely to come again as it is. To work out all of them would take as long as to decode
        the incidents, and what is recalled has its own in the store."""
        self._sorted: list[Incident] = []
        self._snapshot: tuple[Incident, ...] | None = None
        self._pool: dict[Any, Any] = {}
        self.view: Mapping[str, Incident] = MappingProxyType(self._incidents)
        """By id; always current."""

    def without_digest(self, incidents: Iterable[Incident]) -> tuple[str, ...]:
        """IDs of those that were updated when we know it, but of whose bytes nothing is known here."""
        return tuple(
            incident.id for incident in incidents if self._is_of_one_time(incident) and incident.id not in self._digests
        )

    def doubtful(self, incidents: Iterable[Incident], digests: Mapping[str, bytes]) -> tuple[str, ...]:
        """IDs of those that were updated when we know it, but perhaps come in other bytes: `compare` wants to see what
        is known. `digests` are those that are not known here, as far as they can be had."""
        return tuple(
            incident.id
            for incident in incidents
            if self._is_of_one_time(incident)
            and (self._digests.get(incident.id) or digests.get(incident.id)) != digest(incident.raw)
        )

    def _is_of_one_time(self, incident: Incident) -> bool:
        known = self._incidents.get(incident.id)
        return known is not None and known.updated_at == incident.updated_at

    def compare(
        self,
        incidents: Iterable[Incident],
        wholes: Mapping[str, Incident],
        digests: Mapping[str, bytes] = NOTHING,
        *,
        keeps_digests: bool = True,
    ) -> News:
        """What of these is news. `wholes` are the doubtful ones as they are known, as far as these can be had, and
        `digests` those of `doubtful`.

        Of two states of one incident the one updated later counts, and of two updated at the same moment the later
        answer. Reads whole bodies where only those can tell, and for the digests, so many incidents belong into a
        thread. What is taken without its digest is asked for again when it comes again.
        """
        news: dict[str, Incident] = {}
        for incident in incidents:
            known = news.get(incident.id) or wholes.get(incident.id) or self._incidents.get(incident.id)
            if known is None or not (_is_older(incident, known) or self._is_same(known, incident, digests)):
                news[incident.id] = incident
        new = frozenset(incident_id for incident_id in news if incident_id not in self._incidents)
        raised = frozenset(incident.id for incident in news.values() if self._is_raised(incident))
        seen_again = (each for each in incidents if (each.id in wholes or each.id in digests) and each.id not in news)
        worked_out = {each.id: digest(each.raw) for each in (*seen_again, *news.values())} if keeps_digests else NOTHING
        return News(tuple(news.values()), new, frozenset(news.keys() - new), raised, worked_out)

    def take(self, news: News) -> None:
        """Remember this in the place of what was known of it, unless that has become newer since it was compared."""
        taken = self._put(news.incidents)
        outdated = {incident.id for incident in news.incidents} - taken
        for incident_id in taken:
            self._digests.pop(incident_id, None)
        self._digests |= {each: its_digest for each, its_digest in news.digests.items() if each not in outdated}

    def recall(self, rows: Iterable[Incident]) -> None:
        """The same with rows whose digests somebody else knows, as a store does."""
        self._put(rows)

    def _put(self, rows: Iterable[Incident]) -> set[str]:
        """Answers with the IDs of those that were not older than what was known."""
        before: dict[str, Incident | None] = {}
        for incident in rows:
            known = self._incidents.get(incident.id)
            if known is not None and _is_older(incident, known):
                continue
            before.setdefault(incident.id, known)
            self._incidents[incident.id] = self._light(incident)
        if before:  # else whoever has the rows may see by that they are the same
            self._put_in_order(before)
        return set(before)

    def knows_any(self, incidents: Iterable[Incident]) -> bool:
        """Whether one of them is known, so that to compare them may take long."""
        return any(incident.id in self._incidents for incident in incidents)

    def rows(self) -> tuple[Incident, ...]:
        """The one updated last on top, those without a time at the end, ties by id. The same object until one changes."""
        if self._snapshot is None:
            self._snapshot = tuple(self._sorted)
        return self._snapshot

    def _is_raised(self, incident: Incident) -> bool:
        known = self._incidents.get(incident.id)
        return known is not None and severity_rank(incident.severity) > severity_rank(known.severity) > 0

    def _is_same(self, known: Incident, incident: Incident, digests: Mapping[str, bytes]) -> bool:
        if known.raw:
            return same_content(known, incident)
        if known.updated_at != incident.updated_at:
            return False
        # the bytes of what is known cannot be had: then the row has to do
        its_digest = self._digests.get(incident.id) or digests.get(incident.id)
        return its_digest == digest(incident.raw) or known == self._light(incident)

    def _light(self, incident: Incident) -> Incident:
        """Without what only an opened incident needs, and with words that others have as well kept once."""
        pool = self._pool.setdefault if len(self._pool) < _MOST_POOLED else self._pool.get
        return Incident(
            incident.id,
            pool(incident.name, incident.name),
            pool(incident.severity, incident.severity),
            pool(incident.status, incident.status),
            pool(incident.classification, incident.classification),
            pool(incident.determination, incident.determination),
            pool(incident.assigned_to, incident.assigned_to),
            incident.created_at,
            incident.updated_at,
            pool(incident.tags, incident.tags),
            incident.redirect_id,
            "",
            incident.alert_count,
            incident.device_count,
            incident.user_count,
            pool(incident.sources, incident.sources),
        )

    def _put_in_order(self, before: Mapping[str, Incident | None]) -> None:
        """After a change of these, with what was known of them before."""
        self._snapshot = None
        known_before = [known for known in before.values() if known is not None]
        changed = sorted((self._incidents[incident_id] for incident_id in before), key=_place)
        if not known_before and changed and (not self._sorted or _place(self._sorted[-1]) < _place(changed[0])):
            self._sorted += changed  # as pages come, and what is recalled, from the newest on
        elif len(before) > _MOST_PUT_IN:
            self._sorted = sorted(self._incidents.values(), key=_place)
        else:
            for known in known_before:
                del self._sorted[bisect_left(self._sorted, _place(known), key=_place)]
            for incident in changed:
                insort(self._sorted, incident, key=_place)


def place_among(rows: Sequence[Incident], incident: Incident) -> int | None:
    """Where a known incident stands among rows of a book, all of them or some; None if it does not, or not as it is now."""
    place = bisect_left(rows, _place(incident), key=_place)
    return place if place < len(rows) and rows[place].id == incident.id else None


def _is_older(incident: Incident, known: Incident) -> bool:
    return incident.updated_at is not None and known.updated_at is not None and incident.updated_at < known.updated_at


def _place(incident: Incident) -> tuple[bool, int, bool, int, str, str]:
    """Where it stands: by time, the newest first; ids of digits by their number, others after them by their text."""
    moment, incident_id = incident.updated_at, incident.id
    is_number = incident_id.isascii() and incident_id.isdecimal()
    digits = incident_id.lstrip("0") if is_number else incident_id
    newest_first = 0 if moment is None else -((moment - _EPOCH) // timedelta(microseconds=1))
    # the id itself at the end: 7 and 007 are two incidents
    return moment is None, newest_first, not is_number, len(digits) if is_number else 0, digits, incident_id
