"""Users and service accounts, for administrators; everybody else of the staff only picks them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.db.models import Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from catalog.admin.access import actor_of, containers_as, is_administrator, roles_of
from catalog.admin.base import AdministratorsAdmin
from catalog.admin.form_fields import Line
from catalog.models import Container, ExternalIdentity, Membership, User
from catalog.querysets.users import UserQuerySet
from catalog.services.accounts import change_account, change_password, hold_account
from catalog.services.identities import MAX_SUBJECT, link_identity
from catalog.services.users import create_user, delete_user

MOST_SHOWN = 200
ROLES = {
    "user": {"is_staff": False, "is_superuser": False},
    "steward": {"is_staff": True, "is_superuser": False},
    "administrator": {"is_staff": True, "is_superuser": True},
}
WORDS = {
    "user": "User: signs in to the API",
    "steward": "Steward: uses this admin as well",
    "administrator": "Administrator: sees and changes everything",
}


def role_of(user: User) -> str:
    """Which of ROLES a user has."""
    return "administrator" if user.is_superuser else "steward" if user.is_staff else "user"


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    display_name = Line(required=False, max_length=255, strip=True)
    role = forms.ChoiceField(
        choices=list(WORDS.items()), initial="user", required=False, widget=UnfoldAdminSelectWidget
    )
    new_password = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Left empty, the user keeps the password they have, or has API keys only.",
    )
    openid_subject = Line(
        label="Subject at the sign-in service",
        required=False,
        max_length=MAX_SUBJECT,
        strip=True,
        help_text="Who the sign-in service knows by it signs in as this user. Empty, nobody does.",
    )

    class Meta:
        model = User
        fields = ("username", "display_name", "email", "is_service", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "role" in self.fields:
            self.fields["role"].initial = role_of(self.instance)
        if settings.OPENID is None:
            self.fields.pop("openid_subject", None)
        elif self.instance.pk and "openid_subject" in self.fields:
            known = ExternalIdentity.objects.filter(issuer=settings.OPENID.issuer)
            linked = known.filter(user=self.instance).first()
            self.fields["openid_subject"].initial = linked.subject if linked else ""


@admin.register(User)
class UserAdmin(AdministratorsAdmin):
    form = UserForm
    list_display = ("who", "kind", "state", "email", "catalogs", "created_at")
    list_filter = ("is_active", "is_staff", "is_service")
    open_lookups = ("is_active__exact", "is_staff__exact", "is_service__exact")
    search_fields = ("username", "display_name", "email")
    search_help_text = "Name or e-mail"
    ordering = ("username",)
    target_fields = {
        "user_name": "username",
        "password": "new_password",
        "subject": "openid_subject",
    }
    readonly_fields = ("created_at", "last_login", "group_list", "membership_table")
    fieldsets = (
        (None, {"fields": ("username", "kind", "display_name", "email", "role", "is_active")}),
        ("Sign-in", {"fields": ("new_password",)}),
        ("Member of", {"fields": ("group_list", "membership_table")}),
        ("History", {"fields": ("created_at", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "display_name", "email", "is_service", "role", "new_password")},
        ),
    )

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Addresses are for administrators: others could find one out letter by letter."""
        names = ("username", "display_name")
        return (*names, "email") if is_administrator(request) else names

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if settings.OPENID is None:
            return fieldsets
        more = ("new_password", "openid_subject")
        return [
            (title, {**options, "fields": _replaced(options["fields"], "new_password", more)})
            for title, options in fieldsets
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_self = obj is not None and obj.pk == actor_of(request).pk
        return super().has_delete_permission(request, obj) and not is_self

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Everybody for administrators; for others whom they share a catalog with."""
        users = cast(UserQuerySet, super().get_queryset(request)).existing()
        if is_administrator(request):
            return users.annotate(catalog_count=_containers_of_each())
        return users.filter(self._known_to(request))

    def _known_to(self, request: HttpRequest) -> Q:
        """Who is in a container with the viewer, either of them by a group or not."""
        beside = Membership.objects.filter(container_id__in=roles_of(request))
        by_group = User.groups.through.objects.filter(group_id__in=beside.values("group_id"))
        return (
            Q(pk=actor_of(request).pk)
            | Q(pk__in=beside.values("user_id"))
            | Q(pk__in=by_group.values("user_id"))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if not is_administrator(request) and containers_as(request, "admin"):
            # Who admits somebody new has to name them: in full, so that nobody is listed.
            named = User.objects.existing().filter(username__iexact=search_term.strip())
            found = User.objects.filter(Q(pk__in=found.values("pk")) | Q(pk__in=named.values("pk")))
        return found, duplicates

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Keys, tokens and audit trails go by the name; an account stays a person or a program.
        return (*self.readonly_fields, "username", "kind") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        role = ROLES[given.get("role") or role_of(obj)]
        if change:
            user = hold_account(obj.pk)
            wanted = {
                name: given[name]
                for name in ("display_name", "email", "is_active")
                if name in given
            }
            changes = {
                name: value
                for name, value in (wanted | role).items()
                if getattr(user, name) != value
            }
            change_account(actor=actor_of(request), user=user, changes=changes)
            if given.get("new_password"):
                change_password(user=user, password=given["new_password"])
        else:
            user = create_user(
                username=given["username"],
                password=given.get("new_password") or None,
                display_name=given["display_name"],
                email=given["email"],
                is_service=given["is_service"],
            )
            change_account(actor=actor_of(request), user=user, changes=role)
        if settings.OPENID is not None:
            link_identity(user=user, issuer=settings.OPENID.issuer, subject=given["openid_subject"])
        obj.pk = user.pk
        if user.pk == actor_of(request).pk:
            update_session_auth_hash(request, user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_user(actor=actor_of(request), user=obj)

    def what_goes(self, objs: Any) -> list[str]:
        return [
            f"{user.get_full_name()}: signs in no more, is a member of nothing; their cards stay"
            for user in objs
        ]

    @display(description="User", header=True, ordering="username")
    def who(self, user: User) -> list[str]:
        return [user.get_full_name(), user.username if user.display_name else ""]

    @display(
        description="Kind",
        label={"Administrator": "primary", "Steward": "info", "Service account": "warning"},
        ordering="is_superuser",
    )
    def kind(self, user: User) -> str:
        return "Service account" if user.is_service else role_of(user).capitalize()

    @display(
        description="State", label={"active": "success", "off": "danger"}, ordering="is_active"
    )
    def state(self, user: User) -> str:
        return "active" if user.is_active else "off"

    @display(description="Catalogs", ordering="catalog_count")
    def catalogs(self, user: Any) -> int:
        return int(user.catalog_count)

    @display(description="Groups")
    def group_list(self, user: User) -> SafeString | str:
        groups = user.groups.order_by("name")[:MOST_SHOWN]
        links = (
            (reverse("admin:auth_group_change", args=[group.pk]), group.name) for group in groups
        )
        return format_html_join(", ", '<a class="cw-link" href="{}">{}</a>', links) or "none"

    @display(description="Catalogs and roles")
    def membership_table(self, user: User) -> SafeString | str:
        found = Container.memberships_of(user).select_related("container", "group")
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (
                    member.container.name,
                    member.role,
                    f"by the group {member.group.name}" if member.group else "",
                )
                for member in found.order_by("container__name", "pk")[:MOST_SHOWN]
            ),
        )
        return format_html('<table class="cw-table">{}</table>', rows) if rows else "none"


def _replaced(fields: Any, name: str, more: tuple[str, ...]) -> list[Any]:
    """The fields with others in the place of one."""
    return [each for field in fields for each in (more if field == name else (field,))]


def _containers_of_each() -> Any:
    """How many containers each user is in, itself or by a group; an annotation."""
    own = Membership.objects.filter(user_id=OuterRef("pk"))
    also = Membership.objects.filter(user_id=OuterRef(OuterRef("pk"))).values("container_id")
    by_group = Membership.objects.filter(group__user=OuterRef("pk")).exclude(container_id__in=also)
    return _counted(own) + _counted(by_group)


def _counted(members: QuerySet[Membership]) -> Any:
    containers = Func(
        "container_id",
        function="COUNT",
        template="%(function)s(DISTINCT %(expressions)s)",
        output_field=IntegerField(),
    )
    return Coalesce(Subquery(members.order_by().annotate(total=containers).values("total")), 0)
