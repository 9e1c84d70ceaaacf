"""Asset types: the built-in ones to read, a container's own to change."""

from __future__ import annotations

import json
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Func, IntegerField, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.admin.access import actor_of, containers_as, has_role, is_administrator
from catalog.admin.base import ReadingRoomAdmin
from catalog.admin.form_fields import JSONText, container_choice
from catalog.admin.json_tables import json_table
from catalog.models import AssetType, Container
from catalog.querysets.asset_types import AssetTypeQuerySet
from catalog.services.asset_types import (
    MEMBERS,
    create_asset_type,
    delete_asset_type,
    replace_asset_type,
)

EXAMPLE: dict[str, Any] = {
    "name": "book",
    "description": "Book asset type",
    "fields": [
        {
            "key": "author.last_name",
            "type": "string",
            "facet": False,
            "is_array": False,
            "search_path": "author.last_name",
            "is_searchable_across_types": True,
        }
    ],
}
HELP = (
    "JSON, as POST /v2/asset_types takes it. Each field has a key, a type (string, number, "
    "boolean, date or object) and, where the key is not the path, a search_path: names joined by "
    "dots, list[] for each element of a list, * for any name. List the fields that are searched."
)


class AssetTypeForm(forms.ModelForm):  # type: ignore[type-arg]
    definition = JSONText(help_text=HELP, rows=24)

    class Meta:
        model = AssetType
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["definition"] = definition_of(self.instance)
        elif "definition" in self.fields:
            self.initial.setdefault("definition", EXAMPLE)

    def clean_definition(self) -> dict[str, Any]:
        definition = self.cleaned_data["definition"]
        if not isinstance(definition, dict):
            raise forms.ValidationError("Must be an object.")
        return definition


def definition_of(asset_type: AssetType) -> dict[str, Any]:
    """The type as a request would define it."""
    members = {name: getattr(asset_type, name) for name in MEMBERS if getattr(asset_type, name)}
    return {"name": asset_type.name, "fields": asset_type.fields} | members


class OriginFilter(admin.SimpleListFilter):
    title, parameter_name = "origin", "origin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("built-in", "built in"), ("own", "of a catalog")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AssetType]) -> QuerySet[AssetType]:
        wanted = {"built-in": True, "own": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(container__isnull=wanted)


@admin.register(AssetType)
class AssetTypeAdmin(ReadingRoomAdmin):
    form = AssetTypeForm
    list_display = ("title", "origin", "field_count", "version", "updated_at")
    list_filter = (OriginFilter,)
    list_select_related = ("container",)
    search_fields = ("name", "description")
    search_help_text = "Name or description"
    ordering = ("name", "id")
    readonly_fields = (
        "name", "description", "origin", "version", "fields_table", "more",
    )  # fmt: skip
    add_fieldsets = ((None, {"fields": ("catalog", "definition")}),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        mine = is_administrator(request) or bool(containers_as(request, "editor"))
        return self.has_module_permission(request) and mine

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return not obj.is_built_in and has_role(request, obj.container_id, "editor")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssetType]:
        """Built-in types, and those of the containers that the viewer is a member of."""
        seen = Container.objects.visible_to(actor_of(request)).order_by().values("pk")
        types = cast(AssetTypeQuerySet, super().get_queryset(request)).known_in_any(seen)
        count = Func("fields", function="JSONB_ARRAY_LENGTH", output_field=IntegerField())
        return types.annotate(fields_listed=count)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        shown: list[Any] = [
            (None, {"fields": ("name", "description", "origin", "version")}),
            ("Fields that are searched", {"fields": ("fields_table",), "classes": ["cw-wide"]}),
        ]
        if obj.relationships or obj.properties or obj.external_asset_preview:
            shown.append(("More of the definition", {"fields": ("more",), "classes": ["cw-wide"]}))
        if self.has_change_permission(request, obj):
            shown.append(("Change", {"fields": ("definition",), "classes": ["cw-wide"]}))
        return shown

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:

            class PlacedTypeForm(AssetTypeForm):
                catalog = container_choice(request, "editor")

            kwargs["form"] = PlacedTypeForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        definition = form.cleaned_data["definition"]
        if change:
            saved = replace_asset_type(container=obj.container, name=obj.name, body=definition)
        else:
            saved = create_asset_type(container=form.cleaned_data["catalog"], body=definition)
        obj.pk, obj.name = saved.pk, saved.name

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_asset_type(asset_type=obj)

    @display(description="Name", header=True, ordering="name")
    def title(self, asset_type: AssetType) -> list[str]:
        text = asset_type.description
        return [asset_type.name, text[:110] + ("…" if len(text) > 110 else "")]

    @display(description="Origin", ordering="container__name")
    def origin(self, asset_type: AssetType) -> str:
        return "built in" if asset_type.container is None else asset_type.container.name

    @display(description="Searched fields", ordering="fields_listed")
    def field_count(self, asset_type: Any) -> int:
        return int(asset_type.fields_listed)

    @display(description="Fields")
    def fields_table(self, asset_type: AssetType) -> SafeString:
        return json_table(
            [
                {
                    "field": field["key"],
                    "type": field["type"],
                    "path": field.get("search_path") or field["key"],
                    "list": field["is_array"],
                    "facet": field["facet"],
                    "found across types": field["is_searchable_across_types"],
                }
                for field in asset_type.fields
            ]
        )

    @display(description="Definition")
    def more(self, asset_type: AssetType) -> SafeString:
        rest = definition_of(asset_type)
        for member in ("name", "description", "fields"):
            rest.pop(member, None)
        raw = json.dumps(rest, indent=2, ensure_ascii=False)[:100_000]
        return format_html(
            '{}<details class="cw-fold"><summary>as JSON</summary>'
            '<pre class="cw-raw">{}</pre></details>',
            json_table(rest),
            raw,
        )
