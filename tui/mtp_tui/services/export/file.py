"""An export in a file of its own: whole or not at all, and over nothing that nobody wanted gone."""

import asyncio
import json
import re
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mtp_tui.defender.models import Incident
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.moments import utc_text
from mtp_tui.services.export.draft import Draft
from mtp_tui.services.export.formats import Format, rows_as
from mtp_tui.services.export.markdown import escaped
from mtp_tui.services.new_file import is_taken, path_for, refuse_unless_fit

_FIELD = "export file"
_FORMATS = {f".{form}": form for form in Format} | {".jsonl": Format.NDJSON, ".markdown": Format.MARKDOWN}
"""By the ending, in small letters."""
_UNFIT = re.compile(r"[^0-9A-Za-z]+")
_AT_ONCE = 50
"""Incidents that are held before they are written; some have a megabyte each."""


@dataclass(frozen=True, slots=True)
class About:
    """What an export holds, for whoever finds the file later."""

    as_of: datetime
    """When the service said so (aware)."""
    narrowed_to: str = ""
    """The filter as it was typed; empty for none."""
    known: int | None = None
    """How many incidents there were to choose from; None where that is no question."""
    is_marked: bool = False
    """Whether somebody chose them one by one."""
    tenant: str = ""
    note: str = ""
    """Why there may be more than was exported, in one sentence; empty if there is not."""

    def sentence(self, rows: int) -> str:
        """`12 of 340 incidents of contoso.com, narrowed to “severity:high”, as of 2026-11-22 15:04:05 UTC.` and the note behind it."""
        marked = " marked" if self.is_marked else ""
        count = f"{rows:,}{marked}" if self.known is None else f"{rows:,}{marked} of {self.known:,}"
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


def format_of(name: str) -> Format | None:
    """Which format a file of this name is taken for by its ending; None if no one of ours."""
    return _FORMATS.get(Path(name).suffix.lower())


def path_for_export(typed: str, form: Format) -> Path:
    """The whole path that was meant. Raises BadInput, with the reason, where no export of this form can stand.

    That something stands there already is not refused here; `is_taken` of `new_file` tells, and somebody is asked.
    """
    path = path_for(typed, _FIELD)
    if format_of(path.name) not in (None, form):
        kind = "a Markdown report" if form is Format.MARKDOWN else form.upper()
        raise BadInput(
            _FIELD,
            f"{path.name} would hold {kind}, which is not what its ending says.",
            f"Let it end in .{form}, or choose the other format.",
        )
    return path


async def write_export(
    path: Path,
    incidents: AsyncIterable[Incident],
    form: Format,
    about: About,
    *,
    replace: bool,
    on_written: Callable[[int], object] = lambda _: None,
) -> str:
    """Write the incidents as they come, mode 0600, and return a sentence that says what the file holds.

    Nothing stands at `path` before all of it is written, and unless `replace`, nothing that stands there is touched, be
    it a file that came a moment ago. `on_written` is told after every few incidents how many are written. What the file
    holds is also said in it, but for CSV and NDJSON, where one more line would be taken for an incident: JSON is an
    object of `value`, the array, which is what the API calls it too, and `about` (exported, as_of, filter, marked, known,
    tenant, note).

    Raises BadInput if it is a link, a folder, or taken; MtpError if it cannot be written; and whatever the incidents
    raise. Then, and when it is cancelled, nothing has changed.
    """
    await asyncio.to_thread(_refuse_unless_free, path, replace)
    try:
        return await _write(path, incidents, form, about, replace=replace, on_written=on_written)
    except ValueError as error:
        raise MtpError("An incident is not JSON any more.", "Export to CSV instead.", detail=str(error)) from error
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError as error:
        why = f"{path} could not be written: {error.strerror or error}."
        raise MtpError(why, "Export to another folder; nothing was changed.") from error


async def _write(
    path: Path,
    incidents: AsyncIterable[Incident],
    form: Format,
    about: About,
    *,
    replace: bool,
    on_written: Callable[[int], object],
) -> str:
    rows, written, waiting = rows_as(form), 0, list[Incident]()
    draft = Draft(path)
    try:
        await asyncio.to_thread(draft.begin, _before(form) + rows.begin())
        async for incident in incidents:
            waiting.append(incident)
            if len(waiting) == _AT_ONCE:
                await asyncio.to_thread(draft.write_rows, rows, waiting)
                written, waiting = written + len(waiting), []
                on_written(written)
        await asyncio.to_thread(draft.write_rows, rows, waiting)
        written += len(waiting)
        end = rows.end() + _behind(form, about, written)
        # whoever cancels during the last step finds the file there; nothing is left half done
        await asyncio.to_thread(draft.finish, end, replace=replace)
    finally:
        await asyncio.to_thread(draft.discard)
    return about.sentence(written)


def _refuse_unless_free(path: Path, replace: bool) -> None:
    refuse_unless_fit(path, _FIELD)
    if not replace and is_taken(path):
        raise _taken(path)


def _before(form: Format) -> bytes:
    return b'{"value": ' if form is Format.JSON else b""


def _behind(form: Format, about: About, rows: int) -> bytes:
    match form:
        case Format.JSON:
            said = json.dumps(_about_object(about, rows), ensure_ascii=False)
            return b',"about": ' + said.encode(errors="replace") + b"}\n"
        case Format.MARKDOWN:
            return f"\n---\n\n{escaped(about.sentence(rows))}\n".encode(errors="replace")
        case _:
            return b""


def _about_object(about: About, rows: int) -> dict[str, object]:
    return {
        "exported": rows,
        "as_of": about.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "filter": about.narrowed_to,
        "marked": about.is_marked,
        "known": about.known,
        "tenant": about.tenant,
        "note": about.note,
    }


def _taken(path: Path) -> BadInput:
    return BadInput(_FIELD, f"{path} is there already.", "Say that it may be replaced, or give another name.")
