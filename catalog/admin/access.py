"""Who is looking, and what they are in which container; read once for each request."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest

from catalog.models import Container, User
from catalog.services.containers import RANKS

ROLES = "_catalog_roles"


def actor_of(request: HttpRequest) -> User:
    """The signed-in user; the admin site lets nobody else in."""
    return cast(User, request.user)


def is_administrator(request: HttpRequest) -> bool:
    """Administrators of the installation see and change everything."""
    return bool(actor_of(request).is_superuser)


def roles_of(request: HttpRequest) -> dict[UUID, str]:
    """The viewer's role in each container of theirs, by the container's id."""
    roles: dict[UUID, str] | None = getattr(request, ROLES, None)
    if roles is None:
        mine = Container.memberships_of(actor_of(request)).highest_first().reverse()
        roles = dict(mine.values_list("container_id", "role"))  # the last, the highest, stays
        setattr(request, ROLES, roles)
    return roles


def forget_roles(request: HttpRequest) -> None:
    """Read them again: the request has changed memberships."""
    setattr(request, ROLES, None)


def has_role(request: HttpRequest, container_id: UUID, least: str) -> bool:
    """Whether the viewer is at least ``least`` in the container, or an administrator."""
    role = roles_of(request).get(container_id, "") if not is_administrator(request) else "admin"
    return RANKS.get(role, 0) >= RANKS[least]


def containers_as(request: HttpRequest, least: str) -> list[UUID]:
    """The containers in which the viewer is at least ``least`` by membership."""
    return [pk for pk, role in roles_of(request).items() if RANKS[role] >= RANKS[least]]
