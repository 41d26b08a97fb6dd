"""`mtp-tui incident`: one incident as the incident pane words it, as Markdown, or as it was sent."""

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime

from mtp_tui.commands.exits import Exit
from mtp_tui.commands.incident_access import access
from mtp_tui.commands.incidents_output import Progress, put_bytes
from mtp_tui.commands.signing_in import signed_in_by
from mtp_tui.commands.streams import is_terminal, put, shown
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.detail import in_time_order
from mtp_tui.defender.models import Alert, Device, Incident, IncidentDetail, detail_from, merge_devices
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.identity.credentials import Credentials
from mtp_tui.services.export import Format, rows_as
from mtp_tui.services.patience import Patience
from mtp_tui.ui.lines import BLANK, Line, heading

_GREATEST = 2**63 - 1
_MOST_DIGITS = 19


def one_incident(options: argparse.Namespace, around: Surroundings) -> Exit:
    """Print it. Raises BadInput for what is no ID, MtpError if it was not given."""
    incident_id = options.id.strip().removeprefix("#")
    if not _is_id(incident_id):
        raise BadInput("id", f"“{incident_id[:40]}” is no ID of an incident.", "It is a number, such as 924565.")

    async def asked(credentials: Credentials) -> Incident:
        async with access(credentials, around) as api:
            return await _patiently(api.client, incident_id, around, Progress(options.verbose))

    incident = signed_in_by(options, around, asked)
    if options.format == "text":
        put(_text(detail_from(incident.raw), around))
    elif options.format == "json":
        row = rows_as(Format.NDJSON, shown=shown if is_terminal(sys.stdout) else None).row(incident)
        put_bytes(row)
    else:
        put(rows_as(Format.MARKDOWN).row(incident).decode())
    return Exit.OK


def _is_id(typed: str) -> bool:
    """Whether it is a whole number that the service can have given: an int64."""
    return typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS and int(typed) <= _GREATEST


async def _patiently(client: DefenderClient, incident_id: str, around: Surroundings, progress: Progress) -> Incident:
    """Asked for as often as makes sense; Raises what the client raises."""
    patience = Patience()
    while True:
        try:
            return await client.incident(incident_id)
        except MtpError as error:
            pause = patience.pause_after(error)
            if pause is None:
                raise
        progress.wait(f"{shown(pause.why)} Waiting {pause.seconds:.0f} s.")
        await around.sleep(pause.seconds)


def _text(detail: IncidentDetail, around: Surroundings) -> str:
    from mtp_tui.commands.page import page_of
    from mtp_tui.commands.report_text import rendered

    width, is_coloured = page_of(around)
    return rendered(_document(detail, around.clock()), width=width, is_coloured=is_coloured)


def _document(detail: IncidentDetail, now: datetime) -> Iterator[Line]:
    """Overview, alerts, evidence by type, devices, comments: the pages of the incident pane one below the other."""
    from mtp_tui.defender.evidence import evidence_of
    from mtp_tui.ui.widgets.incident_lines import alert_page, comment_lines, device_page, entity_page
    from mtp_tui.ui.widgets.incident_overview import Around, overview_lines

    yield from overview_lines(detail, now, Around(has_keys=False))
    for number, alert in enumerate(in_time_order(detail.alerts), 1):
        yield from (BLANK, heading(f"Alert {number} of {len(detail.alerts)}"), *alert_page(alert, now))
    for group in evidence_of(detail):
        yield from (BLANK, heading(group.type or "Other evidence", str(len(group.items))))
        for item in group.items:
            yield from (*entity_page(item), BLANK)
    for device in detail.devices:
        named_by = tuple(alert for alert in detail.alerts if _names(alert, device))
        yield from (BLANK, heading("Device"), *device_page(device, named_by, now))
    yield from (BLANK, heading("Comments", str(len(detail.comments))), *comment_lines(detail, now))


def _names(alert: Alert, device: Device) -> bool:
    return any(len(merge_devices((device, named))) == 1 for named in alert.devices)
