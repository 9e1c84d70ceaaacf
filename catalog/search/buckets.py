"""Numbers and dates as the index has them: keys that sort like numbers, and buckets of keys.

A float becomes 16 hexadecimal digits. The first 3 to 7 of them are its buckets, so that a range is
found by the few buckets that lie wholly in it, and at its two ends by a look at the numbers.
"""

from __future__ import annotations

import math
import re
import struct
import sys
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

LENGTHS = range(3, 8)
_BITS = 36  # that a bucket of 7 digits leaves open
_SIGN = 1 << 63
_ALL_WHOLE = 2.0**53  # from here on floats are whole, and a step of 1 is lost
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_MOMENT = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?",
    re.IGNORECASE,
)


class Edge(NamedTuple):
    """A piece of a range that does not fill its bucket."""

    low: float
    high: float
    low_inclusive: bool
    high_inclusive: bool


class Cover(NamedTuple):
    """A range as buckets.

    A number is in the range if and only if it is in a bucket of ``core`` or between the ends of an
    edge. ``edge_buckets`` holds the bucket of each edge: core and these together miss no number of
    the range, and find some beside it. A bucket is written as the index has it after ``F<``, its
    length first (``5c09f5``); one that ends in ``*`` (``3d*``, ``3*``) is a prefix of those.
    """

    core: list[str]
    edges: list[Edge]
    edge_buckets: list[str]


def key(number: float) -> str:
    """16 hexadecimal digits that sort like the number. ValueError for what is not finite."""
    return f"{_ordinal(number):016x}"


def bucket_lexemes(number: float) -> list[str]:
    """The number's buckets, from wide to narrow: ``3c09``, ``4c09f`` and so on."""
    digits = key(number)
    return [f"{length}{digits[:length]}" for length in LENGTHS]


def cover(
    low: float | None,
    high: float | None,
    low_inclusive: bool,
    high_inclusive: bool,
    integral: bool = False,
) -> Cover:
    """The range from ``low`` to ``high`` as the fewest whole buckets and at most two edges.

    None, infinity and what is too large for a float are open ends. An ``integral`` field holds
    whole numbers only: what lies between two of them may be in a bucket or not. ValueError for
    NaN.
    """
    first = 0 if low is None else _first(_float(low), low_inclusive, integral)
    end = 1 << 64 if high is None else _end(_float(high), high_inclusive, integral)
    if first >= end or first > _ordinal(sys.float_info.max):
        return Cover([], [], [])
    unit = 1 << _BITS
    start, stop = -(-first // unit), end // unit
    if start > stop:  # both ends are inside of one bucket
        edge = Edge(_number(first), _number(end - 1), True, True)
        return Cover([], [edge], [_bucket(stop, 7)])
    edges, edge_buckets = [], []
    if first < start * unit:
        edges.append(Edge(_number(first), _number(start * unit), True, False))
        edge_buckets.append(_bucket(start - 1, 7))
    if stop * unit < end:
        edges.append(Edge(_number(stop * unit), _number(end - 1), True, True))
        edge_buckets.append(_bucket(stop, 7))
    return Cover(_whole_buckets(start, stop), edges, edge_buckets)


def days(moment: datetime | date) -> float:
    """Days since 1970 in UTC, with a fraction. A moment without a zone is taken as UTC."""
    if not isinstance(moment, datetime):
        return float(moment.toordinal() - _EPOCH.toordinal())
    aware = moment if moment.utcoffset() is not None else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) / _DAY


def moment_range(text: str) -> tuple[float, float]:
    """The days that a date of a query means, from the first up to but without the second.

    ``2026`` is a year, ``2026-11`` a month, ``2026-11-20`` a day, ``2026-11-20T10:00`` a minute,
    with seconds a second, and with a fraction what its last digit stands for. A time may have a
    zone, ``Z`` or ``+01:00``; without one it is UTC. ValueError for anything else.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is no date like 2026, 2026-11, 2026-11-20 or 2026-11-20T10:00.")
    given = match.groupdict()
    year, month, day = (int(given[part] or 1) for part in ("year", "month", "day"))
    try:
        if given["hour"] is None:
            return days(date(year, month, day)), _end_of_days(given, year, month, day)
        zone = "+00:00" if (given["zone"] or "Z").upper() == "Z" else given["zone"]
        fraction = given["fraction"]
        since = datetime.fromisoformat(
            f"{year:04}-{month:02}-{day:02}T{given['hour']}:{given['minute']}:"
            f"{given['second'] or '00'}.{(fraction or '').ljust(6, '0')}{zone}"
        )
    except ValueError as error:
        raise ValueError(f"'{text}' is no date: {error}.") from None
    if given["second"] is None:
        length = timedelta(minutes=1)
    else:
        length = timedelta(microseconds=10 ** (6 - len(fraction or "")))
    return days(since), (since - _EPOCH + length) / _DAY


def _end_of_days(given: dict[str, str | None], year: int, month: int, day: int) -> float:
    """The day after a year, month or day. After 9999 there is no date, but a number of days."""
    if given["month"] is None:
        month = 12
    if given["day"] is None:
        day = 31 if month == 12 else (date(year, month + 1, 1) - _DAY).day
    return days(date(year, month, day)) + 1


def _ordinal(number: float) -> int:
    """The number's key as an integer."""
    number = _float(number)
    if not math.isfinite(number):
        raise ValueError("Only finite numbers that fit in 64 bits can be searched.")
    bits: int = struct.unpack(">Q", struct.pack(">d", number + 0.0))[0]  # -0.0 + 0.0 is 0.0
    return bits ^ (2 * _SIGN - 1) if bits & _SIGN else bits | _SIGN


def _float(number: float) -> float:
    """The number, which may be written as an integer of any size; what is too large is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _number(ordinal: int) -> float:
    bits = ordinal ^ _SIGN if ordinal & _SIGN else ordinal ^ (2 * _SIGN - 1)
    number: float = struct.unpack(">d", struct.pack(">Q", bits))[0]
    return number


def _first(low: float, inclusive: bool, integral: bool) -> int:
    """The least key that is in the range."""
    if math.isinf(low):
        return 0 if low < 0 else 1 << 64
    if not integral or abs(low) >= _ALL_WHOLE:
        return _ordinal(low) + (not inclusive)
    whole = math.ceil(low) if inclusive else math.floor(low) + 1
    # Buckets of negative numbers begin right after a round one, those of others at it.
    return _ordinal(whole - 1) + 1 if whole < 0 else _ordinal(whole)


def _end(high: float, inclusive: bool, integral: bool) -> int:
    """The key after the greatest that is in the range."""
    if math.isinf(high):
        return 1 << 64 if high > 0 else 0
    if not integral or abs(high) >= _ALL_WHOLE:
        return _ordinal(high) + inclusive
    whole = math.floor(high) if inclusive else math.ceil(high) - 1
    return _ordinal(whole) + 1 if whole < 0 else _ordinal(whole + 1)


def _whole_buckets(start: int, stop: int) -> list[str]:
    """The fewest buckets that hold the narrow ones from ``start`` up to but without ``stop``."""
    buckets = []
    while start < stop:
        digits = 7
        while digits and not start % 16 ** (8 - digits) and start + 16 ** (8 - digits) <= stop:
            digits -= 1
        step = 16 ** (7 - digits)
        buckets.append(_bucket(start // step, digits))
        start += step
    return buckets


def _bucket(number: int, digits: int) -> str:
    if digits >= LENGTHS.start:
        return f"{digits}{number:0{digits}x}"
    return f"{LENGTHS.start}{number:0{digits}x}*" if digits else f"{LENGTHS.start}*"
