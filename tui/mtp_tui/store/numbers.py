"""By which number an incident goes inside the file: by its ID, if that can be read back from the number.

So an answer of the index, which is made of numbers, is one of IDs, without a look at a single row. IDs that are written
in another way get numbers above all of these.
"""

import sqlite3
from collections.abc import Sequence

_FIRST_OF_OURS = 10**15


def new_numbers(connection: sqlite3.Connection, ids: Sequence[str]) -> list[int]:
    """Numbers for incidents that are not in the file; within a transaction."""
    (last,) = connection.execute("SELECT max(number) FROM incidents WHERE number >= ?", (_FIRST_OF_OURS,)).fetchone()
    numbers, following = [], _FIRST_OF_OURS if last is None else last + 1
    for incident_id in ids:
        if _is_number(incident_id):
            numbers.append(int(incident_id))
        else:
            numbers.append(following)
            following += 1
    return numbers


def named(connection: sqlite3.Connection) -> dict[str, str]:
    """The IDs that are not written as their numbers are, by these, which are given as text."""
    ours = connection.execute("SELECT number, id FROM incidents WHERE number >= ?", (_FIRST_OF_OURS,)).fetchall()
    return {str(number): incident_id for number, incident_id in ours}


def _is_number(incident_id: str) -> bool:
    return (
        len(incident_id) < len(str(_FIRST_OF_OURS))
        and incident_id.isascii()
        and incident_id.isdecimal()
        and (incident_id == "0" or incident_id[0] != "0")
    )
