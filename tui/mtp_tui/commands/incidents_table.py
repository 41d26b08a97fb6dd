"""Incidents as columns for people: one a line, as wide as the terminal, or whole where there is none."""

from mtp_tui.commands.streams import shown
from mtp_tui.defender.models import Incident
from mtp_tui.ui.lines import Role
from mtp_tui.ui.widgets.incident_lines import severity_span

_GAP = "  "
_WHOLE = {"Severity": 8, "Status": 10, "ID": 8, "Alerts": 6, "Updated UTC": 16, "Owner": 32}
"""Columns where nothing is cut; what is wider pushes the rest of its line aside."""
_CUT = {"Severity": 8, "Status": 10, "ID": 7, "Alerts": 6, "Updated UTC": 11, "Owner": 14}
_WITH_OWNER = 100
"""Columns from which on a terminal has room for the owner beside a name."""
_TO_THE_RIGHT = ("ID", "Alerts")
_NARROWEST_NAME = 16
_NOTHING = "–"
_COLOURS = {Role.HIGH: "31;1", Role.MEDIUM: "33", Role.LOW: "36"}


class Table:
    """Its lines. The name stands last, so that a long one moves nothing."""

    def __init__(self, width: int | None, *, is_coloured: bool) -> None:
        """`width` in columns; None for what is no terminal, where nothing is cut."""
        self._columns = dict(_WHOLE if width is None else _CUT)
        if width is not None and width < _WITH_OWNER:
            del self._columns["Owner"]
        taken = sum(self._columns.values()) + len(self._columns) * len(_GAP)
        self._name_width = None if width is None else max(width - taken, _NARROWEST_NAME)
        self._is_coloured = is_coloured

    def header(self) -> str:
        """The names of the columns."""
        return self._line({name: name for name in self._columns}, "Name")

    def row(self, incident: Incident) -> str:
        """One incident."""
        is_whole = self._name_width is None
        severity = severity_span(incident.severity, short=True)
        owner = incident.assigned_to if is_whole else incident.assigned_to.partition("@")[0]
        updated = f"{incident.updated_at:{'%Y-' if is_whole else ''}%m-%d %H:%M}" if incident.updated_at else _NOTHING
        cells = {
            "Severity": shown(severity.text),
            "Status": shown(incident.status) or _NOTHING,
            "ID": shown(incident.id),
            "Alerts": str(incident.alert_count),
            "Updated UTC": updated,
            "Owner": shown(owner) or _NOTHING,
        }
        name = shown(incident.name) or f"incident {shown(incident.id)}"
        merged = f"→ {shown(incident.redirect_id)}  " if incident.redirect_id else ""
        return self._line(cells, merged + name, _COLOURS.get(severity.role, ""))

    def _line(self, cells: dict[str, str], name: str, colour: str = "") -> str:
        placed = [self._placed(title, cells[title]) for title in self._columns]
        if colour and self._is_coloured:
            placed[0] = f"\x1b[{colour}m{placed[0]}\x1b[0m"
        return f"{_GAP.join(placed)}{_GAP}{_fitted(name, self._name_width)}\n"

    def _placed(self, title: str, text: str) -> str:
        from rich.cells import cell_len

        width = self._columns[title]
        text = _fitted(text, None if self._name_width is None else width)
        blanks = " " * max(0, width - cell_len(text))
        return blanks + text if title in _TO_THE_RIGHT else text + blanks


def _fitted(text: str, width: int | None) -> str:
    """The text, cut to so many columns with a sign that it was."""
    from rich.cells import cell_len, set_cell_size

    if width is None or cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"
