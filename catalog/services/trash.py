"""The trash: cards put back where they were."""

from __future__ import annotations

from django.db import transaction

from catalog.models import Asset, User
from catalog.services.assets import save_card


@transaction.atomic
def restore_asset(*, actor: User, asset: Asset) -> Asset:
    """Take a held card out of the trash: as it was, but for who changed it and when."""
    return save_card(actor=actor, asset=asset, changes={"deleted_at": None})
