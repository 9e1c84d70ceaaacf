"""Which cards there are for whom: the one rule of visibility."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, TextField
from django.db.models.functions import Cast

if TYPE_CHECKING:
    from catalog.models import (
        Asset,  # noqa: F401
        User,
    )


class AssetQuerySet(models.QuerySet["Asset"]):
    def live(self) -> Self:
        """Cards that are not in the trash."""
        return self.filter(deleted_at__isnull=True)

    def trashed(self) -> Self:
        """Cards in the trash."""
        return self.filter(deleted_at__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Only cards whose container and rules of visibility let ``user`` find them; never
        duplicates.

        Members of the container see its cards; a private one only its owner and collaborators among
        them. Every path to a card goes through here: lists, search, counts, exports, the admin.
        """
        if user.is_superuser:
            return self
        mine = self.model.memberships_of(user).values("container_id")
        shared = self.model.collaborations_of(user).values("asset_id")
        return self.filter(
            ~Q(rov_mode=self.model.RovMode.PRIVATE) | Q(owner_id=user.pk) | Q(pk__in=shared),
            container_id__in=mine,
        )

    def in_container(self, container_id: UUID, kind: str) -> Self:
        """Cards of one container, given as its kind and its id."""
        return self.filter(container_id=container_id, container__kind=kind)

    def with_card(self) -> Self:
        """Everything a card shows in one query: the container's kind, collaborators and
        attachments.

        Adds ``container_kind``, ``collaborator_list`` (ids of users), ``attachment_list`` (rows as
        JSON objects, oldest first), ``entity_text`` (the entity as JSON text, for answers that pass
        it on) and the columns of the card's statistics, None while it has none.
        """
        return self.annotate(
            container_kind=F("container__kind"),
            collaborator_list=ArraySubquery(
                self.model.collaborators_of(OuterRef("pk")).order_by("pk").values("user_id")
            ),
            attachment_list=ArraySubquery(
                self.model.attachments_of(OuterRef("pk")).order_by("created_at", "pk").as_json()
            ),
            entity_text=Cast("entity", TextField()),
            access_count=F("statistics__access_count"),
            last_accessed_at=F("statistics__last_accessed_at"),
            last_accessor_id=F("statistics__last_accessor_id"),
            rating_total=F("statistics__rating_total"),
            rating_count=F("statistics__rating_count"),
            last_revision=F("statistics__last_revision"),
        )
