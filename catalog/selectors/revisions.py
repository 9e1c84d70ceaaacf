"""Cards as they were committed. Source: Watson Data API, "revisions" of assets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from catalog.models import Asset, Attachment, Revision, User
from catalog.selectors.assets import whole_card
from catalog.selectors.cards import (
    Card,
    Document,
    asset_href,
    attachment_item,
    metadata_document,
    seconds,
)
from catalog.shared.errors import NotFound, Target

#: Which revision is meant: its number, or the one with the highest.
Number = int | Literal["latest"]
#: What a document's ``metadata`` tells of the card's own columns.
COLUMNS = ("name", "description", "tags", "origin_country", "asset_category", "size")
OPTIONAL = ("classification", "resource_key", "source_system")


def content_of(asset: Asset) -> Document:
    """What a revision keeps of a card that ``with_card()`` loaded."""
    return {
        "metadata": metadata_document(asset),
        "entity": asset.entity,
        "attachments": asset.attachment_list,
    }


def revision_of(asset_id: UUID, number: Number) -> Revision:
    """One revision of a card; raises NotFound."""
    revisions = Asset.revisions_of(asset_id)
    if number == "latest":
        found = revisions.order_by("-number").first()
    else:
        found = revisions.filter(number=number).first()
    if found is None:
        which = "revision" if number == "latest" else f"revision {number}"
        raise NotFound(f"The asset has no {which}.", target=Target("revision_id", "parameter"))
    return found


def revision_document(asset: Card | Asset, revision: Revision, *, is_new: bool = False) -> Document:
    """The card as it was shown when it was committed.

    Who may read it is decided by the card's present rules of visibility, not by those in it.
    """
    kept = revision.document
    document: Document = {
        "metadata": _metadata(
            kept["metadata"], revision.number, revision.committed_at, revision.commit_message
        ),
        "entity": kept["entity"],
    }
    if kept["attachments"]:
        document["attachments"] = [attachment_item(row) for row in kept["attachments"]]
    document["href"] = asset_href(asset, revision=revision.number)
    if is_new:
        document["asset_id"] = str(asset.pk)
    return document


def _metadata(
    metadata: Document, number: int, committed_at: datetime, commit_message: str
) -> Document:
    committed = {"committed_at": seconds(committed_at), "commit_message": commit_message}
    return metadata | {
        "revision_id": number,
        # The card told of the revision before it, if there was one.
        "commit_info": metadata.get("commit_info", {}) | committed,
    }


def revision_page(
    asset: Card | Asset, *, start: Number, limit: int
) -> tuple[list[Document], int | None]:
    """Revisions from number ``start`` downwards, without their entities, which may be large; and
    the number at which the next page starts.
    """
    revisions = Asset.revisions_of(asset.pk).order_by("-number")
    if start != "latest":
        revisions = revisions.filter(number__lte=start)
    columns = ("document__metadata", "number", "committed_at", "commit_message")
    rows: list[Any] = list(revisions.values_list(*columns)[: limit + 1])
    page = [
        {"metadata": _metadata(*row), "href": asset_href(asset, revision=row[1])}
        for row in rows[:limit]
    ]
    return page, rows[limit][1] if len(rows) > limit else None


def card_at(
    *, user: User, kind: str, container_id: UUID, asset_id: UUID, revision: Number | None
) -> tuple[Asset, int | None]:
    """The card to read or copy: as it is, or as it was committed; and the number of the revision.

    Raises NotFound for a card that the user does not see now, and for an unknown revision.
    """
    asset = whole_card(user=user, kind=kind, container_id=container_id, asset_id=asset_id)
    if revision is None:
        return asset, None
    found = revision_of(asset.pk, revision)
    kept = found.document
    for column in COLUMNS:
        setattr(asset, column, kept["metadata"][column])
    for column in OPTIONAL:
        setattr(asset, column, kept["metadata"].get(column))
    asset.asset_attributes = kept["metadata"]["asset_attributes"]
    asset.entity, asset.attachment_list = kept["entity"], kept["attachments"]
    return asset, found.number


def committed_attachment(asset: Asset, attachment_id: UUID) -> Attachment:
    """An attachment of a card that ``card_at`` gave as committed; raises NotFound."""
    for row in asset.attachment_list:
        if row["id"] == str(attachment_id):
            fields = {field.attname: field for field in Attachment._meta.concrete_fields}
            return Attachment(
                **{name: fields[name].to_python(row[name]) for name in fields.keys() & row.keys()}
            )
    raise NotFound(f"The asset has no attachment {attachment_id} in that revision.")
