"""Text from outside on its way to the terminal.

Incident titles, file names, mail subjects and claims are written by strangers. Nothing of theirs may act: control
characters could write the clipboard or hide text, direction marks could make `exe.cod` out of `doc.exe`, square
brackets are markup to Textual. `visible()` turns what acts into marks that are seen; `plain()` and `cell()` wrap the
result so that it is no markup. Models and copies keep the text as it came.
"""

import re
import unicodedata

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

LONGEST_TEXT = 20_000
"""Characters of one value that are put on the screen; the JSON view and copies have the rest."""

_COMBINING_AT_MOST = 3
"""Marks that may stand on one letter; living scripts need two, a flood of them covers the lines around it."""

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
    **{
        code: f"‹{code:04X}›"
        for codes in ((0x206A, 0x2070), (0xFFF9, 0xFFFC), (0x13430, 0x13439), (0x1BCA0, 0x1BCA4), (0x1D173, 0x1D17B))
        for code in range(*codes)
    },
}

_ACTING = re.compile(f"[{''.join(re.escape(chr(code)) for code in _MARKS)}\ud800-\udfff\U000e0000-\U000e0fff]")
_ACTING_BUT_LINES = re.compile(_ACTING.pattern.replace("\\\n", "").replace("\n", ""))
_TERMINAL_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]")

_UNSAFE = re.compile(f"{_TERMINAL_CONTROL.pattern}|{_TURNING.pattern}")


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
    shown = (_ACTING_BUT_LINES if lines else _ACTING).sub(_mark, shown)
    return shown if shown.isascii() else _without_floods(shown)


def plain(text: str, *, lines: bool = False) -> Content:
    """Outside text for a widget that takes `Content`: never markup, never a control character."""
    return Content(visible(text, lines=lines))


def cell(text: str, style: str = "") -> Text:
    """Outside text as one cell of a Rich table."""
    return Text(visible(text), style=style, no_wrap=True, overflow="ellipsis", end="")


class ControlCodeGuard(LineFilter):
    """The last fence: removes control characters from every line that is about to be painted.

    What arrives here has passed `visible()` or comes from a place that forgot to; a segment that Textual means as
    control carries its codes apart from its text and is not touched.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - the base class's form
        """The same segments, or copies without control characters and direction marks."""
        if not any(_UNSAFE.search(segment.text) for segment in segments if not segment.control):
            return segments
        return [segment if segment.control else Segment(_defused(segment.text), segment.style) for segment in segments]


def _defused(text: str) -> str:
    """As wide as before: most direction marks have no width, and simply go."""
    text = _TERMINAL_CONTROL.sub("\ufffd", text)
    return _TURNING.sub(lambda mark: "\ufffd" * cell_len(mark.group()), text)


def _mark(match: re.Match[str]) -> str:
    char = match.group()
    return _MARKS.get(ord(char), "\ufffd" if "\ud800" <= char <= "\udfff" else f"‹{ord(char):X}›")


def _without_floods(text: str) -> str:
    kept: list[str] = []
    run = 0
    for char in text:
        # by category: enclosing marks have the combining class 0
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if run <= _COMBINING_AT_MOST:
            kept.append(char)
        elif run == _COMBINING_AT_MOST + 1:
            kept.append("‹…›")
    return "".join(kept)
