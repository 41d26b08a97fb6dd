"""`mtp-tui incidents` and `mtp-tui incident`: which of them is run, what they print, and their failures as exit codes.

An incident that changes while the list is read is given once, in the state in which it was first seen to fit: what was
printed cannot be taken back. That it changed is said at the end. A view with an order of its own has to be read to its
end before the first row can be given.
"""

import argparse
from collections.abc import Sequence
from contextlib import aclosing

from mtp_tui.commands.exits import Exit
from mtp_tui.commands.incident_access import Access, access
from mtp_tui.commands.incidents_filter import Filter, filter_of, view_of
from mtp_tui.commands.incidents_output import Progress, ReaderGone, put_bytes
from mtp_tui.commands.incidents_rows import Rows, rows_for
from mtp_tui.commands.signing_in import signed_in_by
from mtp_tui.commands.streams import shown, tell, tell_problem
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.defender.incident_order import in_order
from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.view import DEFAULT_ORDER, View
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.identity.credentials import Credentials
from mtp_tui.services.export.selection import Batch, Selection
from mtp_tui.services.patience import Waiting


def run_incidents(options: argparse.Namespace, around: Surroundings) -> Exit:
    """Run what the arguments of `incidents_arguments` say, and return its exit code. Only bugs and Ctrl+C are raised."""
    try:
        if options.command == "incident":
            from mtp_tui.commands.incident import one_incident

            return one_incident(options, around)
        return _incidents(options, around)
    except ReaderGone:
        return Exit.OK
    except BadInput as error:
        tell_problem(error)
        return Exit.USAGE
    except MtpError as error:
        tell_problem(error)
        return Exit.NO


def _incidents(options: argparse.Namespace, around: Surroundings) -> Exit:
    view = view_of(options, around)
    rows = rows_for(options, around, view)
    for doubt in filter_of(options, around, view).doubts:  # before anybody is asked for anything
        tell(shown(doubt))

    async def given(credentials: Credentials) -> Exit:
        async with access(credentials, around) as api:
            return await _Giving(options, around, rows, view, api).all()

    return signed_in_by(options, around, given)


class _Giving:
    """One run: from the first page to the last row that is wanted."""

    def __init__(self, options: argparse.Namespace, around: Surroundings, rows: Rows, view: View, api: Access) -> None:
        self._limit: int | None = options.limit
        self._order = view.sort
        self._held: list[Incident] = []
        """What has to wait for its place in the order."""
        self._progress = Progress(options.verbose)
        self._rows = rows
        self._filter: Filter = filter_of(options, around, view, api.signed_in.user)
        self._selection = Selection(api.client, around.sleep, self._filter.query, self._filter.fits)
        self._given = 0
        self._unreadable = 0
        self._has_begun = False

    async def all(self) -> Exit:
        """Give the rows. Raises ReaderGone, and MtpError with what was given made whole."""
        if self._order != DEFAULT_ORDER:
            self._progress.wait(f"Sorted by {self._order}: the first row comes when all have been read.")
        try:
            async with aclosing(self._selection.batches()) as events:
                async for event in events:
                    if isinstance(event, Waiting):
                        self._progress.wait(f"{shown(event.why)} Waiting {event.seconds:.0f} s.")
                    elif self._takes_last_of(event):
                        break
            if self._order != DEFAULT_ORDER:
                self._give(in_order(self._held, self._order)[: self._limit])
        except MtpError:
            if self._has_begun:
                tell(f"{_incidents_in_words(self._given)} given before what follows; there are more.")
            raise
        finally:
            self._end()
        return self._concluded()

    def _takes_last_of(self, batch: Batch) -> bool:
        """Write the rows of a page, or hold them, and whether that is enough."""
        self._unreadable += batch.unreadable
        if self._order != DEFAULT_ORDER:
            self._held += batch.incidents
            self._progress.page(f"{batch.read:,} read, {len(self._held):,} fit.")
            return False
        left = len(batch.incidents) if self._limit is None else self._limit - self._given
        self._give(batch.incidents[:left])
        self._progress.page(f"{batch.read:,} read, {self._given:,} given.")
        return self._given == self._limit

    def _give(self, wanted: Sequence[Incident]) -> None:
        beginning = b"" if self._has_begun else self._rows.begin()
        data = beginning + b"".join(map(self._rows.row, wanted))
        self._has_begun = True
        self._given += len(wanted)
        self._write(data)

    def _write(self, data: bytes) -> None:
        try:
            put_bytes(data)
        except (ReaderGone, MtpError):
            self._has_begun = False  # nothing can be ended where nothing can be written
            raise

    def _end(self) -> None:
        if self._has_begun:
            self._write(self._rows.end())

    def _concluded(self) -> Exit:
        if self._filter.said:
            self._progress.page(shown(self._filter.said))
        if not self._given and not self._selection.note:
            self._progress.wait("No incident fits.")
        if self._unreadable:
            items = "item of the list is" if self._unreadable == 1 else "items of the list are"
            tell(f"{self._unreadable:,} {items} no incident, and left out.")
        changed = self._selection.changed
        if changed:
            some = ", ".join(shown(incident_id) for incident_id in sorted(changed)[:10])
            tell(
                f"{_incidents_in_words(len(changed))} changed after being given: {some}{' …' if len(changed) > 10 else ''}"
            )
        if self._selection.note:
            tell(self._selection.note)
            return Exit.NO
        return Exit.OK


def _incidents_in_words(count: int) -> str:
    return f"{count:,} incident{'' if count == 1 else 's'} {'was' if count == 1 else 'were'}"
