"""The accounts behind project tokens: made, ended, and removed with their project."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import ApiKey, Membership, ProjectToken, User

#: No user's name has a colon.
MARK = "token:"


def create_account(*, token_id: UUID, name: str) -> User:
    """The account of a new token: a program that can't sign in. Needs a transaction."""
    account = User(
        username=f"{MARK}{token_id}",
        display_name=f"{name[:200]} (project token)",
        is_service=True,
        is_token=True,
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


@transaction.atomic
def end_tokens(tokens: QuerySet[ProjectToken]) -> int:
    """Make tokens useless from now on; return how many were not so already.

    The accounts stay, as members of nothing: cards keep naming them as their owners.
    """
    accounts = list(tokens.order_by("account_id").values_list("account_id", flat=True))
    now = timezone.now()
    ended = ApiKey.objects.filter(user_id__in=accounts, revoked_at=None).update(revoked_at=now)
    Membership.objects.filter(user_id__in=accounts).delete()
    User.objects.filter(pk__in=accounts).update(is_active=False, deleted_at=now)
    return ended


def remove_accounts(ids: Collection[int]) -> None:
    """Delete the accounts of a project that is gone. Needs a transaction.

    If something elsewhere still names one of them, they stay, and can do nothing.
    """
    if not ids:
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM catalog_user WHERE id = ANY(%s)", [list(ids)])
            # Foreign keys are checked at the end of the transaction: too late to choose.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        User.objects.filter(pk__in=ids).update(is_active=False, deleted_at=timezone.now())
