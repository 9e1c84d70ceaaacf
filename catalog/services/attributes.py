"""Attributes of a card, one at a time: added, patched, removed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from catalog.models import Asset, User
from catalog.services.assets import entity_changes, hold_type, save_card
from catalog.services.json_patches import apply_patch
from catalog.shared.errors import BadRequest, Conflict, NotFound
from catalog.shared.json import is_same_json


@transaction.atomic
def add_attribute(*, actor: User, asset: Asset, body: Any) -> str:
    """Add the attribute ``{name, entity}`` to a held card; return its name.

    Raises Conflict for one that the card has, unless it is empty: an attachment adds such a one.
    """
    if not isinstance(body, dict):
        raise BadRequest("An object is required.")
    unknown = body.keys() - {"name", "entity"}
    if unknown:
        raise BadRequest("Unknown member of an attribute.", target=min(unknown)[:100])
    name, attribute = body.get("name"), body.get("entity")
    if not isinstance(name, str) or not name:
        raise BadRequest("The name of an asset type is required.", target="name")
    if not isinstance(attribute, dict):
        raise BadRequest("An object is required.", target="entity")
    if asset.entity.get(name):
        raise Conflict(f"The asset has an attribute '{name[:100]}'.", target="name")
    hold_type(asset.container, name, target="name")
    changes = entity_changes(asset, asset.entity | {name: attribute})
    save_card(actor=actor, asset=asset, changes=changes)
    return name


def attribute_of(asset: Asset, name: str) -> dict[str, Any]:
    """The attribute of that name; raises NotFound."""
    if name not in asset.entity:
        raise NotFound(f"The asset has no attribute '{name[:100]}'.")
    attribute: dict[str, Any] = asset.entity[name]
    return attribute


@transaction.atomic
def patch_attribute(*, actor: User, asset: Asset, name: str, operations: Any) -> dict[str, Any]:
    """Apply a JSON Patch to one attribute of a held card; paths begin at the attribute."""
    before = attribute_of(asset, name)
    after = apply_patch(before, operations)
    if not is_same_json(after, before):
        save_card(actor=actor, asset=asset, changes={"entity": asset.entity | {name: after}})
    return after


@transaction.atomic
def remove_attribute(*, actor: User, asset: Asset, name: str) -> None:
    """Remove an attribute. Raises BadRequest for the primary one, or while an attachment is of its
    type.
    """
    attribute_of(asset, name)
    if name == asset.asset_type_name:
        raise BadRequest("The primary attribute can't be removed.", target=name)
    entity = {other: attribute for other, attribute in asset.entity.items() if other != name}
    save_card(actor=actor, asset=asset, changes=entity_changes(asset, entity))
