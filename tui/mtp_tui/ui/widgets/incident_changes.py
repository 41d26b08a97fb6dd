"""What has changed in an incident since somebody last looked at it, before and after in words."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from mtp_tui.defender.detail import in_time_order
from mtp_tui.defender.models import Alert, Comment, IncidentDetail, severity_rank
from mtp_tui.moments import relative, utc_text
from mtp_tui.services.last_looks import ALERT_IDS, FieldChange, LastLook
from mtp_tui.ui.lines import BLANK, LABEL_WIDTH, Line, Role, Span, fact, heading
from mtp_tui.ui.widgets.incident_lines import severity_span

_LABELS = {
    "severity": "Severity",
    "alert_count": "Alerts",
    ALERT_IDS: "",
    "alerts": "Alerts",
    "status": "Status",
    "assigned_to": "Assigned to",
    "classification": "Classification",
    "determination": "Determination",
    "redirect_id": "Merged into",
    "tags": "Tags",
    "comments": "Comments",
    "name": "Name",
    "device_count": "Devices",
    "user_count": "Users",
    "sources": "Sources",
    "uri": "Portal link",
    "updated_at": "Last update",
}
"""Of the fields that we know, in the order of their weight; others keep the name that they were sent under."""

_NOTHING = {"assigned_to": "nobody", "tags": "none", "redirect_id": "none", "comments": "0"}
"""What an empty text means, where it is more than not given."""

_MOST_ALERTS = 5
"""Added alerts that are named; their tab has them all."""

_INDENT = 2
"""Cells that set the block apart from the facts, with the values in the same place."""

_LONGEST_WORDS = 200
"""Characters of a comment; its tab has it whole."""


def change_lines(look: LastLook, detail: IncidentDetail, now: datetime) -> Iterator[Line]:
    """A block with one line for each field, and the titles of what was added; nothing if nothing has changed."""
    by_field = {change.field: change for change in look.changes}
    known = [by_field[name] for name in _LABELS if name in by_field]
    lines = [line for change in known for line in _change(change, by_field, detail, now)]
    for change in look.changes:
        if change.field not in _LABELS:
            lines += _change(change, by_field, detail, now)
    if lines:
        since = f"{utc_text(look.at)}, {relative(look.at, now)}" if look.at else ""
        yield heading("Since you last looked", since)
        yield from lines
        yield BLANK


def _change(
    change: FieldChange, others: Mapping[str, FieldChange], detail: IncidentDetail, now: datetime
) -> Iterator[Line]:
    match change.field:
        case name if name == ALERT_IDS:
            yield from _added_alerts(change, detail, is_counted="alert_count" in others)
        case "comments":
            yield _fact(change, (*_words(change), *_newest_comment(change, detail)), now)
        case "severity":
            yield _fact(change, _severity(change), now)
        case _:
            yield _fact(change, _words(change), now)


def _fact(change: FieldChange, spans: tuple[Span, ...], now: datetime) -> Line:
    when = (Span(f"  {relative(change.as_of, now)}", Role.DIM),) if change.as_of else ()
    return _line(_LABELS.get(change.field, change.field), (*spans, *when))


def _line(label: str, spans: tuple[Span, ...]) -> Line:
    return fact(label, spans, indent=_INDENT, width=LABEL_WIDTH - _INDENT)


def _words(change: FieldChange) -> tuple[Span, ...]:
    if not change.before and not change.after:
        return (Span("changed"),)
    empty = _NOTHING.get(change.field, "not given")
    return (Span(f"{change.before or empty} → "), Span(change.after or empty, Role.STRONG))


def _severity(change: FieldChange) -> tuple[Span, ...]:
    before, after = severity_rank(change.before), severity_rank(change.after)
    way = "" if not before or not after else "  raised" if after > before else "  lowered"
    return (
        severity_span(change.before),
        Span(" → "),
        severity_span(change.after),
        Span(way, Role.WARN if after > before else Role.TEXT),
    )


def _added_alerts(change: FieldChange, detail: IncidentDetail, *, is_counted: bool) -> Iterator[Line]:
    """The titles of the alerts that were not there; how many are there no more."""
    before, after = ({*text.split("\n")} - {""} for text in (change.before, change.after))
    added = [alert for alert in in_time_order(detail.alerts) if alert.id in after - before]
    label = "" if is_counted else "Alerts"
    for alert in added[:_MOST_ALERTS]:
        yield _line(label, _added(alert))
        label = ""
    if len(added) > _MOST_ALERTS:
        yield _line("", (Span(f"and {len(added) - _MOST_ALERTS} more in their tab", Role.DIM),))
    if gone := len(before - after):
        yield _line(label, (Span(f"{gone} moved away"),))


def _added(alert: Alert) -> tuple[Span, ...]:
    return (Span("+ ", Role.DIM), severity_span(alert.severity), Span(f"  {alert.title or 'no title'}"))


def _newest_comment(change: FieldChange, detail: IncidentDetail) -> Iterator[Span]:
    dated = [(comment.created_at, comment) for comment in detail.comments if comment.created_at]
    if not dated or not _is_more(change):
        return
    comment: Comment = max(dated, key=lambda pair: pair[0])[1]
    words = " ".join(comment.text.split())
    cut = f"{words[:_LONGEST_WORDS]}…" if len(words) > _LONGEST_WORDS else words
    yield Span(f"  “{cut}” {comment.created_by}".rstrip(), Role.DIM)


def _is_more(change: FieldChange) -> bool:
    before, after = change.before or "0", change.after or "0"
    return before.isdecimal() and after.isdecimal() and int(after) > int(before)
