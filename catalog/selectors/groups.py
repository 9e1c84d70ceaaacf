"""Groups and who is in them, as the API shows them. Source: Cloud Pak for Data, groups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower

from catalog.models import GroupDetails, User
from catalog.selectors.cards import seconds

#: Of a group that was not made here, such as by a script.
LONG_AGO = datetime.fromtimestamp(0, UTC)
#: How many users a list of groups shows of each when it is asked for them; the group's own list
#: has them all.
MOST_SHOWN = 100


def groups_for(user: User) -> QuerySet[Group, Any]:
    """The groups that ``user`` knows of: those that they are in; administrators, all.

    Each has ``members_count`` and its details.
    """
    users = User.objects.existing().filter(groups=OuterRef("pk")).order_by().values("groups")
    counted = users.annotate(total=Count("pk")).values("total")
    groups = Group.objects.select_related("details").annotate(
        members_count=Coalesce(Subquery(counted), 0)
    )
    return groups if user.is_superuser else groups.filter(user=user)


def users_of(group: Group) -> QuerySet[User, Any]:
    """Who is in a group, in a total order."""
    return User.objects.existing().filter(groups=group).order_by("pk")


def with_users(groups: QuerySet[Group, Any]) -> QuerySet[Group, Any]:
    """Add ``user_ids``, of the first users of each group."""
    users = User.objects.existing().filter(groups=OuterRef("pk")).order_by("pk")
    return groups.annotate(user_ids=ArraySubquery(users.values("pk")[:MOST_SHOWN]))


def _in_lower_case(name: str) -> Lower:
    # The database's lower case, as in the index: Python's differs for some letters.
    return Lower(Value(name, output_field=CharField()))


def group_named(name: str) -> Group | None:
    """The group of that name, whatever the case of its letters."""
    groups = Group.objects.alias(lower=Lower("name"))
    return groups.filter(lower=_in_lower_case(name)).first()


def groups_named(names: Iterable[str]) -> dict[str, Group]:
    """The groups of those names that there are, by their names in lower case."""
    groups = Group.objects.alias(lower=Lower("name"))
    wanted = [_in_lower_case(name) for name in names]
    found = groups.filter(lower__in=wanted) if wanted else groups.none()
    return {group.name.lower(): group for group in found}


def group_document(group: Any) -> dict[str, Any]:
    """One group of ``groups_for``. Groups give no roles but in containers."""
    details = getattr(group, "details", None) or GroupDetails(
        created_at=LONG_AGO, updated_at=LONG_AGO
    )
    return {
        "group_id": group.pk,
        "name": group.name,
        "description": details.description,
        "created_by": str(details.creator_id or ""),
        "created_at": seconds(details.created_at),
        "updated_at": seconds(details.updated_at),
        "members_count": group.members_count,
        "roles": [],
        "permissions": [],
        "misc": {},
    }


def member_document(user: User, *, with_email: bool) -> dict[str, Any]:
    """Somebody in a group; their address is for administrators."""
    return {
        "uid": user.uid,
        "username": user.username,
        "displayName": user.display_name,
        **({"email": user.email} if with_email else {}),
        "role": "Admin" if user.is_superuser else "User",
    }
