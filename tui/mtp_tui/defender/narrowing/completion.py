"""What the term at the cursor may become: the fields, then the values of a field."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mtp_tui.defender.incident import Incident
from mtp_tui.defender.narrowing.choices import OPEN
from mtp_tui.defender.narrowing.facts import IncidentFacts
from mtp_tui.defender.narrowing.fields import FIELDS, OWNER, STATUS, Field, Kind, field_named
from mtp_tui.defender.narrowing.folding import fold, squeeze
from mtp_tui.defender.narrowing.scan import Piece, Token, quoted, tokens_of, value_needs_quotes
from mtp_tui.defender.narrowing.values import ME, NOBODY

MOST_OFFERED = 20
"""Nobody reads more; one more letter narrows them."""

_COUNTED = ("severity", "status", "owner", "tag", "source", "classification", "determination")
_NUMBER_LIKE = re.compile(r"[0-9a-f-]{32,}|S-1-[0-9-]+", re.IGNORECASE)
"""IDs, which nobody types by heart."""

_TIMES = ("<1h", "<24h", "<7d", "<30d", ">7d")
_DAYS = ("today", "yesterday")
_LONGEST_OFFERED = 100


@dataclass(frozen=True, slots=True)
class Known:
    """What occurs in the incidents at hand."""

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By field and value: in how many incidents. Values are as they were sent, those out of bodies perhaps folded."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to put in."""

    text: str
    """What goes into the line, in quotes if it needs them. May have been written by a stranger."""
    about: str = ""
    count: int = 0
    """In how many of the incidents it occurs, if that is known."""


@dataclass(frozen=True, slots=True)
class Completions:
    """What may stand in the line from `start` on and before `end`, likeliest first."""

    start: int
    end: int
    offers: tuple[Offer, ...] = ()


def known_from(incidents: Iterable[Incident], in_bodies: Mapping[str, Mapping[str, int]] | None = None) -> Known:
    """Count what occurs in the rows; what occurs in the bodies somebody else has counted."""
    counts: dict[str, Counter[str]] = {name: Counter(texts or {}) for name, texts in (in_bodies or {}).items()}
    for incident in incidents:
        facts = IncidentFacts(incident)
        for name in _COUNTED:
            counts.setdefault(name, Counter()).update(set(facts.texts(name)))
    return Known(
        {
            name: {text: count for text, count in found.items() if text and can_be_typed(text)}
            for name, found in counts.items()
        }
    )


def complete(text: str, cursor: int, known: Known | None = None) -> Completions:
    """What the term at the cursor may become: only what is before the cursor is compared, all of it is replaced."""
    known = known or Known()
    for token in tokens_of(text):
        if token.start <= cursor <= token.end:
            return _at_token(token, cursor, text, known)
    return Completions(cursor, cursor, _offered("", _fields()))


def _at_token(token: Token, cursor: int, text: str, known: Known) -> Completions:
    if not token.name:
        if cursor < token.name_start or token.pieces[0].is_quoted:
            return Completions(cursor, cursor)
        return Completions(token.name_start, token.end, _offered(text[token.name_start : cursor], _fields()))
    if cursor <= token.name_start + len(token.name):
        end = token.name_start + len(token.name) + 1
        return Completions(token.name_start, end, _offered(text[token.name_start : cursor], _fields()))
    named = field_named(token.name)
    piece = next((piece for piece in token.pieces if piece.start <= cursor <= piece.end), None)
    if named is None or piece is None:
        return Completions(cursor, cursor)
    typed = text[piece.start : cursor].removeprefix("=").removeprefix('"')
    return Completions(piece.start, piece.end, _offered(typed, _values(named, piece, known)))


_Candidate = tuple[str, Offer]
"""What is compared with what was typed, and what is offered for it."""


def _fields() -> list[_Candidate]:
    return [(name, Offer(f"{each.name}:", each.about)) for each in FIELDS for name in (each.name, *each.aliases)]


def _values(named: Field, piece: Piece, known: Known) -> list[_Candidate]:
    counts = known.counts.get(named.name, {})
    match named.kind:
        case Kind.CHOICE:
            found = _choices(named, counts)
        case Kind.TIME:
            found = [(word, Offer(word)) for word in (*_TIMES, *(() if named.name == "age" else _DAYS))]
        case Kind.COUNT:
            found = []
        case _:
            found = _texts(named, piece, counts)
    return found


def _choices(named: Field, counts: Mapping[str, int]) -> list[_Candidate]:
    """The known words by how often they occur, and after them what occurs and is none of them."""
    rest = dict(counts)
    found: list[_Candidate] = []
    for choice in named.choices:
        sent = [text for text in rest if squeeze(text) in choice.spellings]
        offer = Offer(choice.name, count=sum(rest.pop(text) for text in sent))
        found += [(word, offer) for word in (choice.name, *sorted(choice.typed - {squeeze(choice.name), ""}))]
    if named.name == STATUS:
        found.append((OPEN, Offer(OPEN, "neither resolved nor merged away")))
    found += [(text, Offer(quoted(text), count=count)) for text, count in rest.items() if squeeze(text)]
    return sorted(found, key=_often)


def _texts(named: Field, piece: Piece, counts: Mapping[str, int]) -> list[_Candidate]:
    spelt = {spelling: choice.name for choice in named.choices for spelling in choice.spellings}
    words = {text: spelt.get(squeeze(text), text) for text in counts if text.strip()}
    found = [(word, Offer(_written(named, word, piece), count=counts[text])) for text, word in words.items()]
    known_words = {squeeze(text) for text in counts}
    found += [(choice.name, Offer(choice.name)) for choice in named.choices if known_words.isdisjoint(choice.spellings)]
    found.sort(key=_often)
    if named.name == OWNER and not piece.is_quoted and not piece.is_whole:
        found[:0] = [(ME, Offer(ME, "whoever is signed in")), (NOBODY, Offer(NOBODY, "nobody works on it"))]
    return found


def _written(named: Field, text: str, piece: Piece) -> str:
    is_word_of_ours = named.name == OWNER and fold(text) in (ME, NOBODY)
    written = quoted(text) if piece.is_quoted or is_word_of_ours or value_needs_quotes(text) else text
    return f"={written}" if piece.is_whole else written


def _often(candidate: _Candidate) -> int:
    return -candidate[1].count


def _offered(typed: str, candidates: Iterable[_Candidate]) -> tuple[Offer, ...]:
    """Those that begin with what was typed, then those that hold it, each once and otherwise in their order."""
    wanted = fold(typed)
    begin: dict[str, Offer] = {}
    hold: dict[str, Offer] = {}
    for word, offer in candidates:
        folded = fold(word)
        if folded.startswith(wanted):
            begin.setdefault(offer.text, offer)
        elif wanted in folded:
            hold.setdefault(offer.text, offer)
    return tuple((begin | {text: offer for text, offer in hold.items() if text not in begin}).values())[:MOST_OFFERED]


def can_be_typed(text: str) -> bool:
    """Nothing that cannot be seen goes into the line, and no number that only a machine remembers."""
    return text.isprintable() and len(text) <= _LONGEST_OFFERED and not _NUMBER_LIKE.fullmatch(text)
