"""The incident queue as a grid: its columns, and what is new in it."""

from enum import StrEnum

from mtp_tui.clock import Clock
from mtp_tui.defender.models import Incident
from mtp_tui.moments import age
from mtp_tui.services.incidents import PageLoaded
from mtp_tui.ui.lines import Role, Span
from mtp_tui.ui.widgets.incident_lines import severity_span
from mtp_tui.ui.widgets.record_grid import Column, RecordGrid


class Mark(StrEnum):
    """Why a row deserves a look."""

    NEW = "●"
    CHANGED = "◐"


_STATUS_ROLES = {
    "active": Role.STRONG,
    "new": Role.STRONG,
    "inprogress": Role.TEXT,
    "resolved": Role.DIM,
    "redirected": Role.DIM,
}
_NOBODY = "–"


class IncidentGrid(RecordGrid[Incident]):
    """Incidents, one a line; new and changed ones are marked until the cursor has been on them."""

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        self._clock = clock
        self.marks: dict[str, Mark] = {}
        """Marks by incident ID; the pane puts them, the cursor takes them away."""
        columns: tuple[Column[Incident], ...] = (
            Column("", 1, self._mark),
            Column("Severity", 8, lambda incident: severity_span(incident.severity, short=True)),
            Column("Status", 10, _status),
            Column("ID", 6, lambda incident: Span(incident.id, Role.DIM), right=True, drop=5),
            Column("Name", 18, _name, grows=True),
            Column("Alerts", 6, lambda incident: Span(str(incident.alert_count)), right=True),
            Column("Owner", 12, _owner, drop=1),
            Column("Sources", 21, _sources, drop=4),
            Column("Created UTC", 11, _created, drop=3),
            Column("Updated", 7, self._updated, right=True),
        )
        super().__init__(columns, lambda incident: incident.id, id=id)

    def mark_news(self, page: PageLoaded) -> None:
        """Mark what a page brought, but for the row under the cursor: that one is being looked at."""
        for key in page.changed - {self.cursor_key}:
            self.marks.setdefault(key, Mark.CHANGED)
        for key in page.new - {self.cursor_key}:
            self.marks[key] = Mark.NEW

    @property
    def news(self) -> str:
        """How many rows are marked, in words."""
        counts = ((mark, sum(1 for each in self.marks.values() if each is mark)) for mark in Mark)
        return ", ".join(f"{count} {mark.name.lower()}" for mark, count in counts if count)

    def _mark(self, incident: Incident) -> Span:
        mark = self.marks.get(incident.id)
        return Span(mark or " ", Role.GOOD if mark is Mark.NEW else Role.WARN)

    def _updated(self, incident: Incident) -> Span:
        return Span(age(incident.updated_at, self._clock()) if incident.updated_at else _NOBODY)


def _status(incident: Incident) -> Span:
    return Span(incident.status or _NOBODY, _STATUS_ROLES.get(incident.status.casefold(), Role.UNKNOWN))


def _name(incident: Incident) -> Span:
    if incident.redirect_id:
        return Span(f"→ {incident.redirect_id}  {incident.name}", Role.DIM)
    return Span(
        incident.name or f"incident {incident.id}", Role.DIM if incident.status.casefold() == "resolved" else Role.TEXT
    )


def _owner(incident: Incident) -> Span:
    # the part before the @ tells people of one company apart; the detail has the whole address
    return Span(incident.assigned_to.partition("@")[0] or _NOBODY, Role.TEXT if incident.assigned_to else Role.DIM)


def _sources(incident: Incident) -> Span:
    # nearly every product is a Defender for something; the detail has the whole names
    return Span(", ".join(source.removeprefix("Defender for ") for source in incident.sources) or _NOBODY, Role.DIM)


def _created(incident: Incident) -> Span:
    return Span(f"{incident.created_at:%m-%d %H:%M}" if incident.created_at else _NOBODY, Role.DIM)
