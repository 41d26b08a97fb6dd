"""What writes the rows of each `--format`, for standard output as it is: a terminal, or something that keeps bytes."""

import argparse
import sys

from mtp_tui.commands.incidents_output import encoded
from mtp_tui.commands.incidents_table import Table
from mtp_tui.commands.page import page_of
from mtp_tui.commands.streams import is_terminal, shown
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.view import View
from mtp_tui.errors import BadInput
from mtp_tui.services.export import Format, Rows, rows_as

__all__ = ["Rows", "rows_for"]


def rows_for(options: argparse.Namespace, around: Surroundings, view: View) -> Rows:
    """The rows of the chosen format, a table in the columns of the view. Raises BadInput for what does not go with it."""
    if options.bom and options.format != "csv":
        raise BadInput("bom", "--bom goes with --format csv only.", "Leave it out, or ask for CSV.")
    if options.format == "table":
        width, is_coloured = page_of(around)
        width_there = width if is_terminal(sys.stdout) else None
        return TableRows(Table(width_there, view.columns, is_coloured=is_coloured, now=around.clock()))
    return rows_as(Format(options.format), bom=options.bom, shown=shown if is_terminal(sys.stdout) else None)


class TableRows:
    """The table in the encoding of standard output."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self) -> bytes:
        """The names of the columns."""
        return encoded(self._table.header())

    def row(self, incident: Incident) -> bytes:
        """One line."""
        return encoded(self._table.row(incident))

    def end(self) -> bytes:
        """Nothing."""
        return b""
