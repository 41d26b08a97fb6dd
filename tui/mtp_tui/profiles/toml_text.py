"""TOML from a file that anybody may have written, parsed in bounded time."""

import re
import tomllib

MOST_PARTS = 64
"""Of one key; ours have two. The library compares each part of a dotted key with all before it: sixty thousand of them,
which fit into a file that is read, take it minutes."""

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|' r"'[^']*'|#.*")


def parsed(text: str) -> dict[str, object]:
    """The document. Raises ValueError (TOMLDecodeError is one), which says the line, and RecursionError."""
    for number, line in enumerate(text.split("\n"), 1):
        # texts may hold any number of dots; where they go over several lines, so many in one are no setting of ours either
        if line.count(".") >= MOST_PARTS and _TEXT.sub('"', line).count(".") >= MOST_PARTS:
            raise ValueError(f"Far too many dots (at line {number}, column 1)")
    return tomllib.loads(text)
