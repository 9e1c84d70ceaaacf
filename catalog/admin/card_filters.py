"""Filters of the card list: each a field of one form, none looks further than the viewer may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.admin.access import actor_of, containers_as, is_administrator
from catalog.models import Asset, AssetType, Container, User
from catalog.querysets.containers import is_uuid

#: What one select holds; beyond that, search finds it.
MOST_CHOICES = 300
Cards = QuerySet[Asset]


class SelectFilter(admin.SimpleListFilter):
    """A select of values; without a choice it lets everything pass."""

    template = "admin/catalog/filter_select.html"
    everything = "all"

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {"value": "", "display": self.everything, "selected": not self.value()}
        for value, display in self.lookup_choices:
            yield {"value": value, "display": display, "selected": str(value) == self.value()}


class TextFilter(admin.SimpleListFilter):
    """Text that is looked up exactly; it suggests what the cards on the page have."""

    template = "admin/catalog/filter_text.html"
    most = 255

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value in sorted(
            {value for card in changelist.result_list for value in self.values_of(card)}
        ):
            yield {"value": value}

    def values_of(self, card: Asset) -> list[str]:
        raise NotImplementedError

    @property
    def text(self) -> str:
        """What was typed, for the field."""
        return (self.value() or "")[: self.most]


class CatalogFilter(SelectFilter):
    title, parameter_name, everything = "catalog", "catalog", "all catalogs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        seen = Container.objects.visible_to(actor_of(request)).order_by("name", "pk")
        return [(str(pk), name) for pk, name in seen.values_list("pk", "name")[:MOST_CHOICES]]

    def queryset(self, request: HttpRequest, queryset: Cards) -> Cards:
        value = self.value()
        if not value:
            return queryset
        return queryset.filter(container_id=value) if is_uuid(value) else queryset.none()


class TypeFilter(SelectFilter):
    title, parameter_name, everything = "type", "type", "all types"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        # From the table of types, which is small, never from a million cards.
        seen = Container.objects.visible_to(actor_of(request)).order_by().values("pk")
        types = AssetType.objects.known_in_any(seen).order_by("name")
        return [
            (name, name) for name in types.values_list("name", flat=True).distinct()[:MOST_CHOICES]
        ]

    def queryset(self, request: HttpRequest, queryset: Cards) -> Cards:
        value = self.value()
        if not value:
            return queryset
        # Ids rather than a subquery: the planner knows how frequent each type is.
        types = AssetType.objects.filter(name=value).values_list("pk", flat=True)
        return queryset.filter(asset_type_id__in=list(types))


class TagFilter(TextFilter):
    title, parameter_name = "tag", "tag"

    def values_of(self, card: Asset) -> list[str]:
        return card.tags

    def queryset(self, request: HttpRequest, queryset: Cards) -> Cards:
        return queryset.filter(tags__contains=[self.value()]) if self.value() else queryset


class OwnerFilter(TextFilter):
    title, parameter_name, most = "owner", "owner", 150

    def values_of(self, card: Asset) -> list[str]:
        return [card.owner.username]

    def queryset(self, request: HttpRequest, queryset: Cards) -> Cards:
        value = self.value()
        if not value:
            return queryset
        owners = User.objects.named(value).values_list("pk", flat=True)
        return queryset.filter(owner_id__in=list(owners))


class StateFilter(SelectFilter):
    """Cards that are there; those in the trash only for admins of their container."""

    title, parameter_name, everything = "state", "state", "available"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        may_look = is_administrator(request) or containers_as(request, "admin")
        return [("deleted", "in the trash")] if may_look else []

    def queryset(self, request: HttpRequest, queryset: Cards) -> Cards:
        return queryset.filter(deleted_at__isnull=self.value() != "deleted")


class VisibilityFilter(SelectFilter):
    title, parameter_name, everything = "visibility", "visibility", "any"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("public", "public"), ("private", "private")]

    def queryset(self, request: HttpRequest, queryset: Cards) -> Cards:
        if self.value() == "private":
            return queryset.filter(rov_mode=Asset.RovMode.PRIVATE)
        if self.value() == "public":
            return queryset.exclude(rov_mode=Asset.RovMode.PRIVATE)
        return queryset
