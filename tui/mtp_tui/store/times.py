"""Moments as the database keeps them: microseconds since 1970, which is all the precision that a datetime has."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

EVER = -(2**63)
"""Before every moment; the least that SQLite keeps as a whole number."""


def to_us(moment: datetime) -> int:
    """Of an aware datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def maybe_us(moment: datetime | None) -> int | None:
    """The same, and None for none."""
    return None if moment is None else to_us(moment)


def from_us(microseconds: int) -> datetime:
    """An aware UTC datetime."""
    return _EPOCH + timedelta(microseconds=microseconds)


def maybe_moment(microseconds: int | None) -> datetime | None:
    """The same, and None for none."""
    return None if microseconds is None else from_us(microseconds)
