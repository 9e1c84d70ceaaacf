"""The smallest valid objects."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from catalog.models import Container, Membership, User


class UserFactory(DjangoModelFactory[User]):
    """A user without a password."""

    class Meta:
        model = User

    username = factory.Sequence(lambda number: f"user{number}")


class CatalogFactory(DjangoModelFactory[Container]):
    """An empty catalog, its creator its admin."""

    class Meta:
        model = Container
        skip_postgeneration_save = True

    kind = Container.Kind.CATALOG
    name = factory.Sequence(lambda number: f"Catalog {number}")
    account_id = "999"
    creator = factory.SubFactory(UserFactory)

    @factory.post_generation
    def membership(self, create: bool, extracted: object, **kwargs: object) -> None:
        if create:
            Membership.objects.create(container=self, user=self.creator, role="admin")
