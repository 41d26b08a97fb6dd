"""The place in the list that narrowing leaves, and the way back to it."""

from mtp_tui.ui.widgets.incident_grid import IncidentGrid


class LeftPlace:
    """Row and scroll place of the list before it was narrowed; none while it is not."""

    def __init__(self) -> None:
        self._left: tuple[str, int] | None = None

    def leave(self, grid: IncidentGrid) -> None:
        """The list is about to be narrowed; where it is already, the place that was left first is kept."""
        if grid.cursor_key is not None and not grid.narrowing.terms:
            self._left = grid.cursor_key, round(grid.scroll_y)

    def forget(self) -> None:
        """There is no going back."""
        self._left = None

    def arrive(self, grid: IncidentGrid) -> None:
        """Other rows were found: the cursor goes to the row that was left, or else to the first one."""
        key, scroll = self._left or (grid.cursor_key or "", round(grid.scroll_y))
        if not grid.move_to(key):
            grid.cursor = 0
        if not grid.narrowing.terms:
            self.forget()
            # a grid of a few rows could not be scrolled; only after the layout it can again
            grid.call_after_refresh(grid.move_to, key, scroll=scroll)
