"""What the page of one card shows besides the card: its types, and where attachments lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from catalog.models import Asset, AssetType, User
from catalog.selectors.cards import attachment_item, metadata_document

Document = dict[str, Any]


@dataclass(frozen=True)
class CardPage:
    """``attributes`` are (name, the type's description, value), the primary one first;
    ``attachments`` rows of the card with ``connection_name``, None where the viewer does not see
    the connection.
    """

    attributes: list[tuple[str, str, Any]]
    attachments: list[Document]
    collaborators: list[User]
    document: Document


def card_page(*, asset: Asset, user: User) -> CardPage:
    """The page of a card that ``with_card()`` loaded and that ``user`` may see."""
    known = AssetType.objects.known_in(asset.container_id).filter(name__in=asset.asset_attributes)
    descriptions = dict(known.values_list("name", "description"))
    attributes = [
        (name, descriptions.get(name, ""), asset.entity.get(name))
        for name in asset.asset_attributes
    ]
    return CardPage(
        attributes=attributes,
        attachments=_attachments(asset, user),
        collaborators=list(User.objects.filter(pk__in=asset.collaborator_list))
        if asset.collaborator_list
        else [],
        document=_document(asset),
    )


def _attachments(asset: Asset, user: User) -> list[Document]:
    if not asset.attachment_list:
        return []
    ids = {UUID(row["connection_id"]) for row in asset.attachment_list}
    cards = (
        Asset.objects.live().visible_to(user).filter(container_id=asset.container_id, pk__in=ids)
    )
    names = {str(pk): name for pk, name in cards.values_list("pk", "name")}
    return [
        row | {"connection_name": names.get(row["connection_id"])} for row in asset.attachment_list
    ]


def _document(asset: Asset) -> Document:
    metadata = metadata_document(asset)
    if asset.deleted_at is not None:
        metadata["asset_state"] = "deleted"
    document: Document = {"metadata": metadata, "entity": asset.entity}
    if asset.attachment_list:
        document["attachments"] = [attachment_item(row) for row in asset.attachment_list]
    return document
