"""Which asset types a container knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from catalog.models import AssetType


class AssetTypeQuerySet(models.QuerySet["AssetType"]):
    def known_in(self, container_id: UUID) -> Self:
        """The built-in types and the container's own."""
        known = self.filter(Q(container_id=None) | Q(container_id=container_id))
        return known.order_by("name", F("container_id").asc(nulls_first=True))

    def known_in_any(self, containers: models.QuerySet[Any, Any]) -> Self:
        """The built-in types and those of these containers, given as a subquery of ids."""
        return self.filter(Q(container_id=None) | Q(container_id__in=containers))

    def built_in(self) -> Self:
        """The types that come with the product and that every container knows."""
        return self.filter(container_id=None)

    def held(self, container_id: UUID, names: Iterable[str]) -> dict[str, AssetType]:
        """The types of these names that the container knows, by name, kept from deletion.

        Only their ids and names are read. Takes the row lock that a foreign key takes (FOR KEY
        SHARE), so that a card and its types can't miss each other; any number of callers hold it
        side by side. Needs a transaction.
        """
        table = self.model._meta.db_table
        rows = self.raw(
            f"SELECT id, container_id, name FROM {table} "  # noqa: S608
            "WHERE (container_id IS NULL OR container_id = %s) "
            "AND name = ANY(%s) ORDER BY container_id NULLS LAST FOR KEY SHARE",
            [container_id, list(names)],
        )
        return {row.name: row for row in rows}
