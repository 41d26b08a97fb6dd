"""What is kept of an incident's body so that nobody has to read it to find it."""

from contextlib import suppress
from dataclasses import dataclass

from mtp_tui.defender.incident import Incident, incident_fields
from mtp_tui.defender.narrowing.facts import IncidentFacts
from mtp_tui.defender.narrowing.quick_texts import texts_of_body
from mtp_tui.errors import UnexpectedAnswer
from mtp_tui.store.occurring import texts_of
from mtp_tui.store.times import maybe_us
from mtp_tui.store.words import Said, said_in


@dataclass(frozen=True, slots=True)
class Depth:
    """All of it."""

    said: Said
    texts: str
    """For completion (mtp_tui.store.occurring)."""
    active_from: int | None
    """The first activity of its alerts, else when it was created; in microseconds, as in the file."""
    active_until: int | None
    """The last activity of its alerts, else when it was updated."""


def depth_of(incident: Incident) -> Depth:
    """Read the body, once. One that cannot be read says nothing."""
    facts, body = IncidentFacts(incident), None
    with suppress(UnexpectedAnswer):
        body = texts_of_body(incident_fields(incident.raw))
        facts.learn(body)
    return Depth(
        said_in(facts),
        texts_of(facts),
        maybe_us((body and body.active_from) or incident.created_at),
        maybe_us((body and body.active_until) or incident.updated_at),
    )
