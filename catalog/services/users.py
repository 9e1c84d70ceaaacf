"""Users: created, deleted, and the administrator of a fresh installation."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import ApiKey, Container, Membership, ProjectToken, User
from catalog.models.users import username_rule
from catalog.services.token_accounts import end_tokens
from catalog.shared.errors import BadRequest, Conflict, NotFound

#: The roles of Cloud Pak for Data that make an administrator; the others are ordinary users.
ADMIN_ROLES = {"admin", "administrator", "zen_administrator_role"}
USER_ROLES = {
    "user",
    "zen_user_role",
    "zen_data_engineer_role",
    "zen_data_steward_role",
    "zen_developer_role",
}


@transaction.atomic
def create_user(
    *,
    username: str,
    password: str | None = None,
    display_name: str = "",
    email: str = "",
    is_admin: bool = False,
    is_service: bool = False,
) -> User:
    """Create a user, or a service account, which has no password.

    Raises BadRequest (bad name or weak password) or Conflict (name taken, in any case of its
    letters).
    """
    user = User(
        username=username,
        display_name=display_name,
        email=email,
        is_service=is_service,
        is_superuser=is_admin,
        is_staff=is_admin,
    )
    try:
        username_rule(username)
    except ValidationError as exc:
        raise BadRequest(exc.messages[0], target="user_name") from exc
    if password is None:
        user.set_unusable_password()
    else:
        check_password_strength(password, user)
        user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as exc:
        raise Conflict(f"A user named '{username}' exists.", target="user_name") from exc
    return user


def check_password_strength(password: str, user: User) -> None:
    """Raise BadRequest when the password breaks a rule of AUTH_PASSWORD_VALIDATORS."""
    try:
        validate_password(password, user)
    except ValidationError as exc:
        raise BadRequest(" ".join(exc.messages), target="password") from exc


@transaction.atomic
def delete_user(*, actor: User, user: User) -> None:
    """Delete a user: signs in no more, is in no container and no group, and the name is free again.

    The row stays, because cards keep naming their owner. A container whose only admin that was gets
    ``actor`` as its admin. Raises BadRequest for oneself, Conflict for the last administrator,
    NotFound for one who is gone.
    """
    if actor.pk == user.pk:
        raise BadRequest("You can't delete yourself.", target="user_name")
    if user.is_superuser:
        keep_an_administrator(user)
    # Whoever is making them a member or an owner of something has done so, or finds them gone.
    if not User.objects.existing().select_for_update().filter(pk=user.pk).exists():
        raise NotFound(f"There is no user '{user.username}'.")
    _hand_over(user, actor)
    ApiKey.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    end_tokens(ProjectToken.objects.filter(creator=user))
    Membership.objects.filter(user=user).delete()
    user.groups.clear()
    user.username = f"{user.username[:100]}#deleted-{user.pk}"
    user.is_active = user.is_staff = user.is_superuser = False
    user.deleted_at = timezone.now()
    user.set_unusable_password()
    user.save()


def keep_an_administrator(user: User) -> None:
    """Raise Conflict unless there is an active administrator besides ``user``.

    Whoever takes an administrator away waits here: two can't remove each other at once.
    """
    # A total order, or two callers could each hold what the other waits for.
    administrators = (
        User.objects.active()
        .filter(is_superuser=True)
        .order_by("pk")
        # Without the key: who makes one of them a member meanwhile waits for nothing.
        .select_for_update(no_key=True)
    )
    if not [each for each in administrators if each.pk != user.pk]:
        raise Conflict("The last administrator can't be taken away.", target="role")


def _hand_over(user: User, heir: User) -> None:
    """Make ``heir`` admin of each container that has no other user as its admin.

    That a group is admin does not count: groups come and go.
    """
    admins = Membership.objects.filter(role=Membership.Role.ADMIN, user__isnull=False)
    own = admins.filter(user=user).values("container_id")
    # Changes of members take turns by their container's row.
    containers = list(
        Container.objects.filter(pk__in=own).order_by("pk").select_for_update(no_key=True)
    )
    others = admins.filter(container__in=containers).exclude(user=user)
    kept = set(others.values_list("container_id", flat=True))
    Membership.objects.bulk_create(
        [
            Membership(container=container, user=heir, role=Membership.Role.ADMIN)
            for container in containers
            if container.pk not in kept
        ],
        update_conflicts=True,
        unique_fields=["container", "user"],
        update_fields=["role"],
    )


@transaction.atomic
def ensure_administrator(*, username: str, password: str) -> bool:
    """Create the administrator unless a user of that name exists; True when it was created.

    The password is the operator's choice: it is not held against the rules for users.
    """
    if User.objects.named(username).exists():
        return False
    user = User(username=username, display_name="Administrator", is_superuser=True, is_staff=True)
    user.set_password(password)
    user.save(force_insert=True)
    return True
