"""What members of every kind of container have in common."""

from __future__ import annotations

from catalog.models import Membership

#: How a group's id begins where a user's could stand: no user's name or id has a colon.
GROUP_MARK = "group:"


def member_id(member: Membership) -> str:
    """The id of the user, or ``group:<id>``: what names the member in a URL."""
    if member.user_id is None:
        return f"{GROUP_MARK}{member.group_id}"
    return str(member.user_id)


def member_type(member: Membership) -> str:
    """``user``, ``service`` or ``group``."""
    if member.user is None:
        return "group"
    return "service" if member.user.is_service else "user"
