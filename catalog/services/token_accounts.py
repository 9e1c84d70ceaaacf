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
#: Whether anything names an account is looked up in whole tables: updaters of cards, for one, have
#: no index.
MOST_AT_ONCE = 20


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
    # In the order in which a project is deleted: the two may meet.
    Membership.objects.filter(user_id__in=accounts).delete()
    ended = ApiKey.objects.filter(user_id__in=accounts, revoked_at=None).update(revoked_at=now)
    User.objects.filter(pk__in=accounts).update(is_active=False, deleted_at=now)
    return ended


def remove_accounts(ids: Collection[int]) -> None:
    """Delete the accounts of a project that is gone. Needs a transaction.

    Those past MOST_AT_ONCE wait for ``forget_accounts``, and can do nothing meanwhile.
    """
    if ids:
        User.objects.filter(pk__in=ids).update(is_active=False, deleted_at=timezone.now())
        _delete(sorted(ids)[:MOST_AT_ONCE])


def forget_accounts() -> int:
    """Delete accounts whose project is gone; return how many. What still names one keeps it."""
    left = User.objects.filter(is_token=True, project_token=None)
    # In any order, so that those that stay don't stand before the others for good.
    some = left.order_by("?").values_list("pk", flat=True)[:MOST_AT_ONCE]
    return sum(_delete([pk]) for pk in some)


def _delete(ids: list[int]) -> bool:
    """Delete these rows, unless something names one of them."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM catalog_user WHERE id = ANY(%s)", [ids])
            # Foreign keys are checked at the end of the transaction: too late to choose.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        return False
    return True
