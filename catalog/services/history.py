"""Cards brought back to what they were."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from catalog.models import Asset, AssetType, Attachment, AttachmentEvent, User
from catalog.selectors.card_import import taken_attachments
from catalog.selectors.cards import Card, Document
from catalog.selectors.history import Point, past_of
from catalog.services.assets import save_card, touch_card
from catalog.services.card_rules import SETTABLE
from catalog.shared.errors import Conflict, Target
from catalog.shared.json import is_same_json

#: The columns that come back besides the entity. Rights stay as they are: who owns the card, who
#: finds it, whom it is shared with; and whether it is in the trash.
RESTORED = (*SETTABLE, "size")
#: What history knows of an attachment, but for whose it is.
ATTACHMENT_COLUMNS = [
    field.attname
    for field in AttachmentEvent._meta.concrete_fields
    if not field.attname.startswith("pgh_") and field.attname not in ("id", "asset_id")
]


@transaction.atomic
def restore_card(*, actor: User, asset: Asset, point: Point, target: Target) -> Asset:
    """Bring a held card back to what it was at ``point``; nothing happens when it is that.

    It is a change like any other, so nothing is lost. Attachments come back with their ids and as
    they were, also where their connection is gone meanwhile. Raises NotFound naming ``target`` when
    there is no such version, Conflict when the type of an attribute is gone.
    """
    past = past_of(asset.pk, point=point, target=target).card
    changes = _changes(asset, past)
    attachments = _difference(asset, past)
    if "asset_attributes" in changes:
        _require_types(asset, changes["asset_attributes"], target)
    if changes:
        save_card(actor=actor, asset=asset, changes=changes)
    elif attachments.is_any:
        touch_card(actor=actor, asset=asset)
    if attachments.is_any:
        _write(asset, attachments, actor)
    return asset


def _changes(asset: Asset, past: Card) -> dict[str, Any]:
    changes = {
        column: getattr(past, column)
        for column in RESTORED
        if not is_same_json(getattr(asset, column), getattr(past, column))
    }
    entity = json.loads(past.entity_text)
    if not is_same_json(asset.entity, entity) or asset.asset_attributes != past.asset_attributes:
        changes |= {"entity": entity, "asset_attributes": past.asset_attributes}
    return changes


def _require_types(asset: Asset, names: list[str], target: Target) -> None:
    """Keep the types of these attributes from deletion; raise Conflict for one that is gone."""
    types = AssetType.objects.held(asset.container_id, names)
    for name in names:
        if name not in types:
            raise Conflict(
                f"The card had an attribute of the type '{name}', which is no more.", target=target
            )


@dataclass(frozen=True)
class _Difference:
    removed: list[UUID]
    changed: list[Attachment]
    added: list[Attachment]

    @property
    def is_any(self) -> bool:
        return bool(self.removed or self.changed or self.added)


def _difference(asset: Asset, past: Card) -> _Difference:
    """What makes the attachments of then of those of now."""
    present = {row["id"]: row for row in asset.attachment_list}
    wanted = {row["id"]: row for row in past.attachment_list}
    return _Difference(
        removed=[UUID(pk) for pk in present if pk not in wanted],
        changed=[
            _attachment(present[pk] | {name: row[name] for name in ATTACHMENT_COLUMNS})
            for pk, row in wanted.items()
            if pk in present
            and not all(is_same_json(row[name], present[pk][name]) for name in ATTACHMENT_COLUMNS)
        ],
        added=[_attachment(row) for pk, row in wanted.items() if pk not in present],
    )


def _attachment(row: Document) -> Attachment:
    """The attachment of a row of ``attachment_list``."""
    fields = Attachment._meta.concrete_fields
    return Attachment(**{field.attname: field.to_python(row[field.attname]) for field in fields})


def _write(asset: Asset, difference: _Difference, actor: User) -> None:
    if difference.removed:
        Attachment.objects.filter(pk__in=difference.removed).delete()
    if difference.changed:
        Attachment.objects.bulk_update(difference.changed, ATTACHMENT_COLUMNS)
    if difference.added:
        # An import may have given the id of a removed attachment to one of another card; and the
        # account of a token may be gone, which made it.
        taken = taken_attachments([row.pk for row in difference.added])
        people = User.objects.filter(pk__in={row.creator_id for row in difference.added})
        known = set(people.values_list("pk", flat=True))
        for row in difference.added:
            row.pk = uuid4() if row.pk in taken else row.pk
            if row.creator_id not in known:
                row.creator_id = row.last_accessor_id = actor.pk
        try:
            with transaction.atomic():
                Attachment.objects.bulk_create(difference.added)
        except IntegrityError as exc:
            raise Conflict("An attachment's id was taken just now: try again.") from exc
    asset.attachment_list = Asset.attachments_of(asset.pk).as_rows()
