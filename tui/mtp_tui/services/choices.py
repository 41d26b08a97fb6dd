"""How one tenant's queue was shown last: columns, order, the line that narrows, and the row of the cursor.

Whatever is found in the place of it is read as far as it can be used. Nothing of it is secret: a line in which a token
or a secret seems to stand, as when it was pasted into the wrong field, is not remembered.
"""

import unicodedata
from dataclasses import dataclass
from typing import cast

from mtp_tui.defender.incident_order import ORDERS
from mtp_tui.defender.narrowing.narrowing import LONGEST_LINE
from mtp_tui.defender.narrowing.view import COLUMNS, DEFAULT_ORDER
from mtp_tui.logs import has_secret
from mtp_tui.services.memory import Memory
from mtp_tui.store.store import Json

WIDEST_COLUMN = 200
"""Cells; no terminal has room for more of one column."""

_KEY = "queue"
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class QueueChoices:
    """What a person made of the queue; the defaults are how it looks to somebody who comes for the first time."""

    columns: tuple[tuple[str, int], ...] = ()
    """Keys out of `view.COLUMNS` in their order, with widths in cells (0 for the usual one); empty for the usual ones."""
    sort: str = DEFAULT_ORDER
    """One of `incident_order.ORDERS`."""
    narrow: str = ""
    """The line as it was typed; it may hold what cannot be read any more."""
    cursor: str = ""
    """ID of the incident under the cursor; empty if there was none."""


async def recall_choices(memory: Memory) -> QueueChoices:
    """What was chosen last in this tenant."""
    return choices_from(await memory.choice(_KEY))


async def keep_choices(memory: Memory, choices: QueueChoices) -> None:
    """Remember this in the place of what was chosen before."""
    await memory.remember(_KEY, as_json(choices))


def as_json(choices: QueueChoices) -> Json:
    """As it is remembered."""
    return {
        "columns": [[key, width] for key, width in choices.columns],
        "sort": choices.sort,
        "narrow": "" if has_secret(choices.narrow) else _line_from(choices.narrow, LONGEST_LINE),
        "cursor": choices.cursor,
    }


def choices_from(value: object) -> QueueChoices:
    """What of a remembered value can be used; never raises."""
    table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    sort = table.get("sort")
    return QueueChoices(
        _columns_from(table.get("columns")),
        sort if isinstance(sort, str) and sort in ORDERS else DEFAULT_ORDER,
        _line_from(table.get("narrow"), LONGEST_LINE),
        _line_from(table.get("cursor"), _LONGEST_ID),
    )


def _columns_from(value: object) -> tuple[tuple[str, int], ...]:
    columns: dict[str, int] = {}
    for each in value if isinstance(value, list) else ():
        match each:
            case [str(key), int(width)] if key in COLUMNS and 0 <= width <= WIDEST_COLUMN:
                columns.setdefault(key, int(width))
    return tuple(columns.items())


def _line_from(value: object, longest: int) -> str:
    """A text of one line that is not too long; empty if it is none."""
    if not isinstance(value, str) or len(value) > longest:
        return ""
    return "" if any(unicodedata.category(char) in ("Cc", "Cs") for char in value) else value
