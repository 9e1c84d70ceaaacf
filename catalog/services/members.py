"""Members of a container: added, given another role, removed; an admin is always left."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from catalog.models import Container, Membership, User
from catalog.services.containers import hold_container
from catalog.shared.errors import Conflict, NotFound, Problem, Target


def is_uid(text: str) -> bool:
    """Whether ``text`` can be a user's id: digits, and not more than the column holds."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def _keep_an_admin(container: Container, member: Membership) -> None:
    others = container.memberships.filter(role=Membership.Role.ADMIN).exclude(pk=member.pk)
    if member.role == Membership.Role.ADMIN and not others.exists():
        raise Conflict(
            f"The last admin of the {container.kind} can't leave or be made less.", target="role"
        )


def member_of(container: Container, uid: str) -> Membership:
    """The membership of the user with that uid; raises NotFound."""
    found = container.memberships.in_order().filter(user_id=uid).first() if is_uid(uid) else None
    if found is None:
        raise NotFound(f"The {container.kind} has no member {uid}.")
    found.container = container
    return found


@transaction.atomic
def add_members(
    *, container: Container, members: Sequence[tuple[str, str]]
) -> tuple[list[Membership], list[tuple[str, Problem]]]:
    """Make users members; ``members`` are (uid, role).

    Returns the memberships made and, for each uid that could not be added, why. Who is a member
    already is a failure too: a role is changed by ``change_role``.
    """
    hold_container(container, exclusively=True)  # so that two admins can't leave at once
    uids = {uid for uid, _ in members if is_uid(uid)}
    users = {user.uid: user for user in User.objects.existing().filter(pk__in=uids)}
    present = set(
        container.memberships.filter(user__in=users.values()).values_list("user_id", flat=True)
    )
    added: list[Membership] = []
    failures: list[tuple[str, Problem]] = []
    for uid, role in members:
        target = Target("user_iam_id")
        user = users.get(uid)
        if user is None:
            failures.append((uid, Problem("not_found", f"There is no user {uid}.", target)))
        elif user.pk in present:
            failures.append((uid, Problem("conflict", f"User {uid} is a member already.", target)))
        else:
            present.add(user.pk)
            added.append(Membership(container=container, user=user, role=role))
    return Membership.objects.bulk_create(added), failures


@transaction.atomic
def change_role(*, container: Container, member: Membership, role: str) -> Membership:
    """Give a member another role; raises Conflict for the last admin."""
    hold_container(container, exclusively=True)  # so that two admins can't leave at once
    member.refresh_from_db(fields=["role"])
    if role != member.role:
        _keep_an_admin(container, member)
        member.role = role
        member.save(update_fields=["role"])
    return member


@transaction.atomic
def remove_member(*, container: Container, member: Membership) -> None:
    """Remove a member; raises Conflict for the last admin."""
    hold_container(container, exclusively=True)  # so that two admins can't leave at once
    member.refresh_from_db(fields=["role"])
    _keep_an_admin(container, member)
    member.delete()
