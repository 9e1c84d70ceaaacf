"""Which containers a user knows of, and as what."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, When

if TYPE_CHECKING:
    from catalog.models import Container, Membership, User  # noqa: F401


class ContainerQuerySet(models.QuerySet["Container"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Only containers that ``user`` is a member of; administrators see all of them."""
        if user.is_superuser:
            return self
        return self.filter(pk__in=self.model.memberships_of(user).values("container_id"))

    def with_role_of(self, user: User | AnonymousUser, *, among: Sequence[str] = ()) -> Self:
        """Add ``role``: the most that ``user`` is in each container, itself or by a group; None
        where it is no member. Only those where that is ``among`` these, if any are given.
        """
        mine = self.model.memberships_of(user).filter(container_id=OuterRef("pk"))
        found = self.annotate(role=Subquery(mine.highest_first().values("role")[:1]))
        return found.filter(Q(("role__in", among))) if among else found

    def matching(self, text: str) -> Self:
        """Containers of that id or exactly that name: how a command's ``--catalog`` is read."""
        by_id = Q(pk=text) if is_uuid(text) else Q()
        return self.filter(Q(name=text) | by_id)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def listed(self) -> Self:
        """Users and groups; the accounts of project tokens are told as tokens."""
        return self.filter(Q(user=None) | Q(user__is_token=False))

    def in_order(self) -> Self:
        """Oldest first, with a total order."""
        return self.select_related("user", "group").order_by("pk")

    def highest_first(self) -> Self:
        """Admins, editors, viewers."""
        return self.order_by(
            Case(When(role="admin", then=3), When(role="editor", then=2), default=1).desc()
        )


def is_uuid(text: str) -> bool:
    """Whether ``text`` is a UUID in any of its usual spellings."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
