"""What of a narrowing the service can do, and what was asked of whom in words.

Only what cannot cost a row is asked of the service; whatever comes is narrowed here once more. The operators `or`, `lt`
and `le` are unconfirmed for this service, and so is whether it compares owners without regard to case: several statuses,
the end of a stretch of time, and owners that are not written letter for letter (`owner:=`) are left to us.
"""

from dataclasses import dataclass, field
from datetime import datetime

from mtp_tui.defender.narrowing.choices import SERVER_STATUSES, STATUSES
from mtp_tui.defender.narrowing.fields import OWNER, STATUS, UPDATED
from mtp_tui.defender.narrowing.meanings import Between, Exactly, OneOf
from mtp_tui.defender.narrowing.narrowing import Narrowing, Term
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.moments import utc_text

_STATUS_BY_SPELLINGS = {choice.spellings: SERVER_STATUSES.get(choice.name, "") for choice in STATUSES}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one term lets the service do; empty if it is nothing."""

    query: IncidentQuery = field(default_factory=IncidentQuery)
    is_all: bool = False
    """Whether nothing of the term is left to be done here."""


def server_part(narrowing: Narrowing) -> IncidentQuery:
    """The question that leaves out no incident which the narrowing lets through."""
    query = IncidentQuery()
    for term in narrowing.terms:
        asked = _asked(term).query
        query = IncidentQuery(
            changed_since=_later(query.changed_since, asked.changed_since),
            created_since=_later(query.created_since, asked.created_since),
            status=query.status or asked.status,
            assigned_to=query.assigned_to or asked.assigned_to,
        )
    return query


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment), default=None)


def said(narrowing: Narrowing) -> str:
    """One sentence about what is asked of the service and what is done here; empty if nothing is narrowed."""
    query = server_part(narrowing)
    asked = [
        *([f"status {query.status}"] if query.status else []),
        *([f"owner {query.assigned_to}"] if query.assigned_to else []),
        *([f"created since {utc_text(query.created_since)}"] if query.created_since else []),
        *([f"updated since {utc_text(query.changed_since)}"] if query.changed_since else []),
    ]
    here = [str(term) for term in narrowing.terms if not _is_done_by(query, term)]
    if asked and here:
        return f"The service is asked for {', '.join(asked)}; narrowed here: {'  '.join(here)}."
    if asked:
        return f"The service is asked for {', '.join(asked)}."
    return f"The service is asked for everything; narrowed here: {'  '.join(here)}." if here else ""


def _asked(term: Term) -> _Asked:
    if term.is_negated:
        return _Asked()
    meanings = tuple(value.meaning for value in term.values)
    match meanings:
        case (OneOf(words),) if term.name == STATUS:
            return _Asked(IncidentQuery(status=_STATUS_BY_SPELLINGS.get(words, "")), is_all=True)
        case (Exactly(text),) if term.name == OWNER:
            return _Asked(IncidentQuery(assigned_to=text), is_all=True)
    return _asked_times(term)


def _asked_times(term: Term) -> _Asked:
    stretches = [value.meaning for value in term.values if isinstance(value.meaning, Between)]
    starts = [stretch.start for stretch in stretches if stretch.start is not None]
    if not starts or len(starts) < len(stretches):
        return _Asked()
    since = min(starts)
    is_all = len(stretches) == 1 and stretches[0].end is None
    if term.name == UPDATED:
        return _Asked(IncidentQuery(changed_since=since), is_all)
    return _Asked(IncidentQuery(created_since=since), is_all)


def _is_done_by(query: IncidentQuery, term: Term) -> bool:
    """Whether the service's answer already holds nothing that this term would leave out."""
    asked = _asked(term)
    return (
        asked.is_all
        and asked.query != IncidentQuery()
        and asked.query.status in ("", query.status)
        and asked.query.assigned_to in ("", query.assigned_to)
    )
