"""The alerts of an incident on a time axis drawn in characters, a row for each tactic, and a list beneath."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mtp_tui.defender.detail import began_at, in_time_order
from mtp_tui.defender.models import Alert, IncidentDetail
from mtp_tui.defender.tactics import by_tactic, tactic_name
from mtp_tui.moments import utc_text
from mtp_tui.ui.lines import BLANK, NOT_GIVEN, Line, Role, Span, heading, text_line
from mtp_tui.ui.widgets.incident_lines import severity_span, why_no_alerts, worst_sign

LABEL = 21
"""Cells for the name of a tactic; the longest has 20."""

FEWEST = 12
"""Columns of the axis, however narrow the terminal is."""

_TICK = 12
"""Columns from one time on the axis to the next."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SCALES = (
    *(1, 2, 3, 5, 10, 15, 20, 30, 45),
    *(int(minutes * _MINUTE) for minutes in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45)),
    *(hours * _HOUR for hours in (1, 2, 3, 4, 6, 8, 12)),
    *(days * _DAY for days in (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180)),
    *(365 * _DAY * 2**power for power in range(12)),
)
"""Seconds that one column may stand for."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Axis:
    """Which column a moment falls into."""

    start_s: int
    """Seconds since 1970 at which the first column begins."""
    scale_s: int
    """Seconds of one column."""
    columns: int

    def column(self, moment: datetime) -> int:
        """From 0, never beyond the last one."""
        return max(0, min(self.columns - 1, (_seconds(moment) - self.start_s) // self.scale_s))


def axis_for(first: datetime, last: datetime, most: int) -> Axis:
    """The finest scale that fits into so many columns."""
    begin, end = _seconds(first), _seconds(last)
    for scale in _SCALES:
        start = begin // scale * scale
        columns = (end - start) // scale + 1
        if columns <= most:
            return Axis(start, scale, columns)
    return Axis(begin, max(1, -(-(end - begin + 1) // most)), most)


def timeline_lines(detail: IncidentDetail, now: datetime, width: int) -> list[Line]:  # noqa: ARG001 - as the other tabs
    """The axis in at most `width` cells, and every alert in order of time."""
    alerts = in_time_order(detail.alerts)
    if not alerts:
        return [text_line(why_no_alerts(detail), Role.DIM)]
    dated = [alert for alert in alerts if began_at(alert)]
    return [
        *(_drawn(dated, width) if dated else [text_line("None of its alerts came with a time.", Role.DIM)]),
        BLANK,
        heading("In order", "" if len(dated) == len(alerts) else "those without a time last"),
        *(_listed(alert) for alert in alerts),
    ]


def _drawn(alerts: Sequence[Alert], width: int) -> Iterator[Line]:
    stretches = {alert.position: _stretch(alert) for alert in alerts}
    first = min(begin for begin, _ in stretches.values())
    last = max(end for _, end in stretches.values())
    axis = axis_for(first, last, max(FEWEST, width - LABEL))
    yield heading("Alerts by tactic", f"one column is {_scale_in_words(axis.scale_s)}")
    at_once = _seconds(first) == _seconds(last)
    yield text_line(f"all at {utc_text(first)}" if at_once else f"{utc_text(first)} to {utc_text(last)}", Role.DIM)
    yield BLANK
    for name, found in by_tactic(alerts).items():
        cells = tuple(_cells(found, axis, stretches))
        yield Line(cells, lead=Span(name or NOT_GIVEN, Role.LABEL if name else Role.DIM), lead_width=LABEL)
    yield from _ticks(axis)
    yield BLANK
    yield text_line("▲ ◆ ▽ ○ ● one alert by severity · 2 so many · + ten or more · ─ it goes on", Role.DIM)


def _stretch(alert: Alert) -> tuple[datetime, datetime]:
    """From when to when; the end is never before the beginning, whatever was sent."""
    begin = began_at(alert)
    assert begin is not None  # noqa: S101 - only alerts with a time are drawn
    return begin, max(begin, alert.last_activity or begin)


def _cells(alerts: Sequence[Alert], axis: Axis, stretches: dict[int, tuple[datetime, datetime]]) -> Iterator[Span]:
    """One row of the axis: neighbours that look alike are one span."""
    begun: dict[int, list[Alert]] = {}
    goes_on: set[int] = set()
    for alert in alerts:
        begin, end = (axis.column(moment) for moment in stretches[alert.position])
        begun.setdefault(begin, []).append(alert)
        goes_on.update(range(begin + 1, end + 1))
    text, role = "", Role.DIM
    for column in range(axis.columns):
        here = begun.get(column, [])
        sign, its_role = _sign(here) if here else ("─" if column in goes_on else "·", Role.DIM)
        if its_role is not role and text:
            yield Span(text, role)
            text = ""
        text, role = text + sign, its_role
    yield Span(text, role)


def _sign(alerts: Sequence[Alert]) -> tuple[str, Role]:
    """What stands for the alerts of one cell; never the dot of an empty one."""
    sign, role = worst_sign(alerts)
    if len(alerts) > 1:
        return (str(len(alerts)) if len(alerts) < 10 else "+"), role
    return ("●" if sign == "·" else sign), role


def _ticks(axis: Axis) -> Iterator[Line]:
    """Two lines: marks where a time stands, and the times, as exact as the scale is."""
    is_one_day = axis.start_s // _DAY == (axis.start_s + axis.columns * axis.scale_s) // _DAY
    form = "%Y-%m-%d" if axis.scale_s >= _DAY else "%H:%M" if is_one_day else "%m-%d %H:%M"
    if axis.scale_s * _TICK < 2 * _MINUTE:
        form = "%H:%M:%S"
    marks = times = ""
    for column in range(0, axis.columns, _TICK):
        marks = marks.ljust(column, "─") + "┴"
        moment = _EPOCH + timedelta(seconds=axis.start_s + column * axis.scale_s)
        text = f"{moment:{form}}"
        if column == 0 or column + len(text) <= axis.columns:
            times = times.ljust(column) + text
    yield Line((Span(marks.ljust(axis.columns, "─"), Role.DIM),), lead_width=LABEL)
    yield Line((Span(times, Role.DIM),), lead_width=LABEL)


def _listed(alert: Alert) -> Line:
    moment = began_at(alert)
    when = Span(utc_text(moment), Role.LABEL) if moment else Span(f"time {NOT_GIVEN}", Role.DIM)
    tactic = tactic_name(alert.category)
    severity = severity_span(alert.severity)
    return Line(
        (
            severity,
            Span(f"  {alert.title or 'no title'}"),
            *((Span(f"  {tactic}", Role.DIM),) if tactic else ()),
        ),
        lead=when,
        lead_width=25,
        indent=1,
        record=alert.key,
    )


def _scale_in_words(seconds: int) -> str:
    """One unit, and a whole number of it."""
    for unit, size in (("year", 365 * _DAY), ("day", _DAY), ("h", _HOUR), ("min", _MINUTE)):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 and size >= _DAY else ''}"
    return f"{seconds} s"


def _seconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(seconds=1)
