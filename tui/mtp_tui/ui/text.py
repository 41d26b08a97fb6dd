"""Text from outside on its way to the terminal.

Incident titles, file names, mail subjects and claims are written by strangers. Nothing of theirs may act: control
characters could write the clipboard or hide text, direction marks could make `exe.cod` out of `doc.exe`, square
brackets are markup to Textual, and a Cyrillic letter in a Latin word makes another word of it. `visible()` turns what
acts into marks that are seen; `plain()` and `cell()` wrap the result so that it is no markup. Models and copies keep
the text as it came.
"""

import re
import unicodedata

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.segment import Segment
from rich.text import Text
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from mtp_tui.unseen import UNSEEN

LONGEST_TEXT = 20_000
"""Characters of one value that are put on the screen; the JSON view and copies have the rest."""

_COMBINING_AT_MOST = 3
"""Marks that may stand on one letter; living scripts need two, a flood of them covers the lines around it."""
_NOTHING_TO_STAND_ON = "◌"
"""Put below a mark with no letter before it, which would else change what stands beside the text."""

_NAMED = {
    0x00AD: "SHY", 0x034F: "CGJ", 0x061C: "ALM", 0x115F: "HCF", 0x1160: "HJF", 0x180E: "MVS",
    0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM", 0x200F: "RLM",
    0x2028: "LS", 0x2029: "PS", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO",
    0x2060: "WJ", 0x2061: "FA", 0x2062: "IT", 0x2063: "IS", 0x2064: "IP",
    0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0x3164: "HF", 0xFEFF: "BOM", 0xFFA0: "HHF",
}  # fmt: skip

_MARKS: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "␡",
    **{code: f"‹{code:02X}›" for code in range(0x80, 0xA0)},
    **{code: f"‹{name}›" for code, name in _NAMED.items()},
}

_ACTING = re.compile(f"[\\x00-\\x1f\\x7f-\\x9f\ud800-\udfff{UNSEEN}]")
"""What no terminal is given: controls, directions, what is not seen, and what UTF-8 cannot hold."""
_ACTING_BUT_LINES = re.compile(f"(?!\n){_ACTING.pattern}")
_EMOJI_STYLE = re.compile("(?<=[\u203c-\u3299\U0001f000-\U0001faff])\ufe0f")
"""Asks for the coloured form of a sign, in which it is wider on some terminals than on others."""

_ENCLOSED = "\u249c-\u24e9\U0001f110-\U0001f16f\U0001f172-\U0001f17d\U0001f180-\U0001f189"
"""Letters in brackets, circles and squares, but for the four that are emoji."""
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_ALIKE = {
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u052f\u1c80-\u1c8f\ua640-\ua69f",
    "Armenian": "\u0531-\u0588",
    "Cherokee": "\u13a0-\u13ff\uab70-\uabbf",
    "Coptic": "\u2c80-\u2cff",
    "Lisu": "\ua4d0-\ua4ff",
    "wide": "\uff21-\uff3a\uff41-\uff5a",
    "phonetic": "\u0251\u0261\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f\u1d00-\u1d7f\ua730\ua731",
    "styled": "\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124\u2128\u212a\u212c\u212d\u212f-\u2134\u2139\u2145-\u2149\u2160-\u2188"
    f"{_ENCLOSED}\U0001d400-\U0001d7ff",
}
"""Letters that pass for Latin ones, by what they are. Source: Unicode Technical Standard 39, confusables.

They are named beside Latin letters in one word, and nowhere else. Not named is what honest text is full of, although it may
deceive: a word of one script (Cyrillic `аррӏе` is a word), letters of living languages that are written in Latin (the
dotless i of Turkish, the hooked letters of Hausa and Ewe), and the blanks of typesetters. Of the phonetic letters only
those are named that no such language has.
"""
_WORD = re.compile(f"[\\w\u0300-\u036f{_ENCLOSED}]+")
_HAS_LATIN = re.compile(f"[{_LATIN}]")
_HAS_ALIKE = re.compile(f"[{''.join(_ALIKE.values())}]")
_STRANGE = re.compile("|".join(f"(?P<{name}>[{ranges}][{ranges}\u0300-\u036f]*)" for name, ranges in _ALIKE.items()))
_SEPARATORS = re.compile("(?<=[A-Za-z])[\u2024\u2044\u2215\u29f8\u3002\uff0e\uff0f\uff61](?=[A-Za-z])")
"""What passes for a dot or a slash between Latin words, as in an address."""


def visible(text: str, *, lines: bool = False) -> str:
    """The text with every acting character as a visible mark; on one line unless `lines` are wanted.

    A zero-width space at the very end is dropped: the service itself puts one behind incident names.
    """
    shown = text[: LONGEST_TEXT + 1].rstrip("\u200b")
    if len(shown) > LONGEST_TEXT:
        shown = f"{shown[:LONGEST_TEXT]}… ({len(text):,} characters)"
    if lines:
        shown = shown.replace("\r\n", "\n").replace("\t", "    ")
    if shown.isascii() and shown.isprintable():
        return shown
    shown = (_ACTING_BUT_LINES if lines else _ACTING).sub(_mark, _EMOJI_STYLE.sub("", shown))
    return shown if shown.isascii() else _without_floods(_with_strangers_named(shown))


def plain(text: str, *, lines: bool = False) -> Content:
    """Outside text for a widget that takes `Content`: never markup, never a control character."""
    return Content(visible(text, lines=lines))


def cell(text: str, style: str = "") -> Text:
    """Outside text as one cell of a Rich table."""
    return Text(visible(text), style=style, no_wrap=True, overflow="ellipsis", end="")


def writable(text: str) -> str:
    """The text as UTF-8 can hold it: halves of pairs that JSON may carry become U+FFFD, or whole where both are there."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class ControlCodeGuard(LineFilter):
    """The last fence: removes controls, unseen marks and links from every line that is about to be painted.

    What arrives here has passed `visible()` or comes from a place that forgot to; a segment that Textual means as
    control carries its codes apart from its text and is not touched. A link is written to the terminal as it is, and
    we set none: it can only have come from markup in somebody's text. What UTF-8 cannot hold would end the thread that
    writes to the terminal.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - the base class's form
        """The same segments, or copies without anything of that."""
        if not any(_is_unsafe(segment) for segment in segments):
            return segments
        return [_safe(segment) if _is_unsafe(segment) else segment for segment in segments]


def _is_unsafe(segment: Segment) -> bool:
    has_link = segment.style is not None and segment.style.link is not None
    return not segment.control and (has_link or _ACTING.search(segment.text) is not None)


def _safe(segment: Segment) -> Segment:
    return Segment(_defused(segment.text), segment.style.update_link(None) if segment.style else None)


def _defused(text: str) -> str:
    """As wide as before: most of what is unsafe has no width, and simply goes."""
    safe = _ACTING.sub(lambda match: "\ufffd" * cell_len(match.group()), text)
    width = cell_len(text)
    return safe if cell_len(safe) == width else set_cell_size(safe, width)  # emoji that were joined are wider apart


def _mark(match: re.Match[str]) -> str:
    char = match.group()
    return _MARKS.get(ord(char), "\ufffd" if "\ud800" <= char <= "\udfff" else f"‹{ord(char):04X}›")


def _with_strangers_named(text: str) -> str:
    """Letters of another script in a Latin word, and lookalikes of dots and slashes, with what they are."""
    if _HAS_ALIKE.search(text):
        text = _WORD.sub(_mixed, text)
    return _SEPARATORS.sub(lambda match: f"‹{ord(match.group()):04X} {match.group()}›", text)


def _mixed(word: re.Match[str]) -> str:
    text = word.group()
    if text.isascii() or not (_HAS_LATIN.search(text) and _HAS_ALIKE.search(text)):
        return text
    return _STRANGE.sub(lambda run: f"‹{run.lastgroup} {run.group()}›", text)


def _without_floods(text: str) -> str:
    kept: list[str] = []
    run = 0
    has_base = False
    for char in text:
        # by category and by width: enclosing marks have the combining class 0, and not all that has no width is a mark
        is_mark = unicodedata.category(char) in ("Mn", "Me") or not get_character_cell_size(char)
        run = run + 1 if is_mark and char != "\n" else 0
        if run == 1 and not has_base:
            kept.append(_NOTHING_TO_STAND_ON)
        has_base = char != "\n"
        if run <= _COMBINING_AT_MOST:
            kept.append(char)
        elif run == _COMBINING_AT_MOST + 1:
            kept.append("‹…›")
    return "".join(kept)
