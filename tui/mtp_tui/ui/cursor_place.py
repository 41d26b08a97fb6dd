"""Where the cursor belongs when other rows are shown: where narrowing left it, where it was in the last start, on top."""

from mtp_tui.ui.widgets.incident_grid import IncidentGrid


class CursorPlace:
    """The places of one list to which the cursor goes by itself."""

    def __init__(self) -> None:
        self.awaited = ""
        """ID of the incident to go to as soon as its row is here; empty once that is done, or the user goes elsewhere."""
        self._left: tuple[str, int] | None = None
        self._is_kept = False
        """Whether the words are to stay, and the place that was left is of use only until there is a row."""
        self._is_on_top = False
        self._is_moved = False
        self._put_on: str | None = None
        self._is_in_part = False
        """Whether the rows that came last are not all yet."""

    def leave(self, grid: IncidentGrid) -> None:
        """The list is about to be narrowed by hand; where it is already, the place that was left first is kept."""
        self.awaited, self._is_on_top, self._is_kept = "", False, False
        if grid.cursor_key is not None and not grid.narrowing.terms:
            self._left = grid.cursor_key, round(grid.scroll_y)

    def keep(self, grid: IncidentGrid) -> None:
        """The words are to stay: whoever has a row stays on it, and without one may still go back to where narrowing began."""
        self._is_kept = True
        if grid.is_settled:
            self._stay(grid)

    def forget(self) -> None:
        """There is no going back to where narrowing began."""
        self._left, self._is_kept = None, False

    def begin_on_top(self, grid: IncidentGrid, *, is_other: bool) -> None:
        """Rows are about to be shown, other ones or in another order: from the first one on."""
        self.forget()
        self.awaited, self._is_on_top = "", is_other
        if not is_other:
            grid.cursor = 0

    def come_back(self, key: str, scroll: int) -> None:
        """What was shown before is about to be shown again: on this incident, whatever was done meanwhile."""
        self.awaited, self._is_on_top, self._is_kept, self._left = "", False, False, (key, scroll)

    def expect(self, key: str) -> None:
        """Go to this incident when its row comes, unless the user went somewhere before."""
        if not self._is_moved:
            self.awaited = key

    def moved(self, key: str) -> None:
        """The cursor is on another row: by the user's doing, if it is not where it was put."""
        if key != self._put_on:
            self._is_moved, self.awaited = True, ""

    def arrive(self, grid: IncidentGrid, *, is_narrowed_anew: bool, is_all: bool, is_typing: bool) -> None:
        """Other rows are here, all or the first ones; somebody who is typing words may have none just now, and is not back
        yet. Whoever has gone elsewhere among the first ones stays there."""
        has_gone = self._is_in_part and grid.cursor_key is not None and grid.cursor_key != self._put_on
        self._is_in_part = not is_all
        if is_narrowed_anew and not has_gone:
            self._go_back(grid, is_all=is_all, is_typing=is_typing)
        if self.awaited and grid.move_to(self.awaited):
            self.awaited = ""
        self._put_on = grid.cursor_key
        if is_all:
            self._stay(grid)

    def _stay(self, grid: IncidentGrid) -> None:
        """Where words were kept, a row is a better place than the one that was left for them."""
        if self._is_kept and grid.cursor_key is not None and grid.narrowing.terms:
            self.forget()

    def _go_back(self, grid: IncidentGrid, *, is_all: bool, is_typing: bool) -> None:
        """To the row that was left, or else to the first one."""
        if self._is_on_top:
            self._is_on_top, grid.cursor = not is_all, 0
            return
        key, scroll = self._left or (grid.cursor_key or "", round(grid.scroll_y))
        if not grid.move_to(key):
            grid.cursor = 0
        if not grid.narrowing.terms:
            if not is_typing:
                self.forget()
            # a grid of a few rows could not be scrolled; only after the layout it can again
            grid.call_after_refresh(grid.move_to, key, scroll=scroll)
