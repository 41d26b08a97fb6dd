"""The arguments of `mtp-tui token`. Only the standard library is imported, since `--help` has to answer at once."""

import argparse
import re
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from argparse import _SubParsersAction as Commands

Parser = TypeVar("Parser", bound=argparse.ArgumentParser)

CLOUDS = ("global", "gcc", "gcc-high", "dod")

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_SPAN = re.compile(r"(?P<count>\d{1,6})(?P<unit>[smh])")

_ACTIONS = "Inspect, check or get an access token, without a screen."

_ACTIONS_END = """\
exit codes: 0 yes, 1 no, 2 wrong arguments or no readable token, 130 Ctrl+C.
The --help of each says what that means there, with examples:

  mtp-tui token check --help"""

_WHERE_FROM = """\
The token is read from FILE, or from standard input for “-” or no FILE; never
from an argument, since other users can list those and shells remember them.
“Bearer”, quotes, line ends and Entra's whole JSON answer around it are
understood, and UTF-16, which PowerShell writes. The token is never printed.
The network is asked for nothing but the tenant's public signing keys, at the
Entra host of --cloud, whatever the token names; --offline asks nobody."""

_INSPECT = f"""\
Print everything that can be said about an access token.

{_WHERE_FROM}"""

_INSPECT_END = """\
exit codes:
  0  the token can be read, whatever the verdict on it
  2  it cannot be read, the file cannot, or the arguments are wrong

examples:
  mtp-tui token inspect Latest-token.txt
  mtp-tui token get | mtp-tui token inspect
  mtp-tui token inspect --json - < Latest-token.txt

--json prints an object with version (1), is_readable, shape, verdict,
conclusions, findings, kind, api, permissions, can_do, times, and claims with
header and payload as they are. Verdicts are pass, warn, fail, or not checked."""

_CHECK = f"""\
Tell by the exit code whether an access token will do. Each condition is judged
on its own, and all have to hold: that it is for the API, that it has not ended,
each --require, and whatever else is asked for. A signature that is wrong never
holds; one that could not be checked does, unless --signed is given.

{_WHERE_FROM}"""

_CHECK_END = """\
exit codes:
  0  all conditions hold
  1  at least one does not
  2  the token cannot be read, the file cannot, or the arguments are wrong

examples:
  mtp-tui token check Latest-token.txt --require Incident.Read.All
  mtp-tui token check --min-left 10m < Latest-token.txt || ./Get-Token.ps1
  mtp-tui token check --signed --tenant contoso.com --quiet Latest-token.txt

--json prints an object with version (1), holds, checked_at, expires_at, and
conditions, each with condition, asked, holds, is_checked and sentence."""

_GET = """\
Sign in with a profile, or with what the AZURE_* variables say, and print the
access token and nothing else. Everything else goes to standard error: address
and code of a device code sign-in, and why there is no token. A secret that no
source has is asked for if standard input is a terminal; it is never taken from
an argument."""

_GET_END = """\
exit codes:
  0  the token was printed
  1  Entra refused, or could not be reached; why is on standard error, with the
     AADSTS number if there is one
  2  profile, variables or arguments are wrong, or there is no secret

examples:
  mtp-tui token get --profile north > Latest-token.txt
  mtp-tui token get | sed 's/^/Authorization: Bearer /' |
    curl -H @- https://api.security.microsoft.com/api/incidents"""


def add_token(commands: "Commands[Parser]") -> None:
    """Add `token` and what it can do; the namespace gets `action`, which is None if nothing was named."""
    token = _added(commands, "token", "an access token, without a screen: inspect, check, get", _ACTIONS, _ACTIONS_END)
    token.set_defaults(parser=token)
    actions = token.add_subparsers(dest="action", metavar="inspect|check|get")
    _add_inspect(actions)
    _add_check(actions)
    _add_get(actions)


def _add_inspect(actions: "Commands[Parser]") -> None:
    inspect = _added(actions, "inspect", "print the report on a token", _INSPECT, _INSPECT_END)
    _add_source(inspect)
    inspect.add_argument("--json", action="store_true", help="print one JSON object instead, without the token")


def _add_check(actions: "Commands[Parser]") -> None:
    check = _added(actions, "check", "say by the exit code whether a token will do", _CHECK, _CHECK_END)
    _add_source(check)
    check.add_argument(
        "--require",
        action="append",
        default=[],
        metavar="PERMISSION",
        help="a permission that the token must hold, such as Incident.Read.All; may be repeated, all are needed",
    )
    check.add_argument(
        "--audience",
        default="",
        metavar="URI",
        help="the API that the token must be for: a URI or an application ID, any of its names (default: the API with the incidents)",
    )
    check.add_argument(
        "--min-left",
        type=span_of,
        default=timedelta(0),
        metavar="10m",
        help="how long the token must still be valid, in s, m or h (default: not ended)",
    )
    check.add_argument(
        "--signed", action="store_true", help="fail too if Entra's signature could not be checked, as without network"
    )
    output = check.add_mutually_exclusive_group()
    output.add_argument("--quiet", action="store_true", help="print nothing on standard output")
    output.add_argument("--json", action="store_true", help="print one JSON object instead of a line per condition")


def _add_get(actions: "Commands[Parser]") -> None:
    get = _added(actions, "get", "sign in and print the bare token", _GET, _GET_END)
    # suppressed, else the default would overwrite a --profile that stands before “token”
    get.add_argument(
        "--profile",
        default=argparse.SUPPRESS,
        metavar="NAME",
        help="a profile of profiles.toml, or “environment”, which the AZURE_* variables make (default: environment)",
    )
    get.add_argument(
        "--audience",
        default="",
        metavar="URI",
        help="the API to ask a token for (default: the profile's, else the API with the incidents)",
    )
    get.add_argument(
        "--json", action="store_true", help="print a JSON object with token_type, expires_on and access_token instead"
    )


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="a file with the token; “-” is standard input"
    )
    parser.add_argument(
        "--cloud", choices=CLOUDS, default="global", help="whose Entra is asked for the signing keys (default: global)"
    )
    parser.add_argument("--tenant", default="", metavar="ID", help="the tenant, ID or domain, that it must belong to")
    parser.add_argument("--client-id", default="", metavar="ID", help="the application that it must be issued to")
    parser.add_argument(
        "--offline", action="store_true", help="ask nobody; the signature stays unchecked, and that is said"
    )


def _added(commands: "Commands[Parser]", name: str, short: str, long: str, end: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=short, description=long, epilog=end, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def span_of(text: str) -> timedelta:
    """A length of time such as `90s`, `10m` or `2h`. Raises ArgumentTypeError for anything else."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time; write 90s, 10m or 2h")
    return timedelta(**{_UNITS[match["unit"]]: int(match["count"])})
