"""Which lines of a TOML text belong to which `[[profile]]`, and edits that touch only those.

A library that keeps comments still gives the comment above a table to the table before it: deleting one profile would
take the next one's comment along, and a new key would land below it. So lines are what is edited here, and the library
(tomlkit) writes single statements, with the comment at their end. Line endings are `\\n` throughout.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mtp_tui.profiles.profile_table import Value

if TYPE_CHECKING:
    from tomlkit.items import Item

TABLE = "profile"

_LONGEST_STATEMENT = 200
"""Lines; finding the end of a statement takes quadratic time, and no value of ours is longer."""


@dataclass(slots=True)
class Block:
    """The lines of one profile, counted from 0."""

    header: int
    """Where `[[profile]]` stands."""
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    """First and last line of each of its own keys."""
    last_key: int = -1
    """The last line of its own keys, or the header."""
    last: int = -1
    """The last line that is part of it, subtables included."""

    def line_of(self, key: str) -> int:
        """Where a key stands, counted from 1; the header's line if it is not there."""
        return self.keys.get(key, (self.header, 0))[0] + 1


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a text that can be read as TOML, in its order. Raises ValueError if a statement is too long."""
    lines = text.split("\n")
    blocks: list[Block] = []
    inside = own = False  # inside a profile or one of its subtables; among its own keys
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        last = at
        if line.startswith("["):
            path = _header_path(line)
            if path == (TABLE,):
                blocks.append(Block(at, last_key=at))
            inside, own = bool(blocks) and path[:1] == (TABLE,), path == (TABLE,)
        elif line and not line.startswith("#"):
            last = _end_of_statement(lines, at)
            if own:
                blocks[-1].keys[_key_of("\n".join(lines[at : last + 1]))] = (at, last)
                blocks[-1].last_key = last
        else:
            at += 1
            continue
        if inside:
            blocks[-1].last = last
        at = last + 1
    return tuple(blocks)


def sections_of(text: str) -> tuple[tuple[int, str], ...]:
    """A damaged text cut where a profile seems to begin: the number of each piece's first line (from 0), and the piece."""
    lines = text.split("\n")
    cuts = [0, *(at for at, line in enumerate(lines) if at and line.replace(" ", "").startswith(f"[[{TABLE}"))]
    ends = [*cuts[1:], len(lines)]
    return tuple((start, "\n".join(lines[start:end])) for start, end in zip(cuts, ends, strict=True))


def with_profile_added(text: str, values: Mapping[str, Value]) -> str:
    """The text with one more profile at its end."""
    before = text if not text or text.endswith("\n") else f"{text}\n"
    gap = "\n" if before.strip() and not before.endswith("\n\n") else ""
    return f"{before}{gap}[[{TABLE}]]\n" + "".join(_statement(key, value) for key, value in values.items())


def with_values(text: str, block: Block, values: Mapping[str, Value]) -> str:
    """The text with these values in one profile: where a key stands already, else below its other keys."""
    lines = text.split("\n")
    new = "".join(_statement(key, value) for key, value in values.items() if key not in block.keys)
    lines[block.last_key + 1 : block.last_key + 1] = new.split("\n")[:-1]
    here = {key: place for key, place in block.keys.items() if key in values}
    for key, (first, last) in sorted(here.items(), key=lambda item: item[1], reverse=True):
        lines[first : last + 1] = _restated("\n".join(lines[first : last + 1]), key, values[key]).split("\n")
    return "\n".join(lines)


def without_profile(text: str, block: Block) -> str:
    """The text without one profile, the comment right above it, and the one right below its last key.

    What stands at the very beginning is taken for a comment on the file and stays, as does what touches the next table.
    """
    lines = text.split("\n")
    start, end = block.header, block.last + 1
    while start > 0 and _is_comment(lines[start - 1]):
        start -= 1
    if start == 0:
        start = block.header
    below = end
    while below < len(lines) and _is_comment(lines[below]):
        below += 1
    if below == len(lines) or not lines[below].strip():
        end = below
    while end < len(lines) and start > 0 and not lines[end].strip() and not lines[start - 1].strip():
        end += 1
    rest = [*lines[:start], *lines[end:]]
    return "\n".join(rest).rstrip("\n") + "\n" if any(rest) else ""


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _header_path(line: str) -> tuple[str, ...]:
    path: list[str] = []
    value: object = tomllib.loads(line)
    while value:
        if isinstance(value, list):
            value = value[0]
        elif isinstance(value, dict):
            key = next(iter(value))
            path.append(key)
            value = value[key]
    return tuple(path)


def _key_of(statement: str) -> str:
    return next(iter(tomllib.loads(statement)))


def _end_of_statement(lines: list[str], at: int) -> int:
    """The last line of the statement that begins there: the fewest lines that can be read on their own."""
    for last in range(at, min(len(lines), at + _LONGEST_STATEMENT)):
        try:
            tomllib.loads("\n".join(lines[at : last + 1]))
        except tomllib.TOMLDecodeError:
            continue
        return last
    raise ValueError(f"the statement in line {at + 1} does not end")


def _statement(key: str, value: Value) -> str:
    import tomlkit

    return tomlkit.dumps({key: _item(value)})


def _restated(statement: str, key: str, value: Value) -> str:
    """The statement with another value; blanks and the comment at its end stay."""
    import tomlkit

    document = tomlkit.parse(statement)
    document[key] = _item(value)
    return document.as_string()


def _item(value: Value) -> "Item":
    import tomlkit

    # Z, as people write UTC; tomlkit alone would write +00:00
    return (
        tomlkit.item(value) if isinstance(value, str | bool | list) else tomlkit.datetime(f"{value:%Y-%m-%dT%H:%M:%SZ}")
    )
