"""A card that takes what another says: its metadata, attributes and attachments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from catalog.models import Asset, Attachment, User
from catalog.services.assets import entity_changes, insert_attachments, save_card, touch_card
from catalog.services.card_rules import SETTABLE, CardDraft
from catalog.shared.errors import BadRequest
from catalog.shared.json import is_same_json

#: What of an attachment can differ while it is the same one: of the same type, at the same place.
CHANGEABLE = ("name", "description", "mime", "user_data")


def join_card(
    *,
    actor: User,
    asset: Asset,
    draft: CardDraft,
    given: Collection[str] | None,
    rov_at: str | None,
    source_asset: dict[str, Any] | None,
) -> None:
    """Make a held card say what the draft says; nothing is written when it does already.

    With ``given``, these members of its metadata, the members of each attribute in the draft, and
    the draft's attachments besides its own. Without, all of it, and what the draft does not have
    goes. Owner and rules of visibility stay: a draft that says others at ``rov_at`` is refused.
    """
    if rov_at is not None:
        _require_same_rules(asset, draft, rov_at)
    is_whole = given is None
    wanted = {name: draft.columns[name] for name in (SETTABLE if given is None else given)}
    if source_asset is not None:
        wanted["source_asset"] = source_asset
    changes = {
        column: value
        for column, value in wanted.items()
        if not is_same_json(getattr(asset, column), value)
    }
    attachments = _attachment_changes(asset, draft, is_whole=is_whole)
    if is_whole:
        asset.attachment_list = []  # those of attributes that go, go as well
        entity = draft.entity
    else:
        merged = {name: asset.entity.get(name, {}) | draft.entity[name] for name in draft.entity}
        entity = asset.entity | merged
    if not is_same_json(entity, asset.entity):
        changes |= entity_changes(asset, entity)
    # The card's row is written before what belongs to it: history is read that way.
    save_card(actor=actor, asset=asset, changes=changes)
    if attachments:
        if not changes:
            touch_card(actor=actor, asset=asset)
        _write_attachments(actor, asset, attachments)
    asset.attachment_list = Asset.attachments_of(asset.pk).as_rows()


def _require_same_rules(asset: Asset, draft: CardDraft, rov_at: str) -> None:
    private = Asset.RovMode.PRIVATE
    is_same = (draft.rov_mode == private) is (asset.rov_mode == private)
    people = {str(user_id) for user_id in asset.collaborator_list}
    if not is_same or (draft.collaborators and {*draft.collaborators} != people):
        raise BadRequest(
            f"The card {asset.pk} that is there has other rules of visibility, and an operation of "
            "its own changes them.",
            target=rov_at,
        )


@dataclass
class _AttachmentChanges:
    """Attachments to add, each with its place in the draft, to change and to remove."""

    added: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    changed: list[Attachment] = field(default_factory=list)
    removed: list[UUID] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def _attachment_changes(asset: Asset, draft: CardDraft, *, is_whole: bool) -> _AttachmentChanges:
    """What makes the card's attachments those of the draft, or has these among them."""
    free: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in asset.attachment_list:
        free.setdefault(_place_of(row), []).append(row)
    changes = _AttachmentChanges()
    for index, item in enumerate(draft.attachments):
        rows = free.get(_place_of(item))
        if not rows:
            changes.added.append((index, item))
            continue
        row = rows.pop(0)
        values = {name: item[name] if is_whole or item[name] else row[name] for name in CHANGEABLE}
        if not all(is_same_json(row[name], values[name]) for name in CHANGEABLE):
            changes.changed.append(Attachment(pk=UUID(row["id"]), **values))
    if is_whole:
        changes.removed = [UUID(row["id"]) for rows in free.values() for row in rows]
    return changes


def _place_of(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["asset_type"], str(row["connection_id"]), row["connection_path"]


def _write_attachments(actor: User, asset: Asset, changes: _AttachmentChanges) -> None:
    if changes.removed:
        Attachment.objects.filter(pk__in=changes.removed).delete()
    if changes.changed:
        Attachment.objects.bulk_update(changes.changed, CHANGEABLE)
    insert_attachments(
        actor=actor,
        asset=asset,
        items=[item for _, item in changes.added],
        at=[f"attachments[{index}].connection_id" for index, _ in changes.added],
    )
