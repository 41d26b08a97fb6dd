"""Moments as the services write them and as people read them."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

_NEVER = datetime(1601, 1, 2, tzinfo=UTC)
"""Microsoft's services write year 1 (.NET) or 1601 (Windows) for “never”."""

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?\s*(Z|z|[+-]\d{2}:?\d{2})?")

_LONGEST = 60
"""Characters of a time; nobody sends so many, and what is remembered stays small."""


def parse_moment(value: object) -> datetime | None:
    """An aware UTC datetime of a time as the API writes it, or None for whatever is not one.

    Seen in answers: 0 to 7 fraction digits, `Z`, an offset, or no zone (which means UTC); a blank for the `T`. Year 1
    means never, and gives None.
    """
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    return _parsed(value)


@lru_cache(maxsize=4096)
def _parsed(value: str) -> datetime | None:
    """What was read before is not read again: the alerts and entities of an incident share most of their times."""
    if _is_usual(value):
        with suppress(ValueError):  # which `fromisoformat` reads in a fifth of the time
            moment = datetime.fromisoformat(value)
            return moment if moment > _NEVER else None
    match = _ISO.fullmatch(value.strip())
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    offset = "+00:00" if zone in (None, "Z", "z") else zone
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment > _NEVER else None


def _is_usual(value: str) -> bool:
    """Whether it is `YYYY-MM-DDThh:mm:ss.fZ` by the looks of it; without all of these marks Python knows other forms."""
    return value[4:17:3] == "--T::" and value[19:20] in (".", "Z") and value[-1] == "Z"


def from_http_date(text: str) -> datetime | None:
    """An aware UTC datetime of a Date or Retry-After header; None if it is none. Source: RFC 9110, section 5.6.7."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def from_epoch(value: object) -> datetime | None:
    """An aware UTC datetime of a token's NumericDate (seconds since 1970), also as text; None if it is not one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def utc_text(moment: datetime) -> str:
    """`2026-11-22 15:04:05 UTC`."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def local_text(moment: datetime) -> str:
    """The same in the machine's zone, with its offset: `2026-11-22 16:04:05 +01:00`."""
    try:
        local = moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return utc_text(moment)
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]}"


def both_texts(moment: datetime) -> str:
    """Local time and UTC; once where they are the same."""
    local, utc = local_text(moment), utc_text(moment)
    return utc if local.endswith("+00:00") or local == utc else f"{local} · {utc}"


def span(length: timedelta) -> str:
    """A length in its two largest useful units: `42 s`, `12 min`, `3 h 05 min`, `8 d 4 h`. Never negative."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 86400:
        return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"
    days, hours = seconds // 86400, seconds % 86400 // 3600
    return f"{days} d {hours} h" if hours and days < 30 else f"{days} d"


def relative(moment: datetime, now: datetime) -> str:
    """`in 42 min`, `3 h 05 min ago`, or `now`."""
    distance = moment - now
    if abs(distance) < timedelta(seconds=1):
        return "now"
    return f"in {span(distance)}" if distance > timedelta(0) else f"{span(-distance)} ago"


def age(moment: datetime, now: datetime) -> str:
    """How long ago in one unit, for a narrow column: `42 s`, `12 min`, `3 h`, `8 d`. Never negative."""
    seconds = max(0, int((now - moment).total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
