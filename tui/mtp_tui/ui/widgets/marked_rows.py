"""What is marked in a list, and how much of it cannot be seen there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkedRows:
    """IDs of marked incidents: marks hold whatever the list is narrowed to, so that some may be out of sight."""

    shown: tuple[str, ...] = ()
    """In the order of the list."""
    hidden: tuple[str, ...] = ()
    """Those that are not among its rows."""

    @property
    def keys(self) -> tuple[str, ...]:
        """All of them, the hidden ones last."""
        return (*self.shown, *self.hidden)

    def in_words(self, noun: str = "") -> str:
        """`3 marked, 1 hidden`, `3 marked incidents, all hidden` with a noun in the singular; empty if nothing is marked."""
        count, hidden = len(self.keys), len(self.hidden)
        if not count:
            return ""
        what = f"{count:,} marked{f' {noun}' if noun else ''}{'s' if noun and count > 1 else ''}"
        if not hidden:
            return what
        if hidden == count:
            return f"{what}, {'hidden' if count == 1 else 'all hidden'}"
        return f"{what}, {hidden:,} hidden"
