"""Groups of users: created, changed, deleted; users put into them and taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import GroupDetails, User
from catalog.selectors.groups import group_named, groups_named
from catalog.shared.errors import BadRequest, Conflict, NotFound
from catalog.shared.limits import MAX_GROUP_NAME, MAX_TEXT

#: What ``update_group`` may set.
CHANGEABLE = ("name", "description")
UserInGroup = User.groups.through


@transaction.atomic
def create_group(*, actor: User | None, name: str, description: str = "") -> Group:
    """Create an empty group; ``actor`` is None when nobody in particular asked for it.

    Raises BadRequest (no name, or too long a text) or Conflict (name taken, in any case of its
    letters).
    """
    _check({"name": name, "description": description})
    group = Group(name=name)
    _save(group, name, force_insert=True)
    GroupDetails.objects.create(group=group, description=description, creator=actor)
    return group


@transaction.atomic
def update_group(*, group: Group, changes: dict[str, Any]) -> Group:
    """Set the given members, which are of CHANGEABLE; raises like ``create_group``."""
    unknown = changes.keys() - set(CHANGEABLE)
    if unknown:
        raise BadRequest("Can't be changed.", target=min(unknown))
    _check(changes)
    hold_group(group)
    if changes.get("name", group.name) != group.name:
        group.name = changes["name"]
        _save(group, group.name, update_fields=["name"])
    values = {"updated_at": timezone.now()}
    if "description" in changes:
        values["description"] = changes["description"]
    if changes:
        details, _ = GroupDetails.objects.update_or_create(group=group, defaults=values)
        group.details = details
    return group


@transaction.atomic
def delete_group(*, group: Group) -> None:
    """Delete a group; what its users could do by it alone they can do no more. The users stay.

    No container is left alone: each has a user as its admin, besides its groups.
    """
    hold_group(group)
    group.delete()


@transaction.atomic
def add_users(*, group: Group, uids: Sequence[str]) -> list[User]:
    """Put users into a group, and return those who were not in it.

    Raises BadRequest that names the first who is no user; then nobody was added.
    """
    hold_group(group)
    held = User.objects.held([int(uid) for uid in uids])  # kept from deletion
    users = {user.uid: user for user in held.values()}
    for index, uid in enumerate(uids):
        if uid not in users:
            raise BadRequest(f"There is no user {uid}.", target=f"user_identifiers[{index}]")
    there = UserInGroup.objects.filter(group=group, user__in=users.values())
    present = set(there.values_list("user_id", flat=True))
    added = [user for user in users.values() if user.pk not in present]
    UserInGroup.objects.bulk_create([UserInGroup(user=user, group=group) for user in added])
    return added


@transaction.atomic
def remove_users(*, group: Group, uids: Iterable[str]) -> int:
    """Take users out of a group, at once out of all that they could do by it; how many it were."""
    hold_group(group)
    return UserInGroup.objects.filter(group=group, user_id__in=list(uids)).delete()[0]


@transaction.atomic
def remove_user(*, group: Group, uid: str) -> None:
    """Take one user out; raises NotFound for one who is not in the group."""
    if not remove_users(group=group, uids=[uid]):
        raise NotFound(f"User {uid} is not in the group.")


@transaction.atomic
def set_groups(
    *, user: User, wanted: Sequence[str], managed: Sequence[str]
) -> dict[str, list[str]]:
    """Make ``user`` a member of exactly the ``wanted`` of the ``managed`` groups, all by name.

    A wanted group that does not exist is created; other groups stay as they are. Returns the names
    of those that were ``joined`` and ``left``.
    """
    if not User.objects.held([user.pk]):
        return {"joined": [], "left": []}
    found = groups_named(managed)
    groups = [found.get(name.lower()) or _group_of_claims(name) for name in wanted]
    names = {group.pk: group.name for group in [*found.values(), *groups]}
    present = set(user.groups.filter(pk__in=names).values_list("pk", flat=True))
    held = Group.objects.select_for_update(no_key=True).order_by("pk")  # kept from deletion
    joined = {group.pk for group in held.filter(pk__in={each.pk for each in groups} - present)}
    left = present - {group.pk for group in groups}
    user.groups.add(*joined)
    user.groups.remove(*left)
    return {
        "joined": sorted(names[pk] for pk in joined),
        "left": sorted(names[pk] for pk in left),
    }


def _group_of_claims(name: str) -> Group:
    """The group of that name; made, unless somebody else makes it at the same time."""
    group = group_named(name)
    try:
        return group or create_group(actor=None, name=name)
    except Conflict:
        made = group_named(name)
        if made is None:
            raise
        return made


def hold_group(group: Group) -> None:
    """Whoever changes a group takes turns by its row. Raises NotFound if it is gone."""
    if not Group.objects.select_for_update().filter(pk=group.pk).exists():
        raise NotFound("There is no such group.")


def _check(changes: dict[str, Any]) -> None:
    name = changes.get("name")
    if name is not None and not name.strip():
        raise BadRequest("Must not be blank.", target="name")
    if name is not None and len(name) > MAX_GROUP_NAME:
        raise BadRequest(f"At most {MAX_GROUP_NAME} characters.", target="name")
    if len(changes.get("description") or "") > MAX_TEXT:
        raise BadRequest(f"At most {MAX_TEXT} characters.", target="description")


def _save(group: Group, name: str, **options: Any) -> None:
    try:
        with transaction.atomic():
            group.save(**options)
    except IntegrityError as exc:
        raise Conflict(f"A group named '{name}' exists.", target="name") from exc
