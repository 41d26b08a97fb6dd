"""What of the incidents is wanted: FILTER, `--view` and `--since` as one question to the service and one test here."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from mtp_tui.commands.streams import shown, tell
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.fields import FIELDS
from mtp_tui.defender.narrowing.match import matches
from mtp_tui.defender.narrowing.meanings import Holds
from mtp_tui.defender.narrowing.narrowing import Fault, Narrowing, parse
from mtp_tui.defender.narrowing.server import said, server_part
from mtp_tui.defender.narrowing.view import View
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.errors import BadInput
from mtp_tui.moments import utc_text

_FIELDS = f"The fields are: {', '.join(field.name for field in FIELDS)}."
_NOBODY_YET = "whoever signs in"
_OF_THE_SCREEN = (Holds("unread"), Holds("changed"))


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of the service, and what is wanted of its answer."""

    query: IncidentQuery
    fits: Callable[[Incident], bool]
    said: str
    """Who does what, in one sentence; empty if nothing is narrowed."""
    doubts: tuple[str, ...] = ()
    """What may have been meant otherwise than it is taken, in sentences; said once, and in nobody's way."""


def filter_of(options: argparse.Namespace, around: Surroundings, view: View, me: str = _NOBODY_YET) -> Filter:
    """The filter of the arguments and of their view; `me` is who signed in, as incidents name an owner, and empty for an application.

    Raises BadInput if it cannot be read; every fault has been told by then, with its place in the line.
    """
    now = around.clock()
    narrowings = [_read(" ".join(options.filter), "FILTER", me, now)]
    if view.name:
        narrowings.append(_read(view.narrow, f"The view “{view.name}”", me, now))
    narrowing = Narrowing(tuple(term for each in narrowings for term in each.terms))
    query = server_part(narrowing)
    since = now - options.since if options.since else None
    if since is not None:
        query = replace(query, changed_since=max(since, query.changed_since or since))

    def fits(incident: Incident) -> bool:
        # a service that did not filter would be seen through here; an incident without a time is not lost
        is_recent = since is None or incident.updated_at is None or incident.updated_at >= since
        return is_recent and matches(narrowing, incident)

    recent = f"Only what was updated since {utc_text(since)}." if since else ""
    doubts = dict.fromkeys(doubt.sentence for each in narrowings for doubt in each.doubts)
    return Filter(query, fits, f"{said(narrowing)} {recent}".strip(), (*doubts, *([_FIELDS] if doubts else [])))


def _read(line: str, name: str, me: str, now: datetime) -> Narrowing:
    narrowing = parse(line, me=me, now=now)
    for fault in narrowing.faults:
        _tell_fault(line, fault)
    if narrowing.faults:
        raise BadInput("filter", f"{name} cannot be read.", "Quotes make a plain word of anything.")
    for term in narrowing.terms:
        if any(value.meaning in _OF_THE_SCREEN for value in term.values):
            raise BadInput("filter", f"{term} is known to the screen only.", "Leave it out.")
    return narrowing


def _tell_fault(line: str, fault: Fault) -> None:
    """The line, carets under what is meant, and why."""
    from rich.cells import cell_len

    before, meant = shown(line[: fault.start]), shown(line[fault.start : fault.end])
    tell(f"  {before}{meant}{line[fault.end :]}")
    tell(f"  {' ' * cell_len(before)}{'^' * max(1, cell_len(meant))}")
    tell(fault.sentence)


def view_of(options: argparse.Namespace, around: Surroundings) -> View:
    """The view of `--view`, built in or of the file beside the profiles'; one without a name if none is wanted.

    Raises BadInput if there is no such view.
    """
    if not options.view:
        return View("")
    from mtp_tui.services.views import Views, views_file

    listed = Views(views_file(around.profile_file), around.clock).load()
    view = listed.named(options.view)
    if view is not None:
        return view
    for problem in listed.problems:
        tell(str(problem))
    names = ", ".join(f"“{each.name}”" for each in listed.views)
    raise BadInput("view", f"There is no view “{options.view}”.", f"There are: {names}.")
