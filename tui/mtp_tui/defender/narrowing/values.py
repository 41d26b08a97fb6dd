"""Values read by what their field expects: each to its meaning, or to the reason why it has none."""

import re
from dataclasses import dataclass
from datetime import datetime

from mtp_tui.defender.narrowing.choices import OPEN, Choice, chosen, chosen_source
from mtp_tui.defender.narrowing.fields import AGE, HASH, IS, OWNER, SOURCE, STATUS, Field, Kind, names_of, nearest
from mtp_tui.defender.narrowing.folding import fold, squeeze
from mtp_tui.defender.narrowing.meanings import (
    AtLeastBelow,
    Begins,
    Contains,
    Exactly,
    Holds,
    Is,
    Meaning,
    OneOf,
    Within,
    Wrong,
)
from mtp_tui.defender.narrowing.scan import Piece
from mtp_tui.defender.narrowing.times import TIME_WORDS, time_from
from mtp_tui.defender.sources import begins_service

ME, NOBODY = "me", "none"
"""Words of the field for owners; in quotes they are names like any other."""
UNASSIGNED = "unassigned"

_COUNT = re.compile(r"(<=|>=|<|>|=)?([0-9]{1,9})|([0-9]{0,9})\.\.([0-9]{0,9})")
_COUNT_BEGUN = re.compile(r"(<=?|>=?|=)?[0-9]{0,9}|[0-9]{0,9}\.\.?[0-9]{0,9}")
_LENGTH_BEGUN = re.compile(r"[0-9]{0,5}|[0-9]{1,5}(s|m|mi|min|h|d|w)")
_TIME_BEGUN = re.compile(rf"{_LENGTH_BEGUN.pattern}|2[0-9]{{3}}-[0-9:tz+-]*")
_HEX = re.compile(r"[0-9A-Fa-f]+")


@dataclass(frozen=True, slots=True)
class Around:
    """What the words `me`, `today` and the like refer to."""

    me: str
    """Address of whoever is signed in; empty if that is nobody in particular."""
    now: datetime


def word_from(piece: Piece) -> Meaning | Wrong:
    """A word or phrase that is of no field."""
    needle = fold(piece.text)
    return Contains(needle) if needle else Wrong("There is nothing in it to look for.")


def value_from(field: Field, piece: Piece, around: Around) -> Meaning | Wrong:
    """One value of a field."""
    match field.kind:
        case Kind.TIME:
            return time_from(_with_sign(piece), around.now, only_lengths=field.name == AGE)
        case Kind.COUNT:
            return _count(_with_sign(piece))
        case Kind.CHOICE:
            return _choice(field, piece)
    needle = fold(piece.text)
    if not needle:
        return Wrong("There is nothing in it to look for.")
    if piece.is_whole:
        return Exactly(piece.text)
    if field.name == OWNER and not piece.is_quoted and needle in (ME, NOBODY):
        return _owner(needle, around)
    if field.name == HASH and not piece.is_quoted and not _HEX.fullmatch(needle):
        return Wrong("A hash has only the digits 0 to 9 and the letters a to f.", f'"{piece.text}"')
    if field.kind is Kind.OPEN_CHOICE:
        return Within(squeeze(piece.text) or needle)
    return Begins(needle) if field.kind is Kind.START else Contains(needle)


def may_become(field: Field, piece: Piece) -> bool:
    """Whether a value that means nothing may come to mean something if more is typed behind it."""
    if piece.is_quoted:
        return not piece.is_closed
    match field.kind:
        case Kind.CHOICE:
            return _may_become_choice(field, piece.text)
        case Kind.TIME:
            return _may_become_time(field, _with_sign(piece))
        case Kind.COUNT:
            return bool(_COUNT_BEGUN.fullmatch(_with_sign(piece)))
    return field.name != HASH or not fold(piece.text)


def _may_become_choice(field: Field, typed: str) -> bool:
    word = squeeze(typed)
    words = {spelling for choice in field.choices for spelling in choice.typed}
    if field.name == STATUS:
        words.add(OPEN)
    return any(each.startswith(word) for each in words) or (field.name == SOURCE and begins_service(typed))


def _may_become_time(field: Field, typed: str) -> bool:
    last = typed.rstrip(".").rpartition("..")[2].lstrip("<>=").casefold()
    if field.name != AGE and any(word.startswith(last) for word in TIME_WORDS):
        return True
    return bool((_LENGTH_BEGUN if field.name == AGE else _TIME_BEGUN).fullmatch(last))


def _with_sign(piece: Piece) -> str:
    return f"={piece.text}" if piece.is_whole else piece.text


def _owner(word: str, around: Around) -> Meaning | Wrong:
    if word == NOBODY:
        return Holds(UNASSIGNED)
    if not fold(around.me):
        return Wrong("Nobody in particular is signed in, so that “me” is nobody. Write an address.")
    return Is(fold(around.me))


def _choice(field: Field, piece: Piece) -> Meaning | Wrong:
    word = squeeze(piece.text)
    if not word:
        return Wrong(f"{field.name} needs one of: {', '.join(names_of(field.choices))}.")
    choice = _chosen(field, piece.text)
    if field.name == STATUS and word == OPEN:
        return Holds(OPEN)
    if field.name == IS and choice is not None:
        return Holds(choice.name)
    if choice is not None:
        return OneOf(choice.spellings)
    if piece.is_quoted and field.name != IS:
        return OneOf(frozenset({word}))
    return _no_choice(field, piece)


def _no_choice(field: Field, piece: Piece) -> Wrong:
    names = names_of(field.choices)
    spellings = tuple(spelling for choice in field.choices for spelling in sorted(choice.typed) if spelling)
    near = nearest(piece.text, names) or nearest(squeeze(piece.text), spellings)
    hint = f"Did you mean {near}?" if near else f"There are: {', '.join(names)}."
    way_out = "" if field.name == IS else " In quotes any word is looked for."
    sentence = f"“{piece.text[:40]}” is not a {field.name} that we know. {hint}{way_out}"
    return Wrong(sentence, near)


def _chosen(field: Field, typed: str) -> Choice | None:
    return (chosen_source if field.name == SOURCE else chosen)(typed, field.choices)


def _count(typed: str) -> AtLeastBelow | Wrong:
    match = _COUNT.fullmatch(typed)
    if match is None or typed == "..":
        return Wrong(f"“{typed[:40]}” is not a number. Write 3, >=3, <10 or 2..5.")
    sign, number, first, last = match.groups()
    if number is None:
        least, most = int(first or 0), int(last) if last else None
        if most is not None and most < least:
            return Wrong("The range ends before it begins.", f"{last}..{first}")
        return AtLeastBelow(least, None if most is None else most + 1)
    count = int(number)
    return {
        ">": AtLeastBelow(count + 1, None),
        ">=": AtLeastBelow(count, None),
        "<": AtLeastBelow(0, count),
        "<=": AtLeastBelow(0, count + 1),
    }.get(sign, AtLeastBelow(count, count + 1))
