"""Remote attachments: added, patched, removed, in step with the card's attributes."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from catalog.models import Asset, Attachment, User
from catalog.services.assets import (
    entity_changes,
    hold_type,
    insert_attachments,
    save_card,
    touch_card,
)
from catalog.services.attachment_rules import read_attachment
from catalog.services.json_patches import apply_patch, refuse_changes
from catalog.shared.errors import ApiError, Conflict
from catalog.shared.json import is_same_json

#: What PATCH may change of an attachment.
EDITABLE = ("name", "description", "mime", "connection_path", "user_data")


@transaction.atomic
def add_attachment(*, actor: User, asset: Asset, body: Any) -> Attachment:
    """Add a remote attachment to a held card.

    Its type becomes an attribute of the card, empty at first, unless it is one. Raises BadRequest,
    also for a connection that the actor does not see in the card's container.
    """
    columns = read_attachment(body)
    hold_type(asset.container, columns["asset_type"], target="asset_type")
    if columns["asset_type"] in asset.entity:
        touch_card(actor=actor, asset=asset)
    else:
        changes = entity_changes(asset, asset.entity | {columns["asset_type"]: {}})
        save_card(actor=actor, asset=asset, changes=changes)
    return insert_attachments(actor=actor, asset=asset, items=[columns], at=["connection_id"])[0]


@transaction.atomic
def patch_attachment(
    *, actor: User, asset: Asset, attachment: Attachment, operations: Any
) -> Attachment:
    """Apply a JSON Patch to an attachment of a held card; paths begin at the attachment."""
    before: dict[str, Any] = {
        "asset_type": attachment.asset_type,
        "connection_id": str(attachment.connection_id),
        **{name: getattr(attachment, name) for name in EDITABLE},
    }
    after = apply_patch(before, operations)
    refuse_changes(before, after, editable=EDITABLE)
    if not is_same_json(after, before):
        columns = read_attachment(after)
        for name in EDITABLE:
            setattr(attachment, name, columns[name])
        touch_card(actor=actor, asset=asset)
        attachment.save(update_fields=EDITABLE)
    return attachment


@transaction.atomic
def remove_attachment(*, actor: User, asset: Asset, attachment: Attachment) -> None:
    """Remove an attachment from a held card; what it points to stays where it is."""
    touch_card(actor=actor, asset=asset)
    attachment.delete()


def require_datasource_type(document: dict[str, Any]) -> None:
    """Raise Conflict for an attachment whose ``document`` shows no type of its connection: it is
    gone, out of the caller's sight, or of no type. The type is always the connection's: none is
    kept that could be out of date.
    """
    if "datasource_type" not in document:
        raise Conflict(f"The connection {document['connection_id']} has no datasource type here.")


def never_uploaded(attachment: Attachment) -> ApiError:
    """The refusal to complete a remote attachment, in the words that clients know."""
    return ApiError(
        "ATTSV3041E: Referenced or remote attachment -- transfer complete or resource operations "
        f"are not applicable: {attachment.pk}",
        code="unable_to_perform",
    )
