"""What a text says to somebody who looks for words: its letters and digits in their order, and a blank for all between.

`ws-01`, `WS 01` and `ws_01` say the same. A needle of one word may begin in the middle of a word; but several words, one or
two letters of the Latin alphabet, and what is found of a long number begin where a word does, except in the incident's ID.
This is the one rule by which an incident is looked through itself and by the index of the store.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from mtp_tui.defender.narrowing.folding import fold
from mtp_tui.defender.narrowing.meanings import Begins, Contains, Exactly, Is, Meaning, OneOf, Within

LONGEST_NUMBER = 16
"""Of a longer run of hexadecimal digits, such as a hash, the rest says nothing more: no two of them begin alike."""

_SHORTEST_NUMBER = 8

LONGEST_WORD = 1_000

SHORTEST_INSIDE = 3
"""So many letters may begin in the middle of a word; fewer would find nearly everything."""

MARK = "\u00b6"
"""Stands before, between and behind texts; never part of a word."""

SPEECHLESS = "\u00a4"
"""Stands before what is said for a text without a letter and a digit; never part of a word."""

_BETWEEN = re.compile(r"[^\w\n]|_")
_ASCII = {code: chr(code) if chr(code).isalnum() or code == 10 else " " for code in range(128)}
_NOTHING_SAID = re.compile(r"\n *\n")
_GUID = re.compile(r"-([0-9a-f]{4})-([0-9a-f]{4})-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])")
"""All but the first eight digits of one, so that finding it is quick."""
_GUID_BEGUN = re.compile(
    r"((?:.*[^0-9a-z])?)([0-9a-f]{8}-[0-9a-f]{0,4}(?:-[0-9a-f]{0,4}(?:-[0-9a-f]{0,4}(?:-[0-9a-f]{0,11})?)?)?)"
)
_DIGITS_BEHIND = re.compile(f"([0-9a-f]{{{LONGEST_NUMBER}}})[0-9a-f]+")
_DIGITS = re.compile("[0-9a-f]+")
_NUMBER = re.compile(r"(?=[a-f]*[0-9])[0-9a-f]+")


def is_number(word: str) -> bool:
    """Whether a word is a number as machines write them, of eight hexadecimal digits or more."""
    return len(word) >= _SHORTEST_NUMBER and _NUMBER.fullmatch(word) is not None


def spoken(lines: str) -> str:
    """What folded texts say, each word with a blank before and behind it; so have the marks around each text.

    `lines` are the texts with a line feed before, between and behind them.
    """
    joined = "".join(_GUID.split(lines))  # which leaves what is between, and the two groups, and costs less than `sub`
    said = joined.translate(_ASCII) if joined.isascii() else _BETWEEN.sub(" ", joined)
    if _NOTHING_SAID.search(said):
        texts = zip(lines.split("\n")[1:-1], said.split("\n")[1:-1], strict=True)
        said = "\n".join(("", *(text if text.strip(" ") else _speechless(folded) for folded, text in texts), ""))
    words = [word if len(word) <= LONGEST_NUMBER else _cut(word) for word in said.replace("\n", f" {MARK} ").split()]
    return f" {' '.join(words)} "


def _cut(word: str) -> str:
    if _DIGITS.fullmatch(word):  # as most of the long ones are
        return word[:LONGEST_NUMBER]
    return _DIGITS_BEHIND.sub(r"\1", word)[:LONGEST_WORD]


def _speechless(text: str) -> str:
    return SPEECHLESS + blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Needle:
    """What is looked for in what texts say."""

    words: str
    """With one blank between; empty is everywhere."""
    starts: bool = False
    """Whether it begins where a word does."""
    ends: bool = False
    """Whether it ends where a word does."""
    opens: bool = False
    """Whether it begins where a text does."""
    closes: bool = False
    """Whether it ends where a text does."""

    def is_in(self, said: str) -> bool:
        """Whether texts say it; `said` is an answer of `spoken`."""
        if not self.words:
            return True
        place = said.find(self.words)
        while place >= 0:
            if self._fits(said, place):
                return True
            place = said.find(self.words, place + 1)
        return False

    def _fits(self, said: str, place: int) -> bool:
        end = place + len(self.words)
        if (self.closes and not said.startswith(f" {MARK}", end)) or (self.ends and said[end] != " "):
            return False
        if said[place - 1] == " ":
            return not self.opens or said[place - 2] == MARK
        return not (self.opens or self.starts or is_number(_word_at(said, place)))


def _word_at(said: str, place: int) -> str:
    return said[said.rfind(" ", 0, place) + 1 : said.index(" ", place)]


def needles(meaning: Meaning) -> Iterator[Needle]:
    """What a text says for which a value holds, one of these; empty for a value that is none of texts."""
    match meaning:
        case Contains(needle) | Within(needle):
            yield from _somewhere(needle)
        case Begins(needle):
            yield Needle(_said(needle), opens=True)
        case Is(text):
            yield Needle(_said(text), opens=True, closes=True)
        case Exactly(text):
            yield Needle(_said(fold(text)), opens=True, closes=True)
        case OneOf(words):
            yield from (Needle(_said(word), opens=True, closes=True) for word in sorted(words))


def digits(meaning: Meaning) -> str:
    """Digits that are looked for anywhere in an incident's ID, few as they may be; empty if a value is something else."""
    if not isinstance(meaning, Contains):
        return ""
    return meaning.needle if meaning.needle.isascii() and meaning.needle.isdecimal() else ""


def _somewhere(needle: str) -> Iterator[Needle]:
    words = _said(needle)
    if words.startswith(SPEECHLESS):
        yield Needle("")
        return
    # several words begin where a word does: to look for each word that ends in the first of them takes seconds
    starts = " " in words or (len(words) < SHORTEST_INSIDE and words.isascii()) or _is_between(needle[0])
    yield Needle(words, starts, _is_between(needle[-1]))
    if guid := _GUID_BEGUN.fullmatch(needle):
        yield Needle(_said(guid[1] + guid[2].replace("-", "")), starts)


def _is_between(char: str) -> bool:
    return _BETWEEN.match(char) is not None


def _said(text: str) -> str:
    return spoken(f"\n{text}\n")[3:-3]
