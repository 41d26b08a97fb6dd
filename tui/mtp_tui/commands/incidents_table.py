"""Incidents as columns for people: one a line, as wide as the terminal, or whole where there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mtp_tui.commands.streams import shown
from mtp_tui.defender.models import Incident
from mtp_tui.moments import age
from mtp_tui.ui.lines import Role
from mtp_tui.ui.widgets.incident_lines import severity_span

_GAP = "  "
_NAME = "name"
_USUAL = ("severity", "status", "id", "alerts", "updated", "owner", _NAME)
_WITH_OWNER = 100
"""Columns from which on a terminal has room for the owner beside a name."""
_NARROWEST_NAME = 16
_NOTHING = "–"
_COLOURS = {Role.HIGH: "31;1", Role.MEDIUM: "33", Role.LOW: "36"}


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    whole: int
    """Cells where nothing is cut; what is wider pushes the rest of its line aside."""
    cut: int
    """Cells on a terminal."""
    text: Callable[[Incident, "Table"], str]
    right: bool = False


class Table:
    """Its lines. The name stands last, so that a long one moves nothing."""

    def __init__(self, width: int | None, keys: Sequence[str] = (), *, is_coloured: bool, now: datetime) -> None:
        """`width` in cells, None for what is no terminal, where nothing is cut; `keys` out of `view.COLUMNS`.

        Where a terminal has no room for all of them, those that stand last are left out, but for the name.
        """
        self.is_whole = width is None
        self.now = now
        chosen = list(keys or _USUAL)
        if not keys and width is not None and width < _WITH_OWNER:
            chosen.remove("owner")
        self._has_name = _NAME in chosen
        self._keys = [key for key in chosen if key != _NAME]
        least = _NARROWEST_NAME if self._has_name else -len(_GAP)
        while width is not None and len(self._keys) > 1 and self._taken + least > width:
            self._keys.pop()
        self._name_width = None if width is None else max(width - self._taken, _NARROWEST_NAME)
        self._is_coloured = is_coloured

    def header(self) -> str:
        """The names of the columns."""
        return self._line({key: _COLUMNS[key].title for key in self._keys}, "Name")

    def row(self, incident: Incident) -> str:
        """One incident."""
        cells = {key: _COLUMNS[key].text(incident, self) or _NOTHING for key in self._keys}
        name = shown(incident.name) or f"incident {shown(incident.id)}"
        merged = f"→ {shown(incident.redirect_id)}  " if incident.redirect_id else ""
        return self._line(cells, merged + name, _COLOURS.get(severity_span(incident.severity).role, ""))

    @property
    def _taken(self) -> int:
        """Cells of all but the name, with the gaps behind them."""
        return sum(self._width(key) + len(_GAP) for key in self._keys)

    def _width(self, key: str) -> int:
        return _COLUMNS[key].whole if self.is_whole else _COLUMNS[key].cut

    def _line(self, cells: dict[str, str], name: str, colour: str = "") -> str:
        placed = [self._placed(key, cells[key], colour) for key in self._keys]
        if self._has_name:
            placed.append(_fitted(name, self._name_width))
        return f"{_GAP.join(placed)}\n"

    def _placed(self, key: str, text: str, colour: str) -> str:
        from rich.cells import cell_len

        text = _fitted(text, None if self.is_whole else self._width(key))
        blanks = " " * max(0, self._width(key) - cell_len(text))
        placed = blanks + text if _COLUMNS[key].right else text + blanks
        return f"\x1b[{colour}m{placed}\x1b[0m" if colour and self._is_coloured and key == "severity" else placed


def _owner(incident: Incident, table: Table) -> str:
    return shown(incident.assigned_to if table.is_whole else incident.assigned_to.partition("@")[0])


def _moment(of: Callable[[Incident], datetime | None]) -> Callable[[Incident, Table], str]:
    def text(incident: Incident, table: Table) -> str:
        moment = of(incident)
        return f"{moment:{'%Y-' if table.is_whole else ''}%m-%d %H:%M}" if moment else ""

    return text


_COLUMNS = {
    "severity": _Column("Severity", 8, 8, lambda incident, _: shown(severity_span(incident.severity, short=True).text)),
    "status": _Column("Status", 10, 10, lambda incident, _: shown(incident.status)),
    "id": _Column("ID", 8, 7, lambda incident, _: shown(incident.id), right=True),
    "alerts": _Column("Alerts", 6, 6, lambda incident, _: str(incident.alert_count), right=True),
    "devices": _Column("Devices", 7, 7, lambda incident, _: str(incident.device_count), right=True),
    "users": _Column("Users", 5, 5, lambda incident, _: str(incident.user_count), right=True),
    "owner": _Column("Owner", 32, 14, _owner),
    "tags": _Column("Tags", 16, 14, lambda incident, _: shown(", ".join(incident.tags))),
    "sources": _Column("Sources", 24, 21, lambda incident, _: shown(", ".join(incident.sources))),
    "created": _Column("Created UTC", 16, 11, _moment(lambda incident: incident.created_at)),
    "age": _Column(
        "Age",
        7,
        7,
        lambda incident, table: age(incident.created_at, table.now) if incident.created_at else "",
        right=True,
    ),
    "updated": _Column("Updated UTC", 16, 11, _moment(lambda incident: incident.updated_at)),
}
"""By their keys in `view.COLUMNS`; the name has a place of its own."""


def _fitted(text: str, width: int | None) -> str:
    """The text, cut to so many columns with a sign that it was."""
    from rich.cells import cell_len, set_cell_size

    if width is None or cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"
