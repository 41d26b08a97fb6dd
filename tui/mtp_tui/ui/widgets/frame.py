"""The box around what stands in front of everything: its title, and below as many of its keys as fit."""

from textual.containers import Vertical

_BESIDE = 6
"""Cells of the frame's last line that the hints leave free, at both ends together."""
_BETWEEN = " · "


class Frame(Vertical):
    """Leaves whole hints out where there is no room for them; the line of keys and the help have all of them."""

    _hints: tuple[str, ...] = ()

    def hint(self, *hints: str) -> None:
        """Say these below, the ones that nobody should miss first."""
        self._hints = hints
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        hints, room = self._hints, self.outer_size.width - _BESIDE
        while len(hints) > 1 and len(_BETWEEN.join(hints)) > room:
            hints = hints[:-1]
        self.border_subtitle = _BETWEEN.join(hints)
