"""The one rule of visibility, compared with a plain reading of it."""

from __future__ import annotations

import itertools

import pytest

from catalog.models import Asset, Collaborator, Container, Membership, User
from catalog.selectors.assets import visible_card, whole_card
from catalog.services.assets import create_asset
from catalog.services.users import create_user
from catalog.shared.errors import NotFound

CARD = {"metadata": {"name": "A", "asset_type": "data_asset"}, "entity": {"data_asset": {}}}


@pytest.mark.django_db
def test_every_path_to_a_card_agrees_with_the_rule_in_words() -> None:
    owner = create_user(username="owner", is_admin=True)
    catalog = Container.objects.create(kind="catalog", name="C", creator=owner, account_id="999")
    other = Container.objects.create(kind="catalog", name="O", creator=owner, account_id="999")
    User.objects.filter(pk=owner.pk).update(is_superuser=False)
    owner.refresh_from_db()
    for number, (is_member, is_collaborator, is_owner, is_admin, mode, is_deleted) in enumerate(
        itertools.product(
            [True, False], [True, False], [True, False], [True, False], [-1, 0, 8], [True, False]
        )
    ):
        user = create_user(username=f"user{number}", is_admin=is_admin)
        Membership.objects.create(container=other, user=user, role="admin")
        asset = create_asset(actor=owner, container=catalog, body=CARD)
        Asset.objects.filter(pk=asset.pk).update(
            rov_mode=mode,
            owner=user if is_owner else owner,
            deleted_at=asset.created_at if is_deleted else None,
        )
        if is_member:
            Membership.objects.create(container=catalog, user=user, role="viewer")
        if is_collaborator:
            Collaborator.objects.create(asset=asset, user=user)
        expected = not is_deleted and (
            is_admin or (is_member and (mode != 8 or is_owner or is_collaborator))
        )
        listed = Asset.objects.live().visible_to(user).filter(pk=asset.pk)
        assert listed.count() == expected, (is_member, is_collaborator, is_owner, mode)
        for read in (visible_card, whole_card):
            try:
                read(user=user, kind="catalog", container_id=catalog.pk, asset_id=asset.pk)
                found = True
            except NotFound:
                found = False
            assert found == expected, read
