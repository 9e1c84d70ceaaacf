"""What a copy needs in the container that it goes to: types of its attributes, and connections."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from catalog.models import Asset, AssetType, Container, User
from catalog.selectors.attachments import CONNECTION
from catalog.selectors.cards import placement
from catalog.selectors.duplicates import connections_there, connections_to_copy
from catalog.services.assets import held_types, new_asset
from catalog.services.attachment_rules import ATTACHMENT_READERS
from catalog.services.card_rules import SETTABLE, CardDraft
from catalog.shared.errors import BadRequest

#: What of a type is its definition.
DEFINITION = (
    "name",
    "description",
    "fields",
    "relationships",
    "properties",
    "external_asset_preview",
)


def draft_of(asset: Asset) -> CardDraft:
    """What a copy of a card has: all that its caller could set, but nobody that it is shared with.

    The order of attributes is kept.
    """
    columns = {name: getattr(asset, name) for name in (*SETTABLE, "size")}
    attachments = [
        {name: row[name] for name in (*ATTACHMENT_READERS, "size")}
        | {"connection_id": UUID(row["connection_id"])}
        for row in asset.attachment_list
    ]
    return CardDraft(
        asset_type=asset.asset_type_name,
        columns=columns,
        rov_mode=asset.rov_mode,
        collaborators=[],
        entity={name: asset.entity[name] for name in asset.asset_attributes},
        attachments=attachments,
    )


def source_asset_of(source: Asset, *, action: str, name: str) -> dict[str, Any]:
    """What a copy of that ``name`` says about the card that it was copied from.

    Whoever sees the copy sees this. Ids open nothing; the name of a private card is told only where
    the copy has the same.
    """
    place = placement(source)
    place.pop("sandbox_id", None)
    document = {"action": action, **place, "asset_id": str(source.pk)}
    document["bss_account_id"] = source.container.account_id
    if source.rov_mode != Asset.RovMode.PRIVATE or source.name == name:
        document["asset_name"] = source.name
    return document


def copy_types(*, source: Container, target: Container, names: Collection[str]) -> None:
    """Give a held container the types of these names that it does not know and ``source`` does.

    A type of that name that it knows is the one that is used, whatever it looks like.
    """
    known = AssetType.objects.known_in(target.pk).filter(name__in=names)
    unknown = {*names} - {*known.values_list("name", flat=True)}
    if not unknown:
        return
    found = AssetType.objects.filter(container=source, name__in=unknown).order_by("name")
    AssetType.objects.bulk_create(
        [
            AssetType(container=target, **{member: getattr(each, member) for member in DEFINITION})
            for each in found
        ],
        ignore_conflicts=True,  # somebody copies the same
    )


def connected(
    items: Sequence[dict[str, Any]],
    *,
    actor: User,
    source: Container,
    target: Container,
    action: str,
) -> list[dict[str, Any]]:
    """Attachments of a card in ``source``, with connections of ``target``, where a connection that
    is not there is copied to. Needs the words of the connections to be held.

    Raises BadRequest for a connection that neither is there nor can be copied, because the actor
    does not see it.
    """
    ids = {item["connection_id"] for item in items}
    if not ids or source.pk == target.pk:
        return list(items)
    copying = connections_to_copy(ids, user=actor, container=source)
    known = connections_there(ids, copying, user=actor, container=target)
    for index, item in enumerate(items):
        if item["connection_id"] not in known and item["connection_id"] not in copying:
            raise BadRequest(
                f"The {source.kind} has no connection {item['connection_id']} to be copied along, "
                f"and the {target.kind} has no copy of it.",
                target=f"attachments[{index}].connection_id",
            )
    missing = [card for pk, card in sorted(copying.items()) if pk not in known]
    known |= _copy_connections(missing, actor=actor, source=source, target=target, action=action)
    return [item | {"connection_id": known[item["connection_id"]]} for item in items]


def _copy_connections(
    cards: Sequence[Asset], *, actor: User, source: Container, target: Container, action: str
) -> dict[UUID, UUID]:
    """Copies of connections, by the ids of the originals; attachments of theirs are not copied."""
    if not cards:
        return {}
    names = list({name: None for card in cards for name in (CONNECTION, *card.asset_attributes)})
    copy_types(source=source, target=target, names=names)
    types = held_types(target, names)
    copies = {}
    for card in cards:
        card.container, card.container_kind, card.attachment_list = source, source.kind, []
        copies[card.pk] = new_asset(
            draft_of(card), container=target, asset_type=types[CONNECTION], owner=actor
        )
        copies[card.pk].source_asset = source_asset_of(card, action=action, name=card.name)
    Asset.objects.bulk_create(copies.values())
    return {pk: copy.pk for pk, copy in copies.items()}
