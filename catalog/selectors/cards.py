"""The card as the API shows it. Source: Watson Data API, "Assets"."""

from __future__ import annotations

import calendar
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from catalog.models import Asset, Container

Document = dict[str, Any]

CONTAINER_PARAMETERS = {"catalog": "catalog_id", "project": "project_id", "space": "space_id"}


class Card(NamedTuple):
    """What a card's document is made of, as one row. An ``Asset`` that ``with_card()`` loaded has
    it too.
    """

    pk: UUID
    container_id: UUID
    container_kind: str
    name: str
    description: str
    tags: list[str]
    origin_country: str
    asset_category: str
    classification: str | None
    resource_key: str | None
    source_system: dict[str, Any] | None
    rov_mode: int
    asset_attributes: list[str]
    owner_id: int
    size: int
    created_at: datetime
    updated_at: datetime
    last_updater_id: int
    version: int
    source_asset: Document | None
    deleted_at: datetime | None
    collaborator_list: list[int]
    attachment_list: list[Document]
    entity_text: str
    access_count: int | None
    last_accessed_at: datetime | None
    last_accessor_id: int | None
    rating_total: int | None
    rating_count: int | None
    last_revision: int | None


def seconds(moment: datetime) -> str:
    """``2018-11-06T17:40:37Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return calendar.timegm(moment.utctimetuple()) * 1000 + moment.microsecond // 1000


def asset_href(asset: Card | Asset, below: str = "", revision: int | None = None) -> str:
    """The address of a card, or of something ``below`` it such as ``/attributes/book``, now or as
    committed in a revision; host-relative. A card in the trash is at another one.
    """
    parameter = CONTAINER_PARAMETERS[asset.container_kind]
    place = "assets" if asset.deleted_at is None else "trashed_assets"
    href = f"/v2/{place}/{asset.pk}{below}?{parameter}={asset.container_id}"
    return href if revision is None else f"{href}&revision_id={revision}"


def placement(asset: Card | Asset) -> Document:
    """Which container the card is in, in the words of its kind."""
    guid = str(asset.container_id)
    if asset.container_kind == Container.Kind.PROJECT:
        hidden = str(Container.hidden_catalog_of(asset.container_id))
        return {"project_id": guid, "sandbox_id": guid, "catalog_id": hidden}
    return {CONTAINER_PARAMETERS[asset.container_kind]: guid}


def rating_of(total: int | None, count: int | None) -> float:
    """The average of a card's ratings, to two digits; 0 while there are none."""
    return round((total or 0) / count, 2) if count else 0


def metadata_document(asset: Card | Asset) -> Document:
    """The ``metadata`` of a card that ``with_card()`` loaded."""
    uids = [str(user_id) for user_id in asset.collaborator_list]
    updated_at, created_at = asset.updated_at, asset.created_at
    # Who made the card has read it, too.
    accessed_at = asset.last_accessed_at or created_at
    metadata: Document = {
        "rov": {
            "mode": asset.rov_mode,
            "collaborator_ids": {uid: {"user_iam_id": uid} for uid in uids},
        },
        "usage": {
            "last_updated_at": seconds(updated_at),
            "last_updater_id": str(asset.last_updater_id),
            "last_update_time": milliseconds(updated_at),
            "last_accessed_at": seconds(accessed_at),
            "last_access_time": milliseconds(accessed_at),
            "last_accessor_id": str(asset.last_accessor_id or asset.owner_id),
            "access_count": asset.access_count or 0,
        },
        "name": asset.name,
        "description": asset.description,
        "tags": asset.tags,
        "asset_type": asset.asset_attributes[0],
        "origin_country": asset.origin_country,
        "rating": rating_of(asset.rating_total, asset.rating_count),
        "total_ratings": asset.rating_count or 0,
        **placement(asset),
        "created": milliseconds(created_at),
        "created_at": seconds(created_at),
        "owner_id": str(asset.owner_id),
        "size": asset.size,
        "version": 2,
        "asset_state": "available" if asset.deleted_at is None else "deleted",
        "asset_attributes": asset.asset_attributes,
        "asset_id": str(asset.pk),
        "asset_category": asset.asset_category,
    }
    for optional in ("classification", "resource_key", "source_system", "source_asset"):
        if (value := getattr(asset, optional)) is not None:
            metadata[optional] = value
    if asset.last_revision:
        metadata["commit_info"] = {"previous_revision": asset.last_revision}
    if asset.deleted_at is not None:
        metadata["delete_processing_state"] = "complete"
        metadata["delete_reason"] = "requested by a user"
    return metadata


def attachment_item(row: Document) -> Document:
    """An item of the card's ``attachments`` from a row of ``attachment_list``."""
    created, completed, accessed = (
        milliseconds(datetime.fromisoformat(row[column]))
        for column in ("created_at", "completed_at", "last_accessed_at")
    )
    item: Document = {
        "id": row["id"],
        "version": 2,
        "asset_type": row["asset_type"],
        "name": row["name"],
        "description": row["description"],
        "connection_id": row["connection_id"],
        "connection_path": row["connection_path"],
        "create_time": created,
        "size": row["size"],
        "is_remote": True,
        "is_managed": False,
        "is_referenced": False,
        "is_object_key_read_only": False,
        "is_user_provided_path_key": True,
        "transfer_complete": True,
        "is_partitioned": False,
        "complete_time_ticks": completed,
        "user_data": row["user_data"],
        "test_doc": 0,
        "usage": {
            "access_count": row["access_count"],
            "last_accessor_id": str(row["last_accessor_id"]),
            "last_access_time": accessed,
        },
    }
    if row["mime"]:
        item["mime"] = row["mime"]
    return item


def card_document(asset: Card | Asset, *, is_new: bool = False) -> Document:
    """The whole card. ``asset_id`` is at the top of the answers that create one.

    The entity is passed on as the database wrote it: it is neither read nor written again.
    """
    document: Document = {
        "metadata": metadata_document(asset),
        "entity": orjson.Fragment(asset.entity_text),
    }
    if asset.attachment_list:
        document["attachments"] = [attachment_item(row) for row in asset.attachment_list]
    document["href"] = asset_href(asset)
    if is_new:
        document["asset_id"] = str(asset.pk)
    return document
