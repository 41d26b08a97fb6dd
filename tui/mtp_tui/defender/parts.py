"""Whether a JSON text has more in it than it would be wise to take apart, told before anything of it is made.

A megabyte of `{}` becomes a third of a gigabyte of objects: what an answer takes in memory is bounded by how many parts
it has, and not by its bytes alone.
"""

import re

MOST_OBJECTS = 50_000
"""Objects and lists of one incident. One with 200 alerts and 4,000 entities has some 10,000."""

MOST_VALUES = 500_000
"""Values of one incident, counted by the commas between them. The same one, null-padded, has some 150,000."""

MANY_INCIDENTS = 4
"""So many times as much makes a page of a hundred be read item by item."""

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{,]', re.DOTALL)
"""Strings, what opens, and what stands between values; possessive, so that no text takes more than one pass."""


def may_be_too_much(raw: bytes, times: int = 1) -> bool:
    """Whether this might have more parts than so many incidents; soon told, with what stands inside of strings counted."""
    # a text has no more parts than bytes: the commas of most pages need not be counted, which takes as long as decoding
    return (len(raw) > times * MOST_OBJECTS and raw.count(b"{") + raw.count(b"[") > times * MOST_OBJECTS) or (
        len(raw) > times * MOST_VALUES and raw.count(b",") > times * MOST_VALUES
    )


def is_too_much(raw: bytes) -> bool:
    """Whether this object has more parts than an incident; anything else is refused by whoever reads it.

    What stands inside of strings does not count: nobody hides an incident with a command line full of brackets.
    """
    if not raw.lstrip().startswith(b"{") or not may_be_too_much(raw):
        return False
    opened = parted = 0
    for found in _TOKEN.finditer(raw):
        match raw[found.start()]:
            case 0x2C:  # a comma
                parted += 1
            case 0x5B | 0x7B:  # [ and {
                opened += 1
        if opened > MOST_OBJECTS or parted > MOST_VALUES:
            return True
    return False
