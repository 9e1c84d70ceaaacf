"""What a line changes of the card that is stored: pure comparison, nothing is read or written."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.models import Asset, Attachment, User
from catalog.services.card_identity import copied_id
from catalog.services.card_writes import CardWrite
from catalog.services.incoming_cards import (
    IncomingAttachment,
    IncomingCard,
    is_same_moment,
    sorted_json,
)
from catalog.shared.json import is_same_json

MILLISECOND = timedelta(milliseconds=1)
MOMENTS = ("created_at", "completed_at")


def is_same_line(one: IncomingCard, other: IncomingCard) -> bool:
    """Whether two lines say the same."""
    return _content(one) == _content(other)


def _content(card: IncomingCard) -> tuple[Any, ...]:
    draft = card.draft
    kept = (card.owner_uid, card.created_at, card.size, card.attachments)
    return card.entity_json, card.columns, draft.rov_mode, set(draft.collaborators), kept


def change(
    asset: Asset,
    card: IncomingCard,
    *,
    owner_id: int | None,
    collaborators: list[int],
    connection_of: Callable[[IncomingAttachment, int], UUID],
    actor: User,
) -> CardWrite | None:
    """Set on ``asset``, as ``stored_cards`` loaded it, what the line says; None if nothing changes.

    ``connection_of`` gives, or refuses, the connection of an attachment and its place, where that
    changes. A card in the trash that a line names comes back from it.
    """
    changed = _change_columns(asset, card, owner_id)
    write = CardWrite(asset, b"", is_new=False)
    changed |= _change_entity(write, card)
    if card.is_whole:
        if set(collaborators) != set(asset.collaborator_list):
            write.collaborators, changed = collaborators, True
        changed |= _change_attachments(write, card, connection_of, actor)
    return write if changed else None


def _change_columns(asset: Asset, card: IncomingCard, owner_id: int | None) -> bool:
    columns: dict[str, Any] = {**card.columns, "deleted_at": None}
    if card.is_whole:
        columns["rov_mode"] = card.draft.rov_mode
        if owner_id is not None:
            columns["owner_id"] = owner_id
        if card.size is not None:
            columns["size"] = card.size
        given = card.created_at
        if given is not None and not is_same_moment(asset.created_at, given, card.created_unit):
            columns["created_at"] = given
    changed = False
    for column, value in columns.items():
        if not is_same_json(getattr(asset, column), value):
            setattr(asset, column, value)
            changed = True
    return changed


def _change_entity(write: CardWrite, card: IncomingCard) -> bool:
    asset, stored = write.asset, json.loads(write.asset.entity_text)
    entity = card.draft.entity if card.is_whole else stored | card.draft.entity
    if card.is_whole and card.attribute_order:
        names = card.attribute_names
    else:
        kept = [name for name in asset.asset_attributes if name in entity]
        names = [
            *kept,
            *(name for name in card.attribute_names if name not in asset.asset_attributes),
        ]
    write.entity_json = card.entity_json if card.is_whole else sorted_json(entity)
    is_same = write.entity_json == sorted_json(stored) or is_same_json(entity, stored)
    if is_same and names == asset.asset_attributes:
        return False
    asset.asset_attributes = names
    return True


def paired(
    rows: Sequence[dict[str, Any]], items: Sequence[IncomingAttachment], container_id: UUID
) -> list[dict[str, Any] | None]:
    """The stored row of each attachment: by id, else one that says the same; None for a new one."""
    free = {UUID(row["id"]): row for row in rows}
    found: list[dict[str, Any] | None] = []
    for item in items:
        ids = (item.id, copied_id(item.id, container_id)) if item.id else ()
        found.append(next((free.pop(pk) for pk in ids if pk in free), None))
    for index, item in enumerate(items):
        if found[index] is None:
            same = (pk for pk, row in free.items() if not _differences(row, item, container_id))
            if (pk := next(same, None)) is not None:
                found[index] = free.pop(pk)
    return found


def _differences(
    row: dict[str, Any], item: IncomingAttachment, container_id: UUID
) -> dict[str, Any]:
    """The columns of a stored attachment that the line's gives another value."""
    changes = {
        name: value
        for name, value in item.columns.items()
        if name != "connection_id" and not is_same_json(row[name], value)
    }
    if not _is_connected(row, item, container_id):
        changes["connection_id"] = item.columns["connection_id"]
    for name in MOMENTS:
        given = getattr(item, name)
        if given is not None and not is_same_moment(
            datetime.fromisoformat(row[name]), given, MILLISECOND
        ):
            changes[name] = given
    if item.size is not None and item.size != row["size"]:
        changes["size"] = item.size
    return changes


def _is_connected(row: dict[str, Any], item: IncomingAttachment, container_id: UUID) -> bool:
    """Whether a stored attachment has the line's connection, or the container's copy of it."""
    wanted, present = item.columns["connection_id"], UUID(row["connection_id"])
    return present in (wanted, copied_id(wanted, container_id))


def _change_attachments(
    write: CardWrite,
    card: IncomingCard,
    connection_of: Callable[[IncomingAttachment, int], UUID],
    actor: User,
) -> bool:
    asset = write.asset
    rows = paired(asset.attachment_list, card.attachments, asset.container_id)
    kept = {row["id"] for row in rows if row is not None}
    write.removed_attachments = [
        UUID(row["id"]) for row in asset.attachment_list if row["id"] not in kept
    ]
    for place, (row, item) in enumerate(zip(rows, card.attachments, strict=True)):
        if row is None:
            connection_id = connection_of(item, place)
            write.new_attachments.append(
                new_attachment(asset, item, connection_id, place=place, actor=actor)
            )
        elif changes := _differences(row, item, asset.container_id):
            if "connection_id" in changes:
                changes["connection_id"] = connection_of(item, place)
            moments = {name: datetime.fromisoformat(row[name]) for name in MOMENTS}
            values = row | moments | changes
            write.changed_attachments.append(Attachment(**{name: values[name] for name in row}))
    return bool(write.new_attachments or write.changed_attachments or write.removed_attachments)


def new_attachment(
    asset: Asset, item: IncomingAttachment, connection_id: UUID, *, place: int, actor: User
) -> Attachment:
    """A row for an attachment of a line, not saved; its id may be taken."""
    now = timezone.now()
    # A card lists its attachments by this, and shows milliseconds: the place keeps the
    # line's order.
    created_at = (item.created_at or now) + timedelta(microseconds=place)
    row = Attachment(
        asset_id=asset.pk,
        creator_id=actor.pk,
        last_accessor_id=actor.pk,
        created_at=created_at,
        completed_at=item.completed_at or created_at,
        last_accessed_at=now,
        size=item.size or 0,
        **{**item.columns, "connection_id": connection_id},
    )
    if item.id is not None:
        row.pk = item.id
    return row


def free_attachment_ids(
    rows: Sequence[Attachment], taken: Collection[UUID], container_id: UUID
) -> None:
    """Give new rows whose ids are taken others: the container's copies of them, else any."""
    used = set(taken)
    for row in rows:
        if row.pk in used:
            copied = copied_id(row.pk, container_id)
            row.pk = copied if copied not in used else Attachment().pk
        used.add(row.pk)
