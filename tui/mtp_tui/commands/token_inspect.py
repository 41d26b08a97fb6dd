"""`mtp-tui token inspect`: everything that can be said about a token, for people or for scripts."""

import argparse
import os
import sys

from mtp_tui.commands.exits import Exit
from mtp_tui.commands.judging import Asked, judged
from mtp_tui.commands.streams import is_terminal, put, put_json
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.commands.token_source import given_token

_NARROWEST = 40


def inspect(options: argparse.Namespace, asked: Asked, around: Surroundings) -> Exit:
    """Print the report. Raises BadInput if there is no text to make one of."""
    report = judged(given_token(options.file), asked, around)
    now = around.clock()
    if options.json:
        from mtp_tui.commands.report_json import report_object

        put_json(report_object(report, now))
    else:
        from mtp_tui.commands.report_text import document, rendered

        width, is_coloured = _terminal(around)
        put(rendered(document(report, now), width=width, is_coloured=is_coloured))
    return Exit.OK if report.reading.is_readable else Exit.USAGE


def _terminal(around: Surroundings) -> tuple[int, bool]:
    """Columns of standard output, and whether colour may be written to it."""
    from mtp_tui.commands.report_text import ENDLESS

    if not is_terminal(sys.stdout):
        return ENDLESS, False
    try:
        width = os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        width = 0
    # an old Windows console would show the codes; Windows Terminal names itself
    understands = around.environ.get("TERM") != "dumb" and (sys.platform != "win32" or "WT_SESSION" in around.environ)
    return max(width or 80, _NARROWEST), understands and not around.environ.get("NO_COLOR")
