"""Which variables of the environment hold secrets: no program that is started from here inherits them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from mtp_tui.disk import read_small

_AZURE = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD")
_KEY = "secret_env"
_NAMED = re.compile(rb"""\bsecret_env["']?\s*=\s*["']([^"'\\\r\n]{1,200})["']""")

LARGEST_LOOKED_AT_BYTES = 4 * 1024 * 1024
"""More than is ever read as profiles: what a file names that is too large is a secret all the same."""


def secret_variables(profile_file: Path) -> frozenset[str]:
    """Those of Azure's libraries, and all that the profile file names, also one that is broken or too large to be used."""
    try:
        data = read_small(profile_file, LARGEST_LOOKED_AT_BYTES).data
    except (OSError, ValueError):
        data = b""
    return frozenset((*_AZURE, *_named_in(data)))


def without_secrets(environ: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    """The environment for another program. A command that prints a secret needs none to be given."""
    return {name: value for name, value in environ.items() if name not in names}


def _named_in(data: bytes) -> Iterator[str]:
    found = _NAMED.findall(data)
    yield from (name.decode(errors="replace") for name in found)
    # what is written in the usual way is found by its look, at a thousandth of what the parser costs a start
    if b"\\" in data or data.count(_KEY.encode()) != len(found):
        yield from _parsed_from(data)


def _parsed_from(data: bytes) -> Iterator[str]:
    import tomllib

    try:
        waiting: list[object] = [tomllib.loads(data.decode("utf-8-sig"))]
    except (ValueError, RecursionError):
        return
    while waiting:
        match waiting.pop():
            case dict() as table:
                if isinstance(name := table.get(_KEY), str):
                    yield name
                waiting.extend(table.values())
            case list() as values:
                waiting.extend(values)
