"""What had changed of an incident when somebody came to look at it, for as long as they look."""

from mtp_tui.services.memory import Memory
from mtp_tui.store.changes import ALERT_IDS, FieldChange, LastLook, joined

__all__ = ["ALERT_IDS", "FieldChange", "LastLook", "LastLooks"]

MOST_KEPT = 200
"""Looks that nobody has ended, such as those at rows that a cursor only passed; the oldest goes first."""


class LastLooks:
    """The store forgets what has changed as soon as it is looked at; this keeps it until the look is over."""

    def __init__(self, memory: Memory | None) -> None:
        """`memory` None knows of no changes."""
        self._memory = memory
        self._kept: dict[str, LastLook] = {}

    def of(self, incident_id: str) -> LastLook:
        """What is known already, without asking."""
        return self._kept.get(incident_id, LastLook())

    async def look_at(self, incident_id: str) -> LastLook:
        """What has changed since the look before; what changes meanwhile comes to it when this is called again."""
        if self._memory is None:
            return LastLook()
        news = await self._memory.look_at(incident_id)
        look = joined(self._kept.pop(incident_id, LastLook()), news)
        if look.changes:
            self._kept[incident_id] = look
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return look

    def leave(self, incident_id: str) -> None:
        """The look is over: what changes from now on is all that the next one will show."""
        self._kept.pop(incident_id, None)
