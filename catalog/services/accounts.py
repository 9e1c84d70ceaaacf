"""Users' accounts: what an administrator changes of them once they exist."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from catalog.models import User
from catalog.services.users import check_password_strength, keep_an_administrator
from catalog.shared.errors import BadRequest, NotFound

#: What ``change_account`` may set.
CHANGEABLE = ("display_name", "email", "is_active", "is_staff", "is_superuser")


def hold_account(user_id: int) -> User:
    """The user as they are now, kept as they are until the transaction ends. Raises NotFound.

    The administrators with them, in the order in which ``keep_an_administrator`` holds them: two
    who change each other take turns.
    """
    either = Q(pk=user_id) | Q(is_superuser=True)
    users = User.objects.existing().filter(either).order_by("pk").select_for_update(no_key=True)
    found = next((user for user in users if user.pk == user_id), None)
    if found is None:
        raise NotFound("There is no such user.")
    return found


@transaction.atomic
def change_account(*, actor: User, user: User, changes: dict[str, Any]) -> User:
    """Set the given columns, which are of CHANGEABLE.

    Raises BadRequest for locking oneself out, or Conflict when no administrator would be left.
    """
    unknown = changes.keys() - set(CHANGEABLE)
    if unknown:
        raise BadRequest("Can't be changed here.", target=min(unknown))
    lost = [
        name for name in ("is_active", "is_staff", "is_superuser") if changes.get(name) is False
    ]
    if actor.pk == user.pk and any(getattr(user, name) for name in lost):
        raise BadRequest("You can't take away your own access.", target="role")
    if user.is_superuser and lost:
        keep_an_administrator(user)
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    return user


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """Give a user another password, which ends their sessions and tokens.

    Raises BadRequest for a weak one, or for a service account.
    """
    if user.is_service:
        raise BadRequest("A service account signs in with API keys only.", target="password")
    check_password_strength(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
