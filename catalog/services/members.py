"""Members of a container: added, given another role, removed; an admin is always left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q

from catalog.models import Container, Membership, User
from catalog.selectors.members import GROUP_MARK
from catalog.services.containers import hold_container
from catalog.shared.errors import BadRequest, Conflict, NotFound, Problem, Target

#: Of projects and spaces, which show all their members at once: a group counts as one.
MAX_MEMBERS = 1000


@dataclass(frozen=True)
class NewMember:
    """A user, or a group, to become a member: by the id as it was given in ``named_in``."""

    id: str
    role: str
    is_group: bool = False
    named_in: str = "id"


def is_uid(text: str) -> bool:
    """Whether ``text`` can be a user's or a group's id: digits that fit the column."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def member_of(container: Container, member_id: str) -> Membership:
    """The membership of the user of that id, or of the group of ``group:<id>``; raises NotFound."""
    is_group = member_id.startswith(GROUP_MARK)
    number = member_id.removeprefix(GROUP_MARK)
    column = "group_id" if is_group else "user_id"
    members = container.memberships.listed().in_order()
    found = members.filter(**{column: number}).first() if is_uid(number) else None
    if found is None:
        raise NotFound(f"The {container.kind} has no member {member_id[:100]}.")
    found.container = container
    return found


@transaction.atomic
def add_members(
    *, container: Container, members: Sequence[NewMember]
) -> tuple[list[Membership], list[tuple[NewMember, Problem]]]:
    """Make users and groups members.

    Returns the memberships made and, for each who could not be added, why. Who is a member already
    is a failure too: a role is changed by ``change_roles``. Raises BadRequest when a project or
    space would have more than MAX_MEMBERS.
    """
    ids = {
        is_group: {int(m.id) for m in members if m.is_group is is_group and is_uid(m.id)}
        for is_group in (False, True)
    }
    # These first: who deletes one holds it before its containers.
    groups = _held_groups(ids[True])
    users = User.objects.held(ids[False])
    hold_container(container, exclusively=True)  # so that two admins can't leave at once
    among = container.memberships.filter(Q(user__in=users) | Q(group__in=groups))
    present = {
        (True, group) if user is None else (False, user)
        for user, group in among.values_list("user_id", "group_id")
    }
    added: list[Membership] = []
    failures: list[tuple[NewMember, Problem]] = []
    for member in members:
        word, there = ("group", groups) if member.is_group else ("user", users)
        pk = int(member.id) if is_uid(member.id) else 0
        key = (member.is_group, pk)
        at = Target(member.named_in)
        if pk not in there:
            problem = Problem("not_found", f"There is no {word} {member.id[:100]}.", at)
        elif key in present:
            words = f"{word.capitalize()} {member.id} is a member already."
            problem = Problem("conflict", words, at)
        else:
            present.add(key)
            who = {word: there[pk]}
            added.append(Membership(container=container, role=member.role, **who))
            continue
        failures.append((member, problem))
    if container.kind != Container.Kind.CATALOG:
        _limit_members(container, len(added))
    return Membership.objects.bulk_create(added), failures


@transaction.atomic
def admit_members(*, container: Container, members: Sequence[NewMember]) -> list[Membership]:
    """``add_members``, all of them or none: raises BadRequest naming the first who can't be added,
    such as ``members[2].id``.
    """
    added, failures = add_members(container=container, members=members)
    for failed, problem in failures:
        index = next(index for index, member in enumerate(members) if member is failed)
        raise BadRequest(problem.message, target=f"members[{index}].{failed.named_in}")
    return added


def _limit_members(container: Container, more: int) -> None:
    if container.memberships.listed().count() + more > MAX_MEMBERS:
        words = f"A {container.kind} has at most {MAX_MEMBERS} members: make groups members."
        raise BadRequest(words, target="members")


def _held_groups(ids: Collection[int]) -> dict[int, Group]:
    """The groups of these ids, by id, kept from deletion."""
    if not ids:
        return {}
    sql = "SELECT * FROM auth_group WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
    return {group.pk: group for group in Group.objects.raw(sql, [list(ids)])}


@transaction.atomic
def change_roles(*, container: Container, roles: Mapping[int, str]) -> list[Membership]:
    """Give members, named by the ids of their memberships, other roles, all of them or none.

    Raises NotFound for one who is a member no more, or as ``keep_an_admin`` does.
    """
    members = _held_members(container, roles.keys())
    changed = [member for member in members if member.role != roles[member.pk]]
    are_less = any(_is_user_admin(member) for member in changed)
    for member in changed:
        member.role = roles[member.pk]
    if changed:
        Membership.objects.bulk_update(changed, ["role"])
    if are_less:
        keep_an_admin(container)
    return members


@transaction.atomic
def remove_members(*, container: Container, ids: Collection[int]) -> None:
    """Remove members, named by the ids of their memberships, all of them or none.

    Raises NotFound for one who is a member no more, or as ``keep_an_admin`` does.
    """
    members = _held_members(container, ids)
    container.memberships.filter(pk__in=[member.pk for member in members]).delete()
    if any(_is_user_admin(member) for member in members):
        keep_an_admin(container)


def keep_an_admin(container: Container) -> None:
    """Raise Conflict unless a user is admin, not by a group alone: groups come and go.

    Of a project it is a BadRequest: its contract knows no conflict.
    """
    admins = container.memberships.filter(role=Membership.Role.ADMIN, user__isnull=False)
    if not admins.exists():
        words = f"The last admin of the {container.kind} can't leave or be made less."
        if container.kind == Container.Kind.PROJECT:
            raise BadRequest(words, target="role")
        raise Conflict(words, target="role")


def _is_user_admin(member: Membership) -> bool:
    return member.user_id is not None and member.role == Membership.Role.ADMIN


def _held_members(container: Container, ids: Collection[int]) -> list[Membership]:
    """These members as they are now, while nobody else changes any of the container's."""
    hold_container(container, exclusively=True)
    members = list(container.memberships.listed().in_order().filter(pk__in=ids))
    if len(members) != len(ids):
        raise NotFound(f"Somebody is a member of the {container.kind} no more.")
    for member in members:
        member.container = container
    return members
