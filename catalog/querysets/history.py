"""Versions of cards and what belonged to each: reads whose work does not grow with the history."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BigIntegerField, F, JSONField, Q, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, JSONObject

if TYPE_CHECKING:
    from catalog.models import AssetEvent  # noqa: F401

#: The parts of the card of an event's version: each part's last change before the next version,
#: unless that removed it. Parts are found one by one from the index, by ``key``, and not by reading
#: all their changes; the ORM knows no such query.
_PARTS = """
ARRAY(
    WITH RECURSIVE bound AS MATERIALIZED (
        SELECT COALESCE((
            SELECT later.pgh_created_at FROM catalog_assetevent later
            WHERE later.pgh_obj_id = catalog_assetevent.pgh_obj_id
                AND later.pgh_created_at > catalog_assetevent.pgh_created_at
            ORDER BY later.pgh_created_at LIMIT 1
        ), 'infinity') AS until
    ), known(key) AS (
        (SELECT part.{key} FROM {table} part
        WHERE part.asset_id = catalog_assetevent.pgh_obj_id
        ORDER BY part.{key} LIMIT 1)
        UNION ALL
        SELECT (
            SELECT part.{key} FROM {table} part
            WHERE part.asset_id = catalog_assetevent.pgh_obj_id AND part.{key} > known.key
            ORDER BY part.{key} LIMIT 1
        ) FROM known WHERE known.key IS NOT NULL
    )
    SELECT {shown} FROM bound CROSS JOIN known CROSS JOIN LATERAL (
        SELECT * FROM {table} part
        WHERE part.asset_id = catalog_assetevent.pgh_obj_id AND part.{key} = known.key
            AND part.pgh_created_at < bound.until
        ORDER BY part.pgh_created_at DESC, part.pgh_id DESC LIMIT 1
    ) last {beside}
    WHERE last.pgh_label <> 'delete' ORDER BY {order}
)"""
_COLLABORATORS = _PARTS.format(
    table="catalog_collaboratorevent",
    key="user_id",
    shown="last.user_id",
    beside="",
    order="last.id",
)
#: Who read an attachment last is no state of it: that is as it is now, where it is still there.
_ATTACHMENTS = _PARTS.format(
    table="catalog_attachmentevent",
    key="pgh_obj_id",
    shown="""to_jsonb(last) || jsonb_build_object(
        'access_count', COALESCE(now.access_count, 0),
        'last_accessor_id', COALESCE(now.last_accessor_id, last.creator_id),
        'last_accessed_at', COALESCE(now.last_accessed_at, last.created_at)
    )""",
    beside="LEFT JOIN catalog_attachment now ON now.id = last.id AND now.asset_id = last.asset_id",
    order="last.created_at, last.id",
)

#: The label is written out: a parameter would not match the condition of ``assetevent_purged``.
_LAST_PURGE = """
COALESCE((
    SELECT MAX(purged.pgh_id) FROM catalog_assetevent purged
    WHERE purged.pgh_obj_id = %s AND purged.pgh_label = 'delete'
), 0)"""


class AssetEventQuerySet(models.QuerySet["AssetEvent"]):
    """A card's versions, in the order of ``(pgh_created_at, pgh_id)``."""

    def of_card(self, asset_id: UUID) -> Self:
        """The versions of the card that has this id now: not those of a purged one that had it."""
        purged = RawSQL(_LAST_PURGE, (asset_id,), output_field=BigIntegerField())  # noqa: S611
        return self.filter(pgh_obj_id=asset_id, pgh_id__gt=purged)

    def newest_first(self) -> Self:
        return self.order_by("-pgh_created_at", "-pgh_id")

    def before(self, moment: datetime, pgh_id: int) -> Self:
        """The versions older than the one of that time and event."""
        # Said twice: by the first condition the index is entered.
        older = Q(pgh_created_at__lt=moment) | Q(pgh_id__lt=pgh_id)
        return self.filter(older, pgh_created_at__lte=moment)

    def with_entity_text(self) -> Self:
        """Add ``entity_text``, the entity as JSON text."""
        return self.annotate(entity_text=Cast("entity", TextField()))

    def with_parts(self) -> Self:
        """Add ``collaborator_list`` and ``attachment_list`` of each version, as ``with_card()`` of
        cards does.
        """
        users, rows = ArrayField(BigIntegerField()), ArrayField(JSONField())
        return self.annotate(
            collaborator_list=RawSQL(_COLLABORATORS, (), output_field=users),  # noqa: S611
            attachment_list=RawSQL(_ATTACHMENTS, (), output_field=rows),  # noqa: S611
        )

    def with_card(self) -> Self:
        """Everything that ``with_card()`` of cards adds; what is counted of the card is as it is
        now.
        """
        return (
            self.with_parts()
            .with_entity_text()
            .annotate(
                container_kind=F("pgh_obj__container__kind"),
                access_count=F("pgh_obj__statistics__access_count"),
                last_accessed_at=F("pgh_obj__statistics__last_accessed_at"),
                last_accessor_id=F("pgh_obj__statistics__last_accessor_id"),
                rating_total=F("pgh_obj__statistics__rating_total"),
                rating_count=F("pgh_obj__statistics__rating_count"),
                last_revision=F("pgh_obj__statistics__last_revision"),
            )
        )


class PartEventQuerySet(models.QuerySet[Any]):
    """Changes of what belongs to cards: attachments, collaborators."""

    def of_card(
        self, asset_id: UUID, *, since: datetime | None = None, until: datetime | None = None
    ) -> Self:
        """Those of one card, oldest first, from ``since`` on and before ``until``."""
        found = self.filter(asset_id=asset_id)
        if since is not None:
            found = found.filter(pgh_created_at__gte=since)
        if until is not None:
            found = found.filter(pgh_created_at__lt=until)
        return found.order_by("pgh_created_at", "pgh_id")

    def as_attachments(self) -> models.QuerySet[Any, Any]:
        """``(changed at, label, row)`` of attachments, rows as ``attachment_list`` has them."""
        columns = [
            field.attname
            for field in self.model._meta.concrete_fields
            if not field.attname.startswith("pgh_")
        ]
        row = JSONObject(
            **{name: name for name in columns},
            access_count=Value(0),
            last_accessor_id="creator_id",
            last_accessed_at="created_at",
        )
        return self.annotate(row=row).values_list("pgh_created_at", "pgh_label", "row")
