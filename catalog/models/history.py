"""What changed, kept by triggers of the database: the row after each change, who and through what.

A card's changes are in the order of its row's lock, and each transaction that changes a card writes
its row first and what belongs to it (collaborators, attachments) after it: what belongs to a
version is therefore older than the row of the next one. ``services.assets`` and
``services.card_writes`` keep to that.
"""

from __future__ import annotations

import pghistory
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from catalog.models.assets import Asset, Attachment, Collaborator
from catalog.models.containers import Container, Membership
from catalog.querysets.history import AssetEventQuerySet, PartEventQuerySet

#: What reading an attachment changes of it.
COLUMNS_OF_READING = ["access_count", "last_accessor", "last_accessed_at"]


def _events_of(
    model: type[models.Model], *, exclude: list[str] | None = None
) -> type[models.Model]:
    """The abstract table of a model's changes: insert, update and delete."""
    table: type[models.Model] = pghistory.create_event_model(
        model,
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=exclude,
        obj_field=pghistory.ObjForeignKey(related_name="+", db_index=False),
        # The library's own is of 32 bits, and a table that is never emptied outlives them.
        attrs={"pgh_id": models.BigAutoField(primary_key=True)},
    )
    return table


class AssetEvent(_events_of(Asset)):  # type: ignore[misc]  # made from the model it follows
    """A change of a card, but for its collaborators and attachments."""

    objects = AssetEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["pgh_obj", "pgh_created_at", "pgh_id"], name="assetevent_by_asset"
            ),
            models.Index(fields=["pgh_obj", "version", "pgh_id"], name="assetevent_by_version"),
            # An id that was purged can come back by an import: that is another card.
            models.Index(
                fields=["pgh_obj", "pgh_id"],
                name="assetevent_purged",
                condition=Q(pgh_label="delete"),
            ),
            BrinIndex(fields=["pgh_created_at"], name="assetevent_by_time"),
        ]


class AttachmentEvent(_events_of(Attachment, exclude=COLUMNS_OF_READING)):  # type: ignore[misc]
    """A change of an attachment; reading it is none."""

    objects = PartEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["asset", "pgh_created_at", "pgh_id"], name="attachmentevent_by_asset"
            ),
            models.Index(
                fields=["asset", "pgh_obj", "pgh_created_at", "pgh_id"],
                name="attachmentevent_by_attachment",
            ),
            BrinIndex(fields=["pgh_created_at"], name="attachmentevent_by_time"),
        ]


class CollaboratorEvent(_events_of(Collaborator)):  # type: ignore[misc]
    """A card shared with somebody, or no longer."""

    objects = PartEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["asset", "pgh_created_at", "pgh_id"], name="collaboratorevent_by_asset"
            ),
            models.Index(
                fields=["asset", "user", "pgh_created_at", "pgh_id"],
                name="collaboratorevent_by_user",
            ),
            BrinIndex(fields=["pgh_created_at"], name="collaboratorevent_by_time"),
        ]


class ContainerEvent(_events_of(Container)):  # type: ignore[misc]
    """A change of a catalog, project or space."""

    class Meta:
        indexes = [
            models.Index(fields=["pgh_obj", "pgh_id"], name="containerevent_by_container"),
            BrinIndex(fields=["pgh_created_at"], name="containerevent_by_time"),
        ]


class MembershipEvent(_events_of(Membership)):  # type: ignore[misc]
    """Somebody made a member, given another role, or removed."""

    class Meta:
        indexes = [
            models.Index(fields=["container", "pgh_id"], name="membershipevent_by_container"),
            models.Index(fields=["pgh_obj", "pgh_id"], name="membershipevent_by_member"),
            BrinIndex(fields=["pgh_created_at"], name="membershipevent_by_time"),
        ]
