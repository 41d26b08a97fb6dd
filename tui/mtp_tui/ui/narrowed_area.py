"""Where the list is narrowed: by the line, by a view, or to the incidents that have something in common."""

from dataclasses import dataclass, replace
from typing import ClassVar

from textual import getters, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.ui.cursor_place import CursorPlace
from mtp_tui.ui.queue_frame import QueueFrame
from mtp_tui.ui.reading_area import ReadingArea
from mtp_tui.ui.widgets.asked_line import AskedLine
from mtp_tui.ui.widgets.incident_detail import IncidentDetailView
from mtp_tui.ui.widgets.incident_grid import IncidentGrid
from mtp_tui.ui.widgets.narrow_line import NarrowLine
from mtp_tui.ui.widgets.pivot_line import PivotLine
from mtp_tui.ui.widgets.record_columns import Arrangement
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.seethrough import Seethrough


@dataclass(frozen=True, slots=True)
class _BeforeView:
    """How the list was shown before a view was taken, for Escape to show it so again."""

    cursor: str
    scroll: int
    arrangement: Arrangement
    viewed: Arrangement
    """What the view made of it; if it is another one by now, somebody has arranged the columns anew."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What was shown before the others that have something in common."""

    opened: str
    """ID of the incident that they have it in common with."""
    scroll: int
    words: str
    is_by_hand: bool
    view: _BeforeView | None
    only: frozenset[str] | None
    said: str


class NarrowedArea(Seethrough, Vertical):
    """Holds the line that narrows and the list that is narrowed; brings the cursor back to where narrowing began."""

    BINDING_GROUP_TITLE = "Narrowing"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash",
            "narrow",
            "Narrow",
            key_display="/",
            id="incidents.narrow",
            tooltip="Show only rows with these words",
        ),
        Binding(
            "V",
            "views",
            "Views",
            show=False,
            id="incidents.views",
            tooltip="Take or save a view: words, order, columns",
        ),
    ]

    line = getters.query_one(NarrowLine)
    asked = getters.query_one(AskedLine)
    others = getters.query_one(PivotLine)
    frame = getters.query_one(QueueFrame)
    grid = getters.query_one(IncidentGrid)
    reading = getters.query_one(ReadingArea)

    def __init__(self) -> None:
        super().__init__()
        self._feed: IncidentFeed | None = None
        self.place = CursorPlace()
        """Where the cursor belongs."""
        self._is_by_hand = False
        """Whether the line that holds was typed, and not put there by a view."""
        self._before_view: _BeforeView | None = None
        """What Escape leads back to from a view; None where no view narrows."""
        self._before: list[_Before] = []
        """What Escape leads back to, the latest last."""

    def on_mount(self) -> None:
        self.line.display = False

    def follow(self, feed: IncidentFeed | None, me: str = "") -> None:
        """Narrow the rows of this feed from now on, or none; nothing of what was narrowed before holds any more."""
        self._feed = feed
        self.place, self._is_by_hand, self._before_view = CursorPlace(), False, None
        self._before.clear()
        self.line.set_people(me)
        self.line.follow(feed)
        self.line.display = False
        self.asked.follow(feed)
        self.others.follow(feed)

    def restore(self, narrow: str, cursor: str) -> None:
        """Begin where somebody left off: with this line, unless something is typed already, and on this incident."""
        if narrow and not self.line.display:
            self.line.put(narrow)
            self.line.display = True
        self.place.expect(cursor)
        self._arrive(is_narrowed_anew=False, is_all=True)  # its row may be here already

    def again(self, *, has_news: bool = True) -> None:
        """Other incidents are known, or without news at least time went by: narrow anew if that may show other rows."""
        before = self.line.narrowing
        self.line.again()
        if has_news or self.line.narrowing != before:
            self.grid.narrow(self.line.narrowing)
        else:
            self.grid.freshen()

    # what the user does

    def action_narrow(self) -> None:
        """Open the line for words; the place that is left is kept, for Escape to go back to."""
        if self.reading.covers_list:
            self.reading.close()
        self.place.leave(self.grid)
        self.asked.close()
        self.line.display = True
        self.line.take_focus()

    def action_views(self) -> None:
        self.frame.pick_view()

    def why_not(self, action: str) -> str:
        """Why a key is greyed."""
        return self.reading.why_not(action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        return None if self._feed is None else True

    @property
    def is_less(self) -> bool:
        """Whether there is something to widen."""
        return self.line.display or self.grid.only is not None

    def close_line(self) -> None:
        """Forget the words, and what a view made of the list; the list has the keys."""
        self._leave_view()
        self._is_by_hand = False
        self.asked.close()
        self.line.display = False
        self.line.put("")
        self.grid.focus()

    def _leave_view(self) -> None:
        """The order and the columns are those from before the view, unless they were arranged in it; and so is the place of
        whoever has not narrowed it by hand."""
        before, self._before_view = self._before_view, None
        if before is None:
            return
        if self.grid.arrangement == before.viewed:
            self.grid.set_columns(before.arrangement)
        if not self._is_by_hand:
            self.place.come_back(before.cursor, before.scroll)

    def go_back(self) -> None:
        """From those that have something in common to what was shown before, and to the incident that led to them."""
        before = self._before.pop()
        self._is_by_hand, self._before_view = before.is_by_hand, before.view
        self.place.come_back(before.opened, before.scroll)
        self.others.show(before.said)
        self._show_words(before.words)
        self.grid.show_only(before.only)
        self.reading.open(before.opened)
        self.reading.view.focus_text()

    def _show_words(self, words: str) -> None:
        self.asked.close()
        self.line.put(words)
        self.line.display = bool(words)

    # what follows

    @on(NarrowLine.Changed)
    def narrow_rows(self, event: NarrowLine.Changed) -> None:
        self.frame.narrowed_to = self.line.text
        self.grid.narrow(event.narrowing)
        if not self.line.has_focus_within:  # a view, or what was remembered: nobody is going to press Enter
            self.asked.ask(event.narrowing)

    @on(NarrowLine.Kept)
    def keep_words(self) -> None:
        self.line.display = self._is_by_hand = bool(self.line.text)
        self.place.keep(self.grid)
        self.asked.ask(self.line.narrowing)
        self.grid.focus()
        if self.grid.is_settled:
            self._look_at_cursor()

    @on(QueueFrame.ViewTaken)
    def narrow_as_viewed(self, message: QueueFrame.ViewTaken) -> None:
        """A view is shown from its first row on; the cursor of whoever narrowed by hand stays where it may."""
        view = message.view
        before = self._seen_before(is_placed_anew=self._is_by_hand)
        self.frame.take_view(view)
        self._before_view = replace(before, viewed=self.grid.arrangement) if view.narrow else None
        if self._is_by_hand:
            self.place.forget()
        else:
            is_other = self.line.means_other(view.narrow) or self.grid.only is not None
            self.place.begin_on_top(self.grid, is_other=is_other)
        self._is_by_hand = False
        self._before.clear()
        self.others.close()
        self.grid.show_only(None)
        self._show_words(view.narrow)
        self.grid.focus()

    def _seen_before(self, *, is_placed_anew: bool) -> _BeforeView:
        """How the list is shown without the view that narrows it, or as it is if none does."""
        grid, before = self.grid, self._before_view
        now = _BeforeView(grid.cursor_key or "", round(grid.scroll_y), grid.arrangement, grid.arrangement)
        if before is None:
            return now
        made = before.arrangement if grid.arrangement == before.viewed else grid.arrangement
        return replace(now if is_placed_anew else before, arrangement=made)

    @on(IncidentGrid.Shown)
    def find_place(self, event: IncidentGrid.Shown) -> None:
        self._arrive(is_narrowed_anew=event.is_narrowed_anew, is_all=event.is_all)
        if event.is_all and not self._is_typing and not self.place.awaited:
            self._look_at_cursor()

    @property
    def _is_typing(self) -> bool:
        return self.line.display and self.line.has_focus_within

    def _look_at_cursor(self) -> None:
        if self.grid.cursor_key is not None:
            self.frame.look_at(self.grid.cursor_key)

    def _arrive(self, *, is_narrowed_anew: bool, is_all: bool) -> None:
        self.place.arrive(self.grid, is_narrowed_anew=is_narrowed_anew, is_all=is_all, is_typing=self._is_typing)

    @on(RecordGrid.Highlighted)
    def note_move(self, event: RecordGrid.Highlighted) -> None:
        """Where rows come and go below the cursor, it stays on one only once all of them are there; and under whoever types,
        nobody has looked at it."""
        if not event.by_user:
            return
        self.place.moved(event.key)
        if not self._is_typing:
            self.frame.look_at(event.key)

    @on(IncidentDetailView.PivotWanted)
    def look_for_others(self, message: IncidentDetailView.PivotWanted) -> None:
        self.others.look_for(message.pivot, self.reading.opened)

    @on(IncidentDetailView.MergedWanted)
    def look_at_merged(self, message: IncidentDetailView.MergedWanted) -> None:
        self.others.show_merged(message.ids, self.reading.opened)

    @on(PivotLine.Found)
    def show_others(self, message: PivotLine.Found) -> None:
        """Show them all, whatever the words let through; those are put aside until Escape leads back."""
        if message.besides != self.reading.opened:
            return  # somebody is elsewhere by now
        self._before.append(
            _Before(
                self.reading.opened,
                round(self.grid.scroll_y),
                self.line.text,
                self._is_by_hand,
                self._before_view,
                self.grid.only,
                self.others.shown,
            )
        )
        self.others.show(message.text)
        self._before_view = None
        self.place.begin_on_top(self.grid, is_other=True)
        self.reading.close()
        self.asked.close()
        self.line.clear()
        self.line.display = False
        self.frame.narrowed_to = ""
        self.grid.show_only(message.ids, self.line.narrowing)  # at once: rows that come between would have the cursor
        self.grid.focus()
