"""Revisions: a card of a project or a space kept as it is at one moment."""

from __future__ import annotations

from django.db import transaction

from catalog.models import Asset, AssetStatistics, Revision, User
from catalog.selectors.revisions import content_of


@transaction.atomic
def commit_revision(*, actor: User, asset: Asset, commit_message: str) -> Revision:
    """Keep a held card as its next revision: 1, 2, …

    Its lock makes the numbers exact. The card itself stays as it is, its version too; committing it
    again without a change makes another revision.
    """
    number = (asset.last_revision or 0) + 1
    revision = Revision.objects.create(
        asset=asset,
        number=number,
        commit_message=commit_message,
        committer=actor,
        document=content_of(asset),
    )
    AssetStatistics.objects.bulk_create(
        [AssetStatistics(asset=asset, last_revision=number)],
        update_conflicts=True,
        unique_fields=["asset"],
        update_fields=["last_revision"],
    )
    return revision
