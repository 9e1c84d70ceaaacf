"""Buckets against plain comparison: every number, every range, every kind of end."""

from __future__ import annotations

import math
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog.search.buckets import Cover, Edge, bucket_lexemes, cover, days, key, moment_range

MAX = sys.float_info.max
SMALL = [0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, -1e-310, 0.5, -0.5, 1.0, -1.0]
LARGE = [131071.0, 131073.0, -131073.0, 2.0**53 - 1, 1 - 2.0**53, 2.0**53, -(2.0**53), MAX, -MAX]
special = st.sampled_from(SMALL + LARGE)
numbers = (
    st.floats(allow_nan=False, allow_infinity=False)
    | special
    | st.integers(-3000, 3000).map(float)
    | st.floats(-100, 100)
)
whole = special.filter(float.is_integer) | st.integers(-3000, 3000).map(float)
whole = whole | st.integers(-(2**60), 2**60).map(float)
ends = st.none() | numbers | st.sampled_from([math.inf, -math.inf])


def near(number: float) -> list[float]:
    """The number and those next to it."""
    around = [number, math.nextafter(number, math.inf), math.nextafter(number, -math.inf)]
    return [one for one in around if math.isfinite(one)]


def in_buckets(number: float, buckets: list[str]) -> bool:
    lexemes = bucket_lexemes(number)
    return any(
        any(lexeme.startswith(bucket[:-1]) for lexeme in lexemes)
        if bucket.endswith("*")
        else bucket in lexemes
        for bucket in buckets
    )


def between(
    number: float, low: float | None, high: float | None, low_inclusive: bool, high_inclusive: bool
) -> bool:
    above = low is None or number > low or (low_inclusive and number == low)
    return above and (high is None or number < high or (high_inclusive and number == high))


def check(found: Cover, number: float, expected: bool) -> None:
    core = in_buckets(number, found.core)
    edge = any(between(number, *ends) for ends in found.edges)
    assert (core or edge) == expected
    if core or edge:
        assert core or in_buckets(number, found.edge_buckets)


@given(numbers, numbers)
def test_keys_sort_like_numbers(one: float, other: float) -> None:
    assert (key(one) < key(other)) == (one < other)
    assert (key(one) == key(other)) == (one == other)
    assert len(key(one)) == 16


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 10**400])
def test_keys_of_what_is_no_finite_number(number: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        key(number)


def test_lexemes_of_a_number() -> None:
    assert bucket_lexemes(2004) == ["3c09", "4c09f", "5c09f5", "6c09f50", "7c09f500"]
    assert bucket_lexemes(-0.0) == bucket_lexemes(0.0)


@settings(max_examples=600, deadline=None)
@given(ends, ends, st.booleans(), st.booleans(), st.lists(numbers, max_size=10))
@example(0.0, None, False, False, [])
@example(None, 0.0, True, False, [-5e-324])
@example(-5e-324, 5e-324, False, False, [0.0, -0.0])
@example(MAX, None, False, True, [])
def test_cover_equals_comparison(
    low: float | None,
    high: float | None,
    low_inclusive: bool,
    high_inclusive: bool,
    others: list[float],
) -> None:
    found = cover(low, high, low_inclusive, high_inclusive)
    assert len(found.edges) == len(found.edge_buckets) <= 2
    assert len(found.core) <= 15 * 14
    for end in (low, high):
        others = others + (near(end) if end is not None and math.isfinite(end) else [])
    for edge in found.edges:
        others = others + near(edge.low) + near(edge.high)
    for number in others:
        expected = between(number, low, high, low_inclusive, high_inclusive)
        check(found, number, expected)


@settings(max_examples=600, deadline=None)
@given(ends, ends, st.booleans(), st.booleans(), st.lists(whole, max_size=10))
def test_cover_of_whole_numbers_equals_comparison(
    low: float | None,
    high: float | None,
    low_inclusive: bool,
    high_inclusive: bool,
    others: list[float],
) -> None:
    found = cover(low, high, low_inclusive, high_inclusive, integral=True)
    assert len(found.edges) <= 2
    for end in (low, high):
        if end is not None and math.isfinite(end):
            others = others + [float(math.floor(end) + step) for step in (-1, 0, 1)]
    for number in others:
        if math.isfinite(number):
            check(found, number, between(number, low, high, low_inclusive, high_inclusive))


@given(st.integers(-131071, 131070), st.integers(-131071, 131070))
def test_whole_numbers_that_are_not_huge_have_no_edge(one: int, other: int) -> None:
    found = cover(min(one, other), max(one, other), True, True, integral=True)
    assert found.core
    assert found.edges == []


@given(numbers, numbers)
def test_reversed_and_empty_ranges_have_nothing(one: float, other: float) -> None:
    nothing = Cover([], [], [])
    if one != other:
        assert cover(max(one, other), min(one, other), True, True) == nothing
    assert cover(one, one, True, False) == cover(one, one, False, True) == nothing
    assert cover(math.inf, None, True, True) == cover(None, -math.inf, True, True) == nothing


def test_ranges_as_the_index_is_asked() -> None:
    assert cover(2004, 2007, True, True, integral=True) == Cover(["5c09f5"], [], [])
    assert cover(None, None, True, True) == Cover(["3*"], [], [])
    assert cover(4, None, True, True).core[-1] == "3f*"
    assert cover(7.3, 7.3, True, True).edges == [Edge(7.3, 7.3, True, True)]
    assert cover(-(10**400), 10**400, True, True) == Cover(["3*"], [], [])
    with pytest.raises(ValueError, match="finite"):
        cover(math.nan, None, True, True)


def test_a_day_has_no_edge() -> None:
    for text in ("1970", "2026", "2026-11", "2026-11-20", "2327-12-31"):
        found = cover(*moment_range(text), True, False)
        assert found.core
        assert found.edges == []


@settings(max_examples=300)
@given(st.datetimes(timezones=st.none() | st.just(UTC)), st.datetimes())
def test_days_sort_like_moments(one: datetime, other: datetime) -> None:
    one = one.replace(microsecond=0, tzinfo=UTC)
    other = other.replace(microsecond=0, tzinfo=UTC)
    assert (days(one) < days(other)) == (one < other)


def test_days_of_dates_and_zones() -> None:
    assert days(date(1970, 1, 2)) == 1.0
    assert days(date(1969, 12, 31)) == -1.0
    assert days(datetime(1970, 1, 1, 12)) == 0.5  # noqa: DTZ001 - without a zone on purpose
    assert days(datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))) == 0.0


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2026", "2026-01-01T00:00", "2027-01-01T00:00"),
        ("2026-12", "2026-12-01T00:00", "2027-01-01T00:00"),
        ("2024-02", "2024-02-01T00:00", "2024-03-01T00:00"),
        ("2024-02-29", "2024-02-29T00:00", "2024-03-01T00:00"),
        ("2026-11-20T10:00", "2026-11-20T10:00", "2026-11-20T10:01"),
        ("2026-11-20t10:00z", "2026-11-20T10:00", "2026-11-20T10:01"),
        ("2026-11-20 23:59:59", "2026-11-20T23:59:59", "2026-11-21T00:00"),
        ("2026-11-20T10:00:05+01:30", "2026-11-20T08:30:05", "2026-11-20T08:30:06"),
        ("2026-11-20T10:00-0500", "2026-11-20T15:00", "2026-11-20T15:01"),
        ("2026-11-20T10:00:05.25", "2026-11-20T10:00:05.250000", "2026-11-20T10:00:05.260000"),
    ],
)
def test_what_a_date_of_a_query_means(text: str, first: str, end: str) -> None:
    expected = tuple(days(datetime.fromisoformat(moment)) for moment in (first, end))
    assert moment_range(text) == expected


def test_the_ends_of_the_calendar() -> None:
    assert moment_range("9999")[1] == moment_range("9999-12")[1] == days(date(9999, 12, 31)) + 1
    assert moment_range("9999-12-31T23:59-23:00")[1] > moment_range("9999-12-31")[1]
    assert moment_range("0001-01-01T00:00+14:00")[0] < days(date(1, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20",
        "2026-",
        "2026-13",
        "2026-02-30",
        "0000",
        "２０２６",
        "2026\n",
        "now",
        "2026-11-20Z",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        moment_range(text)


@pytest.mark.parametrize("time", ["", "10", "24:00", "10:00+25:00", "10:00:60", "10:00:00.1234567"])
def test_what_is_no_time(time: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        moment_range(f"2026-11-20T{time}")
