"""Times in the line: lengths (`<7d`, `1h..2d`), days and moments (`today`, `>=2026-11-01`), and ranges of them.

A length is counted back from now, so that `<7d` is the last seven days; alone it means the same. A day is one of the
zone of the clock that is given.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from mtp_tui.defender.narrowing.meanings import Between, Wrong

_SIGN = re.compile(r"(<=|>=|<|>|=)?(.*)", re.DOTALL)
_LENGTH = re.compile(r"([0-9]{1,5})(s|min|m|h|d|w)", re.IGNORECASE)
_UNITS = {
    "s": timedelta(seconds=1), "min": timedelta(minutes=1), "m": timedelta(minutes=1), "h": timedelta(hours=1),
    "d": timedelta(days=1), "w": timedelta(weeks=1),
}  # fmt: skip
_DAY = re.compile(r"(2[0-9]{3})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(r"(2[0-9]{3}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?", re.IGNORECASE)  # fmt: skip
TIME_WORDS = ("today", "yesterday")
"""Days that have a name."""
_LONGEST = timedelta(days=9999)
_ONE_DAY = timedelta(days=1)

_HOW = "Write a length such as <7d or >2h, a day such as 2026-11-20 or today, or a range with two dots."
_HOW_LONG = "Write a length such as <7d, >2h or 1d..7d."


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What one time stands for: a day has a beginning and an end, of a length both are the same moment."""

    start: datetime
    end: datetime
    is_length: bool = False


def time_from(typed: str, now: datetime, *, only_lengths: bool = False) -> Between | Wrong:
    """What a time, compared or not, or a range of two means at this moment (aware)."""
    how = _HOW_LONG if only_lengths else _HOW
    if ".." in typed:
        first, _, second = typed.partition("..")
        return _range(first, second, now, how, only_lengths=only_lengths)
    match = _SIGN.fullmatch(typed)
    sign, rest = (match[1] or "", match[2]) if match else ("", typed)
    stretch = _stretch(rest, now, only_lengths=only_lengths)
    if stretch is None:
        return Wrong(f"“{typed[:40]}” is not a time. {how}")
    if stretch.is_length:
        return Between(None, stretch.start) if sign.startswith(">") else Between(stretch.start, None)
    match sign:
        case ">":
            return Between(stretch.end, None)
        case ">=":
            return Between(stretch.start, None)
        case "<":
            return Between(None, stretch.start)
        case "<=":
            return Between(None, stretch.end)
        case _:
            return Between(stretch.start, stretch.end)


def _range(first: str, second: str, now: datetime, how: str, *, only_lengths: bool) -> Between | Wrong:
    one = _stretch(first, now, only_lengths=only_lengths) if first else None
    other = _stretch(second, now, only_lengths=only_lengths) if second else None
    if (first and one is None) or (second and other is None) or not (first or second):
        return Wrong(f"“{first[:40]}..{second[:40]}” is not a range of times. {how}")
    if all(stretch.is_length for stretch in (one, other) if stretch):
        one, other = other, one  # the longer length is the earlier moment
    start, end = one.start if one else None, other.end if other else None
    if start is not None and end is not None and start > end:
        return Wrong("The range ends before it begins.", f"{second}..{first}")
    return Between(start, end)


def _stretch(typed: str, now: datetime, *, only_lengths: bool) -> _Stretch | None:
    if match := _LENGTH.fullmatch(typed):
        length = int(match[1]) * _UNITS[match[2].lower()]
        return _Stretch(now - length, now - length, is_length=True) if length <= _LONGEST else None
    if only_lengths:
        return None
    try:
        return _day(typed, now) or _moment(typed, now)
    except ValueError:  # the 31st of a month that has 30 days
        return None


def _day(typed: str, now: datetime) -> _Stretch | None:
    word = typed.casefold()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if word in TIME_WORDS:
        start = midnight if word == "today" else midnight - _ONE_DAY
    elif match := _DAY.fullmatch(typed):
        start = midnight.replace(year=int(match[1]), month=int(match[2]), day=int(match[3]))
    else:
        return None
    return _Stretch(start, start + _ONE_DAY)


def _moment(typed: str, now: datetime) -> _Stretch | None:
    match = _MOMENT.fullmatch(typed)
    if match is None:
        return None
    day, clock, seconds, zone = match.groups()
    moment = datetime.fromisoformat(f"{day}T{clock}{seconds or ':00'}{(zone or '').upper()}")
    start = moment if zone else moment.replace(tzinfo=now.tzinfo)
    return _Stretch(start, start + timedelta(seconds=1 if seconds else 60))
