"""The line above the queue: what is here, since when, what is still to come, and what is not known."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from textual.widgets import Static

from mtp_tui.moments import span
from mtp_tui.ui.text import plain


@dataclass(frozen=True, slots=True)
class QueueState:
    """Everything the line says; replaced whole."""

    total: int = 0
    """Incidents known."""
    shown: int | None = None
    """How many of them the narrowing left; None when nothing narrows."""
    is_busy: bool = False
    is_whole: bool = False
    """Whether the end of the queue was reached at least once."""
    as_of: datetime | None = None
    """When the API last said so."""
    waiting_until: datetime | None = None
    waiting_why: str = ""
    unreadable: int = 0
    """Entries of the service that could not be read."""
    calls_this_minute: int = 0
    calls_allowed: int = 50
    live: str = ""
    """What the live refresh is doing."""
    note: str = ""


class QueueStatus(Static):
    """Draws a `QueueState`."""

    def show(self, state: QueueState, now: datetime) -> None:
        """Say it."""
        self.set_class(state.is_busy, "-busy")
        self.update(plain("  ·  ".join(_parts(state, now))))


def _parts(state: QueueState, now: datetime) -> list[str]:
    parts: list[str] = []
    count = f"{state.total} incident{'' if state.total == 1 else 's'}"
    if state.shown is not None:
        count = f"{state.shown} of {count}"
    if state.waiting_until is not None and state.waiting_until > now:
        left = state.waiting_until - now + timedelta(seconds=0.999)
        parts += [f"{state.total} loaded", f"{state.waiting_why}: going on in {span(left)}"]
    elif state.is_busy and not state.is_whole:
        parts.append(f"{state.total} loaded, loading more …" if state.total else "loading …")
    elif state.is_busy:
        parts += [count, "refreshing …"]
    elif state.as_of is None:
        parts.append("not known yet")
    else:
        parts.append(count if state.is_whole else f"{state.total} loaded, more available: r goes on")
    if state.shown is not None and (state.is_busy and not state.is_whole):
        parts.append(f"{state.shown} match")
    if state.as_of is not None:
        parts.append(f"as of {state.as_of:%H:%M:%S} UTC")
    if state.unreadable:
        parts.append(f"{state.unreadable} could not be read")
    parts += [text for text in (state.note, state.live) if text]
    if state.calls_this_minute:
        parts.append(f"{state.calls_this_minute}/{state.calls_allowed} calls a min")
    return parts
