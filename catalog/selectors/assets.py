"""One card, for somebody who may see it."""

from __future__ import annotations

from uuid import UUID

from catalog.models import Asset, User
from catalog.selectors.cards import CONTAINER_PARAMETERS
from catalog.shared.errors import NotFound, Target


def visible_card(*, user: User, kind: str, container_id: UUID, asset_id: UUID) -> Asset:
    """The live card with all that it shows, in one query. Raises NotFound.

    ``entity`` itself is left in the database: ``entity_text`` has it for passing on.
    """
    cards = Asset.objects.live().in_container(container_id, kind).visible_to(user)
    found = cards.with_card().defer("entity").filter(pk=asset_id).first()
    if found is None:
        raise missing(kind, container_id, asset_id)
    return found


def missing(kind: str, container_id: UUID, asset_id: UUID) -> NotFound:
    """The refusal for a card that there is not, or not for the caller; it does not tell which."""
    target = Target(CONTAINER_PARAMETERS[kind], "parameter")
    return NotFound(f"There is no asset {asset_id} in {kind} {container_id}.", target=target)
