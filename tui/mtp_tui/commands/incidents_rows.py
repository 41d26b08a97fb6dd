"""What writes the rows of each `--format`, for standard output as it is: a terminal, or something that keeps bytes."""

import argparse
import sys

from mtp_tui.commands.incidents_output import encoded
from mtp_tui.commands.incidents_table import Table
from mtp_tui.commands.page import page_of
from mtp_tui.commands.streams import is_terminal, shown
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.defender.models import Incident
from mtp_tui.errors import BadInput
from mtp_tui.services.export import Format, Rows, rows_as

__all__ = ["Rows", "rows_for"]


def rows_for(options: argparse.Namespace, around: Surroundings) -> Rows:
    """The rows of the chosen format. Raises BadInput for what does not go with it."""
    if options.bom and options.format != "csv":
        raise BadInput("bom", "--bom goes with --format csv only.", "Leave it out, or ask for CSV.")
    if options.format == "table":
        width, is_coloured = page_of(around)
        return TableRows(Table(width if is_terminal(sys.stdout) else None, is_coloured=is_coloured))
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
