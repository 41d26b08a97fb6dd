"""How the queue stands: what is here, since when, what is still to come, and what is not known."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum

from rich.cells import cell_len, set_cell_size

from mtp_tui.moments import age, span
from mtp_tui.services.incidents import FeedEvent, Finished, PageLoaded, Remembered, Waiting
from mtp_tui.services.news import News


@dataclass(frozen=True, slots=True)
class QueueState:
    """Everything the line above the queue says; replaced whole."""

    total: int = 0
    """Incidents known."""
    shown: int | None = None
    """How many of them the narrowing left; None when nothing narrows."""
    is_looking: bool = False
    """Whether more of them may be found; it takes a moment with very many."""
    is_busy: bool = False
    is_whole: bool = False
    """Whether a reading reached its end; from then on only changes are asked for."""
    may_be_more: bool = False
    """Whether the service kept something back in that reading."""
    as_of: datetime | None = None
    """When the API last said so."""
    waiting_until: datetime | None = None
    waiting_why: str = ""
    was_remembered: bool = False
    """Whether there were rows from an earlier run, so that what comes now is news."""
    unreadable: int = 0
    """Entries of the service that could not be read."""
    calls_this_minute: int = 0
    calls_allowed: int = 50
    live: str = ""
    """What the live refresh is doing."""
    marked: str = ""
    """How many rows are marked for triage, in words."""
    unseen_new: int = 0
    """Rows that are new and that nobody has looked at yet."""
    unseen_changed: int = 0
    came: News = field(default_factory=News)
    """What came since a key was pressed last."""
    order: str = ""
    """By which column the rows are sorted, in words, where its title does not show it."""
    note: str = ""

    def asked(self) -> "QueueState":
        """A question is on its way."""
        return replace(self, is_busy=True, waiting_until=None, note="")

    def heard(self, event: FeedEvent, now: datetime) -> "QueueState":
        """The feed said something."""
        if isinstance(event, Waiting):
            return replace(self, waiting_until=now + timedelta(seconds=event.seconds), waiting_why=event.why)
        if isinstance(event, Remembered):
            return replace(self, total=event.total, as_of=event.as_of, was_remembered=True)
        # of rows that are remembered only some are as new as the page that came
        is_older = self.was_remembered and not self.is_whole and isinstance(event, PageLoaded)
        state = replace(self, total=event.total, as_of=self.as_of if is_older else event.as_of, waiting_until=None)
        if isinstance(event, Finished):
            return replace(
                state, is_busy=False, is_whole=True, may_be_more=not event.complete, note=event.note or self.note
            )
        return state

    def is_waiting(self, now: datetime) -> bool:
        """Whether it goes on only later, because it was told to or has to keep below the quota."""
        return self.waiting_until is not None and self.waiting_until > now

    def stopped(self, note: str = "") -> "QueueState":
        """Nothing is under way any more, and not because all was said."""
        return replace(self, is_busy=False, waiting_until=None, note=note)


def why_empty(state: QueueState) -> str:
    """What stands in the place of rows when there are none."""
    if state.is_busy:
        return "Asking for incidents …"
    if state.is_looking:
        return "Looking …"
    if state.shown is not None and state.total:
        return "No incident has all these words. Esc clears them."
    if state.unreadable:
        return f"{state.unreadable} entries came, and none of them could be read as an incident."
    return "The service has no incidents for this application." if state.is_whole else ""


def meter(state: QueueState) -> str:
    """How much of the quota is used up."""
    return f"{state.calls_this_minute}/{state.calls_allowed} a min" if state.calls_this_minute else ""


class Short(IntEnum):
    """What the line does without where it has little room: each step leaves out one thing more."""

    WHOLE = 0
    NO_SECONDS = 1
    NO_ZONE = 2
    NO_TOTALS = 3
    """What nobody has looked at yet, while it is said what came last."""
    NO_NOUN = 4
    NO_TIME = 5
    """Of the last answer, while the next one is asked for by itself."""
    NO_METER = 6
    NO_ORDER = 7


def on_one_line(state: QueueState, now: datetime, width: int) -> str:
    """The state at the left end of so many cells, and the meter at the right one; what matters least is left out first, and
    only what does not even fit then is cut, with a mark."""
    line = ""
    for short in Short:
        right = meter(state) if short < Short.NO_METER else ""
        left, room = in_words(state, now, short), width - cell_len(right) - (2 if right else 0)
        line = f"{set_cell_size(left, room)}  {right}" if right else left
        if cell_len(left) <= room:
            return line
    return f"{set_cell_size(line, width - 1)}…" if width > 0 else line


def in_words(state: QueueState, now: datetime, short: Short = Short.WHOLE) -> str:
    """The state in a line; the meter stands elsewhere."""
    parts = [f"» {state.came.in_words()}" if state.came.in_words() else "", *_counts(state, now, short)]
    if state.as_of is not None and not (short >= Short.NO_TIME and state.live):
        parts.append(_as_of(state.as_of, now, short))
    if state.unreadable:
        parts.append(f"{state.unreadable} could not be read (U)")
    parts += [
        state.waiting_why.rstrip(".") if state.is_waiting(now) else "",
        state.marked,
        _not_looked_at(state, short),
        state.order if short < Short.NO_ORDER else "",
        state.note,
        state.live,
    ]
    return " · ".join(filter(None, parts))


def _counts(state: QueueState, now: datetime, short: Short) -> Iterator[str]:
    noun = "" if short >= Short.NO_NOUN else " incident" if state.total == 1 else " incidents"
    count = f"{'at least ' if state.may_be_more else ''}{state.total}{noun}"
    looking = ", looking on …" if state.is_looking else ""
    if state.shown is not None:
        count = f"{state.shown} of {count}{looking}"
    if state.is_waiting(now) and state.waiting_until is not None:
        left = state.waiting_until - now + timedelta(seconds=0.999)
        yield f"{state.total} loaded"
        yield f"going on in {span(left)}"
    elif state.is_busy and not state.is_whole:
        had = "remembered" if state.was_remembered else "loaded"
        yield f"{state.total} {had}, loading more …" if state.total else "loading …"
    elif state.is_busy:
        yield count
        yield "refreshing …"
    elif state.as_of is None:
        yield "not known yet"
    else:
        had = "remembered, not asked for yet" if state.was_remembered else "loaded, more available"
        yield count if state.is_whole else f"{state.total} {had}: r loads all"
    if state.shown is not None and (state.is_busy and not state.is_whole):
        yield f"{state.shown} match{looking}"


def _as_of(as_of: datetime, now: datetime, short: Short) -> str:
    if now - as_of > timedelta(hours=12):
        return f"as of {age(as_of, now)} ago"
    time = f"{as_of:%H:%M}" if short >= Short.NO_SECONDS else f"{as_of:%H:%M:%S}"
    return f"as of {time}" if short >= Short.NO_ZONE else f"as of {time} UTC"


def _not_looked_at(state: QueueState, short: Short) -> str:
    """What nobody has looked at yet, unless it is no more than what is told to have come."""
    came = len(state.came.new), len(state.came.raised) + len(state.came.changed)
    if short >= Short.NO_TOTALS and any(came):
        return ""
    if state.unseen_new <= came[0] and state.unseen_changed <= came[1]:
        return ""
    counts = (state.unseen_new, "new"), (state.unseen_changed, "changed")
    words = ", ".join(f"{count} {what}" for count, what in counts if count)
    return f"{words} in all" if any(came) else words
