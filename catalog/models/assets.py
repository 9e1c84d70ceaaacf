"""Cards: an asset's metadata document, with its collaborators and attachments."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import JSONObject
from django.utils import timezone

from catalog.models.asset_types import AssetType
from catalog.models.containers import Container, Membership
from catalog.models.users import User
from catalog.querysets.assets import AssetQuerySet


class Asset(models.Model):
    """The card of one asset. The bytes that it describes are elsewhere.

    ``entity`` maps attribute name to attribute; ``asset_attributes`` lists the same names, the
    primary one first, and is kept in step by the services, which alone write either.
    """

    class RovMode(models.IntegerChoices):
        """Rules of visibility: who among the container's members finds the card."""

        UNSET = -1, "public (by default)"
        PUBLIC = 0, "public"
        PRIVATE = 8, "private"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: asset_by_name begins with it.
    container = models.ForeignKey(Container, models.CASCADE, related_name="assets", db_index=False)
    asset_type = models.ForeignKey(AssetType, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    origin_country = models.CharField(max_length=255, default="us")
    asset_category = models.CharField(max_length=6, default="USER")
    classification = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 absent, not empty
    resource_key = models.CharField(max_length=1000, null=True, blank=True)  # noqa: DJ001 absent, not empty
    source_system = models.JSONField(null=True, blank=True)
    rov_mode = models.SmallIntegerField(choices=RovMode.choices, default=RovMode.PUBLIC)
    entity = models.JSONField()
    asset_attributes = ArrayField(models.CharField(max_length=100))
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    collaborators: models.ManyToManyField[User, Collaborator] = models.ManyToManyField(
        User, through="Collaborator", related_name="+"
    )
    size = models.PositiveBigIntegerField("size in bytes", default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    # Nobody asks for the cards of an updater, and each write would keep one more index.
    last_updater = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    # Counts each change of the card, its collaborators and its attachments: what its ETag says.
    version = models.PositiveBigIntegerField(default=1, editable=False)
    # Of a copy: what it was copied from, as ``metadata.source_asset`` shows it.
    source_asset = models.JSONField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = AssetQuerySet.as_manager()

    # What with_card() adds.
    container_kind: str
    collaborator_list: list[int]
    attachment_list: list[dict[str, Any]]
    entity_text: str
    access_count: int | None
    last_accessed_at: datetime | None
    last_accessor_id: int | None
    rating_total: int | None
    rating_count: int | None
    last_revision: int | None

    class Meta:
        verbose_name = "card"
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["container", "name", "id"], name="asset_by_name"),
            models.Index(
                fields=["container", "resource_key"],
                name="asset_by_resource_key",
                condition=Q(resource_key__isnull=False),
            ),
            # The copies of a card; no copy is made again that is there.
            models.Index(
                "container",
                KeyTransform("asset_id", "source_asset"),
                name="asset_by_source",
                condition=Q(source_asset__isnull=False),
            ),
            # What changed last, and when it all began: first pages at any size.
            models.Index(
                fields=["-updated_at", "-id"], name="asset_by_change", condition=Q(deleted_at=None)
            ),
            models.Index(
                fields=["created_at"], name="asset_by_creation", condition=Q(deleted_at=None)
            ),
            models.Index(
                fields=["container", "deleted_at"],
                name="asset_in_trash",
                condition=Q(deleted_at__isnull=False),
            ),
            models.Index(
                fields=["container", "updated_at"],
                name="asset_private",
                condition=Q(rov_mode=8, deleted_at__isnull=True),
            ),
            GinIndex(fields=["tags"], name="asset_by_tag"),
            GinIndex(fields=["asset_attributes"], name="asset_by_attribute"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(entity__has_key=F("asset_attributes__0")),
                name="asset_has_primary_attribute",
            ),
            models.CheckConstraint(
                condition=Q(rov_mode__in=[-1, 0, 8]), name="asset_rov_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(asset_category__in=["USER", "SYSTEM"]), name="asset_category_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def asset_type_name(self) -> str:
        """The primary type's name, without a query for the type."""
        return self.asset_attributes[0]

    @staticmethod
    def memberships_of(user: User | AnonymousUser) -> models.QuerySet[Membership]:
        """The memberships of one user, for subqueries."""
        return Container.memberships_of(user)

    @staticmethod
    def collaborations_of(user: User | AnonymousUser) -> models.QuerySet[Collaborator]:
        """Which cards one user collaborates on, for subqueries."""
        return Collaborator.objects.filter(user_id=user.pk or 0)

    @staticmethod
    def collaborators_of(asset_id: UUID | models.OuterRef) -> models.QuerySet[Collaborator]:
        """Who collaborates on one card, for subqueries."""
        return Collaborator.objects.filter(asset_id=asset_id)

    @staticmethod
    def revisions_of(asset_id: UUID | models.OuterRef) -> models.QuerySet[Revision]:
        """The revisions of one card, for subqueries."""
        return Revision.objects.filter(asset_id=asset_id)

    @staticmethod
    def attachments_of(asset_id: UUID | models.OuterRef) -> AttachmentQuerySet:
        """The attachments of one card, for subqueries."""
        return Attachment.objects.filter(asset_id=asset_id)


class Collaborator(models.Model):
    """A user whom a private card is shared with."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="collaborations")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["asset", "user"], name="collaborator_once")]

    def __str__(self) -> str:
        return str(self.user)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def as_json(self) -> models.QuerySet[Attachment, Any]:
        """Each row as one JSON object of its columns, for a subquery."""
        columns = {field.attname: field.attname for field in self.model._meta.concrete_fields}
        return self.values(row=JSONObject(**columns))

    def as_rows(self) -> list[dict[str, Any]]:
        """What ``as_json`` says, oldest first, for a card that is at hand."""
        rows = self.order_by("created_at", "pk").as_json()
        return [row["row"] for row in rows]


class Attachment(models.Model):
    """Where the asset's bytes, or a longer document about it, are: a path behind a connection."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="attachments")
    asset_type = models.CharField(max_length=100)
    name = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    mime = models.CharField(max_length=255, blank=True)
    # The id of a connection's card. Not a foreign key: the attachment outlives a purged connection.
    connection_id = models.UUIDField(db_index=True)
    connection_path = models.TextField()
    user_data = models.JSONField(default=dict, blank=True)
    size = models.PositiveBigIntegerField("size in bytes", default=0)
    creator = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(default=timezone.now)
    access_count = models.PositiveBigIntegerField(default=0)
    last_accessor = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    last_accessed_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name or str(self.pk)


class AssetStatistics(models.Model):
    """What is counted of a card: reads, ratings, revisions; no row while there are none.

    Apart from the card: counting changes neither its version nor its history, and waits for nobody
    who changes the card.
    """

    asset = models.OneToOneField(Asset, models.CASCADE, primary_key=True, related_name="statistics")
    access_count = models.PositiveBigIntegerField(default=0)
    last_accessed_at = models.DateTimeField(null=True)
    last_accessor = models.ForeignKey(
        User, models.PROTECT, related_name="+", db_index=False, null=True
    )
    rating_total = models.PositiveBigIntegerField(default=0)
    rating_count = models.PositiveBigIntegerField(default=0)
    last_revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "asset statistics"

    def __str__(self) -> str:
        return str(self.asset_id)


class Rating(models.Model):
    """What a user thinks of a card: stars, and a review."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="ratings", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField()
    review = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-updated_at", "-pk"]
        indexes = [models.Index(fields=["asset", "-updated_at", "-id"], name="rating_by_change")]
        constraints = [
            models.UniqueConstraint(fields=["asset", "user"], name="rating_once"),
            models.CheckConstraint(condition=Q(rating__gte=0, rating__lte=5), name="rating_range"),
        ]

    def __str__(self) -> str:
        return f"{self.rating}"


class Revision(models.Model):
    """A card of a project or space as it was when somebody committed it; never changed."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    commit_message = models.TextField(blank=True)
    committed_at = models.DateTimeField(default=timezone.now)
    committer = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    # ``{metadata, entity, attachments}`` as the card was shown at that moment; attachments as rows
    # of their columns, from which each way of showing one can be made.
    document = models.JSONField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.number}"
