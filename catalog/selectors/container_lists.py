"""Which projects or spaces a caller asks for, and one page of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from catalog.models import Container, User
from catalog.querysets.containers import ContainerQuerySet
from catalog.selectors.projects import DEFAULT_TYPE


@dataclass(frozen=True)
class Wanted:
    """Filters: empty ones let everything pass; of several words, any will do.

    ``member`` is a user's name or id, ``roles`` what that user, or the caller, is.
    """

    kind: str
    name: str = ""
    member: str = ""
    roles: Sequence[str] = ()
    tags: Sequence[str] = ()
    ids: Sequence[UUID] = ()
    type: str = ""

    def visible_to(self, user: User) -> ContainerQuerySet:
        """The containers that the caller sees and asks for."""
        found = Container.objects.filter(kind=self.kind).visible_to(user)
        if self.name:
            found = found.filter(name=self.name)
        if self.tags:
            found = found.filter(tags__overlap=list(self.tags))
        if self.ids:
            found = found.filter(pk__in=self.ids)
        if self.type:
            untold = Q() if self.type == DEFAULT_TYPE else Q(pk=None)
            found = found.filter(Q(details__type=self.type) | untold & ~Q(details__has_key="type"))
        return self._of_member(found, user)

    def _of_member(self, found: ContainerQuerySet, caller: User) -> ContainerQuerySet:
        member = _member(self.member) if self.member else caller
        if member is None:
            return found.none()
        if self.member:
            mine = Container.memberships_of(member).values("container_id")
            found = found.filter(pk__in=mine)
        if self.roles:
            found = found.with_role_of(member, among=self.roles)
        return found


def _member(text: str) -> User | None:
    """The user of that name, or else of that id."""
    users = User.objects.existing()
    if named := users.named(text).first():
        return named
    is_id = text.isascii() and text.isdecimal() and len(text) < 19
    return users.filter(pk=text).first() if is_id else None


def place_of(container: Container) -> list[Any]:
    """Where a container is in the order of a list, for a bookmark."""
    return [container.created_at.isoformat(), str(container.pk)]


def page_after(
    found: ContainerQuerySet, place: list[Any] | None, *, skip: int, limit: int
) -> tuple[list[Container], bool]:
    """Up to ``limit`` containers, oldest first, after a bookmark's place; and whether there are
    more.
    """
    ordered = found.select_related("creator").order_by("created_at", "pk")
    if place is not None:
        created_at, pk = datetime.fromisoformat(place[0]), UUID(place[1])
        ordered = ordered.filter(Q(created_at__gt=created_at) | Q(created_at=created_at, pk__gt=pk))
    page = list(ordered[skip : skip + limit + 1])
    return page[:limit], len(page) > limit
