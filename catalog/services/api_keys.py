"""API keys: made, shown once, revoked, checked."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from catalog.models import ApiKey, User
from catalog.shared.errors import BadRequest

MARK = "cw"


def digest_of(key: str) -> str:
    """What is kept of a key."""
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def create_api_key(
    *, user: User, name: str, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key for ``user``; return its row and the key itself, which can't be had again.

    Raises BadRequest for the account of a project token, which has the token alone.
    """
    if user.is_token:
        raise BadRequest("The account of a project token has no other keys.", target="user")
    prefix = secrets.token_hex(6)
    key = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiKey.objects.create(
        user=user, name=name, prefix=prefix, digest=digest_of(key), expires_at=expires_at
    )
    return row, key


def revoke_api_key(*, api_key: ApiKey) -> bool:
    """Make the key useless from now on; False when it was already."""
    return (
        ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).update(revoked_at=timezone.now()) == 1
    )


def prefix_of(key: str) -> str:
    """The part of a key that its row is found by; empty for what is no key."""
    mark, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    return prefix if mark == MARK and secret else ""


def is_usable(prefix: str, user: User) -> bool:
    """Whether the key of that prefix is the user's, and neither revoked nor past its time."""
    row = ApiKey.objects.filter(prefix=prefix, user=user).first()
    return row is not None and row.is_usable


def user_of_api_key(username: str, key: str) -> User | None:
    """The active user of that name whom the key signs in."""
    prefix = prefix_of(key)
    if not prefix:
        return None
    row = ApiKey.objects.select_related("user").filter(prefix=prefix).first()
    if row is None or not hmac.compare_digest(row.digest, digest_of(key)) or not row.is_usable:
        return None
    user = row.user
    is_theirs = user.username.lower() == username.lower()
    return user if is_theirs and user.is_active and user.deleted_at is None else None
