"""Incidents on their way out of the program: as CSV, JSON, NDJSON or a Markdown report, to a file or row by row."""

from mtp_tui.services.export.file import About, format_of, path_for_export, usual_name, write_export
from mtp_tui.services.export.formats import Format, Rows, rows_as

__all__ = ["About", "Format", "Rows", "format_of", "path_for_export", "rows_as", "usual_name", "write_export"]
