"""Catalogs, projects and spaces with their members."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from catalog.admin.access import actor_of, containers_as, forget_roles, has_role, is_administrator
from catalog.admin.base import ReadingRoomAdmin
from catalog.admin.container_history import ContainerHistoryPage
from catalog.admin.form_fields import Line, Paragraphs
from catalog.admin.members import MemberInline, save_members
from catalog.models import Asset, Container, Membership
from catalog.querysets.containers import ContainerQuerySet
from catalog.querysets.counts import capped_count
from catalog.services.containers import (
    create_container,
    delete_container,
    hold_container,
    update_container,
)

MOST_CARDS = 1000
CHANGEABLE = ("name", "description", "is_governed", "auto_profiling")


class ContainerForm(forms.ModelForm):  # type: ignore[type-arg]
    name = Line(max_length=255)
    description = Paragraphs(required=False, max_length=100_000)

    class Meta:
        model = Container
        fields = CHANGEABLE

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.strip():
            raise forms.ValidationError("Must not be blank.")
        return name


class KindFilter(admin.SimpleListFilter):
    title, parameter_name = "kind", "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, f"{kind}s") for kind in Container.Kind.values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Container]) -> QuerySet[Container]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Container)
class ContainerAdmin(ContainerHistoryPage, ReadingRoomAdmin):
    form = ContainerForm
    inlines = (MemberInline,)
    list_display = ("title", "kind_shown", "members", "cards", "your_role", "creator", "created_at")
    list_filter = (KindFilter,)
    list_select_related = ("creator",)
    search_fields = ("name", "description")
    search_help_text = "Name or description"
    ordering = ("name", "id")
    readonly_fields = ("kind", "is_default", "id", "creator", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("name", "description", "is_governed", "auto_profiling")}),
        ("About", {"fields": ("kind", "is_default", "id", "creator", "created_at", "updated_at")}),
    )
    add_fieldsets = ((None, {"fields": CHANGEABLE}),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return is_administrator(request) or bool(containers_as(request, "admin"))
        return has_role(request, obj.pk, "admin")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Container]:
        """Containers that the viewer is a member of, with what they show of themselves."""
        found = cast(ContainerQuerySet, super().get_queryset(request)).visible_to(actor_of(request))
        cards = (
            Asset.objects.live().visible_to(actor_of(request)).filter(container_id=OuterRef("pk"))
        )
        members = (
            Membership.objects.filter(container_id=OuterRef("pk"))
            .listed()
            .order_by()
            .values("container_id")
        )
        return found.with_role_of(actor_of(request)).annotate(
            member_count=members.annotate(total=Count("pk")).values("total"),
            card_count=capped_count(cards, MOST_CARDS),
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in CHANGEABLE}
        if change:
            hold_container(obj, exclusively=True)
            container = Container.objects.get(pk=obj.pk)
            changes = {
                name: value for name, value in given.items() if getattr(container, name) != value
            }
            update_container(container=container, changes=changes)
        else:
            container = create_container(
                actor=actor_of(request), kind=Container.Kind.CATALOG, **given
            )
            forget_roles(request)
        obj.pk = container.pk

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        save_members(form.instance, formset)
        forget_roles(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_container(container=obj)

    def what_goes(self, objs: Any) -> list[str]:
        return [
            f"{container.kind} “{container.name}” with {_capped(container.card_count)} cards, "
            f"{container.member_count or 0} members and its own asset types; this can't be undone"
            for container in objs
        ]

    @display(description="Name", header=True, ordering="name")
    def title(self, container: Container) -> list[str]:
        text = container.description
        return [container.name, text[:100] + ("…" if len(text) > 100 else "")]

    @display(
        description="Kind",
        label={
            "default catalog": "primary",
            "catalog": "info",
            "project": "success",
            "space": "warning",
        },
        ordering="kind",
    )
    def kind_shown(self, container: Container) -> str:
        return "default catalog" if container.is_default else container.kind

    @display(description="Members", ordering=F("member_count").desc(nulls_last=True))
    def members(self, container: Any) -> int:
        return container.member_count or 0

    @display(description="Cards")
    def cards(self, container: Any) -> str:
        return _capped(container.card_count)

    @display(description="You are", label={"admin": "primary", "editor": "info"})
    def your_role(self, container: Any) -> str | None:
        return container.role


def _capped(count: int) -> str:
    return f"more than {MOST_CARDS:,}" if count > MOST_CARDS else f"{count:,}"
