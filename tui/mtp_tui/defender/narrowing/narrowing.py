"""What was typed into the line that narrows the queue, read.

    severity:high status:active,inprogress owner:me age:<7d device:ws-01 -noise "exact phrase"

All terms have to hold. Of several values of one term any one will do; a minus before a term wants none of them. Reading
never raises: what cannot be read is a fault with its place, and all the rest is read nevertheless.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from mtp_tui.defender.defang import refang
from mtp_tui.defender.narrowing.fields import NAME, Field, Kind, field_named, nearest_field
from mtp_tui.defender.narrowing.meanings import Meaning, Wrong
from mtp_tui.defender.narrowing.scan import Piece, Token, needs_quotes, quoted, tokens_of, value_needs_quotes
from mtp_tui.defender.narrowing.values import Around, may_become, value_from, word_from

LONGEST_LINE = 20_000
"""Characters; a list of three hundred hashes has room in it."""

MOST_FAULTS = 20
"""After so many, nothing more is read: this is no line of ours."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a term; two are equal if they are written and meant alike."""

    text: str
    """As it was typed, without quotes and `=`."""
    meaning: Meaning
    is_whole: bool = False
    """Whether `=` stands before it."""
    is_quoted: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        text = quoted(self.text) if self.is_quoted or value_needs_quotes(self.text) else self.text
        return f"={text}" if self.is_whole else text


@dataclass(frozen=True, slots=True)
class Term:
    """One term: a word or phrase, or a field with its values."""

    name: str
    """Name of the field; empty for words."""
    values: tuple[Value, ...]
    """At least one; any of them will do. What was written harmless stands there a second time as it is meant."""
    is_negated: bool = False
    """Whether none of them may hold."""
    start: int = field(default=0, compare=False)
    """Its place in the line, from `start` on and before `end`."""
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        if self.name:
            body = f"{self.name}:{','.join(str(value) for value in self.values)}"
        else:
            word = self.values[0]
            body = quoted(word.text) if word.is_quoted or needs_quotes(word.text) else word.text
        return f"-{body}" if self.is_negated else body


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be read, from `start` on and before `end`."""

    start: int
    end: int
    sentence: str
    suggestion: str = ""
    """What to put in this place; empty if there is no guess."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A line that was read. Lengths of time were counted back from the moment of reading: read it again now and then."""

    terms: tuple[Term, ...] = ()
    faults: tuple[Fault, ...] = field(default=(), compare=False)
    unfinished: tuple[int, int] | None = field(default=None, compare=False)
    """Place of the term that is being typed, if it means nothing yet; it is neither a term nor a fault."""
    lost: Fault | None = field(default=None, compare=False)
    """What is wrong with the term that is being typed, if nothing that is typed behind it can mend it any more."""
    doubts: tuple[Fault, ...] = field(default=(), compare=False)
    """Words that may have been meant for fields; what they say stands in nobody's way."""

    @property
    def is_sound(self) -> bool:
        """Whether all of it means something, so that it may take the place of what was narrowed before."""
        return not self.faults and self.unfinished is None

    def __str__(self) -> str:
        """A line that means the same."""
        return " ".join(str(term) for term in self.terms)


def parse(text: str, *, me: str = "", now: datetime, cursor: int | None = None) -> Narrowing:
    """Read a line. `me` is the address behind `owner:me`, `now` (aware) what lengths of time are counted back from.

    The term that the cursor stands in or right behind is no fault while it is being typed.
    """
    reading = _Reading(Around(me, now), cursor)
    for token in tokens_of(text[:LONGEST_LINE]):
        reading.take(token)
        if len(reading.faults) >= MOST_FAULTS:
            break
    if len(text) > LONGEST_LINE:
        reading.faults.append(Fault(LONGEST_LINE, len(text), f"Only the first {LONGEST_LINE:,} characters are read."))
    return Narrowing(
        tuple(reading.terms), tuple(reading.faults), reading.unfinished, reading.lost, tuple(reading.doubts)
    )


def wants_me(text: str, now: datetime) -> bool:
    """Whether this line means something only to somebody who is signed in in person."""
    return len(parse(text, now=now).faults) > len(parse(text, me="somebody@example.com", now=now).faults)


def sought_in_text(narrowing: Narrowing) -> tuple[Term, ...]:
    """The terms that want more text than a row has at hand: words, names, and what only the body tells."""
    return tuple(term for term in narrowing.terms if _is_sought_in_text(term))


def _is_sought_in_text(term: Term) -> bool:
    known = field_named(term.name)
    return known is None or known.is_deep or known.name == NAME


class _Reading:
    """Reads term after term and gathers the faults."""

    def __init__(self, around: Around, cursor: int | None) -> None:
        self._around = around
        self._cursor = cursor
        self.terms: list[Term] = []
        self.faults: list[Fault] = []
        self.unfinished: tuple[int, int] | None = None
        self.lost: Fault | None = None
        self.doubts: list[Fault] = []

    def take(self, token: Token) -> None:
        """Read one term."""
        is_typed = self._cursor is not None and token.start < self._cursor <= token.end
        values: list[Value] = []
        faults = [
            Fault(piece.start, piece.end, "The quote is not closed.", _closed(piece))
            for piece in token.pieces
            if not (piece.is_closed or is_typed)
        ]
        known = field_named(token.name)
        if token.name and known is None:
            faults.append(_unknown_field(token))
        else:
            self._read_values(token, known, values, faults)
        if token.unknown and len(self.doubts) < MOST_FAULTS:
            self.doubts.append(_unknown_in_word(token))
        if not faults:
            self.terms.append(
                Term(known.name if known else "", tuple(values), token.is_negated, token.start, token.end)
            )
        elif is_typed:
            self.unfinished = token.start, token.end
            self.lost = next((fault for fault in faults if self._is_lost(fault, token, known)), None)
        else:
            self.faults += faults

    def _is_lost(self, fault: Fault, token: Token, known: Field | None) -> bool:
        """Whether a fault of the term at the cursor stays, whatever is typed there."""
        if not fault.end >= (self._cursor or 0) >= fault.start:
            return True
        piece = next((piece for piece in token.pieces if piece.start == fault.start), None)
        return bool(known and piece and self._cursor == piece.end and not may_become(known, piece))

    def _read_values(self, token: Token, known: Field | None, values: list[Value], faults: list[Fault]) -> None:
        pieces = [piece for piece in token.pieces if piece.start < piece.end]
        if not pieces and known:
            example = f"{known.name}:{known.example}"
            faults.append(Fault(token.start, token.end, f"{known.name} needs a value, such as {example}."))
        meant: list[Value] = []
        for piece in pieces:
            if len(faults) >= MOST_FAULTS:
                return
            meaning = value_from(known, piece, self._around) if known else word_from(piece)
            if isinstance(meaning, Wrong):
                faults.append(Fault(piece.start, piece.end, meaning.sentence, meaning.suggestion))
                continue
            value = Value(piece.text, meaning, piece.is_whole, piece.is_quoted)
            if value in meant:  # written once more by whoever wrote the line down
                continue
            values.append(value)
            other = self._as_meant(known, piece)
            if other is not None and other not in values:
                values.append(other)
                meant.append(other)

    def _as_meant(self, known: Field | None, piece: Piece) -> Value | None:
        """The value without what makes an address harmless; None if there is nothing of that in it."""
        text = refang(piece.text)
        if text == piece.text or (known is not None and known.kind not in (Kind.TEXT, Kind.START)):
            return None
        clear = replace(piece, text=text)
        meaning = value_from(known, clear, self._around) if known else word_from(clear)
        return None if isinstance(meaning, Wrong) else Value(text, meaning, piece.is_whole, piece.is_quoted)


def _closed(piece: Piece) -> str:
    return f"={quoted(piece.text)}" if piece.is_whole else quoted(piece.text)


def _unknown_in_word(token: Token) -> Fault:
    near = nearest_field(token.unknown)
    hint = f" (did you mean {near}?)" if near else ""
    word = token.pieces[0].text
    shown = word if len(word) <= 40 else f"{word[:40]}…"
    end = token.name_start + len(token.unknown)
    sentence = f"There is no field “{token.unknown}”{hint}; “{shown}” is looked for as text."
    return Fault(token.name_start, end, sentence)


def _unknown_field(token: Token) -> Fault:
    near = nearest_field(token.name)
    hint = f"Did you mean {near}?" if near else "Put it in quotes if it is a word."
    end = token.name_start + len(token.name)
    return Fault(token.name_start, end, f"There is no field “{token.name[:40]}”. {hint}", near)
