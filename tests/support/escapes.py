"""What a terminal would obey in the bytes that it was sent, and what of that the program may not have sent.

Knows nothing of the program's own fences, nor of the screen of `terminal.py`: it reads a stream as ECMA-48 has it, and
lets pass only what is listed here, which is what Textual writes.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

_CSI = re.compile(r"[0-?]*[ -/]*[@-~]")
_SHORT = re.compile(r"[ -/]*[0-~]")
_STRING_END = re.compile("\x1b\\\\|\x07|\x9c|\x18|\x1a")
_STRINGS = {"]": "OSC", "P": "DCS", "_": "APC", "^": "PM", "X": "SOS", "k": "title"}
_C1_STRINGS = {"\x9d": "OSC", "\x90": "DCS", "\x9f": "APC", "\x9e": "PM", "\x98": "SOS"}
_UNSEEN = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff"
)
"""What hides or turns text: directions, zero-width, tags."""
_ACTING = re.compile(f"[\x00-\x1f\x7f-\x9f{_UNSEEN}]")

_SGR = (
    r"\x1b\[(?:(?:0|1|2|3|4|7|9|39|49|[34][0-7]|9[0-7]|[34]8;5;\d{1,3}|[34]8;2;\d{1,3};\d{1,3};\d{1,3})(?:;|(?=m)))*m"
)
_MOVE = r"\x1b\[(?:[1-9]|[1-5]\d);(?:[1-9]\d?|1\d\d)H"
_FRAME = r"\x1b\[\?2026[hl]"
_POINTER = r"\x1b\]22;default\x07"
_BETWEEN_LINES = re.compile(f"\r\n(?={_MOVE})")
"""Textual goes to a new line and then to the place where it begins; behind a line feed in a text there is no move."""
PAINTING = re.compile(f"{_SGR}|{_MOVE}|{_FRAME}|{_POINTER}")
"""Colours, moves within 60 rows and 200 columns, the brackets around a frame, and the usual shape of the mouse."""
PRINTING = re.compile(f"{_SGR}|[\r\n]")
"""What a command without a screen may write."""
BEGINNING_AND_END = re.compile(
    f"{PAINTING.pattern}|{PRINTING.pattern}"
    r"|\x1b\[\?(?:1049|1000|1003|1004|1006|1015|2004|2048|25|7)[hl]|\x1b\[\?20(?:26|48)\$p|\x1b\[>\d{1,2}u|\x1b\[<u"
)
"""The same, and what is switched on before the first frame, and off after the last."""


@dataclass(frozen=True, slots=True)
class Order:
    """One thing that a terminal obeys."""

    kind: str
    whole: str


def orders(text: str) -> Iterator[Order]:
    """Every control sequence, control string, control character and unseen mark, whole, in order; an unfinished one too."""
    match = _ACTING.search(text)
    while match:
        order = _order_at(text, match.start())
        yield order
        match = _ACTING.search(text, match.start() + len(order.whole))


def foreign(data: bytes, allowed: re.Pattern[str]) -> list[str]:
    """What acts and is neither `allowed` nor a copy to the clipboard, as Python would write it; bytes that are no UTF-8 too."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return [f"no UTF-8: {data[error.start - 20 : error.start + 20]!r}"]
    # what is allowed is taken out first, for speed: what is left around it can become an order by that, but never less of one
    left = allowed.sub("", _BETWEEN_LINES.sub("", text))
    return [f"{order.kind}: {order.whole[:80]!r}" for order in orders(left) if copied_by(order) in (None, "EVIL")]


def copied_by(order: Order) -> str | None:
    """The text that an order sends to the clipboard; None if it is no such order, written as the program writes it."""
    match = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)", order.whole)
    try:
        return base64.b64decode(match[1], validate=True).decode(errors="replace") if match else None
    except binascii.Error:
        return None


def copies_in(data: bytes) -> list[str]:
    """Every text that was sent to the clipboard."""
    left = PAINTING.sub("", data.decode())
    return [text for order in orders(left) if (text := copied_by(order)) is not None]


def _order_at(text: str, at: int) -> Order:
    """The order that begins with a character that acts."""
    char, behind = text[at], text[at + 1 : at + 2]
    if char == "\x9b" or (char == "\x1b" and behind == "["):
        begin = at + (1 if char == "\x9b" else 2)
        return Order("CSI", text[at : _end_of(_CSI.match(text, begin), begin)])
    name = _C1_STRINGS.get(char) or (_STRINGS.get(behind) if char == "\x1b" else None)
    if name:
        end = _STRING_END.search(text, at + 1)
        return Order(name, text[at : end.end() if end else len(text)])
    if char == "\x1b":
        return Order("escape", text[at : _end_of(_SHORT.match(text, at + 1), at + 1)])
    return Order("C0" if char < " " else "DEL" if char == "\x7f" else "C1" if char < "\xa0" else "unseen", char)


def _end_of(match: re.Match[str] | None, begin: int) -> int:
    return match.end() if match else begin
