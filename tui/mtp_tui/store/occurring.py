"""What occurs in the bodies of the latest incidents, for completion: names that somebody may type, no numbers of machines."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

from mtp_tui.defender.narrowing.completion import can_be_typed
from mtp_tui.defender.narrowing.facts import IncidentFacts
from mtp_tui.store.failures import Damaged

_FIELDS = ("user", "device", "mitre", "category", "verdict")

_MOST_COUNTED = 3_000
"""Incidents, the ones updated last."""

_LATEST = "SELECT number FROM incidents ORDER BY updated_at DESC LIMIT ?"


def texts_of(facts: IncidentFacts) -> str:
    """What occurs in one incident, by field, as JSON; folded, but techniques in capitals as everybody writes them."""
    found: dict[str, list[str]] = {
        "user": _lines(facts, "user"),
        "device": _lines(facts, "device"),
        "mitre": [text.upper() for text in _lines(facts, "mitre")],
        "category": sorted(facts.squeezed("category") - {""}),
        "verdict": sorted(facts.squeezed("verdict") - {""}),
    }
    return json.dumps({field: [text for text in texts if can_be_typed(text)] for field, texts in found.items()})


def note(connection: sqlite3.Connection, incidents: Iterable[tuple[int, int | None, str]]) -> None:
    """Keep the texts of those that are among the latest: number, time of update, texts."""
    row = connection.execute(
        "SELECT updated_at FROM incidents ORDER BY updated_at DESC LIMIT 1 OFFSET ?", (_MOST_COUNTED - 1,)
    ).fetchone()
    oldest = None if row is None else row[0]
    connection.executemany(
        "INSERT OR REPLACE INTO occurring (number, texts) VALUES (?, ?)",
        [
            (number, texts)
            for number, updated_at, texts in incidents
            if oldest is None or (updated_at is not None and updated_at >= oldest)
        ],
    )


def keep_latest(connection: sqlite3.Connection) -> None:
    """Forget those that are among the latest no more."""
    connection.execute(f"DELETE FROM occurring WHERE number NOT IN ({_LATEST})", (_MOST_COUNTED,))  # noqa: S608 - ours


def count(connection: sqlite3.Connection) -> Mapping[str, Mapping[str, int]]:
    """By field: what occurs in the latest incidents, and in how many. Raises Damaged if that is not what was kept."""
    found: dict[str, Counter[str]] = {field: Counter() for field in _FIELDS}
    rows = connection.execute(
        f"SELECT texts FROM occurring WHERE number IN ({_LATEST})",  # noqa: S608 - ours
        (_MOST_COUNTED,),
    )
    try:
        for (texts,) in rows:
            for field, values in json.loads(texts).items():
                found[field].update(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged("what occurs in an incident is broken") from error
    return found


def _lines(facts: IncidentFacts, field: str) -> list[str]:
    return [line for line in facts.folded(field).split("\n") if line]
