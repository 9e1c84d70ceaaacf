"""Who owns a card, who finds it, and whom it is shared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from catalog.models import Asset, Collaborator, Container, Membership, User
from catalog.selectors.cards import metadata_document
from catalog.selectors.containers import visible_container
from catalog.services.assets import save_card, touch_card, users_named
from catalog.services.card_rules import MAX_COLLABORATORS, MODES, read_rov
from catalog.services.json_patches import apply_patch, refuse_changes
from catalog.services.members import is_uid
from catalog.shared.errors import BadRequest, NotAuthorized

COLLABORATORS = "metadata.rov.collaborator_ids"
#: What the owner of a card has to be in its container.
OWNERS = (Membership.Role.EDITOR, Membership.Role.ADMIN)


def may_share(*, user: User, asset: Asset, role: str | None) -> bool:
    """Whether ``user``, who sees the card and is ``role`` in its container, may share it."""
    is_owner = asset.owner_id == user.pk and role in OWNERS
    return user.is_superuser or is_owner or role == Membership.Role.ADMIN


def require_sharing(*, actor: User, asset: Asset) -> None:
    """Raise NotAuthorized unless ``actor``, who may change the held card, may share it."""
    container = asset.container
    found = visible_container(user=actor, kind=container.kind, container_id=container.pk)
    if not may_share(user=actor, asset=asset, role=found[1] if found else None):
        raise NotAuthorized(
            f"Only the card's owner and admins of the {container.kind} may do that."
        )


@transaction.atomic
def give_card(*, actor: User, asset: Asset, owner_id: str | None, owner: str | None) -> Asset:
    """Make the user of that id, or else of that name, the owner of a held card.

    Raises BadRequest unless that is an editor or admin of the container, itself or by a group.
    """
    require_sharing(actor=actor, asset=asset)
    target = "owner_id" if owner_id else "owner"
    if owner_id:
        ids = [int(owner_id)] if is_uid(owner_id) else []
    else:
        ids = list(User.objects.named(owner or "").values_list("pk", flat=True))
    user = next(iter(User.objects.held(ids).values()), None)
    if user is None:
        raise BadRequest(f"There is no user {(owner_id or owner or '')[:100]}.", target=target)
    roles = Container.memberships_of(user).filter(container=asset.container_id, role__in=OWNERS)
    if not roles.exists():
        raise BadRequest(
            f"The owner must be an editor or admin of the {asset.container.kind}.", target=target
        )
    changes = {} if user.pk == asset.owner_id else {"owner": user}
    return save_card(actor=actor, asset=asset, changes=changes)


@transaction.atomic
def set_visibility(*, actor: User, asset: Asset, mode: int) -> Asset:
    """Make a held card public (-1 or 0) or private (8); collaborators stay. Raises BadRequest."""
    require_sharing(actor=actor, asset=asset)
    if mode not in MODES:
        raise BadRequest("Must be -1, 0 (public) or 8 (private).", target="mode")
    changes = {} if mode == asset.rov_mode else {"rov_mode": mode}
    return save_card(actor=actor, asset=asset, changes=changes)


@transaction.atomic
def patch_collaborators(*, actor: User, asset: Asset, operations: Any) -> Asset:
    """Apply a JSON Patch to ``/metadata/rov/collaborator_ids`` of a held card.

    Raises BadRequest naming any other place, or the id of somebody who does not exist.
    """
    require_sharing(actor=actor, asset=asset)
    before = {"metadata": {"rov": metadata_document(asset)["rov"]}}
    after = apply_patch(before, operations)
    refuse_changes(before, after, editable={COLLABORATORS})
    _, uids = read_rov(after["metadata"]["rov"])
    return share_card(actor=actor, asset=asset, uids=uids)


@transaction.atomic
def share_card(*, actor: User, asset: Asset, uids: Sequence[str]) -> Asset:
    """Make these users, and nobody else, the collaborators of a held card. Raises BadRequest."""
    require_sharing(actor=actor, asset=asset)
    if len(uids) > MAX_COLLABORATORS:
        raise BadRequest(f"At most {MAX_COLLABORATORS} collaborators.", target=COLLABORATORS)
    before = {str(user_id) for user_id in asset.collaborator_list}
    added = users_named([uid for uid in uids if uid not in before])
    removed = before.difference(uids)
    if not added and not removed:
        return asset
    touch_card(actor=actor, asset=asset)
    collaborators = Collaborator.objects.filter(asset=asset)
    if removed:
        collaborators.filter(user_id__in=removed).delete()
    Collaborator.objects.bulk_create([Collaborator(asset=asset, user=user) for user in added])
    asset.collaborator_list = list(collaborators.order_by("pk").values_list("user_id", flat=True))
    return asset
