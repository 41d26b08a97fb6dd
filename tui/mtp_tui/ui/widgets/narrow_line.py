"""The line that narrows the queue: typed, completed, and its faults underlined while the last good one still holds."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.highlighter import Highlighter
from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.suggester import Suggester
from textual.widgets import Input

from mtp_tui.clock import Clock
from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.at_cursor import AtCursor, at_cursor
from mtp_tui.defender.narrowing.completion import Known, Offer
from mtp_tui.defender.narrowing.fields import FIELDS
from mtp_tui.defender.narrowing.narrowing import Fault, Narrowing, parse
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.credential_field import PlainInput
from mtp_tui.ui.widgets.said import Said

_GAP = 2
"""Cells between completions."""


class NarrowInput(PlainInput):
    """Completes the term at the cursor with Tab; lines that are pasted become one."""

    virtual_size = Reactive(Size(0, 0), layout=False)
    """Of what is typed: it stands on one line, and nothing has to move for it, as Textual would have it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", id="narrow.complete", tooltip="Complete the word at the cursor"),
    ]

    class CompletionWanted(Message):
        """Tab was pressed."""

    def action_complete(self) -> None:
        self.post_message(self.CompletionWanted())


class NarrowLine(Vertical):
    """Says what is wanted each time it means something else."""

    BINDING_GROUP_TITLE = "Narrow"
    HELP = f"""\
# Narrowing

Words are looked for in rows, alerts, entities and comments; "a phrase" stays together; -word leaves out. Of several
values of a field any one will do: status:active,inprogress. What was made harmless, such as evil[.]example, finds the
real one too.

Tab completes, and from a whole value goes on to the next one. Enter keeps the line, with the rest of a value that is
shown behind the cursor if it means nothing without; Escape forgets it.

# Fields

{", ".join(f"{field.name}:{field.example} ({field.about})" for field in FIELDS)}.
"""

    class Changed(Message):
        """The line means something, and something else than before."""

        def __init__(self, narrowing: Narrowing) -> None:
            super().__init__()
            self.narrowing = narrowing

    class Kept(Message):
        """Enter: the rows are to stay narrowed, and the list is to have the keys."""

    class _Learned(Message):
        def __init__(self, feed: IncidentFeed, rows: Sequence[Incident], known: Known) -> None:
            super().__init__()
            self.feed = feed
            self.rows = rows
            self.known = known

    def __init__(self, clock: Clock) -> None:
        super().__init__(id="narrow-line")
        self._feed: IncidentFeed | None = None
        self._clock = clock
        self._known = Known()
        self._counted: Sequence[Incident] | None = None
        """The rows of which it is known what occurs in them."""
        self._me = ""
        self._meant = Narrowing()
        self._wanted: str | None = None
        """The line that Enter was pressed on and that could not be kept; all of it is judged until it is changed."""

    def compose(self) -> ComposeResult:
        yield NarrowInput(
            placeholder="words, severity:high age:<7d -noise; Tab completes, Esc clears, F1 tells all",
            select_on_focus=False,
            highlighter=_Faults(self._read),
            suggester=_Completer(self._offers),
            id="narrow",
        )
        yield Said(id="narrow-hint")

    @property
    def narrowing(self) -> Narrowing:
        """What holds now: the last line that meant something."""
        return self._meant

    @property
    def text(self) -> str:
        """The line as it stands."""
        return self.query_one(NarrowInput).value

    def set_people(self, me: str) -> None:
        """Whose address stands behind `owner:me`."""
        self._me = me

    def put(self, text: str) -> None:
        """Put a line in place of the one that is there."""
        entry = self.query_one(NarrowInput)
        entry.value = text
        entry.cursor_position = len(text)

    def follow(self, feed: IncidentFeed | None) -> None:
        """Narrow the rows of this feed from now on; the line itself is forgotten without a word."""
        self._feed = feed
        self._known, self._counted = Known(), None
        self.clear()

    def clear(self) -> None:
        """Forget the line without a word."""
        self._meant = Narrowing()
        self.put("")

    def means_other(self, text: str) -> bool:
        """Whether another line would let other rows through."""
        read = self._read(text)
        return not read.faults and read != self._meant

    def take_focus(self) -> None:
        """Put the cursor into the line, and see what there is to be completed."""
        # at once: what is typed in one burst behind the key is meant for this line
        self.screen.set_focus(self.query_one(NarrowInput))
        if self._feed is not None:
            self._get_ready(self._feed)
        if self._feed is not None and self._feed.rows() is not self._counted:  # the same rows say the same
            self._learn(self._feed, self._feed.rows())

    @work(exclusive=True, group="ready", description="get ready for words")
    async def _get_ready(self, feed: IncidentFeed) -> None:
        await feed.get_ready()

    @work(exclusive=True, group="completion", description="see what occurs")
    async def _learn(self, feed: IncidentFeed, rows: Sequence[Incident]) -> None:
        self.post_message(self._Learned(feed, rows, await feed.occurring()))

    @on(_Learned)
    def offer_what_occurs(self, message: _Learned) -> None:
        message.stop()
        if message.feed is self._feed:
            self._known, self._counted = message.known, message.rows
            self._hint()  # somebody may have typed meanwhile

    def _read(self, text: str, cursor: int | None = None) -> Narrowing:
        return parse(text, me=self._me, now=self._clock(), cursor=cursor)

    def _completed(self, line: str) -> str:
        """The line with its likeliest completion, if somebody types at its end; else nothing."""
        entry = self.query_one(NarrowInput)
        return _with_likeliest(self._offers, line) if entry.cursor_position == len(line) else ""

    def _offers(self, text: str, cursor: int) -> AtCursor:
        return at_cursor(text, cursor, self._known, me=self._me)

    @on(Input.Changed)
    def read_line(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self.text:  # more was typed meanwhile, and where the cursor was is not known any more
            return
        self._hint()
        narrowing = self._read(event.value, self._typed_at)
        if not narrowing.faults and narrowing != self._meant:  # what is being typed does not count yet
            self._meant = narrowing
            self.post_message(self.Changed(narrowing))

    @on(Input.Submitted)
    def keep(self, event: Input.Submitted) -> None:
        event.stop()
        line, narrowing = event.value, self._read(event.value)
        if not narrowing.is_sound and (whole := self._completed(line)) and self._read(whole).is_sound:
            line, narrowing = whole, self._read(whole)  # it stands there to be seen
            self.put(line)
        if not narrowing.is_sound:
            self._wanted = line
            self._hint()
            return
        if narrowing != self._meant:
            self._meant = narrowing
            self.post_message(self.Changed(narrowing))
        self.post_message(self.Kept())

    @on(NarrowInput.CompletionWanted)
    def complete_term(self) -> None:
        entry = self.query_one(NarrowInput)
        found = self._offers(entry.value, entry.cursor_position)
        if found.next is not None:
            put = found.next.text
            entry.value = entry.value[: found.start] + put + entry.value[found.end :]
            entry.cursor_position = found.start + len(put)

    def again(self) -> None:
        """Count lengths of time back from now."""
        self._meant = self._read(str(self._meant))

    @property
    def _typed_at(self) -> int | None:
        """Where somebody is typing; None if nobody is, and the line is meant as it stands."""
        entry = self.query_one(NarrowInput)
        return entry.cursor_position if entry.has_focus else None

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def hint_again(self) -> None:
        """What may be typed is of use only to somebody who types."""
        self._hint()

    def _hint(self) -> None:
        """What is wrong; else what may stand at the cursor, or is not what it may seem."""
        entry, hint = self.query_one(NarrowInput), self.query_one("#narrow-hint", Said)
        if entry.value != self._wanted:
            self._wanted = None
        read = self._read(entry.value, self._typed_at if self._wanted is None else None)
        offers = self._offers(entry.value, entry.cursor_position).offers if entry.has_focus and entry.value else ()
        fault = next(iter(read.faults), None if offers else read.lost)
        if fault is not None:
            hint.say(f"✗ {_with_suggestion(fault)} {self._in_force}")
        elif read.doubts:
            hint.say(f"! {read.doubts[0].sentence} F1 lists the fields.")
        else:
            hint.say(_fitting(offers, self.size.width - 2))
        self.set_class(fault is not None, "-faulty")
        self.set_class(cell_len(visible(hint.text)) > self.size.width - 2, "-long")
        # there as long as somebody types: all below would move up and down with every other key
        hint.display = entry.has_focus or bool(hint.text)

    @property
    def _in_force(self) -> str:
        return f"Still narrowed to {self._meant}" if self._meant.terms else "Nothing is narrowed yet."

    def on_resize(self) -> None:
        self._hint()


def _with_suggestion(fault: Fault) -> str:
    is_new = bool(fault.suggestion) and fault.suggestion not in fault.sentence
    return f"{fault.sentence} Put {fault.suggestion}." if is_new else fault.sentence


def _fitting(offers: Iterable[Offer], width: int) -> str:
    """As many completions as one line has room for, and a sign if there are more."""
    texts = [f"{offer.text} {offer.count}" if offer.count else offer.text for offer in offers]
    line = (" " * _GAP).join(texts)
    while len(texts) > 1 and cell_len(visible(line)) > width:
        texts.pop()
        line = (" " * _GAP).join((*texts, "…"))
    return line


def _with_likeliest(offers: Callable[[str, int], AtCursor], line: str) -> str:
    """The line, longer by what is most likely meant at its end; empty if nothing is."""
    found = offers(line, len(line))
    whole = line[: found.start] + found.offers[0].text if found.offers and found.end == len(line) else ""
    return whole if whole.startswith(line) and whole != line else ""


class _Faults(Highlighter):
    """Underlines what cannot be read; a sign and a sentence below say why."""

    def __init__(self, read: Callable[[str], Narrowing]) -> None:
        self._read = read

    def highlight(self, text: Text) -> None:
        for fault in self._read(text.plain).faults:
            text.stylize("bold underline", fault.start, max(fault.end, fault.start + 1))


class _Completer(Suggester):
    """Shows the likeliest completion behind the cursor."""

    def __init__(self, offers: Callable[[str, int], AtCursor]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._offers = offers

    async def get_suggestion(self, value: str) -> str | None:
        return _with_likeliest(self._offers, value) or None
