"""Cards: found, read as tables, and changed by editors of their catalog."""

from __future__ import annotations

import json
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.admin import card_filters
from catalog.admin.access import actor_of, containers_as, has_role, is_administrator, roles_of
from catalog.admin.base import ReadingRoomAdmin
from catalog.admin.card_forms import CardChangeForm, CardForm, SharedCardForm, add_form, fits
from catalog.admin.card_list import CardList
from catalog.admin.history import HistoryPages
from catalog.admin.json_tables import json_table
from catalog.models import Asset
from catalog.querysets.assets import AssetQuerySet
from catalog.querysets.containers import is_uuid
from catalog.selectors.card_pages import card_page
from catalog.services.assets import create_asset, delete_asset, held_card, patch_asset
from catalog.services.card_rights import may_share, set_visibility, share_card
from catalog.services.usage import count_card_read
from catalog.shared.errors import Conflict

MAX_RAW = 500_000
TAGS_SHOWN = 4


@admin.register(Asset)
class CardAdmin(HistoryPages, ReadingRoomAdmin):
    """A card's page is for reading; ``?edit``, and every refused change, leads to the form."""

    change_list_template = "admin/catalog/asset/change_list.html"
    change_form_template = "admin/catalog/asset/change_form.html"
    list_display = ("title", "kind", "catalog", "tag_links", "owner_link", "changed", "state")
    list_filter = (
        card_filters.CatalogFilter,
        card_filters.TypeFilter,
        card_filters.TagFilter,
        card_filters.OwnerFilter,
        card_filters.StateFilter,
        card_filters.VisibilityFilter,
    )
    list_select_related = ("container", "owner")
    search_fields = ("name",)
    search_help_text = "Name of a card"
    date_hierarchy = "created_at"
    ordering = ("-updated_at", "-id")
    list_fullwidth = True
    target_fields: ClassVar[dict[str, str]] = {
        "collaborator_ids": "collaborators",
        "mode": "rov_mode",
    }
    add_fieldsets = (
        (None, {"fields": ("container", "asset_type", "name", "description", "tags", "rov_mode")}),
        ("More", {"fields": ("classification", "resource_key", "entity"), "classes": ["cw-wide"]}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        mine = is_administrator(request) or bool(containers_as(request, "editor"))
        return self.has_module_permission(request) and mine

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return obj.deleted_at is None and has_role(request, obj.container_id, "editor")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> AssetQuerySet:
        """What the viewer may see; of the trash only what admins of the container may."""
        cards = cast(AssetQuerySet, super().get_queryset(request)).visible_to(actor_of(request))
        if is_administrator(request):
            return cards
        # No more than visible_to says; but from ids the planner knows how few cards they hold.
        cards = cards.filter(container_id__in=list(roles_of(request)))
        return cards.filter(
            Q(deleted_at=None) | Q(container_id__in=containers_as(request, "admin"))
        )

    def get_sortable_by(self, request: HttpRequest) -> list[str]:
        """By name within a catalog, where an index has the order; everywhere by the last change."""
        return ["changed", "title"] if request.GET.get("catalog") else ["changed"]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Asset | None:
        if not is_uuid(object_id):
            return None
        cards = self.get_queryset(request).with_card()
        people = ("owner", "last_updater")
        return cards.select_related("container", *people).filter(pk=object_id).first()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CardList]:
        return CardList

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: type[CardForm] = add_form(request) if obj is None else CardChangeForm
        if obj is not None and _may_share(request, obj):
            form = SharedCardForm
        return super().get_form(request, obj, change=change, **kwargs | {"form": form})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        fields = ["name", "description", "tags", "classification", "resource_key", "seen_at"]
        if not self.has_change_permission(request, obj):
            return ((None, {"fields": fields[:-1]}),)
        sharing = ("Sharing", {"fields": ("rov_mode", "collaborators")})
        attributes = ("Attributes", {"fields": ("entity",), "classes": ["cw-wide"]})
        return (
            (None, {"fields": fields}),
            *([sharing] if _may_share(request, obj) else []),
            *([attributes] if fits(obj) else []),
        )

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """With the card to read, unless somebody is changing it."""
        if obj is not None:
            if request.method == "GET":
                count_card_read(obj.pk, actor_of(request).pk)
            may_change = self.has_change_permission(request, obj)
            editing = may_change and (request.method == "POST" or "edit" in request.GET)
            context |= {
                "card": obj,
                "editing": editing,
                "may_change": may_change,
                "title": obj.name,
            }
            context |= {} if editing else self._page(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _page(self, request: HttpRequest, card: Asset) -> dict[str, Any]:
        page = card_page(asset=card, user=actor_of(request))
        raw = json.dumps(page.document, indent=2, ensure_ascii=False)
        return {
            "page": page,
            "attributes": [
                (name, about, json_table(value)) for name, about, value in page.attributes
            ],
            "source_system": json_table(card.source_system),
            "attachments": [
                row | {"more": json_table(row["user_data"])} for row in page.attachments
            ],
            "raw": raw[:MAX_RAW],
            "raw_is_cut": len(raw) > MAX_RAW,
            "list_address": reverse("admin:catalog_asset_changelist"),
        }

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor = actor_of(request)
        if not change:
            made = create_asset(
                actor=actor, container=form.cleaned_data["container"], body=form.body()
            )
            obj.pk, obj.name = made.pk, made.name
            return
        container = obj.container
        card = held_card(
            actor=actor, kind=container.kind, container_id=container.pk, asset_id=obj.pk
        )
        seen_at = form.cleaned_data["seen_at"]
        if seen_at and seen_at != card.updated_at.isoformat():
            raise Conflict(
                "Somebody changed this card meanwhile: open it anew, then change it again."
            )
        patch_asset(actor=actor, asset=card, operations=form.operations())
        if "rov_mode" in form.changed_data:
            set_visibility(actor=actor, asset=card, mode=form.cleaned_data["rov_mode"])
        if "collaborators" in form.changed_data:
            share_card(actor=actor, asset=card, uids=form.cleaned_data["collaborators"])
        obj.name = card.name

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        container, actor = obj.container, actor_of(request)
        card = held_card(
            actor=actor, kind=container.kind, container_id=container.pk, asset_id=obj.pk
        )
        delete_asset(actor=actor, asset=card)

    def what_goes(self, objs: Any) -> list[str]:
        return [f"“{card.name}” goes to the trash, where nobody finds it" for card in objs]

    @display(description="Name", header=True, ordering="name")
    def title(self, card: Any) -> list[str]:
        return [card.name, " ".join(card.summary.split())]

    @display(description="Type")
    def kind(self, card: Asset) -> SafeString:
        return _badge(card.asset_type_name, "plain")

    @display(description="Catalog")
    def catalog(self, card: Asset) -> SafeString:
        return _filter_link("catalog", str(card.container_id), card.container.name)

    @display(description="Tags")
    def tag_links(self, card: Asset) -> SafeString:
        shown = [(_filter_link("tag", tag, tag, chip=True),) for tag in card.tags[:TAGS_SHOWN]]
        links = format_html_join(" ", "{}", shown)
        rest = len(card.tags) - TAGS_SHOWN
        return format_html("{} +{}", links, rest) if rest > 0 else links

    @display(description="Owner")
    def owner_link(self, card: Asset) -> SafeString:
        return _filter_link("owner", card.owner.username, card.owner.get_full_name())

    @display(description="Changed", ordering="updated_at")
    def changed(self, card: Asset) -> SafeString:
        moment = timezone.localtime(card.updated_at)
        return format_html('<span class="cw-when">{}</span>', date_format(moment, "j M Y, H:i"))

    @display(description="State")
    def state(self, card: Asset) -> SafeString:
        private = _badge("private", "danger") if card.rov_mode == Asset.RovMode.PRIVATE else ""
        return format_html(
            "{} {}", private, _badge("in the trash", "warning") if card.deleted_at else ""
        )


def _may_share(request: HttpRequest, card: Asset) -> bool:
    role = roles_of(request).get(card.container_id)
    return may_share(user=actor_of(request), asset=card, role=role)


def _badge(text: str, tone: str) -> SafeString:
    return format_html('<span class="cw-badge cw-{}">{}</span>', tone, text)


def _filter_link(parameter: str, value: str, text: str, *, chip: bool = False) -> SafeString:
    style = "cw-chip" if chip else "cw-link"
    return format_html(
        '<a class="{}" href="?{}">{}</a>', style, urlencode({parameter: value}), text
    )
