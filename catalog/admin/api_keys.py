"""API keys: made, shown once on the page that answers, revoked."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from unfold.decorators import display

from catalog.admin.access import actor_of, is_administrator
from catalog.admin.base import ReadingRoomAdmin
from catalog.models import ApiKey
from catalog.services.api_keys import create_api_key, revoke_api_key


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ApiKey
        fields = ("user", "name", "expires_at")
        help_texts = {"expires_at": "UTC. Left empty, the key holds until it is revoked."}

    def clean_expires_at(self) -> Any:
        moment = self.cleaned_data.get("expires_at")
        if moment is not None and moment <= timezone.now():
            raise forms.ValidationError("Must be in the future.")
        return moment


class UsableFilter(admin.SimpleListFilter):
    title, parameter_name = "state", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("usable", "usable"), ("revoked", "revoked"), ("expired", "expired")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
        expired = Q(revoked_at=None, expires_at__lte=timezone.now())
        if self.value() == "usable":
            return queryset.filter(revoked_at=None).exclude(expired)
        if self.value() == "revoked":
            return queryset.exclude(revoked_at=None)
        return queryset.filter(expired) if self.value() == "expired" else queryset


@admin.register(ApiKey)
class ApiKeyAdmin(ReadingRoomAdmin):
    """Administrators see all keys, others their own. A key is made and revoked, never changed."""

    form = ApiKeyForm
    change_form_template = "admin/catalog/api_key.html"
    list_display = (
        "name",
        "prefix_shown",
        "owner",
        "state",
        "created_at",
        "expires_at",
        "revoked_at",
    )
    list_filter = (UsableFilter,)
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__username")
    search_help_text = "Name, prefix or user"
    autocomplete_fields = ("user",)
    date_hierarchy = "created_at"
    add_fieldsets = ((None, {"fields": ("user", "name", "expires_at")}),)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "user",
                    "name",
                    "prefix_shown",
                    "state",
                    "created_at",
                    "expires_at",
                    "revoked_at",
                )
            },
        ),
    )
    readonly_fields = ("prefix_shown", "state", "created_at", "revoked_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        keys = cast("QuerySet[ApiKey]", super().get_queryset(request)).defer("digest")
        keys = keys.filter(user__is_token=False)  # a project's admins manage its tokens
        return keys if is_administrator(request) else keys.filter(user=actor_of(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None and not is_administrator(request):
            return ((None, {"fields": ("name", "expires_at")}),)
        return super().get_fieldsets(request, obj)

    def get_urls(self) -> list[URLPattern]:
        revoke = path(
            "<int:key_id>/revoke/",
            self.admin_site.admin_view(self.revoke),
            name="catalog_apikey_revoke",
        )
        return [revoke, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        # There is nothing to go on editing once a key is made.
        context["show_save_and_continue"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    @sensitive_variables("key")
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            raise PermissionDenied
        given = form.cleaned_data
        row, key = create_api_key(
            user=given.get("user") or actor_of(request),
            name=given["name"],
            expires_at=given["expires_at"],
        )
        obj.pk, obj.user, obj.prefix = row.pk, row.user, row.prefix
        obj.key_shown_once = key

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Answers with the key itself: in this page alone, in no message, session or address."""
        context = {
            **self.admin_site.each_context(request),
            "title": "API key made",
            "opts": self.opts,
            "api_key": obj,
            "key": obj.key_shown_once,
            "key_address": self.address_of(obj.pk),
        }
        return TemplateResponse(
            request,
            "admin/catalog/api_key_made.html",
            context,
            headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
        )

    def revoke(self, request: HttpRequest, key_id: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        api_key = self.get_queryset(request).filter(pk=key_id).first()
        if api_key is None:
            raise Http404
        if revoke_api_key(api_key=api_key):
            self.log_change(request, api_key, "Revoked.")
            messages.success(
                request, f"The key {api_key.prefix}… is revoked: it signs nobody in any more."
            )
        else:
            messages.info(request, "The key was revoked already.")
        return HttpResponseRedirect(self.address_of(key_id))

    @display(description="Key", ordering="prefix")
    def prefix_shown(self, key: ApiKey) -> str:
        return f"cw_{key.prefix}_…"

    @display(description="User", header=True, ordering="user__username")
    def owner(self, key: ApiKey) -> list[str]:
        return [key.user.get_full_name(), key.user.username if key.user.display_name else ""]

    @display(
        description="State", label={"usable": "success", "revoked": "danger", "expired": "warning"}
    )
    def state(self, key: ApiKey) -> str:
        return "usable" if key.is_usable else "revoked" if key.revoked_at else "expired"
