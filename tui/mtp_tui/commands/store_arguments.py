"""The arguments of `mtp-tui store`; nothing but the standard library is imported for them."""

import argparse
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from argparse import _SubParsersAction as Commands

Parser = TypeVar("Parser", bound=argparse.ArgumentParser)


def add_store(commands: "Commands[Parser]") -> None:
    """Add the command with its two parts."""
    store = commands.add_parser("store", help="what is remembered of tenants on this machine")
    parts = store.add_subparsers(dest="store_command", metavar="info | clear", required=True)
    info = parts.add_parser("info", help="say what is remembered, since when, and where")
    info.add_argument("--json", action="store_true", help="as one JSON object")
    clear = parts.add_parser(
        "clear",
        help="forget it",
        description="Forget incidents, choices and journal. Exit codes: 0 done, 1 not, 2 usage.",
    )
    clear.add_argument("--yes", action="store_true", help="do not ask")
    for part in (info, clear):
        part.add_argument("tenant", nargs="?", metavar="TENANT-ID", help="of this tenant only")
