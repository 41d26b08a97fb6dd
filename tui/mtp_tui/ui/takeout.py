"""What of the queue can leave the program now: for an export, and for the copy menu of a row."""

from datetime import datetime

from mtp_tui.services.export import About, Format
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.ui.export_screen import Exportable
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.queue_state import QueueState

_OF_MANY = (Format.CSV, Format.JSON, Format.NDJSON)
_OF_ONE = (Format.MARKDOWN, Format.JSON)


def exportables(
    feed: IncidentFeed,
    grid: IncidentGrid,
    state: QueueState,
    *,
    opened: str,
    narrowed_to: str,
    tenant: str,
    now: datetime,
) -> tuple[Exportable, ...]:
    """The marked rows, or else all that are shown; and the opened incident, or else the one under the cursor.

    The single one stands first if it is opened. `narrowed_to` is the filter as typed. None where nothing is known.
    """
    as_of = state.as_of or now
    shown = [incident.id for incident in grid.rows]
    marked = grid.marked
    ids = tuple(key for key in (marked.keys or shown) if key in feed.incidents)
    only = "incidents with the same evidence" if grid.only is not None and not marked.keys else ""
    about = About(
        as_of,
        narrowed_to=" · ".join(filter(None, (narrowed_to, only))) if not marked.keys else "",
        known=len(feed.incidents),
        is_marked=bool(marked.keys),
        tenant=tenant,
        note=_note(state, grid),
    )
    label = marked.in_words("incident") or f"{len(ids):,} shown incident{'' if len(ids) == 1 else 's'}"
    many = [Exportable(label, ids, _OF_MANY, about)] if ids else []
    one = opened or grid.cursor_key or ""
    single = (
        [Exportable(f"Incident {one[:40]}", (one,), _OF_ONE, About(as_of, tenant=tenant), one)]
        if one in feed.incidents
        else []
    )
    return tuple(single + many if opened else many + single)


def _note(state: QueueState, grid: IncidentGrid) -> str:
    if not grid.is_settled:
        return "Rows were still being looked for."
    if state.may_be_more:
        return "The service may have more."
    return "" if state.is_whole else "Not everything was loaded yet."
