"""Which incidents a narrowing lets through."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from mtp_tui.defender.incident import Incident
from mtp_tui.defender.narrowing.choices import OPEN
from mtp_tui.defender.narrowing.facts import PARTS, SPOKEN_PARTS, IncidentFacts
from mtp_tui.defender.narrowing.fields import UPDATED, field_named
from mtp_tui.defender.narrowing.meanings import (
    AtLeastBelow,
    Begins,
    Between,
    Contains,
    Exactly,
    Holds,
    Is,
    Meaning,
    OneOf,
    Within,
)
from mtp_tui.defender.narrowing.narrowing import Narrowing, Term
from mtp_tui.defender.narrowing.spoken import digits, needles
from mtp_tui.defender.narrowing.values import UNASSIGNED

_OF_MARKS = (Holds("unread"), Holds("changed"))

_DECIDING: Mapping[str, Callable[[Incident], object]] = {
    "severity": attrgetter("severity"),
    "status": attrgetter("status", "redirect_id"),  # status:open is not status:redirected
    "owner": attrgetter("assigned_to"),
    "tag": attrgetter("tags"),
    "source": attrgetter("sources"),
    "classification": attrgetter("classification"),
    "determination": attrgetter("determination"),
    "alerts": attrgetter("alert_count"),
    "is": attrgetter("status", "redirect_id"),
    "created": attrgetter("created_at"),
    "age": attrgetter("created_at"),
    "updated": attrgetter("updated_at"),
}
"""What of a row decides whether a term of a field holds."""

Test = Callable[[IncidentFacts], bool]
IncidentTest = Callable[[Incident], bool]


def _never(_: Incident) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Marks:
    """What only whoever looks at the queue knows; by itself nothing is marked."""

    is_unread: IncidentTest = _never
    is_changed: IncidentTest = _never


def matches(narrowing: Narrowing, incident: Incident) -> bool:
    """Whether one incident gets through, nothing in it being unread or changed. For many, take one `matcher`."""
    return matcher(narrowing)(incident)


def matcher(narrowing: Narrowing, marks: Marks | None = None) -> IncidentTest:
    """The narrowing as a function. It reads the body of each incident for which the row alone cannot tell."""
    terms = sorted(narrowing.terms, key=_cost)
    tests = tuple(_test_of_term(term, marks or Marks()) for term in terms)

    def test(incident: Incident) -> bool:
        facts = IncidentFacts(incident)
        return all(each(facts) for each in tests)

    return test


def looks_at_marks(term: Term) -> bool:
    """Whether a term may hold for an incident and then not, although the incident is the same."""
    return any(value.meaning in _OF_MARKS for value in term.values)


def passing_rows(term: Term, rows: Sequence[Incident], marks: Marks) -> Iterable[bool]:
    """For each row whether a term holds for it, which looks at the row alone; sooner than by one test for each."""
    test = _test_of_term(term, marks)
    read = None if looks_at_marks(term) else _DECIDING.get(term.name)
    if read is None:
        return [test(IncidentFacts(row)) for row in rows]
    # thousands of rows have the same words: one of them is tested for all
    deciding = list(map(read, rows))
    verdicts = {each: test(IncidentFacts(row)) for each, row in dict(zip(deciding, rows, strict=True)).items()}
    return map(verdicts.__getitem__, deciding)


def _cost(term: Term) -> int:
    """The row is at hand, words look at the row first, and some fields need the body."""
    known = field_named(term.name)
    return 1 if known is None else 2 * known.is_deep


def _test_of_term(term: Term, marks: Marks) -> Test:
    tests = tuple(_test_of_value(term.name, value.meaning, marks) for value in term.values)
    test = tests[0] if len(tests) == 1 else lambda facts: any(each(facts) for each in tests)
    return (lambda facts: not test(facts)) if term.is_negated else test


def _test_of_value(field: str, meaning: Meaning, marks: Marks) -> Test:
    parts = PARTS.get(field, (field,))
    if parts[0] not in SPOKEN_PARTS or isinstance(meaning, Exactly):
        return _test(field, meaning, marks)
    wanted, in_id = tuple(needles(meaning)), "" if field else digits(meaning)
    if in_id:
        return lambda facts: (
            in_id in facts.incident.id or any(needle.is_in(facts.spoken(part)) for part in parts for needle in wanted)
        )
    return lambda facts: any(needle.is_in(facts.spoken(part)) for part in parts for needle in wanted)


def _test(field: str, meaning: Meaning, marks: Marks) -> Test:
    match meaning:
        case Between(start, end):
            return _test_of_time(field, start, end)
        case AtLeastBelow(least, below):
            return lambda facts: (
                least <= facts.incident.alert_count and (below is None or facts.incident.alert_count < below)
            )
        case Holds(state):
            return _test_of_state(state, marks)
        case OneOf(words):
            return lambda facts: not words.isdisjoint(facts.squeezed(field))
        case Within(needle):
            return lambda facts: any(needle in word for word in facts.squeezed(field))
        case Exactly(text):
            return lambda facts: text in facts.texts(field)
        case Contains(needle):
            return lambda facts: needle in facts.folded(field)
        case Begins(needle):
            return lambda facts: f"\n{needle}" in facts.folded(field)
        case Is(text):
            return lambda facts: f"\n{text}\n" in facts.folded(field)


def _test_of_time(field: str, start: datetime | None, end: datetime | None) -> Test:
    def test(facts: IncidentFacts) -> bool:
        moment = facts.incident.updated_at if field == UPDATED else facts.incident.created_at
        return moment is not None and (start is None or start <= moment) and (end is None or moment < end)

    return test


def _test_of_state(state: str, marks: Marks) -> Test:
    tests: dict[str, IncidentTest] = {
        OPEN: lambda incident: incident.is_open,
        "merged": lambda incident: incident.is_redirected,
        UNASSIGNED: lambda incident: not incident.is_assigned_to_person,
        "unread": marks.is_unread,
        "changed": marks.is_changed,
    }
    test = tests[state]
    return lambda facts: test(facts.incident)
