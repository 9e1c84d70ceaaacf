"""Asset types: which attributes there are and which of their fields are indexed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from catalog.models.containers import Container
from catalog.querysets.asset_types import AssetTypeQuerySet


class AssetType(models.Model):
    """A kind of attribute. Without a container it is built in, and known to every container.

    ``fields`` is a list of ``{key, type, facet, is_array, is_searchable_across_types[,
    search_path]}`` as "Asset Type Fields" of the Watson Data API describes them.
    """

    container = models.ForeignKey(
        Container, models.CASCADE, null=True, blank=True, related_name="asset_types", editable=False
    )
    name = models.CharField(max_length=100, editable=False)
    description = models.TextField(blank=True)
    fields = models.JSONField(default=list)
    relationships = models.JSONField(default=list, blank=True)
    properties = models.JSONField(default=dict, blank=True)
    external_asset_preview = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AssetTypeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "container"], name="asset_type_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_built_in(self) -> bool:
        """Comes with the product: never created, replaced or deleted through the API."""
        return self.container_id is None
