"""The line cut into what was typed: words, quoted phrases, and fields with their values. Nothing is judged here.

    word    "exact phrase"    field:value,"other value",=whole    -anything of these

Inside quotes a quote is written twice, and a backslash is a backslash, so that `"C:\\temp\\"` is what it looks like.
`\\:` is a colon that separates nothing. A colon also separates nothing where no field is meant: in addresses of the web
and of IPv6, after a drive's letter, before a port. An unknown name that is spelt much like a field is taken for one with a
slip in it; any other is part of a word, and told for what it may have been meant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mtp_tui.defender.narrowing.fields import field_named, nearest_field

_BLANKS = re.compile(r"\s*")
_BARE_WORD = re.compile(r"\S+")
_BARE_VALUE = re.compile(r"[^\s,]*")
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)("?)')
_NAME = re.compile(r"([A-Za-z][A-Za-z0-9]{0,29}):(?!//)")
_NO_VALUE = re.compile(r"[/\\:\s]|$")
"""What stands behind the colon of a word: nothing, or a path."""
_PORT = re.compile(r"[0-9]+(?=[/\s]|$)")
_IPV6 = re.compile(r"(?=[0-9A-Fa-f]{1,4}:[0-9A-Fa-f.]*:)[0-9A-Fa-f:.]+(?=\s|$)")
_SCHEMES = frozenset({"about", "blob", "cid", "data", "javascript", "mailto", "sip", "tel", "urn", "vbscript"})
"""URLs that have no `//` behind their colon."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One value, or a word that is not of a field. Places are counted from the beginning of the line."""

    start: int
    end: int
    text: str
    """What is meant: without the quotes around it, and without `=`."""
    is_quoted: bool = False
    is_closed: bool = True
    """Whether its second quote is there, if it has a first."""
    is_whole: bool = False
    """Whether `=` stands before it."""


@dataclass(frozen=True, slots=True)
class Token:
    """One term as it was typed."""

    start: int
    end: int
    is_negated: bool
    name: str
    """What stands before the colon; empty if it is of no field."""
    name_start: int
    pieces: tuple[Piece, ...]
    """One if it is of no field; else at least one, which may be empty."""
    unknown: str = ""
    """What stands before the colon of a word, if it may have been meant for a field; there is none of this name."""


def tokens_of(text: str) -> Iterator[Token]:
    """The terms of a line, in their order, in time that grows as the line does."""
    at = _past_blanks(text, 0)
    while at < len(text):
        token = _token_at(text, at)
        yield token
        at = _past_blanks(text, token.end)


def needs_quotes(text: str) -> bool:
    """Whether this word would mean something else if it stood in a line without quotes."""
    if not text or text[0] in '"-' or "\\:" in text:
        return True
    token = _token_at(text, 0)
    return token.end != len(text) or bool(token.name)


def value_needs_quotes(text: str) -> bool:
    """Whether this value would mean something else if it stood behind a field without quotes."""
    return not text or text[0] in '"=' or "," in text or len(text.split()) != 1 or text != text.strip()


def quoted(text: str) -> str:
    """The text in quotes."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _token_at(text: str, start: int) -> Token:
    at = start
    is_negated = text[at] == "-" and at + 1 < len(text) and not text[at + 1].isspace()
    if is_negated:
        at += 1
    name, unknown = _names_at(text, at)
    if name:
        pieces = _values_at(text, at + len(name) + 1)
    elif text[at] == '"':
        pieces = (_quoted_at(text, at),)
    else:
        word = _matched(_BARE_WORD, text, at)
        pieces = (Piece(at, at + len(word), word.replace("\\:", ":")),)
    return Token(start, pieces[-1].end, is_negated, name, at, pieces, unknown)


def _names_at(text: str, at: int) -> tuple[str, str]:
    """The name before a colon that separates it from values, and the one before a colon that does not; at most one."""
    match = _NAME.match(text, at)
    if match is None:
        return "", ""
    name, end = match[1], match.end()
    if field_named(name):
        return name, ""
    is_word = len(name) < 2 or name.casefold() in _SCHEMES
    if is_word or _NO_VALUE.match(text, end) or _IPV6.match(text, at):
        return "", ""
    return (name, "") if text[end] == '"' or _is_slip(name, text, end) else ("", name)


def _is_slip(name: str, text: str, end: int) -> bool:
    """Whether an unknown name was meant for a field. Times and ports of machines have numbers behind their colon."""
    return name.isalpha() and len(name) > 2 and not _PORT.match(text, end) and bool(nearest_field(name))


def _values_at(text: str, at: int) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    while True:
        piece = _value_at(text, at)
        pieces.append(piece)
        if text[piece.end : piece.end + 1] != ",":
            return tuple(pieces)
        at = piece.end + 1


def _value_at(text: str, start: int) -> Piece:
    is_whole = text[start : start + 1] == "="
    at = start + is_whole
    if text[at : at + 1] == '"':
        piece = _quoted_at(text, at)
        return Piece(start, piece.end, piece.text, True, piece.is_closed, is_whole)
    value = _matched(_BARE_VALUE, text, at)
    return Piece(start, at + len(value), value, is_whole=is_whole)


def _quoted_at(text: str, at: int) -> Piece:
    match = _QUOTED.match(text, at)
    assert match is not None  # noqa: S101 - a quote stands there, and nothing more is needed
    return Piece(at, match.end(), match[1].replace('""', '"'), True, bool(match[2]))


def _matched(pattern: re.Pattern[str], text: str, at: int) -> str:
    match = pattern.match(text, at)
    return match.group() if match else ""


def _past_blanks(text: str, at: int) -> int:
    return at + len(_matched(_BLANKS, text, at))
