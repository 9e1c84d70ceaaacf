"""How often a caller may ask in a minute, over all server processes and machines.

A process leases a share of a caller's allowance from the database and spends it by itself, so that
most requests cost no statement. Shares shrink with what is left: the last EXACT of a window are had
one by one. Nothing that was not leased is spent, so that all together never pass the limit.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from django.db import Error, connection

logger = logging.getLogger(__name__)

WINDOW_S = 60
#: From here on a process takes one at a time, and tells exactly what is left.
EXACT = 1000
#: A process takes this part of what is left beyond that.
PART = 16
#: Callers whose leases a process remembers; the one that was idle longest loses its lease.
MAX_CALLERS = 10_000


class Spent(NamedTuple):
    """What became of one request: ``remaining`` is never more than there is."""

    limit: int
    remaining: int
    resets_at: int  # seconds since 1970, by the database's clock
    retry_after_s: int
    is_refused: bool


@dataclass
class _Lease:
    """What this process may spend until ``ends_at`` of its monotonic clock."""

    number: int
    ends_at: float
    left: int = 0
    is_last: bool = False


class _Grant(NamedTuple):
    number: int
    ends_at: float
    granted: int
    unleased: int


_lock = threading.Lock()
_leases: OrderedDict[tuple[str, int], _Lease] = OrderedDict()


def spend(caller: str, limit: int) -> Spent | None:
    """Take one request off the caller's allowance of ``limit`` in this window.

    None when nothing can be known because the database does not answer.
    """
    key = (caller, limit)
    while True:
        now = time.monotonic()
        with _lock:
            lease = _leases.get(key)
            if lease is None or lease.ends_at <= now:
                lease = None
            elif lease.left > 1 or lease.is_last:
                _leases.move_to_end(key)
                return _take(lease, limit, now)
            has_one = lease is not None and lease.left == 1
            if lease is not None and has_one:
                lease.left = 0
        # The last one is spent while more is had, so that nobody is told of none before it is so.
        try:
            grant = _grant(key, least=0 if has_one else 1)
        except Error:  # away, closed, or a standby that takes no writes
            logger.warning("rate_limit_unknown", exc_info=True)
            return None
        now = time.monotonic()
        with _lock:
            lease = _join(key, grant)
            known = grant.unleased if grant.unleased <= EXACT else 0
            if has_one:
                return _spent(lease, limit, now, remaining=lease.left + known)
            if lease.ends_at > now and (lease.left or lease.is_last):
                return _take(lease, limit, now, known=known)


def _take(lease: _Lease, limit: int, now: float, *, known: int = 0) -> Spent:
    is_refused = lease.left == 0
    if not is_refused:
        lease.left -= 1
    return _spent(lease, limit, now, remaining=lease.left + known, is_refused=is_refused)


def _spent(
    lease: _Lease, limit: int, now: float, *, remaining: int, is_refused: bool = False
) -> Spent:
    retry_after_s = max(int(lease.ends_at - now), 0) + 1
    return Spent(limit, remaining, (lease.number + 1) * WINDOW_S, retry_after_s, is_refused)


def _join(key: tuple[str, int], grant: _Grant) -> _Lease:
    """The process's lease with what was granted now; other threads may have had some, too."""
    lease = _leases.get(key)
    if lease is None or lease.number < grant.number:
        lease = _leases[key] = _Lease(grant.number, grant.ends_at)
    if lease.number == grant.number:
        lease.left += grant.granted
        lease.is_last = lease.is_last or grant.unleased == 0
    _leases.move_to_end(key)
    while len(_leases) > MAX_CALLERS:
        _leases.popitem(last=False)
    return lease


#: What a process gets of what is left: the parameters are EXACT, PART and the least that it needs.
SHARE = "GREATEST(CASE WHEN {left} > %s THEN {left} / %s ELSE 0 END, LEAST(%s, {left}))"
LEASE = f"""
INSERT INTO catalog_ratewindow AS held (key, number, leased, granted)
SELECT %s, floor(extract(epoch FROM clock_timestamp()) / %s), share, share
FROM (SELECT {SHARE.format(left="%s::bigint")} AS share) AS first
ON CONFLICT (key) DO UPDATE SET
    number = GREATEST(held.number, excluded.number),
    leased = CASE WHEN held.number < excluded.number THEN excluded.leased
        ELSE held.leased + {SHARE.format(left="(%s - held.leased)")} END,
    granted = CASE WHEN held.number < excluded.number THEN excluded.granted
        ELSE {SHARE.format(left="(%s - held.leased)")} END
RETURNING number, granted, %s - leased, extract(epoch FROM clock_timestamp())::float8
"""  # noqa: S608  constants of ours


def _grant(key: tuple[str, int], *, least: int) -> _Grant:
    """A share of what is left in the database's present window, ``least`` if there is so much."""
    caller, limit = key
    digest = hashlib.sha256(f"{limit}\0{caller}".encode(errors="replace")).hexdigest()
    share = [limit, EXACT, limit, PART, least, limit]
    asked_at = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(LEASE, [digest, WINDOW_S, *share, *share, *share, limit])
        number, granted, unleased, now = cursor.fetchone()
    # From when it was asked, so that it ends here no later than there.
    ends_at = asked_at + (number + 1) * WINDOW_S - now
    return _Grant(number, ends_at, granted, unleased)


def forget_leases() -> None:
    """Give up what this process has leased."""
    with _lock:
        _leases.clear()


def forget_old_windows() -> int:
    """Remove the callers who did not ask in this window or the one before; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM catalog_ratewindow "
            "WHERE number < floor(extract(epoch FROM clock_timestamp()) / %s) - 1",
            [WINDOW_S],
        )
        return cursor.rowcount
