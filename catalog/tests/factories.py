"""The smallest valid objects."""

from __future__ import annotations

from typing import Any

from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from catalog.models import Asset, AssetType, Container, Membership, User


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


class MembershipFactory(DjangoModelFactory[Membership]):
    """Somebody new in a new catalog, as a viewer."""

    class Meta:
        model = Membership

    container = SubFactory(CatalogFactory)  # type: ignore[no-untyped-call]
    user = SubFactory(UserFactory)  # type: ignore[no-untyped-call]
    role = Membership.Role.VIEWER


def user_of(membership: Membership) -> User:
    """The user of a membership that is not a group's."""
    assert membership.user
    return membership.user


class AssetTypeFactory(DjangoModelFactory[AssetType]):
    """A catalog's own type with one field."""

    class Meta:
        model = AssetType

    container = SubFactory(CatalogFactory)  # type: ignore[no-untyped-call]
    name = Sequence(lambda number: f"type_{number}")  # type: ignore[no-untyped-call]
    fields = LazyFunction(  # type: ignore[no-untyped-call]
        lambda: [
            {
                "key": "title",
                "type": "string",
                "facet": False,
                "is_array": False,
                "is_searchable_across_types": True,
            }
        ]
    )


class CardFactory(DjangoModelFactory[Asset]):
    """A public card of the built-in type data_asset, owned by the creator of its catalog."""

    class Meta:
        model = Asset

    container = SubFactory(CatalogFactory)  # type: ignore[no-untyped-call]
    asset_type = LazyFunction(lambda: AssetType.objects.built_in().get(name="data_asset"))  # type: ignore[no-untyped-call]
    name = Sequence(lambda number: f"Card {number}")  # type: ignore[no-untyped-call]
    entity = LazyAttribute(lambda card: {card.asset_type.name: {}})  # type: ignore[no-untyped-call]
    asset_attributes = LazyAttribute(  # type: ignore[no-untyped-call]
        lambda card: [card.asset_type.name, *(n for n in card.entity if n != card.asset_type.name)]
    )
    owner = SelfAttribute("container.creator")  # type: ignore[no-untyped-call]
    last_updater = SelfAttribute("owner")  # type: ignore[no-untyped-call]
