"""What came in the place of incidents: counted, and the first of it kept to be looked at."""

from collections.abc import Iterable

from mtp_tui.defender.models import Unreadable

MOST, MOST_BYTES = 100, 20_000_000
"""Items that are kept, and how large all of them may be."""


class UnreadableItems:
    """Those of the last reading of everything, and of the refreshes since."""

    def __init__(self) -> None:
        self.kept: tuple[Unreadable, ...] = ()
        self.count = 0
        """How many they were, also those that are not kept."""

    def clear(self) -> None:
        """Everything is read anew."""
        self.kept, self.count = (), 0

    def note(self, items: Iterable[Unreadable]) -> None:
        """These came; what is kept already came again, as refreshes bring it."""
        known = {each.raw for each in self.kept}
        for item in items:
            if item.raw in known:
                continue
            self.count += 1
            size_bytes = sum(len(each.raw) for each in self.kept) + len(item.raw)
            if len(self.kept) < MOST and size_bytes <= MOST_BYTES:
                self.kept = (*self.kept, item)
