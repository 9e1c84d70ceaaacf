"""Members on their container's page: added, given another role, removed, together or not at all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminSelectWidget

from catalog.admin.access import has_role
from catalog.models import Container, Membership, User
from catalog.services.members import add_members, change_role, remove_member
from catalog.shared.errors import Problem, Several, Target


class KeptUser(forms.Field):
    """The user of a membership, to be read: no queries, where a choice would ask for each row."""

    def __init__(self, user: User) -> None:
        name = user.get_full_name()
        shown = name if name == user.username else f"{name} ({user.username})"
        super().__init__(disabled=True, widget=UnfoldAdminSelectWidget(choices=[(user.pk, shown)]))
        self.user = user

    def clean(self, value: Any) -> User:
        return self.user


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Membership
        fields = ("user", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "user" in self.fields:
            self.fields["user"] = KeptUser(self.instance.user)  # another user is another member


class MemberInline(TabularInline):
    model = Membership
    form = MemberForm
    formset = PaginationInlineFormSet
    fields = ("user", "role")
    autocomplete_fields = ("user",)
    extra = 0
    per_page = 50
    tab = True
    hide_title = True
    show_count = True
    verbose_name_plural = "members"

    def get_count(self, request: HttpRequest, obj: Container) -> int:
        return obj.memberships.count()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        members: QuerySet[Membership] = super().get_queryset(request)
        return members.select_related("user", "container").order_by("user__username", "pk")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # on the page of a container that the viewer sees

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and has_role(request, obj.pk, "admin")

    has_add_permission = has_delete_permission = has_change_permission


def save_members(container: Container, formset: Any) -> None:
    """What the formset says, by the services: who comes first, who goes last.

    So an admin can hand over to another in one step. Raises ApiError; all is undone then.
    """
    formset.save(commit=False)
    gone = {member.pk for member in formset.deleted_objects}
    changed = [member for member, _ in formset.changed_objects if member.pk not in gone]
    added, failures = add_members(
        container=container,
        members=[(member.user.uid, member.role) for member in formset.new_objects],
    )
    if failures:
        names = {member.user.uid: member.user.username for member in formset.new_objects}
        raise Several(
            [
                Problem(
                    problem.code,
                    problem.message.replace(f"User {uid}", f"“{names[uid]}”"),
                    Target("members"),
                )
                for uid, problem in failures
            ]
        )
    wanted = {member.pk: member.role for member in changed}
    # The rows as they are: the form has set the new role on its own objects already.
    present = list(container.memberships.filter(pk__in=[*wanted, *gone]))
    promoted_first = sorted(
        present, key=lambda member: wanted.get(member.pk) != Membership.Role.ADMIN
    )
    for member in promoted_first:
        if member.pk in wanted:
            change_role(container=container, member=member, role=wanted[member.pk])
    for member in present:
        if member.pk in gone:
            remove_member(container=container, member=member)
    formset.new_objects = added
