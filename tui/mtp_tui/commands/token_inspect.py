"""`mtp-tui token inspect`: everything that can be said about a token, for people or for scripts."""

import argparse

from mtp_tui.commands.exits import Exit
from mtp_tui.commands.judging import Asked, judged
from mtp_tui.commands.page import page_of
from mtp_tui.commands.streams import put, put_json
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.commands.token_source import given_token


def inspect(options: argparse.Namespace, asked: Asked, around: Surroundings) -> Exit:
    """Print the report. Raises BadInput if there is no text to make one of."""
    report = judged(given_token(options.file), asked, around)
    now = around.clock()
    if options.json:
        from mtp_tui.commands.report_json import report_object

        put_json(report_object(report, now))
    else:
        from mtp_tui.commands.report_text import document, rendered

        width, is_coloured = page_of(around)
        put(rendered(document(report, now), width=width, is_coloured=is_coloured))
    return Exit.OK if report.reading.is_readable else Exit.USAGE
