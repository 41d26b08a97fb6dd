"""JSON as the service really sends it: read strictly and fast if it is clean, leniently if it is not quite.

Nothing here knows what an incident is. msgspec is imported with the first answer.
"""

import json
import math
import re
from typing import TYPE_CHECKING

from mtp_tui.defender.parts import MANY_INCIDENTS, may_be_too_much

if TYPE_CHECKING:
    import msgspec

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
"""Half of a character, as `\\ud83d` alone in JSON: no terminal and no file can take it."""

_MOST_LEVELS = 200
"""No incident goes beyond ten; the readers give up at about a thousand."""

_MOST_DIGITS = 400
"""The largest float has 309; a longer number is kept as a text."""

_STRUCTURE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
"""Strings, and what opens and closes; possessive, so that no text takes more than one pass."""

_STRUCTURE_OF_BYTES = re.compile(_STRUCTURE.pattern.encode(), re.DOTALL)

_QUOTE = ord('"')

_MOST_TOKENS = 20_000_000
"""Strings and brackets of one answer; to go through more takes many seconds, and no answer has so many."""

MOST_ITEMS = 10_000
"""Of a page, which has a hundred; what comes behind them is not looked at."""

_MANY_COMMAS = 250_000
"""A list with fewer has no more items than that, and none of them takes much room; others are counted beforehand."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class TooManyItems(ValueError):
    """A list is longer than any answer can be, and its items are so small that taking it apart would fill the memory."""


def read_json(raw: bytes) -> object:
    """The value of a JSON text.

    Bytes that are not UTF-8 and halves of characters become U+FFFD; bare control characters and NaN (as null) are let
    through; what is nested too deep becomes a text that says so, and a number of more than 400 digits one of those. Raises ValueError for what is no JSON even so.
    """
    import msgspec

    try:
        return msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return json.loads(_cleaned(raw))


def is_json(raw: bytes) -> bool:
    """Whether this is JSON as it came; nothing is made of it."""
    import msgspec

    try:
        msgspec.json.decode(raw, type=msgspec.Raw)
    except (ValueError, RecursionError):
        return False
    return True


def split_page(body: bytes) -> tuple[list[bytes] | None, object]:
    """The items of an OData answer's `value`, each as the bytes that came, and whatever stands as its next link.

    A lone object is a list of one, and so is a bare list without the wrapper. The items are None if the answer is JSON
    without a list in it. Broken text inside an item is left for the reading of that item; text that is broken
    altogether raises ValueError. So does, as TooManyItems, an answer with more items than it would be wise to take apart.
    """
    body = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        return _split(body)
    except TooManyItems:
        raise
    except (ValueError, RecursionError):
        return _split(_cleaned(body))


def one_line(value: object) -> str:
    """A JSON value as compact JSON text, for showing what has no better form."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    except RecursionError:
        return "(nested too deep to show)"


def _split(body: bytes) -> tuple[list[bytes] | None, object]:
    import msgspec

    if body.lstrip()[:1] == b"[":
        return _listed(body), None
    top = msgspec.json.decode(body, type=dict[str, msgspec.Raw] | str | float | bool | None)
    if not isinstance(top, dict):
        return None, None
    by_fold = {key.casefold(): raw for key, raw in top.items()}
    link = by_fold.get("@odata.nextlink", by_fold.get("odata.nextlink"))
    return _items_of(by_fold.get("value")), None if link is None else read_json(bytes(link))


def _items_of(value: "msgspec.Raw | None") -> list[bytes] | None:
    if value is None:
        return None
    sent = bytes(value)
    first = sent.lstrip()[:1]
    if first == b"{":
        return [sent]
    return _listed(sent) if first == b"[" else None


def _listed(sent: bytes) -> list[bytes]:
    import msgspec

    if sent.count(b",") >= _MANY_COMMAS:
        _count(sent)
    return [bytes(item) for item in msgspec.json.decode(sent, type=list[msgspec.Raw])]


def _count(sent: bytes) -> None:
    """Raises TooManyItems; makes nothing, since items of items would fill the memory as well."""
    items = level = end = 0
    for number, found in enumerate(_STRUCTURE_OF_BYTES.finditer(sent)):
        start = found.start()
        if level == 1:
            items += sent.count(b",", end, start)
        end, opening = found.end(), sent[start]
        if opening != _QUOTE:
            level += 1 if opening in b"[{" else -1
        if items >= MOST_ITEMS or number > _MOST_TOKENS:
            raise TooManyItems


def _cleaned(raw: bytes) -> bytes:
    """The same JSON in a form that any reader takes; ValueError if there is none, or too much of it to be made anew."""
    if may_be_too_much(raw, MANY_INCIDENTS):
        raise ValueError("broken, and too large to mend")
    text = raw.decode("utf-8-sig", errors="replace")
    try:
        value = _forgiven(text)
    except RecursionError:
        value = _forgiven(_without_depths(text))
    return _LONE_SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False)).encode()


def _forgiven(text: str) -> object:
    # strict=False: bare line feeds and other control characters inside strings
    return json.loads(text, strict=False, parse_constant=lambda _: None, parse_float=_finite, parse_int=_countable)


def _without_depths(text: str) -> str:
    """The same JSON with a text in place of whatever is nested too deep; broken if that never closes."""
    kept, start, level = [], 0, 0
    for found in _STRUCTURE.finditer(text):
        if found[0] in "[{":
            level += 1
            if level == _MOST_LEVELS + 1:
                kept.append(text[start : found.start()])
        elif found[0] in "]}":
            if level == _MOST_LEVELS + 1:
                kept.append('"(nested too deep)"')
                start = found.end()
            level -= 1
    return "".join(kept) + (text[start:] if level <= _MOST_LEVELS else "")


def _countable(digits: str) -> int | str:
    # Python refuses to make a number of more: that would cost the page for one field of one incident
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _finite(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def indented(raw: bytes) -> str:
    """JSON laid out for reading, whole; what cannot be laid out (broken, or nested too deep) comes as it is."""
    text = raw.decode("utf-8", errors="replace")
    try:
        return json.dumps(json.loads(text, strict=False), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
