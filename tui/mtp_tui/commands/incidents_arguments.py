"""The arguments of `mtp-tui incidents` and `mtp-tui incident`. Only the standard library is imported: `--help` is quick."""

import argparse
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from mtp_tui.commands.token_arguments import Parser, span_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction as Commands

_DAYS = re.compile(r"(?P<count>\d{1,4})(?P<unit>[dw])")

_SIGN_IN = """\
It signs in with a profile, or with what the AZURE_* variables say. A secret
that no source has is asked for if standard input is a terminal; it is never
taken from an argument."""

_INCIDENTS = f"""\
Print the incidents that fit a filter, page by page as they arrive, the one
updated last first. FILTER is written as in the line that narrows the queue;
several words may stand side by side, and -- comes before a -word.

{_SIGN_IN}

A view narrows; a table has its columns, too, the name last. A view that is
not sorted by its last update is read to the end before its first row comes,
and --limit counts in its order.

An incident that changes meanwhile is given once, as it was when it was first
seen; that it changed is said on standard error, as is what came in the list
and is no incident. Progress and waits are said there too, if it is a terminal
or with --verbose."""

_INCIDENTS_END = """\
formats:
  table   columns for people; cut to a terminal, whole into a pipe or file
  csv     RFC 4180, UTF-8; a text that a spreadsheet would run as a formula
          has an apostrophe before it; several values are joined with “; ”
  json    an array; each incident byte for byte as the service sent it
  ndjson  an incident a line, as sent but for the line breaks inside
On a terminal, characters that act on it are shown as marks.

exit codes:
  0    all that fits was given (or as many as --limit), or the reader of the
       pipe has gone away
  1    refused, failed or incomplete before that; why is on standard error.
       What was given is whole: the array is closed
  2    filter, profile, variables or arguments are wrong
  130  Ctrl+C

examples:
  mtp-tui incidents severity:high status:active
  mtp-tui incidents --since 7d --format csv > incidents.csv
  mtp-tui incidents --format ndjson | jq -r .incidentName
  mtp-tui incidents --view Mine -- -noise"""

_INCIDENT = f"""\
Print one incident with its alerts, evidence, devices and comments.

{_SIGN_IN}"""

_INCIDENT_END = """\
formats:
  text  the report that the incident pane shows
  md    a report in Markdown: facts, alerts, evidence, what happened when
  json  byte for byte as the service sent it

exit codes:
  0    it was given, or the reader of the pipe has gone away
  1    there is no such incident, or it was refused; why is on standard error
  2    ID, profile, variables or arguments are wrong
  130  Ctrl+C

examples:
  mtp-tui incident 924565
  mtp-tui incident 924565 --format md > incident-924565.md"""


def add_incidents(commands: "Commands[Parser]") -> None:
    """Add `incidents` and `incident`."""
    listed = _added(commands, "incidents", "incidents that fit a filter, to a pipe or file", _INCIDENTS, _INCIDENTS_END)
    listed.add_argument("filter", nargs="*", metavar="FILTER", help="such as severity:high status:active owner:me")
    listed.add_argument(
        "--view",
        default="",
        metavar="NAME",
        help="a saved view, with its order and columns; FILTER, if there is one, narrows it further",
    )
    listed.add_argument(
        "--format", choices=("table", "json", "ndjson", "csv"), default="table", help="default: table; see below"
    )
    listed.add_argument("--limit", type=_count_of, metavar="N", help="stop after so many")
    listed.add_argument(
        "--since", type=since_of, metavar="7d", help="updated within this time only, in m, h, d or w (default: all)"
    )
    listed.add_argument("--bom", action="store_true", help="begin CSV with a byte order mark, which Excel wants")
    _add_common(listed)
    one = _added(commands, "incident", "one incident, to a pipe or file", _INCIDENT, _INCIDENT_END)
    one.add_argument("id", metavar="ID", help="its number")
    one.add_argument("--format", choices=("text", "json", "md"), default="text", help="default: text; see below")
    _add_common(one)


def since_of(text: str) -> timedelta:
    """A length of time such as `30m`, `12h`, `7d` or `2w`. Raises ArgumentTypeError for anything else."""
    match = _DAYS.fullmatch(text)
    if match is not None:
        return timedelta(days=int(match["count"]) * (7 if match["unit"] == "w" else 1))
    try:
        return span_of(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time; write 30m, 12h, 7d or 2w") from None


def _count_of(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:10]) > 0 and len(text) <= 9):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of incidents from 1 on")
    return int(text)


def _add_common(parser: argparse.ArgumentParser) -> None:
    # suppressed, else the default would overwrite a --profile that stands before the command
    parser.add_argument(
        "--profile",
        default=argparse.SUPPRESS,
        metavar="NAME",
        help="a profile of profiles.toml, or “environment”, which the AZURE_* variables make (default: environment)",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="say progress and waits on standard error, terminal or not"
    )


def _added(commands: "Commands[Parser]", name: str, short: str, long: str, end: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=short, description=long, epilog=end, formatter_class=argparse.RawDescriptionHelpFormatter
    )
