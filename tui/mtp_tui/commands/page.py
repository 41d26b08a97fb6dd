"""How wide standard output is, and whether it takes colour."""

import os
import sys

from mtp_tui.commands.streams import is_terminal
from mtp_tui.commands.surroundings import Surroundings

_NARROWEST = 40


def page_of(around: Surroundings) -> tuple[int, bool]:
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
