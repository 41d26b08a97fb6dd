"""An export in a file of its own: whole or not at all, and over nothing that nobody wanted gone."""

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from mtp_tui.defender.models import Incident
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.moments import utc_text
from mtp_tui.profiles import private_file
from mtp_tui.services.export.formats import Format, rows_as
from mtp_tui.services.export.markdown import escaped
from mtp_tui.services.new_file import is_taken, path_for, refuse_unless_fit

_FIELD = "export file"
_UNFIT = re.compile(r"[^0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class About:
    """What an export holds, for whoever finds the file later."""

    as_of: datetime
    """When the service said so (aware)."""
    narrowed_to: str = ""
    """The filter as it was typed; empty for none."""
    known: int | None = None
    """How many incidents there were to choose from; None where that is no question."""
    tenant: str = ""
    note: str = ""
    """Why there may be more than was exported, in one sentence; empty if there is not."""

    def sentence(self, rows: int) -> str:
        """`12 of 340 incidents of contoso.com, narrowed to “severity:high”, as of 2026-11-22 15:04:05 UTC.` and the note behind it."""
        count = f"{rows:,}" if self.known is None else f"{rows:,} of {self.known:,}"
        noun = "incident" if rows == 1 and self.known in (None, 1) else "incidents"
        parts = (
            f"{count} {noun}{f' of {self.tenant}' if self.tenant else ''}",
            f"narrowed to “{self.narrowed_to}”" if self.narrowed_to else "",
            f"as of {utc_text(self.as_of)}",
        )
        return f"{', '.join(filter(None, parts))}. {self.note}".rstrip()


def usual_name(form: Format, about: About, incident_id: str = "") -> str:
    """`incidents-20261122-1504.csv`; `incident-924565-20261122-1504.md` for one."""
    which = f"incident-{_UNFIT.sub('-', incident_id)[:40].strip('-')}" if incident_id else "incidents"
    return f"{which}-{about.as_of.astimezone(UTC):%Y%m%d-%H%M}.{form}"


def path_for_export(typed: str) -> Path:
    """The whole path that was meant. Raises BadInput, with the reason, where no export can stand.

    That something stands there already is not refused here; `is_taken` of `new_file` tells, and somebody is asked.
    """
    return path_for(typed, _FIELD)


def write_export(path: Path, incidents: Sequence[Incident], form: Format, about: About, *, replace: bool) -> str:
    """Write the incidents, mode 0600, and return a sentence that says what the file holds. Blocks.

    Unless `replace`, nothing that stands there is touched, be it a file that came a moment ago. What the file holds is
    also said in it, but for CSV and NDJSON, where one more line would be taken for an incident: JSON is an object of
    `about` (exported, as_of, filter, known, tenant, note) and `value`, the array, which is also what the API calls it.

    Raises BadInput if it is a link, a folder, or taken; MtpError if it cannot be written. Then nothing has changed.
    """
    refuse_unless_fit(path, _FIELD)
    if not replace and is_taken(path):
        raise _taken(path)
    try:
        data = _document(incidents, form, about)
        if replace:
            private_file.replace(path, data)
        else:
            _place(path, data)
    except ValueError as error:
        raise MtpError("An incident is not JSON any more.", "Export to CSV instead.", detail=str(error)) from error
    except OSError as error:
        raise MtpError(f"{path} could not be written: {error.strerror or error}.", _ELSEWHERE) from error
    except BadInput:
        raise
    except MtpError as error:
        raise MtpError(error.summary, _ELSEWHERE) from error
    return about.sentence(len(incidents))


_ELSEWHERE = "Export to another folder; nothing was changed."


def _document(incidents: Sequence[Incident], form: Format, about: About) -> bytes:
    rows = rows_as(form)
    document = b"".join((rows.begin(), *(rows.row(incident) for incident in incidents), rows.end()))
    if form is Format.JSON:
        said = json.dumps(_about_object(about, len(incidents)), ensure_ascii=False)
        return b'{"about": ' + said.encode(errors="replace") + b',\n"value": ' + document.rstrip() + b"}\n"
    if form is Format.MARKDOWN:
        return document + f"\n---\n\n{escaped(about.sentence(len(incidents)))}\n".encode(errors="replace")
    return document


def _about_object(about: About, rows: int) -> dict[str, object]:
    return {
        "exported": rows,
        "as_of": about.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "filter": about.narrowed_to,
        "known": about.known,
        "tenant": about.tenant,
        "note": about.note,
    }


def _place(path: Path, data: bytes) -> None:
    """Put a whole file where nothing stands, at one stroke. Raises BadInput if something does by now."""
    spare = path.with_name(f".export-{token_hex(6)}")
    try:
        private_file.replace(spare, data)
        try:
            os.link(spare, path)  # which, unlike a renaming, takes nothing's place
        except FileExistsError as error:
            raise _taken(path) from error
        except OSError:  # file systems without links: the name is taken first, and then filled
            _reserve(path)
            os.replace(spare, path)
    finally:
        with suppress(OSError):
            os.unlink(spare)


def _reserve(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise _taken(path) from error


def _taken(path: Path) -> BadInput:
    return BadInput(_FIELD, f"{path} is there already.", "Say that it may be replaced, or give another name.")
