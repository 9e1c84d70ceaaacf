"""Attachments as their own routes show them, and the connections that they name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from catalog.models import Asset, Attachment, Container, User
from catalog.selectors.cards import asset_href, milliseconds, seconds
from catalog.shared.errors import NotFound

CONNECTION = "connection"


def connections_named(
    ids: Iterable[UUID], container: Container, user: User
) -> dict[UUID, str | None]:
    """The datasource type of each of these connections that ``user`` sees there, by id."""
    cards = Asset.objects.live().visible_to(user).filter(container=container, pk__in=set(ids))
    return dict(
        cards.filter(asset_attributes__0=CONNECTION).values_list(
            "pk", "entity__connection__datasource_type"
        )
    )


def attachment_of(asset: Asset, attachment_id: UUID) -> Attachment:
    """An attachment of a card; raises NotFound."""
    found = Asset.attachments_of(asset.pk).filter(pk=attachment_id).first()
    if found is None:
        raise NotFound(f"The asset has no attachment {attachment_id}.")
    return found


def _head(asset: Asset, attachment: Attachment, user: User) -> dict[str, Any]:
    connections = connections_named([attachment.connection_id], asset.container, user)
    head: dict[str, Any] = {"attachment_id": str(attachment.pk)}
    if datasource_type := connections.get(attachment.connection_id):
        head["datasource_type"] = datasource_type
    return head | {
        "asset_type": attachment.asset_type,
        "attachment_type": "remote",
        "is_partitioned": False,
        "name": attachment.name,
        "description": attachment.description,
        "mime": attachment.mime,
        "connection_id": str(attachment.connection_id),
        "connection_path": attachment.connection_path,
        "user_data": attachment.user_data,
    }


def new_attachment_document(asset: Asset, attachment: Attachment, user: User) -> dict[str, Any]:
    """The answer to creating a remote attachment."""
    return _head(asset, attachment, user) | {
        "href": asset_href(asset, f"/attachments/{attachment.pk}"),
        "asset_category": asset.asset_category,
    }


def attachment_document(
    asset: Asset, attachment: Attachment, user: User, revision: int | None = None
) -> dict[str, Any]:
    """The answer to getting one, now or in a ``revision``. A remote one has no ``url`` until
    connections are served.
    """
    return _head(asset, attachment, user) | {
        "created_at": seconds(attachment.created_at),
        "transfer_complete": True,
        "size": attachment.size,
        "creator_id": str(attachment.creator_id),
        "usage": {
            "access_count": attachment.access_count,
            "last_accessor_id": str(attachment.last_accessor_id),
            "last_access_time": milliseconds(attachment.last_accessed_at),
        },
        "href": asset_href(asset, f"/attachments/{attachment.pk}", revision),
    }
