"""Moments: whatever a service or a token writes for a time gives a datetime or None, and never an exception."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.moments import age, both_texts, from_epoch, local_text, parse_moment, relative, span, utc_text

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MOMENTS = st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31))  # noqa: DTZ001
JSON_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20T12:00:00Z",
        "2026-11-20T12:00:00z",
        "2026-11-20T12:00:00",
        "2026-11-20 12:00:00Z",
        "2026-11-20T12:00:00.0Z",
        "2026-11-20T12:00:00.0000000Z",
        "2026-11-20T12:00:00.0000009Z",
        "2026-11-20T13:30:00+01:30",
        "2026-11-20T13:30:00+0130",
        "2026-11-20T12:00:00+00:00",
        "  2026-11-20T12:00:00Z ",
    ],
)
def test_every_form_that_services_write_is_read(written: str) -> None:
    moment = parse_moment(written)
    assert moment == NOON
    assert moment is not None
    assert moment.tzinfo is UTC


def test_fractions_are_kept_to_the_microsecond() -> None:
    assert parse_moment("2026-11-20T12:00:00.1234567Z") == NOON + timedelta(microseconds=123456)
    assert parse_moment("2026-11-20T12:00:00.5Z") == NOON + timedelta(microseconds=500_000)


@pytest.mark.parametrize(
    "written",
    [
        None, "", "0001-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-13-01T00:00:00Z",
        "2026-11-20T25:00:00Z", "2026-11-20", "12:00:00", "yesterday", "2026-11-20T12:00:00+99:99", "2026-11-20T12:00:60Z",
        1763640000, 1.5, True, [], {},
    ],
)  # fmt: skip
def test_what_is_no_moment_gives_none(written: object) -> None:
    assert parse_moment(written) is None


@pytest.mark.parametrize("written", [NOON.timestamp(), int(NOON.timestamp()), str(int(NOON.timestamp()))])
def test_numeric_dates_are_read_as_number_and_as_text(written: object) -> None:
    assert from_epoch(written) == NOON


@pytest.mark.parametrize(
    "written", [None, True, "", "soon", "nan", "1e400", float("nan"), float("inf"), 10**400, -(10**30), [], {}]
)
def test_what_is_no_numeric_date_gives_none(written: object) -> None:
    assert from_epoch(written) is None


@given(JSON_SCALARS | st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{0,9})?(Z|[+-]\d\d:?\d\d)?"))
def test_nothing_a_service_writes_raises(written: object) -> None:
    for read in (parse_moment, from_epoch):
        moment = read(written)
        assert moment is None or moment.tzinfo is UTC


@given(MOMENTS, MOMENTS)
def test_every_moment_can_be_written_down(moment: datetime, now: datetime) -> None:
    for text in (utc_text(moment), local_text(moment), both_texts(moment), relative(moment, now), age(moment, now)):
        assert text.isprintable()
        assert text


@given(MOMENTS.filter(lambda moment: moment.year > 1601))
def test_what_is_written_is_read_back(moment: datetime) -> None:
    assert parse_moment(moment.isoformat()) == moment


@pytest.mark.parametrize(
    ("length_s", "written"),
    [
        (-5, "0 s"), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h 00 min"), (11100, "3 h 05 min"),
        (86399, "23 h 59 min"), (86400, "1 d"), (86400 * 8 + 3600 * 4, "8 d 4 h"), (86400 * 30 + 3600, "30 d"),
    ],
)  # fmt: skip
def test_spans_have_their_two_largest_units(length_s: float, written: str) -> None:
    assert span(timedelta(seconds=length_s)) == written


@pytest.mark.parametrize(
    ("distance_s", "written"),
    [(0, "now"), (0.9, "now"), (-0.9, "now"), (2520, "in 42 min"), (-11100, "3 h 05 min ago"), (1, "in 1 s")],
)
def test_distances_say_their_direction(distance_s: float, written: str) -> None:
    assert relative(NOON + timedelta(seconds=distance_s), NOON) == written


@pytest.mark.parametrize(
    ("ago_s", "written"), [(-60, "0 s"), (42, "42 s"), (60, "1 min"), (7199, "1 h"), (86400 * 8, "8 d")]
)
def test_ages_have_one_unit(ago_s: float, written: str) -> None:
    assert age(NOON - timedelta(seconds=ago_s), NOON) == written


def test_utc_is_written_as_utc_whatever_the_zone() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert utc_text(elsewhere) == "2026-11-20 12:00:00 UTC"
    assert both_texts(NOON).endswith("2026-11-20 12:00:00 UTC")
