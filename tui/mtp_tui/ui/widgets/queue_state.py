"""How the queue stands: what is here, since when, what is still to come, and what is not known."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rich.cells import cell_len, set_cell_size

from mtp_tui.moments import age, span
from mtp_tui.services.incidents import FeedEvent, Finished, PageLoaded, Remembered, Waiting


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
    news: str = ""
    """What nobody has looked at yet."""
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


def on_one_line(left: str, right: str, width: int) -> str:
    """One at each end of so many cells; only the left one is cut, with a mark."""
    room = width - cell_len(right) - 2
    if not right or room < 1:
        return left
    cut = left if cell_len(left) <= room else f"{set_cell_size(left, room - 1)}…"
    return f"{set_cell_size(cut, room)}  {right}"


def in_words(state: QueueState, now: datetime) -> str:
    """The state in a line that may be cut at its end: what matters most comes first. The meter stands elsewhere."""
    parts: list[str] = []
    count = f"{'at least ' if state.may_be_more else ''}{state.total} incident{'' if state.total == 1 else 's'}"
    looking = ", looking on …" if state.is_looking else ""
    if state.shown is not None:
        count = f"{state.shown} of {count}{looking}"
    is_waiting = state.is_waiting(now)
    if is_waiting and state.waiting_until is not None:
        left = state.waiting_until - now + timedelta(seconds=0.999)
        parts += [f"{state.total} loaded", f"going on in {span(left)}"]
    elif state.is_busy and not state.is_whole:
        had = "remembered" if state.was_remembered else "loaded"
        parts.append(f"{state.total} {had}, loading more …" if state.total else "loading …")
    elif state.is_busy:
        parts += [count, "refreshing …"]
    elif state.as_of is None:
        parts.append("not known yet")
    else:
        had = "remembered, not asked for yet" if state.was_remembered else "loaded, more available"
        parts.append(count if state.is_whole else f"{state.total} {had}: r loads all")
    if state.shown is not None and (state.is_busy and not state.is_whole):
        parts.append(f"{state.shown} match{looking}")
    if state.as_of is not None:
        is_old = now - state.as_of > timedelta(hours=12)
        parts.append(f"as of {age(state.as_of, now)} ago" if is_old else f"as of {state.as_of:%H:%M:%S} UTC")
    if state.unreadable:
        parts.append(f"{state.unreadable} could not be read (U)")
    why = state.waiting_why.rstrip(".") if is_waiting else ""
    parts += [text for text in (why, state.news, state.note, state.live) if text]
    return " · ".join(parts)
