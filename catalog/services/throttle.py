"""Slows down repeated failures to sign in, the same for every way to sign in and every process."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from catalog.models import SignInFailure
from catalog.shared.errors import TooManyRequests

#: An address may fail this many times as often as one name at one address: offices share addresses.
ADDRESS_ALLOWANCE = 20
FORGOTTEN_AFTER = timedelta(hours=24)


def _keys(username: str, address: str) -> dict[str, int]:
    """What is counted, each with the failures that cost nothing."""
    free = settings.SIGN_IN_FREE_FAILURES
    return {
        _digest("name", username.lower(), address): free,
        _digest("address", address): free * ADDRESS_ALLOWANCE,
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def refuse_if_blocked(username: str, address: str) -> None:
    """Raise TooManyRequests while the wait after the last failure lasts.

    The wait doubles with each failure past the free ones: 1 s, 2 s, 4 s … up to
    SIGN_IN_LONGEST_WAIT.
    """
    free_failures = _keys(username, address)
    now = timezone.now()
    for row in SignInFailure.objects.filter(pk__in=free_failures):
        beyond = row.failures - free_failures[row.key]
        if beyond <= 0:
            continue
        longest = settings.SIGN_IN_LONGEST_WAIT.total_seconds()
        wait_s = min(2.0 ** min(beyond - 1, 30), longest)
        left_s = wait_s - (now - row.last_failed_at).total_seconds()
        if left_s > 0:
            raise TooManyRequests(
                "Too many failures to sign in. Wait before the next try.",
                retry_after_s=int(left_s) + 1,
            )


def record_failure(username: str, address: str) -> None:
    """Count one failure; each count is one atomic statement, whoever else fails meanwhile."""
    for key in _keys(username, address):
        SignInFailure.objects.bulk_create(
            [SignInFailure(key=key, failures=0, last_failed_at=timezone.now())],
            ignore_conflicts=True,
        )
        SignInFailure.objects.filter(pk=key).update(
            failures=F("failures") + 1, last_failed_at=Now()
        )


def forget_failures(username: str, address: str) -> None:
    """What a success does: the name at this address starts afresh."""
    SignInFailure.objects.filter(pk=next(iter(_keys(username, address)))).delete()


def forget_old_failures() -> int:
    """Remove the counts that no longer slow anything down; return how many."""
    return SignInFailure.objects.filter(
        last_failed_at__lt=timezone.now() - FORGOTTEN_AFTER
    ).delete()[0]
