"""`mtp-tui token`: which of its commands is run, and what their failures are as exit codes."""

import argparse
import sys

from mtp_tui.commands.exits import Exit
from mtp_tui.commands.streams import tell_problem
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.errors import BadInput, MtpError


def run_token(options: argparse.Namespace, around: Surroundings) -> Exit:
    """Run what the arguments of `token_arguments` say, and return its exit code. Only bugs and Ctrl+C are raised."""
    try:
        return _run(options, around)
    except BadInput as error:
        tell_problem(error)
        return Exit.USAGE
    except MtpError as error:
        tell_problem(error)
        return Exit.NO


def _run(options: argparse.Namespace, around: Surroundings) -> Exit:
    if options.action == "get":
        from mtp_tui.commands.token_get import get

        return get(options, around)
    if options.action is None:
        options.parser.print_help(sys.stderr)
        return Exit.USAGE
    if options.profile is not None:
        raise BadInput(
            "profile",
            "--profile goes with “token get” only.",
            "Name tenant and application by --tenant and --client-id.",
        )
    from mtp_tui.commands.judging import asked_by

    asked = asked_by(options)
    if options.action == "check":
        from mtp_tui.commands.token_check import check

        return check(options, asked, around)
    from mtp_tui.commands.token_inspect import inspect

    return inspect(options, asked, around)
