"""What is kept of an incident's body so that nobody has to read it to find it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mtp_tui.defender.alert import Alert, alert_of
from mtp_tui.defender.incident import Incident, incident_fields
from mtp_tui.defender.narrowing.facts import IncidentFacts, facts_of
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
    try:
        sent = incident_fields(incident.raw)
    except UnexpectedAnswer:
        alerts: list[Alert] = []
        facts = IncidentFacts(incident)
    else:
        alerts = [alert_of(alert, position) for position, alert in enumerate(sent.objects("alerts"))]
        facts = facts_of(incident, sent, alerts)
    return Depth(
        said_in(facts),
        texts_of(facts),
        maybe_us(min(_known(alert.first_activity for alert in alerts), default=incident.created_at)),
        maybe_us(max(_known(alert.last_activity for alert in alerts), default=incident.updated_at)),
    )


def _known(moments: Iterable[datetime | None]) -> Iterable[datetime]:
    return (moment for moment in moments if moment is not None)
