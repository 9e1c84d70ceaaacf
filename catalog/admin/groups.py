"""Groups of users, for administrators; everybody else of the staff only picks them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from catalog.admin.access import actor_of, containers_as, is_administrator, roles_of
from catalog.admin.base import AdministratorsAdmin
from catalog.admin.form_fields import Line, Paragraphs
from catalog.admin.members import Kept
from catalog.models import Membership, User
from catalog.querysets.counts import capped_count
from catalog.selectors.groups import group_named
from catalog.services.groups import (
    CHANGEABLE,
    add_users,
    create_group,
    delete_group,
    remove_users,
    update_group,
)
from catalog.shared.limits import MAX_GROUP_NAME, MAX_TEXT

UserInGroup = User.groups.through
MOST_COUNTED = 10_000
MOST_CONTAINERS = 200


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    name = Line(max_length=MAX_GROUP_NAME)
    description = Paragraphs(required=False, max_length=MAX_TEXT)

    class Meta:
        model = Group
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        details = getattr(self.instance, "details", None)
        if details is not None and "description" in self.fields:
            self.fields["description"].initial = details.description


class UserInGroupForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = UserInGroup
        fields = ("user",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "user" in self.fields:
            self.fields["user"] = Kept(self.instance.user)


class UserInline(TabularInline):
    """Who is in the group: put in by name, taken out by a tick."""

    model = UserInGroup
    form = UserInGroupForm
    formset = PaginationInlineFormSet
    fields = ("user",)
    autocomplete_fields = ("user",)
    extra = 0
    per_page = 50
    tab = True
    hide_title = True
    show_count = True
    verbose_name = "user"
    verbose_name_plural = "users"

    def get_count(self, request: HttpRequest, obj: Group) -> int:
        return obj.user_set.count()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("user", "group").order_by("user__username", "pk")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    has_add_permission = has_view_permission
    has_change_permission = has_delete_permission = has_view_permission


@admin.register(Group)
class GroupAdmin(AdministratorsAdmin):
    form = GroupForm
    inlines = (UserInline,)
    list_display = ("name", "about", "users", "containers", "kept_by")
    search_fields = ("name", "details__description")
    search_help_text = "Name or description"
    ordering = ("name",)
    list_select_related = ("details",)
    readonly_fields = ("kept_by", "container_table", "made_at")
    fieldsets = (
        (None, {"fields": ("name", "description", "kept_by")}),
        ("Member of", {"fields": ("container_table",)}),
        ("History", {"fields": ("made_at",)}),
    )
    add_fieldsets = ((None, {"fields": ("name", "description")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """All for administrators; for others those that they are in, or share a container with."""
        groups = cast("QuerySet[Group]", super().get_queryset(request))
        if is_administrator(request):
            users = UserInGroup.objects.filter(group_id=OuterRef("pk"))
            containers = Membership.objects.filter(group_id=OuterRef("pk"))
            return groups.annotate(
                user_count=capped_count(users, MOST_COUNTED),
                container_count=capped_count(containers, MOST_COUNTED),
            )
        beside = Membership.objects.filter(container_id__in=roles_of(request)).values("group_id")
        own = actor_of(request).groups.values("pk")
        return groups.filter(Q(pk__in=own) | Q(pk__in=beside))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Group], search_term: str
    ) -> tuple[QuerySet[Group], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if not is_administrator(request) and containers_as(request, "admin"):
            # Who admits a group has to name it: in full, so that none is listed.
            named = group_named(search_term.strip())
            if named is not None:
                either = Q(pk__in=found.order_by().values("pk")) | Q(pk=named.pk)
                found = Group.objects.filter(either).order_by("name")
        return found, duplicates

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in CHANGEABLE}
        if change:
            group = Group.objects.select_related("details").get(pk=obj.pk)
            details = getattr(group, "details", None)
            present = {"name": group.name, "description": details.description if details else ""}
            changes = {name: value for name, value in given.items() if present[name] != value}
            update_group(group=group, changes=changes)
        else:
            group = create_group(actor=actor_of(request), **given)
        obj.pk = group.pk

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        group = form.instance
        added = [each.user.uid for each in formset.new_objects]
        remove_users(group=group, uids=[each.user.uid for each in formset.deleted_objects])
        add_users(group=group, uids=added)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_group(group=obj)

    def what_goes(self, objs: Any) -> list[str]:
        return [
            f"{group.name}: its {group.user_count} users stay, without what they may do by it in "
            f"{group.container_count} catalogs, projects and spaces"
            for group in objs
        ]

    @display(description="Description")
    def about(self, group: Group) -> str:
        details = getattr(group, "details", None)
        text: str = details.description if details else ""
        return text[:100] + ("…" if len(text) > 100 else "")

    @display(description="Users", ordering="user_count")
    def users(self, group: Any) -> int:
        return int(group.user_count)

    @display(description="Catalogs", ordering="container_count")
    def containers(self, group: Any) -> int:
        return int(group.container_count)

    @display(description="Users are decided by")
    def kept_by(self, group: Group) -> str:
        configuration = settings.OPENID
        managed = configuration.managed_groups if configuration else []
        by_claims = group.name.lower() in {name.lower() for name in managed}
        return "the sign-in service" if by_claims else "administrators"

    @display(description="Created")
    def made_at(self, group: Group) -> Any:
        details = getattr(group, "details", None)
        return details.created_at if details else None

    @display(description="Catalogs and roles")
    def container_table(self, group: Group) -> SafeString | str:
        found = Membership.objects.filter(group=group).select_related("container")
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (member.container.name, member.container.kind, member.role)
                for member in found.order_by("container__name", "pk")[:MOST_CONTAINERS]
            ),
        )
        return format_html('<table class="cw-table">{}</table>', rows) if rows else "none"
