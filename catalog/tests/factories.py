"""The smallest valid objects."""

from __future__ import annotations

from typing import Any

from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from catalog.models import Container, Membership, User


class UserFactory(DjangoModelFactory[User]):
    """A user without a password."""

    class Meta:
        model = User

    username = Sequence(lambda number: f"user{number}")  # type: ignore[no-untyped-call]


class CatalogFactory(DjangoModelFactory[Container]):
    """An empty catalog, its creator its admin."""

    class Meta:
        model = Container
        skip_postgeneration_save = True

    kind = Container.Kind.CATALOG
    name = Sequence(lambda number: f"Catalog {number}")  # type: ignore[no-untyped-call]
    account_id = "999"
    creator = SubFactory(UserFactory)  # type: ignore[no-untyped-call]

    @post_generation
    def membership(self: Any, create: bool, extracted: object, **kwargs: object) -> None:
        # By now ``self`` is the catalog.
        if create:
            Membership.objects.create(container=self, user=self.creator, role="admin")
