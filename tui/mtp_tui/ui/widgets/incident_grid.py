"""The incident queue as a grid: its columns, and what is new in it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from operator import attrgetter
from typing import ClassVar, TypedDict

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message

from mtp_tui.clock import Clock
from mtp_tui.defender.incident_name import brief_name
from mtp_tui.defender.incident_order import Orders, Reordered, greatest_first
from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.match import Marks
from mtp_tui.defender.narrowing.narrowing import Narrowing
from mtp_tui.defender.narrowing.view import DEFAULT_ORDER, View
from mtp_tui.moments import age
from mtp_tui.services.incident_book import place_among
from mtp_tui.services.incidents import FoundRows, IncidentFeed, PageLoaded, Remembered
from mtp_tui.ui.lines import Role, Span
from mtp_tui.ui.widgets.incident_lines import severity_span
from mtp_tui.ui.widgets.marked_rows import MarkedRows
from mtp_tui.ui.widgets.record_columns import Arrangement, Column
from mtp_tui.ui.widgets.record_grid import RecordGrid


class _Sorting(TypedDict):
    key: str
    sorts: bool
    falls: bool


class Mark(StrEnum):
    """Why a row deserves a look."""

    NEW = "●"
    CHANGED = "◐"


_STATUS_ROLES = {
    "active": Role.STRONG,
    "new": Role.STRONG,
    "inprogress": Role.TEXT,
    "resolved": Role.DIM,
    "redirected": Role.DIM,
}
_NOBODY = "–"

AGES_EVERY_S = 10
"""How often it is seen whether an age reads otherwise by now; they are shown in minutes."""


class IncidentGrid(RecordGrid[Incident]):
    """The rows of one feed, narrowed or not; new and changed ones are marked until the cursor has been on them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "mark", "Mark", id="incidents.mark", tooltip="Mark the row for triage, or not; go to the next one"
        ),
    ]

    class Marked(Message):
        """A row was marked, or is not any more."""

    class Shown(Message):
        """Other rows are shown than before, or the same ones anew."""

        def __init__(self, *, is_narrowed_anew: bool, is_all: bool) -> None:
            super().__init__()
            self.is_narrowed_anew = is_narrowed_anew
            """Whether the narrowing is another one, and not the incidents."""
            self.is_all = is_all
            """Whether no more of them are being looked for."""

    class Laid(Message):
        """The columns are other ones, or have another room."""

    class _Found(Message):
        def __init__(self, run: int, found: FoundRows) -> None:
            super().__init__()
            self.run = run
            self.found = found

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        self._clock = clock
        self._feed: IncidentFeed | None = None
        self._run = 0
        self._orders = Orders(())
        """Of the rows that were sorted last."""
        self._put_last: Sequence[Incident] | None = None
        """The rows before they were sorted."""
        self.is_looking = False
        """Whether more rows are still being looked for than those that are shown."""
        self.shown_for: tuple[Narrowing, frozenset[str] | None] = (Narrowing(), None)
        """What the rows that are shown were narrowed to; `narrowing` and `only` are what they are going to be."""
        self.narrowing = Narrowing()
        """What the rows are narrowed to."""
        self.only: frozenset[str] | None = None
        """IDs of the only incidents to be shown, narrowed or not; None shows all."""
        self.selected: set[str] = set()
        """IDs of the incidents that somebody marked for triage, shown or not."""
        self.marks: dict[str, Mark] = {}
        """Marks by incident ID; the pane puts them, the cursor takes them away."""
        columns: tuple[Column[Incident], ...] = (
            Column("", 1, self._mark),
            Column(
                "Severity", 9, lambda incident: severity_span(incident.severity, short=True), **_sorting("severity")
            ),
            Column("Status", 10, _status, **_sorting("status")),
            Column("ID", 6, lambda incident: Span(incident.id, Role.DIM), right=True, drop=5, **_sorting("id")),
            Column("Name", 18, _name, grows=True, brief=brief_name, **_sorting("name")),
            Column("Alerts", 7, _count(_alerts), right=True, **_sorting("alerts")),
            Column("Devices", 8, _count(_devices), right=True, **_sorting("devices"), hidden=True),
            Column("Users", 6, _count(_users), right=True, **_sorting("users"), hidden=True),
            Column("Owner", 12, _owner, drop=1, **_sorting("owner")),
            Column("Tags", 14, _tags, drop=2, **_sorting("tags"), hidden=True),
            Column("Sources", 21, _sources, drop=4, **_sorting("sources")),
            Column("Created UTC", 12, _created, drop=3, **_sorting("created")),
            Column("Age", 7, self._age, right=True, drop=6, **_sorting("age"), hidden=True),
            Column("Updated", 8, self._updated, right=True, **_sorting("updated")),
        )
        super().__init__(columns, attrgetter("id"), id=id)

    def on_mount(self) -> None:
        self.set_interval(AGES_EVERY_S, self.freshen)

    def follow(self, feed: IncidentFeed | None) -> None:
        """Show the rows of this feed, or none; nothing of what was shown before holds any more."""
        self._feed = feed
        self.narrowing, self.only = Narrowing(), None
        self.marks.clear()
        self.selected.clear()
        self.redraw()

    def set_columns(self, arrangement: Arrangement) -> None:
        super().set_columns(arrangement)
        self.announce(self.Laid())

    def on_resize(self) -> None:
        self.announce(self.Laid())

    @property
    def titled_order(self) -> Arrangement:
        """As the titles show it: what the feed gives is sorted too."""
        usual = replace(self.arrangement, sorted_by=DEFAULT_ORDER, falling=greatest_first(DEFAULT_ORDER))
        return self.arrangement if self.arrangement.sorted_by else usual

    @property
    def untitled_order(self) -> str:
        """By which column the rows are sorted, in words, if its title is not there to show it; empty for the usual order."""
        key = self.arrangement.sorted_by
        if not key or any(column.key == key for column in self.shown_columns):
            return ""
        title = next(column.title for column in self.every_column if column.key == key)
        return f"by {title} {'▾' if self.arrangement.falling else '▴'}"

    @property
    def order(self) -> str:
        """The arrangement's order by its name in a view."""
        key, falling = self.arrangement.sorted_by, self.arrangement.falling
        return f"{'' if falling == greatest_first(key) else '-'}{key}" if key else DEFAULT_ORDER

    def sorted_rows(self, rows: Sequence[Incident]) -> Sequence[Incident]:
        """In the order of the arrangement; as the feed gives them if it names none."""
        if not self.arrangement.sorted_by:
            self._orders = Orders(())
            return rows
        if self._orders.incidents is not rows:
            self._orders = Orders(rows)
        return self._orders.by(self.order)

    def find_row(self, key: str) -> int | None:
        """As every grid does, but for those that stand in the order of the feed, or are sorted from it: they are not many
        steps away."""
        rows, known = self.rows, self._feed.incidents.get(key) if self._feed else None
        place = place_among(rows.incidents if isinstance(rows, Reordered) else rows, known) if known else None
        if place is None:
            return super().find_row(key)
        return rows.place_of(place) if isinstance(rows, Reordered) else place

    def as_view(self, narrow: str) -> View:
        """How the queue is shown now, without a name."""
        return View("", narrow, self.order, tuple(key for key, _ in self.arrangement.columns))

    def take_view(self, view: View) -> None:
        """Show the columns of a view in its order; the narrowing is for the line to say."""
        self.show_columns(tuple((each, 0) for each in view.columns) or self.arrangement.columns, view.sort)

    def show_columns(self, columns: tuple[tuple[str, int], ...], order: str) -> None:
        """Show these columns (keys and widths, as in an arrangement), in one of the orders of a view."""
        if order == DEFAULT_ORDER:
            self.set_columns(Arrangement(columns))
            return
        key = order.removeprefix("-")
        self.set_columns(Arrangement(columns, key, greatest_first(key) != order.startswith("-")))

    def narrow(self, narrowing: Narrowing) -> None:
        """Show only what this lets through."""
        self.narrowing = narrowing
        self.redraw()

    def show_only(self, ids: frozenset[str] | None, narrowing: Narrowing | None = None) -> None:
        """Show no others than these, or all again; narrowed in another way at the same time if that is given."""
        self.only = ids
        self.narrowing = self.narrowing if narrowing is None else narrowing
        self.redraw()

    @property
    def is_settled(self) -> bool:
        """Whether the rows that are shown are all of those that are meant."""
        return not self.is_looking and self.shown_for == (self.narrowing, self.only)

    def redraw(self) -> None:
        """Bring the rows up to date; narrowed ones come as soon as they are found."""
        self._run += 1
        feed = self._feed
        if feed is None or not self.narrowing.terms:
            self.workers.cancel_group(self, "narrow")
            self._put(FoundRows(feed.rows() if feed else (), is_all=True))
        else:
            self._find_rows(self._run, feed, self.narrowing, dict(self.marks))

    @work(exclusive=True, group="narrow", description="narrow the queue")
    async def _find_rows(self, run: int, feed: IncidentFeed, narrowing: Narrowing, marks: dict[str, Mark]) -> None:
        known = Marks(lambda incident: incident.id in marks, lambda incident: marks.get(incident.id) is Mark.CHANGED)
        async for found in feed.find(narrowing, known):
            self.post_message(self._Found(run, found))

    @on(_Found)
    def take_rows(self, message: _Found) -> None:
        message.stop()
        if message.run == self._run:
            self._put(message.found)

    def _put(self, found: FoundRows) -> None:
        wanted = self.narrowing, self.only
        is_other = self.shown_for != wanted
        if not found.is_all and not is_other:
            return  # all of them were shown before, and in a moment are again: nobody is to see rows go and come back
        if found.is_all:
            self.shown_for = wanted
        only, rows, self.is_looking = self.only, found.rows, not found.is_all
        if only is not None:
            rows = tuple(row for row in rows if row.id in only)
        if rows is not self._put_last:  # a letter more often lets the same rows through
            self._put_last = rows
            self.show(rows)
        self.announce(self.Shown(is_narrowed_anew=is_other, is_all=found.is_all))

    def mark_news(self, page: PageLoaded | Remembered) -> None:
        """Mark what a page brought, but for the row under the cursor: that one is being looked at."""
        for key in page.changed - {self.cursor_key}:
            self.marks.setdefault(key, Mark.CHANGED)
        for key in page.new - {self.cursor_key}:
            self.marks[key] = Mark.NEW
        if page.changed or page.new:
            self.refresh()

    def unmark(self, key: str) -> bool:
        """A row was looked at; answers whether it was marked until now."""
        if not self.marks.pop(key, None):
            return False
        self.refresh_record(key)
        return True

    @property
    def unseen(self) -> Counter[Mark]:
        """How many rows nobody has looked at yet, by what they are."""
        return Counter(self.marks.values())

    @property
    def marked(self) -> MarkedRows:
        """What is marked for triage, by what can be seen of it."""
        shown = tuple(incident.id for incident in self.rows if incident.id in self.selected) if self.selected else ()
        return MarkedRows(shown, tuple(sorted(self.selected.difference(shown))))

    def action_mark(self) -> None:
        if self.cursor_key is not None:
            self.selected ^= {self.cursor_key}
            self.announce(self.Marked())
            self.refresh_record(self.cursor_key)
            self.cursor += 1

    def unmark_all(self) -> None:
        """Nothing is marked for triage any more."""
        self.selected.clear()
        self.announce(self.Marked())
        self.refresh()

    def _mark(self, incident: Incident) -> Span:
        if incident.id in self.selected:
            return Span("✓", Role.STRONG)
        mark = self.marks.get(incident.id)
        return Span(mark or " ", Role.GOOD if mark is Mark.NEW else Role.WARN)

    def _age(self, incident: Incident) -> Span:
        return Span(age(incident.created_at, self._clock()) if incident.created_at else _NOBODY)

    def _updated(self, incident: Incident) -> Span:
        return Span(age(incident.updated_at, self._clock()) if incident.updated_at else _NOBODY)


def _sorting(key: str) -> _Sorting:
    return {"key": key, "sorts": True, "falls": greatest_first(key)}


_alerts, _devices, _users = (attrgetter(f"{what}_count") for what in ("alert", "device", "user"))


def _count(of: Callable[[Incident], int]) -> Callable[[Incident], Span]:
    return lambda incident: Span(str(of(incident)))


def _tags(incident: Incident) -> Span:
    return Span(", ".join(incident.tags) or _NOBODY, Role.TEXT if incident.tags else Role.DIM)


def _status(incident: Incident) -> Span:
    return Span(incident.status or _NOBODY, _STATUS_ROLES.get(incident.status.casefold(), Role.UNKNOWN))


def _name(incident: Incident) -> Span:
    if incident.redirect_id:
        return Span(f"→ {incident.redirect_id}  {incident.name}", Role.DIM)
    return Span(
        incident.name or f"incident {incident.id}", Role.DIM if incident.status.casefold() == "resolved" else Role.TEXT
    )


def _owner(incident: Incident) -> Span:
    # the part before the @ tells people of one company apart; the detail has the whole address
    return Span(incident.assigned_to.partition("@")[0] or _NOBODY, Role.TEXT if incident.assigned_to else Role.DIM)


def _sources(incident: Incident) -> Span:
    # nearly every product is a Defender for something; the detail has the whole names
    return Span(", ".join(source.removeprefix("Defender for ") for source in incident.sources) or _NOBODY, Role.DIM)


def _created(incident: Incident) -> Span:
    return Span(f"{incident.created_at:%m-%d %H:%M}" if incident.created_at else _NOBODY, Role.DIM)
