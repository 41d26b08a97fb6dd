"""Plain incidents, as many as a test needs."""

from datetime import timedelta

from mtp_tui.sim.payload import stamp
from mtp_tui.sim.tenant import SimulatedTenant
from tests.defender.shapes import incident_json
from tests.support.clocks import NOON, StoppedClock


def plain_incidents(count: int) -> list[dict[str, object]]:
    """So many incidents with the documented keys and IDs from 1000, the first one updated last."""
    return [
        incident_json(
            incidentId=1000 + number,
            incidentName=f"Incident number {number}",
            createdTime=stamp(NOON - timedelta(hours=number + 1)),
            lastUpdateTime=stamp(NOON - timedelta(minutes=number + 1)),
        )
        for number in range(count)
    ]


def tenant_with(clock: StoppedClock, count: int) -> SimulatedTenant:
    """A tenant with so many incidents."""
    return SimulatedTenant(clock=clock, incidents=plain_incidents(count))
