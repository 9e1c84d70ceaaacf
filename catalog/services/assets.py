"""Cards: created, patched, deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalog.models import Asset, AssetType, Attachment, Collaborator, Container, User
from catalog.selectors.assets import lock_card, locked_card, missing
from catalog.selectors.attachments import connections_named
from catalog.selectors.cards import attachment_item, metadata_document
from catalog.selectors.containers import visible_container
from catalog.services.card_rules import EDITABLE, CardDraft, check_entity, read_card, read_columns
from catalog.services.containers import hold_container, require_role
from catalog.services.json_patches import apply_patch, refuse_changes
from catalog.services.members import is_uid
from catalog.shared.errors import BadRequest
from catalog.shared.json import dump, is_same_json

#: What a patch of a card may change.
PATCHABLE = frozenset({"entity", *(f"metadata.{name}" for name in EDITABLE)})


@transaction.atomic
def create_asset(*, actor: User, container: Container, body: Any) -> Asset:
    """Create a card owned by ``actor`` from ``{metadata, entity[, attachments]}``; ready to be
    shown.

    Raises BadRequest naming the member that breaks a rule. Source: "Create Asset: book".
    """
    draft = read_card(body, container)
    hold_container(container)
    return insert_card(actor=actor, container=container, draft=draft)


def insert_card(
    *,
    actor: User,
    container: Container,
    draft: CardDraft,
    source_asset: dict[str, Any] | None = None,
) -> Asset:
    """Save a card owned by ``actor`` into a held container; ready to be shown.

    Raises BadRequest for a type, a collaborator or a connection that there is not.
    """
    types = held_types(container, draft.attribute_names)
    collaborators = users_named(draft.collaborators)
    asset = new_asset(draft, container=container, asset_type=types[draft.asset_type], owner=actor)
    asset.source_asset = source_asset
    asset.save(force_insert=True)
    if collaborators:
        Collaborator.objects.bulk_create(
            [Collaborator(asset=asset, user=user) for user in collaborators]
        )
    asset.container_kind = container.kind
    asset.collaborator_list = [user.pk for user in collaborators]
    asset.entity_text = dump(asset.entity).decode()
    asset.access_count = asset.last_accessor_id = asset.last_accessed_at = None
    asset.rating_total = asset.rating_count = asset.last_revision = None
    targets = [f"attachments[{index}].connection_id" for index in range(len(draft.attachments))]
    insert_attachments(actor=actor, asset=asset, items=draft.attachments, at=targets)
    asset.attachment_list = Asset.attachments_of(asset.pk).as_rows() if draft.attachments else []
    return asset


def new_asset(
    draft: CardDraft, *, container: Container, asset_type: AssetType, owner: User
) -> Asset:
    """A card from its draft, not saved."""
    now = timezone.now()
    return Asset(
        container=container,
        asset_type=asset_type,
        rov_mode=draft.rov_mode,
        entity=draft.entity,
        asset_attributes=draft.attribute_names,
        owner=owner,
        last_updater=owner,
        created_at=now,
        updated_at=now,
        **draft.columns,
    )


def held_types(container: Container, names: list[str]) -> dict[str, AssetType]:
    """The types of a card's attributes, primary first, kept from deletion.

    Raises BadRequest for the first that the container does not know.
    """
    types = AssetType.objects.held(container.pk, names)
    require_types(types, names, container)
    return types


def require_types(types: dict[str, AssetType], names: list[str], container: Container) -> None:
    """Raise BadRequest for the first of a card's attributes that is of no known type."""
    for index, name in enumerate(names):
        if name not in types:
            target = f"entity.{name[:100]}" if index else "metadata.asset_type"
            raise BadRequest(
                f"There is no asset type '{name[:100]}' in this {container.kind}.", target=target
            )


def hold_type(container: Container, name: str, target: str) -> None:
    """Keep the type of that name from deletion; raises BadRequest naming ``target``."""
    if not AssetType.objects.held(container.pk, [name]):
        raise BadRequest(
            f"There is no asset type '{name[:100]}' in this {container.kind}.", target=target
        )


def users_named(uids: list[str]) -> list[User]:
    """The collaborators of these ids, kept from deletion; raises BadRequest for the first that
    there is not.
    """
    if not uids:
        return []
    held = User.objects.held([int(uid) for uid in uids if is_uid(uid)])
    users = {user.uid: user for user in held.values()}
    for uid in uids:
        if uid not in users:
            target = f"metadata.rov.collaborator_ids.{uid[:100]}"
            raise BadRequest(f"There is no user {uid[:100]}.", target=target)
    return [users[uid] for uid in uids]


def insert_attachments(
    *, actor: User, asset: Asset, items: list[dict[str, Any]], at: list[str]
) -> list[Attachment]:
    """Save attachments of a card; ``at`` names each one's connection in a refusal."""
    if not items:
        return []
    known = connections_named([item["connection_id"] for item in items], asset.container, actor)
    for item, target in zip(items, at, strict=True):
        if item["connection_id"] not in known:
            raise BadRequest(
                f"There is no connection {item['connection_id']} in this {asset.container.kind}.",
                target=target,
            )
    now = timezone.now()
    return Attachment.objects.bulk_create(
        [
            Attachment(
                asset=asset,
                creator=actor,
                last_accessor=actor,
                # They are listed by this: the place keeps the order in which they are given.
                created_at=now + timedelta(microseconds=place),
                completed_at=now,
                last_accessed_at=now,
                **item,
            )
            for place, item in enumerate(items)
        ]
    )


def held_card(
    *, actor: User, kind: str, container_id: UUID, asset_id: UUID, trashed: bool = False
) -> Asset:
    """A live card, or one in the trash, that ``actor`` may change, its row locked. Needs a
    transaction.

    Raises NotFound for a card that the actor does not see, NotAuthorized for one that may only be
    read.
    """
    found = visible_container(user=actor, kind=kind, container_id=container_id)
    if found is None:
        raise missing(kind, container_id, asset_id)
    container, role = found
    hold_container(container)
    # Locked first and read then: a statement that waits for the row reads what is beside it, such
    # as the attachments, as it was before the wait.
    if not lock_card(user=actor, container_id=container.pk, asset_id=asset_id, trashed=trashed):
        raise missing(kind, container_id, asset_id)
    require_role(user=actor, role=role, least="editor", kind=kind)
    asset = locked_card(user=actor, asset_id=asset_id)
    if asset is None:
        raise missing(kind, container_id, asset_id)
    asset.container = container
    return asset


@transaction.atomic
def patch_asset(*, actor: User, asset: Asset, operations: Any) -> Asset:
    """Apply a JSON Patch to a card that ``held_card`` holds; paths begin at the card's root.

    Editable are the members of EDITABLE in ``metadata``, and ``entity``. Raises BadRequest naming
    any other member that the patch would change; nothing is changed then.
    """
    before = {"metadata": metadata_document(asset), "entity": asset.entity}
    if asset.attachment_list:
        before["attachments"] = [attachment_item(row) for row in asset.attachment_list]
    after = apply_patch(before, operations)
    refuse_changes(before, after, editable=PATCHABLE)
    columns = read_columns(after["metadata"], EDITABLE)
    changes = {
        column: value
        for column, value in columns.items()
        if not is_same_json(getattr(asset, column), value)
    }
    if not is_same_json(after.get("entity"), asset.entity):
        changes |= entity_changes(asset, after.get("entity"))
    return save_card(actor=actor, asset=asset, changes=changes)


def entity_changes(asset: Asset, entity: Any) -> dict[str, Any]:
    """The columns that change when the entity becomes ``entity``: both lists of attributes in step.

    Raises BadRequest for an unknown type, a missing primary attribute, or an attribute that goes
    while an attachment of its type stays.
    """
    entity = check_entity(entity, asset.asset_type_name)
    kept = [name for name in asset.asset_attributes if name in entity]
    added = [name for name in entity if name not in asset.asset_attributes]
    for row in asset.attachment_list:
        if row["asset_type"] not in entity:
            raise BadRequest(
                "The card has an attachment of this type: delete that first.",
                target=f"entity.{row['asset_type']}",
            )
    if added:
        held_types(asset.container, [*kept, *added])
    return {"entity": entity, "asset_attributes": [*kept, *added]}


def save_card(*, actor: User, asset: Asset, changes: dict[str, Any]) -> Asset:
    """Write changed columns of a held card, with who and when; nothing when nothing changed."""
    if changes:
        for column, value in changes.items():
            setattr(asset, column, value)
        touch_card(actor=actor, asset=asset, changed=changes)
        asset.entity_text = dump(asset.entity).decode()
    return asset


def touch_card(*, actor: User, asset: Asset, changed: Iterable[str] = ()) -> None:
    """Write the ``changed`` columns of a held card, and who changed something of it just now.

    Whoever changes what belongs to a card calls this first: history is read that way.
    """
    asset.updated_at, asset.last_updater = timezone.now(), actor
    asset.version += 1
    asset.save(update_fields=[*changed, "updated_at", "last_updater", "version"])


@transaction.atomic
def delete_asset(*, actor: User, asset: Asset, purge: bool = False) -> None:
    """Move a held card to the trash, where nobody finds it; ``purge`` deletes it for good."""
    if purge:
        asset.delete()
    else:
        save_card(actor=actor, asset=asset, changes={"deleted_at": timezone.now()})
