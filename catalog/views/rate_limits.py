"""A request taken off its caller's allowance, and the headers that tell what is left of it."""

from __future__ import annotations

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.services.rate_limits import Spent, spend
from catalog.shared.client_address import client_address
from catalog.shared.errors import TooManyRequests

CHANGES = ("POST", "PUT", "PATCH", "DELETE")


def spend_request(request: Request, credential: str | None) -> Spent | None:
    """Take a request off what its caller may do in a minute: ``credential`` stands for one that
    held, None for none that did.

    A change is taken off both allowances, and the scarcer one is told. None without a limit.
    """
    if credential is None:
        caller, limit = f"address {client_address(request.META)}", settings.ADDRESS_LIMIT_PER_MINUTE
    else:
        caller, limit = credential, settings.RATE_LIMIT_PER_MINUTE
    spent = spend(caller, limit) if limit > 0 else None
    limit = settings.CHANGE_LIMIT_PER_MINUTE
    if limit > 0 and request.method in CHANGES and not (spent and spent.is_refused):
        changes = spend(f"changes {caller}", limit)
        if spent is None or (changes is not None and changes.remaining <= spent.remaining):
            return changes
    return spent


def refuse_if_spent(spent: Spent | None) -> None:
    """Raise TooManyRequests for a request that nothing was left for."""
    if spent is not None and spent.is_refused:
        raise TooManyRequests(
            f"The limit of {spent.limit} a minute is reached. "
            f"Try again in {spent.retry_after_s} s.",
            retry_after_s=spent.retry_after_s,
        )


def tell_what_is_left(response: Response, spent: Spent) -> None:
    """The limit, how many more will surely be answered, and when it begins anew (Unix time)."""
    response["X-RateLimit-Limit"] = str(spent.limit)
    response["X-RateLimit-Remaining"] = str(spent.remaining)
    response["X-RateLimit-Reset"] = str(spent.resets_at)
